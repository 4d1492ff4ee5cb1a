// Bit planes of one bitshuffle block and back. Included by each `level_*.c` after `lanes.h`.
//
// Source of the layout: kiyo-masui/bitshuffle, `bitshuffle_core.c`. A tile of 512 elements gives 64 bytes to each row; elements
// behind the last tile go 8 by 8.

#define TILE 512

/// What is seen of a block's pixels while their bytes are in registers: of whole tiles, at most a block of 8192 bytes.
typedef struct byte_scan {
    /// For each byte of an element.
    sums_of_bytes sum[8];
    /// Of the first bytes.
    lane_of_1 largest;
    /// Elements that are not 0: sixteen tiles of eight in each byte at most.
    lane_of_1 occupied;
    /// An element has more than its first byte.
    int is_wide;
} byte_scan;

/// The bytes of 8 elements, `size` apart, as a little-endian word.
INLINE uint64_t gather_bytes(const uint8_t *bytes, size_t size) {
    uint64_t word = 0;
    for (size_t element = 0; element < 8; element++) word |= (uint64_t)bytes[element * size] << (8 * element);
    return word;
}

INLINE void shuffle_groups(const uint8_t *elements, uint8_t *planes, size_t first, size_t count, size_t size) {
    const size_t row = count / 8;
    for (size_t group = first; group < row; group++)
        for (size_t byte = 0; byte < size; byte++) {
            const uint64_t rows = transpose_word(gather_bytes(elements + group * 8 * size + byte, size));
            for (size_t bit = 0; bit < 8; bit++) planes[(8 * byte + bit) * row + group] = (uint8_t)(rows >> (8 * bit));
        }
}

/// `valid` is null or has a bit for each element, in the order of a plane; elements whose bit is not set become 0.
INLINE void unshuffle_groups(
    const uint8_t *planes, const uint8_t *valid, uint8_t *elements, size_t first, size_t count, size_t size) {
    const size_t row = count / 8;
    for (size_t group = first; group < row; group++)
        for (size_t byte = 0; byte < size; byte++) {
            uint64_t bits = gather_bytes(planes + 8 * byte * row + group, row);
            if (valid) bits &= 0x0101010101010101ull * valid[group];
            const uint64_t word = transpose_word(bits);
            for (size_t element = 0; element < 8; element++)
                elements[(group * 8 + element) * size + byte] = (uint8_t)(word >> (8 * element));
        }
}

#if defined(LEVEL_SCALAR)

static void bit_shuffle(const uint8_t *elements, uint8_t *planes, size_t count, size_t size) {
    shuffle_groups(elements, planes, 0, count, size);
}

static void bit_unshuffle(const uint8_t *planes, uint8_t *elements, size_t count, size_t size) {
    unshuffle_groups(planes, 0, elements, 0, count, size);
}

static void bit_unshuffle_valid(
    const uint8_t *planes, const uint8_t *valid, uint8_t *elements, size_t count, size_t size) {
    unshuffle_groups(planes, valid, elements, 0, count, size);
}

#else

#define EVEN_BYTES \
    0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, \
    32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62, \
    64, 66, 68, 70, 72, 74, 76, 78, 80, 82, 84, 86, 88, 90, 92, 94, \
    96, 98, 100, 102, 104, 106, 108, 110, 112, 114, 116, 118, 120, 122, 124, 126
#define ODD_BYTES \
    1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, \
    33, 35, 37, 39, 41, 43, 45, 47, 49, 51, 53, 55, 57, 59, 61, 63, \
    65, 67, 69, 71, 73, 75, 77, 79, 81, 83, 85, 87, 89, 91, 93, 95, \
    97, 99, 101, 103, 105, 107, 109, 111, 113, 115, 117, 119, 121, 123, 125, 127
#define EIGHT_BY_EIGHT \
    0, 8, 16, 24, 32, 40, 48, 56, 1, 9, 17, 25, 33, 41, 49, 57, \
    2, 10, 18, 26, 34, 42, 50, 58, 3, 11, 19, 27, 35, 43, 51, 59, \
    4, 12, 20, 28, 36, 44, 52, 60, 5, 13, 21, 29, 37, 45, 53, 61, \
    6, 14, 22, 30, 38, 46, 54, 62, 7, 15, 23, 31, 39, 47, 55, 63

INLINE lane even_bytes(lane one, lane two) { return __builtin_shufflevector(one, two, EVEN_BYTES); }
INLINE lane odd_bytes(lane one, lane two) { return __builtin_shufflevector(one, two, ODD_BYTES); }
INLINE lane low_zip(lane one, lane two) { return __builtin_shufflevector(one, two, LOW_ZIP); }
INLINE lane high_zip(lane one, lane two) { return __builtin_shufflevector(one, two, HIGH_ZIP); }

/// 64 bytes as 8 x 8: byte i of word j goes to byte j of word i.
INLINE lane transpose_bytes(lane value) {
    return __builtin_shufflevector(value, value, EIGHT_BY_EIGHT);
}

/// 8 lanes of 8 words: word i of lane j goes to word j of lane i.
INLINE void transpose_words(lane lanes[8]) {
    lane_words a[8], b[8];
    for (int i = 0; i < 8; i++) a[i] = (lane_words)lanes[i];
    for (int i = 0; i < 8; i += 2) {
        b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int i = 0; i < 8; i += 4)
        for (int j = i; j < i + 2; j++) {
            a[j] = __builtin_shufflevector(b[j], b[j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
            a[j + 2] = __builtin_shufflevector(b[j], b[j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    for (int i = 0; i < 4; i++) {
        lanes[i] = (lane)__builtin_shufflevector(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        lanes[i + 4] = (lane)__builtin_shufflevector(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

/// One byte of 512 elements to 8 rows of 64 bytes, `row` apart. Empty bytes are most of a photon-counting frame: they cost a
/// test only.
INLINE void bytes_to_rows(lane bytes[8], uint8_t *rows, size_t row) {
    lane any = bytes[0];
    for (int i = 1; i < 8; i++) any |= bytes[i];
    if (is_zero(any)) {
        for (int bit = 0; bit < 8; bit++) store_lane(rows + bit * row, any);
        return;
    }
    for (int i = 0; i < 8; i++) bytes[i] = transpose_bytes(transpose_bits(bytes[i]));
    transpose_words(bytes);
    for (int bit = 0; bit < 8; bit++) store_lane(rows + bit * row, bytes[bit]);
}

/// With `valid`, what a gap's pixels fill in every plane is gone before the test.
/// - Returns: the bits of all planes, one for each element.
INLINE lane rows_to_bytes(const uint8_t *rows, size_t row, const uint8_t *valid, lane bytes[8]) {
    lane any = {0};
    for (int bit = 0; bit < 8; bit++) {
        bytes[bit] = load_lane(rows + bit * row);
        if (valid) bytes[bit] &= load_lane(valid);
        any |= bytes[bit];
    }
    if (is_zero(any)) return any;
    transpose_words(bytes);
    for (int i = 0; i < 8; i++) bytes[i] = transpose_bits(transpose_bytes(bytes[i]));
    return any;
}

/// Takes byte number `number` of a tile's elements.
INLINE void scan_bytes(const lane bytes[8], size_t number, byte_scan *scan) {
    sums_of_bytes sum = scan->sum[number];
    for (int i = 0; i < 8; i++) sum = add_bytes(sum, (lane_of_1)bytes[i]);
    scan->sum[number] = sum;
    if (number > 0) {
        scan->is_wide = 1;
        return;
    }
    lane_of_1 largest = scan->largest;
    for (int i = 0; i < 8; i++) largest = __builtin_elementwise_max(largest, (lane_of_1)bytes[i]);
    scan->largest = largest;
}

/// 64 elements in `size` lanes to one lane for each of their bytes, in order: even and odd bytes apart, log2(size) times.
INLINE void split_elements(const uint8_t *elements, size_t size, lane bytes[8]) {
    lane round[8];
    for (size_t i = 0; i < size; i++) bytes[i] = load_lane(elements + 64 * i);
    for (size_t step = 1; step < size; step *= 2) {
        for (size_t i = 0; i < size / 2; i++) {
            round[i] = even_bytes(bytes[2 * i], bytes[2 * i + 1]);
            round[size / 2 + i] = odd_bytes(bytes[2 * i], bytes[2 * i + 1]);
        }
        for (size_t i = 0; i < size; i++) bytes[i] = round[i];
    }
}

/// The inverse.
INLINE void join_elements(lane bytes[8], size_t size, uint8_t *elements) {
    lane round[8];
    for (size_t step = 1; step < size; step *= 2) {
        for (size_t i = 0; i < size / 2; i++) {
            round[2 * i] = low_zip(bytes[i], bytes[size / 2 + i]);
            round[2 * i + 1] = high_zip(bytes[i], bytes[size / 2 + i]);
        }
        for (size_t i = 0; i < size; i++) bytes[i] = round[i];
    }
    for (size_t i = 0; i < size; i++) store_lane(elements + 64 * i, bytes[i]);
}

INLINE void shuffle_sized(const uint8_t *elements, uint8_t *planes, size_t count, size_t size) {
    const size_t row = count / 8;
    const size_t tiles = count / TILE;
    for (size_t tile = 0; tile < tiles; tile++) {
        const uint8_t *source = elements + tile * TILE * size;
        lane bytes[8][8];
        for (int part = 0; part < 8; part++) {
            lane split[8];
            split_elements(source + part * 64 * size, size, split);
            for (size_t byte = 0; byte < size; byte++) bytes[byte][part] = split[byte];
        }
        for (size_t byte = 0; byte < size; byte++) bytes_to_rows(bytes[byte], planes + 8 * byte * row + 64 * tile, row);
    }
    shuffle_groups(elements, planes, tiles * (TILE / 8), count, size);
}

/// With `scan`, which is a constant null or none, tiles are looked at on their way.
INLINE void unshuffle_sized(
    const uint8_t *planes, const uint8_t *valid, uint8_t *elements, size_t count, size_t size, byte_scan *scan) {
    const size_t row = count / 8;
    const size_t tiles = count / TILE;
    for (size_t tile = 0; tile < tiles; tile++) {
        uint8_t *destination = elements + tile * TILE * size;
        lane bytes[8][8];
        lane occupied = {0};
#pragma clang loop unroll(full)
        for (size_t byte = 0; byte < size; byte++) {
            const lane any = rows_to_bytes(planes + 8 * byte * row + 64 * tile, row, valid ? valid + 64 * tile : 0, bytes[byte]);
            if (scan && !is_zero(any)) scan_bytes(bytes[byte], byte, scan);
            if (scan) occupied |= any;
        }
        if (scan) scan->occupied += set_bits(occupied);
        for (int part = 0; part < 8; part++) {
            lane split[8];
            for (size_t byte = 0; byte < size; byte++) split[byte] = bytes[byte][part];
            join_elements(split, size, destination + part * 64 * size);
        }
    }
    unshuffle_groups(planes, valid, elements, tiles * (TILE / 8), count, size);
}

// The element size is a constant in each call, so that the compiler unrolls every loop over it.

static void bit_shuffle(const uint8_t *elements, uint8_t *planes, size_t count, size_t size) {
    switch (size) {
        case 1: shuffle_sized(elements, planes, count, 1); break;
        case 2: shuffle_sized(elements, planes, count, 2); break;
        case 4: shuffle_sized(elements, planes, count, 4); break;
        default: shuffle_sized(elements, planes, count, 8); break;
    }
}

static void bit_unshuffle(const uint8_t *planes, uint8_t *elements, size_t count, size_t size) {
    switch (size) {
        case 1: unshuffle_sized(planes, 0, elements, count, 1, 0); break;
        case 2: unshuffle_sized(planes, 0, elements, count, 2, 0); break;
        case 4: unshuffle_sized(planes, 0, elements, count, 4, 0); break;
        default: unshuffle_sized(planes, 0, elements, count, 8, 0); break;
    }
}

static void bit_unshuffle_valid(
    const uint8_t *planes, const uint8_t *valid, uint8_t *elements, size_t count, size_t size) {
    switch (size) {
        case 1: unshuffle_sized(planes, valid, elements, count, 1, 0); break;
        case 2: unshuffle_sized(planes, valid, elements, count, 2, 0); break;
        case 4: unshuffle_sized(planes, valid, elements, count, 4, 0); break;
        default: unshuffle_sized(planes, valid, elements, count, 8, 0); break;
    }
}

#endif

// Sum, zeros, extremes of a block that is in the cache anyway. Included by each `level_*.c` after `one_frame.h`.
//
// Sums are taken in lanes of the pixels' own width, which is right for almost every block; the largest value says where it was not. The
// search for the smallest value ends where the frame is known to have a zero. What it costs: `bench_reduction.py`.

typedef uint8_t lane_of_1 __attribute__((vector_size(64)));

/// Pixel by pixel, for what fills no lane.
INLINE void measure_plainly(
    const uint8_t *pixels, size_t count, size_t size, uint32_t limit, uint32_t saturation, faisceau_frame_statistics *sums) {
    for (size_t pixel = 0; pixel < count; pixel++) {
        const uint32_t value = load_pixel(pixels, pixel, size);
        if (value > limit) {
            sums->excluded++;
            continue;
        }
        sums->sum += value;
        sums->zeros += value == 0;
        sums->saturated += value >= saturation;
        sums->least = value - 1 < sums->least ? value - 1 : sums->least;
        sums->largest = value > sums->largest ? value : sums->largest;
    }
}

// A block has at most 128 lanes: numbers of zeros fit into lanes of one byte, sums of values up to 255 into lanes of two, of less than 2^25
// into lanes of four.

INLINE uint64_t sum_of_2(lane_of_2 sums) {
    return __builtin_reduce_add(((lane_of_4)sums & 0xffff) + ((lane_of_4)sums >> 16));
}

INLINE uint64_t sum_of_1(lane_of_1 sums) { return sum_of_2(((lane_of_2)sums & 0xff) + ((lane_of_2)sums >> 8)); }

INLINE uint64_t sum_of_4(lane_of_4 sums) {
    const lane_words words = (lane_words)sums;
    return __builtin_reduce_add((words & 0xffffffff) + (words >> 32));
}

/// Sums of uint16 in lanes of four bytes, for blocks with values above 255.
INLINE uint64_t wide_sum(const uint8_t *pixels, size_t lanes) {
    lane_of_4 low = {0}, high = {0};
    for (size_t i = 0; i < lanes; i++) {
        const lane_of_4 value = (lane_of_4)load_lane(pixels + 64 * i);
        low += value & 0xffff;
        high += value >> 16;
    }
    return sum_of_4(low) + sum_of_4(high);
}

// How many values of a lane are not 0: with masks a count of bits, which other units of the processor do; else a sum in lanes.
#if defined(LEVEL_AVX512)
#define OCCUPIED_TYPE(lane_type) uint64_t
#define OCCUPIED_SUM(sum, occupied) (occupied)
INLINE uint64_t occupied_of_1(lane_of_1 value) {
    return (uint64_t)__builtin_popcountll(_mm512_test_epi8_mask((__m512i)value, (__m512i)value));
}
INLINE uint64_t occupied_of_2(lane_of_2 value) {
    return (uint64_t)__builtin_popcountll(_mm512_test_epi16_mask((__m512i)value, (__m512i)value));
}
INLINE uint64_t occupied_of_4(lane_of_4 value) {
    return (uint64_t)__builtin_popcountll(_mm512_test_epi32_mask((__m512i)value, (__m512i)value));
}
#else
#define OCCUPIED_TYPE(lane_type) lane_type
#define OCCUPIED_SUM(sum, occupied) sum(occupied)
INLINE lane_of_1 occupied_of_1(lane_of_1 value) { return __builtin_elementwise_min(value, (lane_of_1){0} + 1); }
INLINE lane_of_2 occupied_of_2(lane_of_2 value) { return __builtin_elementwise_min(value, (lane_of_2){0} + 1); }
INLINE lane_of_4 occupied_of_4(lane_of_4 value) { return __builtin_elementwise_min(value, (lane_of_4){0} + 1); }
#endif

#define SCAN_LANE(part, lane_type, occupied_of, addend) \
    { \
        const lane_type value = (lane_type)load_lane(pixels + 64 * (i + part)); \
        largest[part] = __builtin_elementwise_max(largest[part], value); \
        occupied += occupied_of(value); \
        sum[part] += addend; \
    }

/// Largest value, sum (with `addend` made of `value`) and number of values that are not 0; in turn in two parts, as an addition waits for
/// the one before.
#define SCAN_LANES(lane_type, sum_type, occupied_of, addend) \
    lane_type largest[2] = {{0}, {0}}; \
    OCCUPIED_TYPE(lane_type) occupied = {0}; \
    sum_type sum[2] = {{0}, {0}}; \
    size_t i = 0; \
    for (; i + 2 <= lanes; i += 2) { \
        SCAN_LANE(0, lane_type, occupied_of, addend) \
        SCAN_LANE(1, lane_type, occupied_of, addend) \
    } \
    if (i < lanes) SCAN_LANE(0, lane_type, occupied_of, addend) \
    scan->largest = __builtin_reduce_max(__builtin_elementwise_max(largest[0], largest[1]))

typedef struct block_scan {
    uint32_t largest;
    uint64_t sum, occupied;
} block_scan;

// Sums of bytes in lanes that hold those of 32 lanes: where there is an instruction for it, in lanes of eight bytes.
#if defined(LEVEL_AVX512)
typedef lane_words sums_of_bytes;
INLINE lane_words add_bytes(lane_words sums, lane_of_1 value) {
    return sums + (lane_words)_mm512_sad_epu8((__m512i)value, _mm512_setzero_si512());
}
INLINE uint64_t total_of_bytes(lane_words sums) { return __builtin_reduce_add(sums); }
#else
typedef lane_of_2 sums_of_bytes;
INLINE lane_of_2 add_bytes(lane_of_2 sums, lane_of_1 value) {
    return sums + ((lane_of_2)value & 0xff) + ((lane_of_2)value >> 8);
}
INLINE uint64_t total_of_bytes(lane_of_2 sums) { return sum_of_2(sums); }
#endif

/// Most values of four bytes are below 256: four lanes are looked at as one of bytes, which takes two thirds of the time.
/// - Returns: false, with nothing in `scan`, when a value is larger.
INLINE int scan_packed_lanes(const uint8_t *pixels, size_t lanes, block_scan *scan) {
    lane_of_4 any = {0};
    lane_of_1 largest = {0};
    OCCUPIED_TYPE(lane_of_1) occupied = {0};
    sums_of_bytes sum = {0};
    size_t i = 0;
    for (; i + 4 <= lanes; i += 4) {
        const lane_of_4 first = (lane_of_4)load_lane(pixels + 64 * i), second = (lane_of_4)load_lane(pixels + 64 * i + 64);
        const lane_of_4 third = (lane_of_4)load_lane(pixels + 64 * i + 128), fourth = (lane_of_4)load_lane(pixels + 64 * i + 192);
        any |= first | second;
        any |= third | fourth;
        const lane_of_1 packed = (lane_of_1)(first | second << 8 | third << 16 | fourth << 24);
        largest = __builtin_elementwise_max(largest, packed);
        occupied += occupied_of_1(packed);
        sum = add_bytes(sum, packed);
    }
    for (; i < lanes; i++) {
        const lane_of_4 value = (lane_of_4)load_lane(pixels + 64 * i);
        any |= value;
        largest = __builtin_elementwise_max(largest, (lane_of_1)value);
        occupied += occupied_of_1((lane_of_1)value);
        sum = add_bytes(sum, (lane_of_1)value);
    }
    if (__builtin_reduce_or(any) > UINT8_MAX) return 0;
    scan->largest = __builtin_reduce_max(largest);
    scan->sum = total_of_bytes(sum);
    scan->occupied = OCCUPIED_SUM(sum_of_1, occupied);
    return 1;
}

INLINE void scan_lanes(const uint8_t *pixels, size_t lanes, size_t size, block_scan *scan) {
    if (size == 1) {
        SCAN_LANES(lane_of_1, lane_of_2, occupied_of_1, ((lane_of_2)value & 0xff) + ((lane_of_2)value >> 8));
        scan->sum = sum_of_2(sum[0] + sum[1]);
        scan->occupied = OCCUPIED_SUM(sum_of_1, occupied);
    } else if (size == 2) {
        SCAN_LANES(lane_of_2, lane_of_2, occupied_of_2, value);
        scan->sum = scan->largest > 255 ? wide_sum(pixels, lanes) : sum_of_2(sum[0] + sum[1]);
        scan->occupied = OCCUPIED_SUM(sum_of_2, occupied);
    } else if (!scan_packed_lanes(pixels, lanes, scan)) {
        SCAN_LANES(lane_of_4, lane_of_4, occupied_of_4, value);
        scan->sum = sum_of_4(sum[0] + sum[1]);
        scan->occupied = OCCUPIED_SUM(sum_of_4, occupied);
    }
}

/// The smallest value that is not 0, less 1; all ones without one.
INLINE uint32_t least_of_lanes(const uint8_t *pixels, size_t lanes, size_t size) {
#define LEAST_OF_LANES(lane_type, none) \
    lane_type least = ~(lane_type){0}; \
    for (size_t i = 0; i < lanes; i++) \
        least = __builtin_elementwise_min(least, (lane_type)load_lane(pixels + 64 * i) - 1); \
    return __builtin_reduce_min(least) == none ? UINT32_MAX : __builtin_reduce_min(least)
    if (size == 1) {
        LEAST_OF_LANES(lane_of_1, UINT8_MAX);
    } else if (size == 2) {
        LEAST_OF_LANES(lane_of_2, UINT16_MAX);
    } else {
        LEAST_OF_LANES(lane_of_4, UINT32_MAX);
    }
}

INLINE uint64_t sum_of_words(lane_words sums) { return __builtin_reduce_add(sums); }

/// A lane pass for blocks with a value that is no measurement (gaps that no mask names fill every frame), or one at or above the saturation, or
/// too large for the sums of `scan_lanes`. A comparison gives all ones, which is -1: subtracted, it counts; at most 128 lanes fit.
#define MEASURE_CHOSEN(lane_type, number, type_limit, sum_of_counts, sum_type, sum_of, addend) \
    const lane_type most = (lane_type){0} + (number)(limit < type_limit ? limit : type_limit); \
    const lane_type full = (lane_type){0} + (number)(saturation < type_limit ? saturation : type_limit); \
    const lane_type can_be_full = saturation <= type_limit ? ~(lane_type){0} : (lane_type){0}; \
    lane_type excluded = {0}, zeros = {0}, saturated = {0}, largest = {0}, least = ~(lane_type){0}; \
    sum_type sum = {0}; \
    for (size_t i = 0; i < lanes; i++) { \
        const lane_type value = (lane_type)load_lane(pixels + 64 * i); \
        const lane_type over = (lane_type)(value > most); \
        const lane_type kept = value & ~over; \
        excluded -= over; \
        zeros -= (lane_type)(kept == 0) & ~over; \
        saturated -= (lane_type)(kept >= full) & can_be_full & ~over; \
        largest = __builtin_elementwise_max(largest, kept); \
        least = __builtin_elementwise_min(least, kept - 1); \
        sum += addend; \
    } \
    const uint32_t smallest = __builtin_reduce_min(least), highest = __builtin_reduce_max(largest); \
    sums->excluded += sum_of_counts(excluded); \
    sums->zeros += sum_of_counts(zeros); \
    sums->saturated += sum_of_counts(saturated); \
    sums->sum += sum_of(sum); \
    if (smallest != type_limit && smallest < sums->least) sums->least = smallest; \
    if (highest > sums->largest) sums->largest = highest

INLINE void measure_chosen(
    const uint8_t *pixels, size_t lanes, size_t size, uint32_t limit, uint32_t saturation, faisceau_frame_statistics *sums) {
    if (size == 1) {
        MEASURE_CHOSEN(
            lane_of_1, uint8_t, (uint32_t)UINT8_MAX, sum_of_1, lane_of_2, sum_of_2,
            ((lane_of_2)kept & 0xff) + ((lane_of_2)kept >> 8));
    } else if (size == 2) {
        MEASURE_CHOSEN(
            lane_of_2, uint16_t, (uint32_t)UINT16_MAX, sum_of_2, lane_of_4, sum_of_4,
            ((lane_of_4)kept & 0xffff) + ((lane_of_4)kept >> 16));
    } else {
        MEASURE_CHOSEN(
            lane_of_4, uint32_t, UINT32_MAX, sum_of_4, lane_words, sum_of_words,
            ((lane_words)kept & 0xffffffff) + ((lane_words)kept >> 32));
    }
}

INLINE uint32_t measure_sized(
    const uint8_t *pixels, size_t count, size_t size, uint32_t limit, uint32_t saturation, int needs_least,
    faisceau_frame_statistics *sums) {
    const size_t lanes = count * size / 64, measured = lanes * 64 / size;
    block_scan scan;
    scan_lanes(pixels, lanes, size, &scan);
    const uint32_t behind = largest_value(pixels + measured * size, count - measured, size);
    const uint32_t largest = behind > scan.largest ? behind : scan.largest;
    if (largest > limit || largest >= saturation || largest >= 1u << 25) {
        measure_chosen(pixels, lanes, size, limit, saturation, sums);
        if (measured < count) measure_plainly(pixels + measured * size, count - measured, size, limit, saturation, sums);
        return largest;
    }
    sums->sum += scan.sum;
    sums->zeros += measured - scan.occupied;
    if (needs_least) {
        const uint32_t least = least_of_lanes(pixels, lanes, size);
        sums->least = least < sums->least ? least : sums->least;
    }
    if (measured < count) measure_plainly(pixels + measured * size, count - measured, size, limit, saturation, sums);
    sums->largest = largest > sums->largest ? largest : sums->largest;
    return largest;
}

static uint32_t measure_block(
    const uint8_t *pixels, size_t count, size_t size, uint32_t limit, uint32_t saturation, int needs_least,
    faisceau_frame_statistics *sums) {
    switch (size) {
        case 1: return measure_sized(pixels, count, 1, limit, saturation, needs_least, sums);
        case 2: return measure_sized(pixels, count, 2, limit, saturation, needs_least, sums);
        default: return measure_sized(pixels, count, 4, limit, saturation, needs_least, sums);
    }
}

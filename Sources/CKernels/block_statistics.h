// Sum, zeros, extremes of a block that is in the cache anyway. Included by each `level_*.c` after `one_frame.h`.
//
// Sums are taken in lanes of the pixels' own width, which is right for almost every block; the largest value says where it was not. The
// search for the smallest value ends where the frame is known to have a zero. What it costs: `bench_reduction.py`.

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

INLINE void scan_lanes(const uint8_t *pixels, size_t lanes, size_t size, faisceau_block_scan *scan) {
    if (size == 1) {
        SCAN_LANES(lane_of_1, lane_of_2, occupied_of_1, ((lane_of_2)value & 0xff) + ((lane_of_2)value >> 8));
        scan->sum = sum_of_2(sum[0] + sum[1]);
        scan->occupied = OCCUPIED_SUM(sum_of_1, occupied);
    } else if (size == 2) {
        SCAN_LANES(lane_of_2, lane_of_2, occupied_of_2, value);
        scan->sum = scan->largest > 255 ? wide_sum(pixels, lanes) : sum_of_2(sum[0] + sum[1]);
        scan->occupied = OCCUPIED_SUM(sum_of_2, occupied);
    } else {
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
    const uint8_t *pixels, size_t count, size_t size, const faisceau_block_scan *scan, uint32_t limit, uint32_t saturation,
    int needs_least, faisceau_frame_statistics *sums) {
    const size_t lanes = count * size / 64, measured = lanes * 64 / size;
    faisceau_block_scan here;
    int is_too_large = 0;
    if (!scan->is_made) {
        scan_lanes(pixels, lanes, size, &here);
        is_too_large = here.largest >= 1u << 25;
        scan = &here;
    }
    const uint32_t behind = largest_value(pixels + measured * size, count - measured, size);
    const uint32_t largest = behind > scan->largest ? behind : scan->largest;
    if (largest > limit || largest >= saturation || is_too_large) {
        measure_chosen(pixels, lanes, size, limit, saturation, sums);
        if (measured < count) measure_plainly(pixels + measured * size, count - measured, size, limit, saturation, sums);
        return largest;
    }
    sums->sum += scan->sum;
    sums->zeros += measured - scan->occupied;
    if (needs_least) {
        const uint32_t least = least_of_lanes(pixels, lanes, size);
        sums->least = least < sums->least ? least : sums->least;
    }
    if (measured < count) measure_plainly(pixels + measured * size, count - measured, size, limit, saturation, sums);
    sums->largest = largest > sums->largest ? largest : sums->largest;
    return largest;
}

static uint32_t measure_block(
    const uint8_t *pixels, size_t count, size_t size, const faisceau_block_scan *scan, uint32_t limit, uint32_t saturation,
    int needs_least, faisceau_frame_statistics *sums) {
    switch (size) {
        case 1: return measure_sized(pixels, count, 1, scan, limit, saturation, needs_least, sums);
        case 2: return measure_sized(pixels, count, 2, scan, limit, saturation, needs_least, sums);
        default: return measure_sized(pixels, count, 4, scan, limit, saturation, needs_least, sums);
    }
}

/// The sums of bytes that were taken while the planes were in registers, and the largest value: of bytes where no pixel has more than one.
INLINE void finish_scan(
    const byte_scan *bytes, const uint8_t *pixels, size_t count, size_t size, faisceau_block_scan *scan) {
    // Behind the last tile no bytes were seen.
    scan->is_made = count % TILE == 0;
    if (!scan->is_made) return;
    scan->occupied = total_of_bytes(add_bytes((sums_of_bytes){0}, bytes->occupied));
    scan->sum = total_of_bytes(bytes->sum[0]);
    scan->largest = __builtin_reduce_max(bytes->largest);
    if (!bytes->is_wide) return;
    for (size_t byte = 1; byte < size; byte++) scan->sum += total_of_bytes(bytes->sum[byte]) << (8 * byte);
    scan->largest = largest_value(pixels, count, size);
}

#if defined(LEVEL_SCALAR)

static void bit_unshuffle_scan(
    const uint8_t *planes, const uint8_t *valid, uint8_t *elements, size_t count, size_t size, faisceau_block_scan *scan) {
    unshuffle_groups(planes, valid, elements, 0, count, size);
    scan->is_made = 0;
}

#else

INLINE void unshuffle_scan_sized(
    const uint8_t *planes, const uint8_t *valid, uint8_t *elements, size_t count, size_t size, faisceau_block_scan *scan) {
    byte_scan bytes = {0};
    unshuffle_sized(planes, valid, elements, count, size, &bytes);
    finish_scan(&bytes, elements, count, size, scan);
}

static void bit_unshuffle_scan(
    const uint8_t *planes, const uint8_t *valid, uint8_t *elements, size_t count, size_t size, faisceau_block_scan *scan) {
    switch (size) {
        case 1: unshuffle_scan_sized(planes, valid, elements, count, 1, scan); break;
        case 2: unshuffle_scan_sized(planes, valid, elements, count, 2, scan); break;
        default: unshuffle_scan_sized(planes, valid, elements, count, 4, scan); break;
    }
}

#endif

// The few primitives that differ between instruction levels; included once by each `level_*.c`, inside its target attribute.
//
// A lane is 64 bytes at every level: the compiler splits it into what the level has, so that the bodies are written once.

#include "CKernels.h"
#include <string.h>

// Lanes are passed between inlined functions only: there is no calling convention that a level could change.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))

typedef uint8_t lane __attribute__((vector_size(64)));
typedef uint64_t lane_words __attribute__((vector_size(64)));
// By the size of their elements in bytes.
typedef uint8_t lane_of_1 __attribute__((vector_size(64)));
typedef uint16_t lane_of_2 __attribute__((vector_size(64)));
typedef uint32_t lane_of_4 __attribute__((vector_size(64)));

INLINE lane load_lane(const uint8_t *bytes) {
    lane value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

INLINE void store_lane(uint8_t *bytes, lane value) { memcpy(bytes, &value, sizeof value); }

/// Bytes of two lanes in turn: the lower and the upper halves of both.
#define LOW_ZIP \
    0, 64, 1, 65, 2, 66, 3, 67, 4, 68, 5, 69, 6, 70, 7, 71, \
    8, 72, 9, 73, 10, 74, 11, 75, 12, 76, 13, 77, 14, 78, 15, 79, \
    16, 80, 17, 81, 18, 82, 19, 83, 20, 84, 21, 85, 22, 86, 23, 87, \
    24, 88, 25, 89, 26, 90, 27, 91, 28, 92, 29, 93, 30, 94, 31, 95
#define HIGH_ZIP \
    32, 96, 33, 97, 34, 98, 35, 99, 36, 100, 37, 101, 38, 102, 39, 103, \
    40, 104, 41, 105, 42, 106, 43, 107, 44, 108, 45, 109, 46, 110, 47, 111, \
    48, 112, 49, 113, 50, 114, 51, 115, 52, 116, 53, 117, 54, 118, 55, 119, \
    56, 120, 57, 121, 58, 122, 59, 123, 60, 124, 61, 125, 62, 126, 63, 127

/// In each group of 8 bytes: bit j of byte i goes to bit i of byte j (three rounds of exchanges, Hacker's Delight 7-3).
INLINE uint64_t transpose_word(uint64_t x) {
    uint64_t t = (x ^ (x >> 7)) & 0x00AA00AA00AA00AAull;
    x ^= t ^ (t << 7);
    t = (x ^ (x >> 14)) & 0x0000CCCC0000CCCCull;
    x ^= t ^ (t << 14);
    t = (x ^ (x >> 28)) & 0x00000000F0F0F0F0ull;
    return x ^ t ^ (t << 28);
}

#if defined(LEVEL_GFNI)

#define REVERSED_WORDS \
    7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8, \
    23, 22, 21, 20, 19, 18, 17, 16, 31, 30, 29, 28, 27, 26, 25, 24, \
    39, 38, 37, 36, 35, 34, 33, 32, 47, 46, 45, 44, 43, 42, 41, 40, \
    55, 54, 53, 52, 51, 50, 49, 48, 63, 62, 61, 60, 59, 58, 57, 56

/// A product with the unit vectors reads the columns of the matrix; GFNI counts its rows from the last byte, hence the reversal.
INLINE lane transpose_bits(lane value) {
    const __m512i columns = _mm512_set1_epi64((long long)0x8040201008040201ull);
    const lane reversed = __builtin_shufflevector(value, value, REVERSED_WORDS);
    return (lane)_mm512_gf2p8affine_epi64_epi8(columns, (__m512i)reversed, 0);
}

#else

INLINE lane transpose_bits(lane value) {
    lane_words x = (lane_words)value;
    lane_words t = (x ^ (x >> 7)) & 0x00AA00AA00AA00AAull;
    x ^= t ^ (t << 7);
    t = (x ^ (x >> 14)) & 0x0000CCCC0000CCCCull;
    x ^= t ^ (t << 14);
    t = (x ^ (x >> 28)) & 0x00000000F0F0F0F0ull;
    return (lane)(x ^ t ^ (t << 28));
}

#endif

#if defined(LEVEL_AVX512)

/// Bit i tells whether byte i of both is the same.
INLINE uint64_t same_bytes(const uint8_t *one, const uint8_t *other) {
    return _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(one), _mm512_loadu_si512(other));
}

INLINE uint64_t zero_bytes(const uint8_t *bytes) {
    const __m512i value = _mm512_loadu_si512(bytes);
    return _mm512_testn_epi8_mask(value, value);
}

INLINE int is_zero(lane value) { return _mm512_test_epi64_mask((__m512i)value, (__m512i)value) == 0; }

#elif defined(LEVEL_AVX2)

INLINE uint64_t same_bytes_half(const uint8_t *one, __m256i other) {
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)one), other));
}

INLINE uint64_t same_bytes(const uint8_t *one, const uint8_t *other) {
    return same_bytes_half(one, _mm256_loadu_si256((const __m256i *)other))
        | same_bytes_half(one + 32, _mm256_loadu_si256((const __m256i *)(other + 32))) << 32;
}

INLINE uint64_t zero_bytes(const uint8_t *bytes) {
    return same_bytes_half(bytes, _mm256_setzero_si256()) | same_bytes_half(bytes + 32, _mm256_setzero_si256()) << 32;
}

#elif defined(LEVEL_SSE2)

INLINE uint64_t same_bytes_quarter(const uint8_t *one, __m128i other) {
    return (uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)one), other));
}

INLINE uint64_t same_bytes(const uint8_t *one, const uint8_t *other) {
    uint64_t mask = 0;
    for (int place = 0; place < 64; place += 16)
        mask |= same_bytes_quarter(one + place, _mm_loadu_si128((const __m128i *)(other + place))) << place;
    return mask;
}

INLINE uint64_t zero_bytes(const uint8_t *bytes) {
    uint64_t mask = 0;
    for (int place = 0; place < 64; place += 16) mask |= same_bytes_quarter(bytes + place, _mm_setzero_si128()) << place;
    return mask;
}

#else

/// Bit i of the result tells whether byte i of `word` is zero; exact, without carries from byte to byte.
INLINE uint64_t zero_bytes_of_word(uint64_t word) {
    const uint64_t low7 = 0x7f7f7f7f7f7f7f7full;
    const uint64_t high = ~(((word & low7) + low7) | word | low7);  // 0x80 where the byte is zero
    return ((high >> 7) * 0x0102040810204080ull) >> 56;
}

/// Bytes 0 to 7 as a little-endian word, whatever the machine.
INLINE uint64_t little_word(const uint8_t *bytes) {
    uint64_t word = 0;
    for (int byte = 0; byte < 8; byte++) word |= (uint64_t)bytes[byte] << (8 * byte);
    return word;
}

INLINE uint64_t same_bytes(const uint8_t *one, const uint8_t *other) {
    uint64_t mask = 0;
    for (int word = 0; word < 8; word++)
        mask |= zero_bytes_of_word(little_word(one + 8 * word) ^ little_word(other + 8 * word)) << (8 * word);
    return mask;
}

INLINE uint64_t zero_bytes(const uint8_t *bytes) {
    uint64_t mask = 0;
    for (int word = 0; word < 8; word++) mask |= zero_bytes_of_word(little_word(bytes + 8 * word)) << (8 * word);
    return mask;
}

#endif

#if !defined(LEVEL_AVX512)

INLINE int is_zero(lane value) {
    const lane_words words = (lane_words)value;
    return (words[0] | words[1] | words[2] | words[3] | words[4] | words[5] | words[6] | words[7]) == 0;
}

#endif

// How many bits of each byte are set.
#if defined(LEVEL_BITALG)
INLINE lane_of_1 set_bits(lane value) { return (lane_of_1)_mm512_popcnt_epi8((__m512i)value); }
#else
INLINE lane_of_1 set_bits(lane value) {
    lane_words x = (lane_words)value;
    x -= (x >> 1) & 0x5555555555555555ull;
    x = (x & 0x3333333333333333ull) + ((x >> 2) & 0x3333333333333333ull);
    return (lane_of_1)((x + (x >> 4)) & 0x0f0f0f0f0f0f0f0full);
}
#endif

// Sums of bytes in lanes that hold those of 128 lanes: where there is an instruction for it, in lanes of four or eight bytes.

INLINE uint64_t sum_of_2(lane_of_2 sums) {
    return __builtin_reduce_add(((lane_of_4)sums & 0xffff) + ((lane_of_4)sums >> 16));
}

INLINE uint64_t sum_of_1(lane_of_1 sums) { return sum_of_2(((lane_of_2)sums & 0xff) + ((lane_of_2)sums >> 8)); }

#if defined(LEVEL_VNNI)
typedef lane_of_4 sums_of_bytes;
INLINE lane_of_4 add_bytes(lane_of_4 sums, lane_of_1 value) {
    return (lane_of_4)_mm512_dpbusd_epi32((__m512i)sums, (__m512i)value, _mm512_set1_epi8(1));
}
INLINE uint64_t total_of_bytes(lane_of_4 sums) { return __builtin_reduce_add(sums); }
#elif defined(LEVEL_AVX512)
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

// An LZ4 block decompressor for destinations in the first-level cache. Included by each `level_*.c` after `lanes.h`.
//
// Format: lz4/lz4, `doc/lz4_Block_format.md`. What it takes gives the bytes of LZ4_decompress_safe (tested). It keeps to the format's rules for
// the end of a block; the library keeps to them or not by the way it happens to take, and is asked about what is refused here. It never reads
// outside its source nor writes behind the destination's slack.
//
// What it does otherwise: bit planes are mostly runs, and most sequences of a block are short. An empty plane is one match of distance 1
// and hundreds or thousands of bytes, which the library copies 8 bytes at a time; here it is stored 64 at a time. A pattern of 2 to 15 bytes
// is repeated by one shuffle. One Zen 5 core, blocks of 2167 x 2070 uint16 powder frames: 0.44 ms a frame against liblz4's 0.57 where
// liblz4 has compressed them, at x86-64-v3 and above; 0.65 in plain C.

enum {
    lz4_shortest_length = 4,
    /// Behind literals that are not the last there are a distance, a token and five literals at least.
    lz4_behind_literals = 8,
    /// What the library wants to be left behind the length of a long match.
    lz4_behind_match = 4,
};

/// Adds the bytes that follow a length of 15; 0 when they do not end at `limit` or before, or the length passes `most`.
INLINE int lz4_read_length(const uint8_t **source, const uint8_t *limit, size_t *length, size_t most) {
    const uint8_t *place = *source;
    uint8_t byte;
    do {
        if (place >= limit) return 0;
        byte = *place++;
        *length += byte;
        if (*length > most) return 0;
    } while (byte == 255);
    *source = place;
    return 1;
}

INLINE void lz4_copy_16(uint8_t *destination, const uint8_t *source) {
    uint8_t bytes[16];
    memcpy(bytes, source, sizeof bytes);
    memcpy(destination, bytes, sizeof bytes);
}

#if defined(LEVEL_SCALAR)

/// The first 16 bytes of the pattern that the `distance` bytes at `source` begin.
INLINE void lz4_repeat(uint8_t *pattern, const uint8_t *source, size_t distance) {
    for (size_t byte = 0, from = 0; byte < 16; byte++) {
        pattern[byte] = source[from];
        if (++from == distance) from = 0;
    }
}

#else

static const uint8_t lz4_repeats[16][16] = {
    {0},
    {0},
    {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1},
    {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0},
    {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3},
    {0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0},
    {0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5, 0, 1, 2, 3},
    {0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0, 1},
    {0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2, 3, 4, 5, 6},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 1, 2, 3, 4},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 1, 2},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 0, 1},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0},
};

/// The first 16 bytes of the pattern that the `distance` bytes at `source` begin.
INLINE void lz4_repeat(uint8_t *pattern, const uint8_t *source, size_t distance) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)source);
    const __m128i places = _mm_loadu_si128((const __m128i *)lz4_repeats[distance]);
    _mm_storeu_si128((__m128i *)pattern, _mm_shuffle_epi8(bytes, places));
}

#endif

/// Copies `count` bytes from `distance` before; up to 63 more are written.
INLINE void lz4_copy_match(uint8_t *destination, size_t distance, size_t count) {
    const uint8_t *source = destination - distance;
    if (distance >= 16) {
        // Most matches are short; a wide load behind narrow stores would wait for them.
        lz4_copy_16(destination, source);
        lz4_copy_16(destination + 16, source + 16);
        if (count <= 32) return;
        if (distance >= 64) {
            for (size_t done = 32; done < count; done += 64) store_lane(destination + done, load_lane(source + done));
        } else {
            for (size_t done = 32; done < count; done += 16) lz4_copy_16(destination + done, source + done);
        }
        return;
    }
    uint8_t pattern[16];
    if (distance == 1) {
        const lane value = (lane){0} + *source;
        for (size_t done = 0; done < count; done += 64) store_lane(destination + done, value);
        return;
    }
    lz4_repeat(pattern, source, distance);
    const size_t step = 16 - 16 % distance;
    size_t done = 0;
    do {
        memcpy(destination + done, pattern, 16);
        done += step;
    } while (done < count);
}

static size_t lz4_block_expand(const uint8_t *source, size_t count, uint8_t *destination, size_t capacity) {
    const uint8_t *const end = source + count;
    uint8_t *place = destination, *const last = destination + capacity;
    while (source < end) {
        const unsigned token = *source++;
        size_t length = token >> 4;
        if (length == 15 && !lz4_read_length(&source, end, &length, capacity)) return FAISCEAU_LZ4_REFUSED;
        const size_t left = (size_t)(end - source), room = (size_t)(last - place);
        if (length > left || length > room) return FAISCEAU_LZ4_REFUSED;
        if (left >= length + 64) {
            size_t done = 0;
            do {
                store_lane(place + done, load_lane(source + done));
                done += 64;
            } while (done < length);
        } else {
            memcpy(place, source, length);
        }
        source += length;
        place += length;
        if (left - length < lz4_behind_literals || room - length < lz4_last_match)
            return source == end ? (size_t)(place - destination) : FAISCEAU_LZ4_REFUSED;
        const size_t distance = source[0] | (size_t)source[1] << 8;
        source += 2;
        if (distance == 0 || distance > (size_t)(place - destination)) return FAISCEAU_LZ4_REFUSED;
        length = token & 15;
        if (length == 15 && !lz4_read_length(&source, end - lz4_behind_match, &length, capacity)) return FAISCEAU_LZ4_REFUSED;
        length += lz4_shortest_length;
        if (length + lz4_last_literals > (size_t)(last - place)) return FAISCEAU_LZ4_REFUSED;
        lz4_copy_match(place, distance, length);
        place += length;
    }
    return FAISCEAU_LZ4_REFUSED;
}

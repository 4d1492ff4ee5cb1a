// An LZ4 block decompressor for destinations in the first-level cache. Included by each `level_*.c` after `lanes.h`.
//
// Format: lz4/lz4, `doc/lz4_Block_format.md`. Whatever LZ4_decompress_safe takes gives the same bytes here (tested), but for a distance of 0,
// which the format forbids and the library takes. The format's rules for the end of a block are not asked for: the library itself keeps
// them or not by the way it happens to take. It never reads outside its source nor writes behind the destination's slack.
//
// What it does otherwise: bit planes are mostly runs. An empty plane is one match of distance 1 and hundreds or thousands of bytes, which
// the library copies 8 bytes at a time; here it is stored 64 at a time.

enum { lz4_shortest_length = 4 };

/// Adds the bytes that follow a length of 15; 0 when they do not end within the source, or the length passes `most`.
INLINE int lz4_read_length(const uint8_t **source, const uint8_t *end, size_t *length, size_t most) {
    const uint8_t *place = *source;
    uint8_t byte;
    do {
        if (place >= end) return 0;
        byte = *place++;
        *length += byte;
        if (*length > most) return 0;
    } while (byte == 255);
    *source = place;
    return 1;
}

/// Copies `count` bytes from `distance` before; up to 63 more are written.
INLINE void lz4_copy_match(uint8_t *destination, size_t distance, size_t count) {
    const uint8_t *source = destination - distance;
    if (distance >= 64) {
        for (size_t done = 0; done < count; done += 64) store_lane(destination + done, load_lane(source + done));
        return;
    }
    if (distance == 1) {
        const lane value = (lane){0} + *source;
        for (size_t done = 0; done < count; done += 64) store_lane(destination + done, value);
        return;
    }
    if (distance >= 16) {
        for (size_t done = 0; done < count; done += 16) memcpy(destination + done, source + done, 16);
        return;
    }
    // A pattern shorter than 16: its first repetitions byte by byte, then in whole numbers of it.
    uint8_t pattern[32];
    for (size_t byte = 0; byte < 16 + distance; byte++) pattern[byte] = source[byte % distance];
    const size_t step = 16 - 16 % distance;
    for (size_t done = 0; done < count; done += step) memcpy(destination + done, pattern, 16);
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
            for (size_t done = 0; done < length; done += 64) store_lane(place + done, load_lane(source + done));
        } else {
            memcpy(place, source, length);
        }
        source += length;
        place += length;
        if (source == end) return (size_t)(place - destination);
        if (left - length < 2) return FAISCEAU_LZ4_REFUSED;
        const size_t distance = source[0] | (size_t)source[1] << 8;
        source += 2;
        if (distance == 0 || distance > (size_t)(place - destination)) return FAISCEAU_LZ4_REFUSED;
        length = token & 15;
        if (length == 15 && !lz4_read_length(&source, end, &length, capacity)) return FAISCEAU_LZ4_REFUSED;
        length += lz4_shortest_length;
        if (length > (size_t)(last - place)) return FAISCEAU_LZ4_REFUSED;
        lz4_copy_match(place, distance, length);
        place += length;
    }
    return FAISCEAU_LZ4_REFUSED;
}

#include "CReference.h"

#include <lz4.h>
#include <lz4hc.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

// The sanitizer watches what is tested; here it would only cost time.
#define PLAIN __attribute__((no_sanitize("address")))

enum { header_bytes = 12, usual_block_bytes = 8192 };

PLAIN static uint64_t big_endian(const uint8_t *bytes, int count) {
    uint64_t value = 0;
    for (int byte = 0; byte < count; byte++) value = value << 8 | bytes[byte];
    return value;
}

PLAIN static void store_big_endian(uint8_t *bytes, int count, uint64_t value) {
    for (int byte = count - 1; byte >= 0; byte--, value >>= 8) bytes[byte] = (uint8_t)value;
}

PLAIN static void shuffle(const uint8_t *elements, uint8_t *planes, size_t count, size_t size) {
    memset(planes, 0, count * size);
    for (size_t element = 0; element < count; element++)
        for (size_t bit = 0; bit < 8 * size; bit++)
            if (elements[element * size + bit / 8] >> (bit % 8) & 1)
                planes[bit * (count / 8) + element / 8] |= (uint8_t)(1u << (element % 8));
}

PLAIN static void unshuffle(const uint8_t *planes, uint8_t *elements, size_t count, size_t size) {
    memset(elements, 0, count * size);
    for (size_t bit = 0; bit < 8 * size; bit++)
        for (size_t byte = 0; byte < count / 8; byte++) {
            unsigned value = planes[bit * (count / 8) + byte];
            for (size_t element = 8 * byte; value; element++, value >>= 1)
                if (value & 1) elements[element * size + bit / 8] |= (uint8_t)(1u << (bit % 8));
        }
}

PLAIN static int has_distance_zero(const uint8_t *block, size_t count) {
    size_t place = 0;
    while (place < count) {
        const unsigned token = block[place++];
        size_t literals = token >> 4;
        if (literals == 15)
            for (uint8_t byte = 255; byte == 255 && place < count; literals += byte) byte = block[place++];
        if (literals > count - place || count - place - literals < 2) return 0;
        place += literals;
        if (block[place] == 0 && block[place + 1] == 0) return 1;
        place += 2;
        if ((token & 15) == 15)
            for (uint8_t byte = 255; byte == 255 && place < count;) byte = block[place++];
    }
    return 0;
}

/// 0 unless the block has just that many bytes.
PLAIN static int expand(
    reference_encoding encoding, const uint8_t *block, size_t length, uint8_t *bytes, size_t count, reference_verdict *verdict) {
    if (encoding == reference_bitshuffle_zstd) {
        static ZSTD_DCtx *context;
        if (!context) context = ZSTD_createDCtx();
        return context && ZSTD_decompressDCtx(context, bytes, count, block, length) == count;
    }
    if (LZ4_decompress_safe((const char *)block, (char *)bytes, (int)length, (int)count) != (int)count) return 0;
    if (has_distance_zero(block, length)) *verdict = reference_undetermined;
    return 1;
}

PLAIN static reference_result decode(
    reference_encoding encoding, const uint8_t *chunk, size_t length, uint8_t *pixels, size_t count, size_t size,
    uint8_t *planes) {
    reference_result result = {reference_refused, 0, 0};
    const size_t total = count * size;
    if (length < header_bytes || big_endian(chunk, 8) != total) return result;
    const uint64_t announced = big_endian(chunk + 8, 4);
    const int is_shuffled = encoding != reference_lz4;
    if (announced == 0 || (is_shuffled ? announced % (8 * size) != 0 : announced > INT32_MAX)) return result;
    const size_t left_over = is_shuffled ? count % 8 * size : 0;
    size_t place = header_bytes;
    reference_verdict verdict = reference_decoded;
    result.has_long_blocks = (announced < total - left_over ? announced : total - left_over) > usual_block_bytes;
    for (size_t done = 0; done < total - left_over; result.blocks++) {
        const size_t rest = total - left_over - done, bytes = rest < announced ? rest : (size_t)announced;
        if (length - place < 4) return result;
        const size_t stored = big_endian(chunk + place, 4);
        place += 4;
        if (stored == 0 || stored > length - place) return result;
        if (is_shuffled) {
            if (!expand(encoding, chunk + place, stored, planes, bytes, &verdict)) return result;
            unshuffle(planes, pixels + done, bytes / size, size);
        } else if (stored == bytes) {
            memcpy(pixels + done, chunk + place, bytes);
        } else if (!expand(encoding, chunk + place, stored, pixels + done, bytes, &verdict)) {
            return result;
        }
        place += stored;
        done += bytes;
    }
    if (length - place != left_over) return result;
    memcpy(pixels + total - left_over, chunk + place, left_over);
    result.verdict = verdict;
    return result;
}

reference_result reference_decode(
    reference_encoding encoding, const uint8_t *chunk, size_t length, uint8_t *pixels, size_t count, size_t size) {
    static uint8_t *planes;
    static size_t room;
    if (room < count * size) {
        free(planes);
        room = count * size;
        planes = malloc(room);
    }
    if (!planes) abort();
    return decode(encoding, chunk, length, pixels, count, size, planes);
}

PLAIN size_t reference_encode(
    reference_encoding encoding, int effort, size_t block_bytes, const uint8_t *pixels, size_t count, size_t size, uint8_t *chunk,
    size_t capacity) {
    const size_t total = count * size, left_over = count % 8 * size;
    static uint8_t planes[REFERENCE_LONGEST_BLOCK];
    if (capacity < header_bytes || block_bytes > sizeof planes || encoding == reference_lz4) return 0;
    store_big_endian(chunk, 8, total);
    store_big_endian(chunk + 8, 4, block_bytes);
    size_t place = header_bytes;
    for (size_t done = 0; done < total - left_over;) {
        const size_t rest = total - left_over - done, bytes = rest < block_bytes ? rest : block_bytes;
        if (capacity - place < 4) return 0;
        shuffle(pixels + done, planes, bytes / size, size);
        char *const room = (char *)chunk + place + 4;
        const int most = (int)(capacity - place - 4);
        size_t stored;
        if (encoding == reference_bitshuffle_zstd) {
            stored = ZSTD_compress(room, (size_t)most, planes, bytes, effort);
            if (ZSTD_isError(stored)) return 0;
        } else if (effort > 0) {
            stored = (size_t)LZ4_compress_HC((const char *)planes, room, (int)bytes, most, LZ4HC_CLEVEL_DEFAULT);
        } else {
            stored = (size_t)LZ4_compress_default((const char *)planes, room, (int)bytes, most);
        }
        if (stored == 0) return 0;
        store_big_endian(chunk + place, 4, stored);
        place += 4 + stored;
        done += bytes;
    }
    if (capacity - place < left_over) return 0;
    memcpy(chunk + place, pixels + total - left_over, left_over);
    return place + left_over;
}

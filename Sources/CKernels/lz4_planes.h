// An LZ4 block compressor for bit planes. Included by each `level_*.c` after `lanes.h`.
//
// Format: lz4/lz4, `doc/lz4_Block_format.md`. Every LZ4 decoder reads the result; the bytes differ from liblz4's.
//
// Planes of photon-counting frames are of three kinds, and each is searched as it deserves, 64 bytes at a time:
// * empty or constant stretches, and rows like the row before (dead pixels fill every plane): found by comparing with the byte
//   before and with the row before; one compare mask finds the start and mostly the length of the match;
// * noise, where nothing of 4 bytes repeats: passed over after those two compares;
// * sparse rows, where a hash table finds what occurred before; only bytes that are not zero are looked up, since a match that
//   begins with zeros is found from its first other byte, and extended backwards.
//
// Measured on one Zen 5 core with AVX-512, 2167 x 2070 Poisson frames, transposition included: 1.7 times as fast as the same
// transposition with LZ4_compress_fast on uint16 powder frames, 1.4 to 1.9 on sparse ones; size -0.3 to +2.6 %. Other bounds of the
// sparse search: 36 to 54 is a fifth faster and up to 3.2 % larger, 36 to 60 a tenth slower and 0.5 % smaller. Not taken: hashing
// every byte (a third slower), no hash at all (9 % larger on sparse frames). Against hdf5plugin: `Benchmarks/bench_codec.py`.

enum {
    lz4_shortest_match = 4,
    /// Hash matches are longer: a match of 4 saves one byte and costs decoder and encoder a sequence.
    lz4_shortest_hashed = 5,
    /// The hash is asked where so many of 64 bytes are zero; fewer are noise, more are left to the runs.
    lz4_sparse_from = 36,
    lz4_sparse_to = 58,
    /// The format's end rules: the last match begins 12 bytes before the end, the last 5 bytes are literals.
    lz4_last_match = 12,
    lz4_last_literals = 5,
};

INLINE uint64_t load_word(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/// How many bytes are the same, up to `end`; reads up to 63 bytes past it.
INLINE size_t match_length(const uint8_t *bytes, const uint8_t *earlier, const uint8_t *end) {
    const uint8_t *place = bytes;
    while (place < end) {
        const uint64_t differ = ~same_bytes(place, earlier);
        if (differ) {
            place += __builtin_ctzll(differ);
            break;
        }
        place += 64;
        earlier += 64;
    }
    return (size_t)((place < end ? place : end) - bytes);
}

/// What is left of a length that did not fit into its half of the token.
INLINE uint8_t *store_length(uint8_t *out, size_t rest) {
    for (; rest >= 255; rest -= 255) *out++ = 255;
    *out++ = (uint8_t)rest;
    return out;
}

/// Literals, then a match of `length` bytes at `offset` back. Copies whole lanes: reads and writes up to 63 bytes too many.
INLINE uint8_t *store_sequence(uint8_t *out, const uint8_t *literals, size_t count, size_t offset, size_t length) {
    const size_t extra = length - lz4_shortest_match;
    uint8_t *token = out++;
    *token = (uint8_t)((count < 15 ? count : 15) << 4 | (extra < 15 ? extra : 15));
    if (count < 15) {
        memcpy(out, literals, 16);
    } else {
        out = store_length(out, count - 15);
        for (size_t place = 0; place < count; place += 64) memcpy(out + place, literals + place, 64);
    }
    out += count;
    *out++ = (uint8_t)offset;
    *out++ = (uint8_t)(offset >> 8);
    return extra < 15 ? out : store_length(out, extra - 15);
}

/// The number of the lowest bit that is set; 64 when none is.
INLINE size_t first_bit(uint64_t mask) { return mask ? (size_t)__builtin_ctzll(mask) : 64; }

/// The starts of runs of at least 4 in a mask.
INLINE uint64_t runs_of_four(uint64_t mask) {
    mask &= mask >> 1;
    return mask & mask >> 2;
}

static size_t lz4_block_compress(
    faisceau_lz4_memory *memory, const uint8_t *source, size_t count, size_t row, uint8_t *destination) {
    uint8_t *out = destination;
    const uint8_t *anchor = source;
    if (count > lz4_last_match) {
        if (memory->base + count > UINT16_MAX || memory->base == 0) {
            memset(memory->position, 0, sizeof memory->position);
            memory->base = 1;
        }
        const size_t base = memory->base;
        memory->base += (uint32_t)count;
        const uint8_t *last_match = source + count - lz4_last_match;
        const uint8_t *end = source + count - lz4_last_literals;
        const uint8_t *place = source + 1;
        while (place <= last_match) {
            const uint64_t same = same_bytes(place, place - 1);
            const uint64_t same_row = (size_t)(place - source) >= row ? same_bytes(place, place - row) : 0;
            const uint64_t runs = runs_of_four(same), row_runs = runs_of_four(same_row);
            // Where a run of either kind begins; without one, the last 3 bytes are looked at again with the next window.
            const int run = (runs | row_runs) != 0;
            const unsigned start = run ? (unsigned)__builtin_ctzll(runs | row_runs) : 61;

            const uint64_t zeros = zero_bytes(place);
            const unsigned zero_count = (unsigned)__builtin_popcountll(zeros);
            if (zero_count - lz4_sparse_from <= lz4_sparse_to - lz4_sparse_from) {
                const uint8_t *found = 0;
                for (uint64_t rest = ~zeros & (((uint64_t)1 << start) - 1); rest; rest &= rest - 1) {
                    const uint8_t *byte = place + __builtin_ctzll(rest);
                    if (byte > last_match) break;
                    const uint64_t five = load_word(byte) << 24;
                    uint16_t *entry = &memory->position[five * 0x9E3779B185EBCA87ull >> 52];
                    const size_t earlier = *entry;
                    *entry = (uint16_t)(base + (size_t)(byte - source));
                    if (earlier < base || load_word(source + (earlier - base)) << 24 != five) continue;
                    const uint8_t *match = source + (earlier - base);
                    size_t length = lz4_shortest_hashed
                        + match_length(byte + lz4_shortest_hashed, match + lz4_shortest_hashed, end);
                    while (byte > anchor && match > source && byte[-1] == match[-1]) byte--, match--, length++;
                    out = store_sequence(out, anchor, (size_t)(byte - anchor), (size_t)(byte - match), length);
                    found = byte + length;
                    break;
                }
                if (found) {
                    place = anchor = found;
                    continue;
                }
            }

            place += start;
            if (!run || place > last_match) continue;
            // The longer of the two, as far as the masks show; a tie goes to the byte before, which decodes faster.
            const uint64_t ends = ~(same >> start), row_ends = ~(same_row >> start);
            const size_t byte_length = runs >> start & 1 ? first_bit(ends) : 0;
            const size_t row_length = row_runs >> start & 1 ? first_bit(row_ends) : 0;
            const size_t offset = row_length > byte_length ? row : 1;
            size_t length = row_length > byte_length ? row_length : byte_length;
            if (start + length >= 64) length = 64 - start + match_length(place + 64 - start, place + 64 - start - offset, end);
            if (length > (size_t)(end - place)) length = (size_t)(end - place);
            out = store_sequence(out, anchor, (size_t)(place - anchor), offset, length);
            place = anchor = place + length;
        }
    }
    const size_t left = (size_t)(source + count - anchor);
    *out++ = (uint8_t)((left < 15 ? left : 15) << 4);
    if (left >= 15) out = store_length(out, left - 15);
    memcpy(out, anchor, left);
    return (size_t)(out + left - destination);
}

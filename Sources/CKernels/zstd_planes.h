// A zstd compressor for bit planes. Included by each `level_*.c` after `lanes.h`.
//
// Format: RFC 8878. Every zstd decoder reads the result; the bytes differ from libzstd's.
//
// libzstd spends most of its time on what bit planes need not have measured: it looks for matches everywhere, counts every byte
// and builds a Huffman code and three state tables for each block of 8 KiB. Here each plane is taken for what it is:
// * constant (RLE block) or like the plane before (one match): most planes of a photon-counting frame;
// * dense noise: stored;
// * sparse noise: its bits are as good as independent, so one number, the share of ones, picks one of twelve Huffman codes that
//   were made beforehand, description and all. Long runs of equal bytes, and stretches like the plane before, are matches.
// Neighbouring planes with the same code share a block of the frame. Where a share p of independent bits are ones, a byte with k
// of them has a chance of p^k (1 - p)^(8 - k), so its code is about linear in k: literals of that share cost what they should
// even where their bits are not independent.
//
// Measured on one Zen 5 core with AVX-512, transposition included, against hdf5plugin 7.1.0 at level 1 (0.3 to 0.4 GB/s):
// 2167 x 2070 Poisson frames 5 to 9 GB/s and 4 to 15 % smaller; a recorded EIGER2 16M frame 19 GB/s and a third of the size; a
// recorded PILATUS3 6M frame 8 GB/s and 5 % smaller. Blocks of 32 KiB would be 4 % smaller still and a fifth slower. A shortest
// match of 8 to 16 makes 1 % of difference. Against hdf5plugin: `Benchmarks/bench_codec.py --encoding bszstd`.

#include "zstd_tables.h"

enum {
    /// Shorter ones cost more as a sequence than as literals of a bit or two each.
    zstd_shortest_match = 12,
    /// What is looked for in 64 bytes: of a match of 12, at least 6 lie on one side of a border.
    zstd_run_to_notice = 6,
    /// Bytes.
    zstd_shortest_plane = 64,
    /// Four streams decode faster, but take 6 bytes more.
    zstd_four_streams_from = 1024,
    /// In 1 / 256 bit: what a block of the frame costs besides its bytes.
    zstd_block_cost = 9 * 8 * 256,
};

INLINE uint8_t *store_3(uint8_t *out, uint32_t value) {
    for (int byte = 0; byte < 3; byte++) *out++ = (uint8_t)(value >> (8 * byte));
    return out;
}

typedef enum zstd_block_kind { zstd_block_raw, zstd_block_rle, zstd_block_compressed } zstd_block_kind;

/// The last block's mark is put in at the end.
INLINE uint8_t *store_block_header(uint8_t *out, zstd_block_kind kind, size_t size) {
    return store_3(out, (uint32_t)kind << 1 | (uint32_t)size << 3);
}

// MARK: bits, written forward and read backwards

typedef struct zstd_bits {
    uint64_t held;
    unsigned count;
    uint8_t *out;
} zstd_bits;

/// At most 56 bits between two calls of `flush_bits`.
INLINE void add_bits(zstd_bits *bits, uint64_t value, unsigned count) {
    bits->held |= value << bits->count;
    bits->count += count;
}

INLINE void flush_bits(zstd_bits *bits) {
    memcpy(bits->out, &bits->held, 8);
    bits->out += bits->count >> 3;
    bits->held >>= bits->count & ~7u;
    bits->count &= 7;
}

/// A one marks the end; returns the place behind the last byte.
INLINE uint8_t *finish_bits(zstd_bits *bits) {
    add_bits(bits, 1, 1);
    flush_bits(bits);
    return bits->out + (bits->count > 0);
}

// MARK: literals

/// One Huffman stream, from the last literal to the first.
INLINE uint8_t *store_stream(uint8_t *out, const uint8_t *literals, size_t count, const zstd_code *code) {
    zstd_bits bits = {0, 0, out};
    const uint8_t *place = literals + count;
    for (size_t rest = count % 4; rest > 0; rest--) {
        const uint32_t symbol = code->symbol[*--place];
        add_bits(&bits, symbol & 0xffff, symbol >> 16);
    }
    flush_bits(&bits);
    while (place > literals) {
        place -= 4;
        // Pairs are joined before they meet the bits held: a shorter chain of dependent instructions.
        const uint32_t a = code->symbol[place[3]], b = code->symbol[place[2]];
        const uint32_t c = code->symbol[place[1]], d = code->symbol[place[0]];
        const uint64_t ab = (a & 0xffff) | (uint64_t)(b & 0xffff) << (a >> 16);
        const uint64_t cd = (c & 0xffff) | (uint64_t)(d & 0xffff) << (c >> 16);
        const unsigned ab_count = (a >> 16) + (b >> 16), cd_count = (c >> 16) + (d >> 16);
        add_bits(&bits, ab | cd << ab_count, ab_count + cd_count);
        flush_bits(&bits);
    }
    return finish_bits(&bits);
}

INLINE uint8_t *store_raw_literals(uint8_t *out, const uint8_t *literals, size_t count) {
    if (count < 32) {
        *out++ = (uint8_t)(count << 3);
    } else if (count < 4096) {
        *out++ = (uint8_t)(1 << 2 | count << 4);
        *out++ = (uint8_t)(count >> 4);
    } else {
        out = store_3(out, (uint32_t)(3 << 2 | count << 4));
    }
    memcpy(out, literals, count);
    return out + count;
}

/// Null when that saves nothing; then the sizes might not fit their fields either.
INLINE uint8_t *store_coded_literals(
    uint8_t *out, const uint8_t *literals, size_t count, const zstd_code *code, int is_described) {
    const int four = count >= zstd_four_streams_from;
    uint8_t *header = out, *begin;
    // Sizes of 10, 14 or 18 bits each.
    const unsigned width = count < 1024 ? 10 : count < 16384 ? 14 : 18;
    begin = out += (4 + 2 * width) / 8;
    if (is_described) {
        memcpy(out, code->description, code->description_bytes);
        out += code->description_bytes;
    }
    if (!four) {
        out = store_stream(out, literals, count, code);
    } else {
        uint8_t *jumps = out;
        out += 6;
        const size_t quarter = (count + 3) / 4;
        for (size_t stream = 0; stream < 4; stream++) {
            uint8_t *start = out;
            out = store_stream(out, literals + stream * quarter, stream < 3 ? quarter : count - 3 * quarter, code);
            if (stream < 3) {
                jumps[2 * stream] = (uint8_t)(out - start);
                jumps[2 * stream + 1] = (uint8_t)((out - start) >> 8);
            }
        }
    }
    if ((size_t)(out - begin) >= count) return 0;
    const uint64_t format = !four ? 0 : width == 10 ? 1 : width == 14 ? 2 : 3;
    const uint64_t value = (is_described ? 2u : 3u) | format << 2 | (uint64_t)count << 4 | (uint64_t)(out - begin) << (4 + width);
    for (unsigned byte = 0; byte < (4 + 2 * width) / 8; byte++) header[byte] = (uint8_t)(value >> (8 * byte));
    return out;
}

// MARK: sequences

INLINE unsigned highest_bit(uint32_t value) { return 31 - (unsigned)__builtin_clz(value); }

/// RFC 8878, table 15: a code, and the bits that follow it.
INLINE unsigned literals_code(uint32_t count, unsigned *extra) {
    static const uint8_t code[64] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 16, 17, 17, 18, 18,
                                     19, 19, 20, 20, 20, 20, 21, 21, 21, 21, 22, 22, 22, 22, 22, 22, 22, 22, 23, 23, 23, 23,
                                     23, 23, 23, 23, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24, 24};
    static const uint8_t bits[25] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4};
    if (count >= 64) return (*extra = highest_bit(count)) + 19;
    *extra = bits[code[count]];
    return code[count];
}

/// RFC 8878, table 16; `length` less the format's shortest of 3.
INLINE unsigned match_code(uint32_t length, unsigned *extra) {
    static const uint8_t code[128] = {
         0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
        24, 25, 26, 27, 28, 29, 30, 31, 32, 32, 33, 33, 34, 34, 35, 35, 36, 36, 36, 36, 37, 37, 37, 37,
        38, 38, 38, 38, 38, 38, 38, 38, 39, 39, 39, 39, 39, 39, 39, 39, 40, 40, 40, 40, 40, 40, 40, 40,
        40, 40, 40, 40, 40, 40, 40, 40, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41, 41,
        42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42, 42,
        42, 42, 42, 42, 42, 42, 42, 42};
    static const uint8_t bits[43] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                                     0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5};
    if (length >= 128) return (*extra = highest_bit(length)) + 36;
    *extra = bits[code[length]];
    return code[length];
}

/// An offset as the format's number: 1 to 3 name an offset used lately, the rest are offset + 3 (RFC 8878, 3.1.1.5).
INLINE uint32_t offset_number(uint32_t recent[3], uint32_t offset, uint32_t literals) {
    unsigned place = 0;
    while (place < 3 && recent[place] != offset) place++;
    uint32_t number = offset + 3;
    // Without literals the first of the three stands for the second, and so on; the first itself has no name then.
    if (place < 3 && literals > 0) number = place + 1;
    else if (place == 1 || place == 2) number = place;
    else place = 2;
    for (; place > 0; place--) recent[place] = recent[place - 1];
    recent[0] = offset;
    return number;
}

INLINE uint32_t start_state(const zstd_states *states, unsigned symbol) {
    const zstd_step step = states->step[symbol];
    const unsigned bits = (step.bits + (1u << 15)) >> 16;
    return states->state[(int32_t)(((bits << 16) - step.bits) >> bits) + step.next];
}

INLINE void encode_symbol(zstd_bits *bits, const zstd_states *states, uint32_t *state, unsigned symbol) {
    const zstd_step step = states->step[symbol];
    const unsigned count = (*state + step.bits) >> 16;
    add_bits(bits, *state & ((1u << count) - 1), count);
    *state = states->state[(int32_t)(*state >> count) + step.next];
}

INLINE uint8_t *store_sequences(uint8_t *out, faisceau_zstd_memory *memory, size_t count, uint32_t recent[3]) {
    if (count < 128) {
        *out++ = (uint8_t)count;
    } else {
        *out++ = (uint8_t)(128 + (count >> 8));
        *out++ = (uint8_t)count;
    }
    if (count == 0) return out;
    const zstd_tables *tables = memory->tables;
    zstd_sequence *sequences = memory->sequence;
    // The offset before last names most: then one symbol stands for all, and costs nothing.
    int is_same = 1;
    for (size_t index = 0; index < count; index++) {
        sequences[index].offset = offset_number(recent, sequences[index].offset, sequences[index].literals);
        is_same &= highest_bit(sequences[index].offset) == highest_bit(sequences[0].offset);
    }
    *out++ = (uint8_t)(is_same ? 1 << 4 : 0);
    if (is_same) *out++ = (uint8_t)highest_bit(sequences[0].offset);
    zstd_bits bits = {0, 0, out};
    uint32_t lengths = 0, matches = 0, offsets = 0;
    for (size_t index = count; index-- > 0;) {
        const zstd_sequence sequence = sequences[index];
        unsigned literals_extra, match_extra;
        const unsigned literals = literals_code(sequence.literals, &literals_extra);
        const unsigned match = match_code(sequence.length - 3u, &match_extra);
        const unsigned offset = highest_bit(sequence.offset);
        if (index + 1 == count) {
            lengths = start_state(&tables->lengths, literals);
            matches = start_state(&tables->matches, match);
            offsets = is_same ? 0 : start_state(&tables->offsets, offset);
        } else {
            if (!is_same) encode_symbol(&bits, &tables->offsets, &offsets, offset);
            encode_symbol(&bits, &tables->matches, &matches, match);
            encode_symbol(&bits, &tables->lengths, &lengths, literals);
            flush_bits(&bits);
        }
        add_bits(&bits, sequence.literals & ((1u << literals_extra) - 1), literals_extra);
        add_bits(&bits, (sequence.length - 3u) & ((1u << match_extra) - 1), match_extra);
        flush_bits(&bits);
        add_bits(&bits, sequence.offset & ((1u << offset) - 1), offset);
        flush_bits(&bits);
    }
    add_bits(&bits, matches & 63, 6);
    if (!is_same) add_bits(&bits, offsets & 31, 5);
    add_bits(&bits, lengths & 63, 6);
    return finish_bits(&bits);
}

// MARK: planes

/// What is gathered for the next block of the frame.
typedef struct zstd_group {
    /// The planes that it holds.
    const uint8_t *begin;
    size_t bytes;
    /// Literals in `memory->literals`.
    size_t count;
    size_t sequences;
    /// Literals since the last sequence.
    uint32_t pending;
    /// The code of the literals, -1 to store them; any, as long as there are none.
    int code;
} zstd_group;

typedef struct zstd_frame {
    uint8_t *out;
    /// The header of the last block.
    uint8_t *last;
    uint32_t recent[3];
    /// The code that a decoder remembers, -1 when none was described.
    int code;
} zstd_frame;

INLINE uint8_t *store_raw_block(uint8_t *out, const uint8_t *bytes, size_t count) {
    out = store_block_header(out, zstd_block_raw, count);
    memcpy(out, bytes, count);
    return out + count;
}

INLINE void close_group(zstd_frame *frame, faisceau_zstd_memory *memory, zstd_group *group) {
    if (group->bytes == 0) return;
    uint8_t *header = frame->last = frame->out;
    const int is_coded = group->code >= 0 && group->count > 0;
    if (!is_coded && group->sequences == 0) {
        frame->out = store_raw_block(header, group->begin, group->bytes);
    } else {
        const zstd_frame before = *frame;
        uint8_t *out = 0;
        if (is_coded) {
            const zstd_tables *tables = memory->tables;
            out = store_coded_literals(
                header + 3, memory->literals, group->count, &tables->code[group->code], group->code != frame->code);
        }
        if (out) frame->code = group->code;
        else out = store_raw_literals(header + 3, memory->literals, group->count);
        frame->out = out = store_sequences(out, memory, group->sequences, frame->recent);
        const size_t size = (size_t)(out - header - 3);
        if (size < group->bytes) {
            store_block_header(header, zstd_block_compressed, size);
        } else {
            // Rare; and a block may not be longer than what it decodes to.
            *frame = before;
            frame->out = store_raw_block(header, group->begin, group->bytes);
        }
    }
    *group = (zstd_group){.begin = group->begin + group->bytes, .code = -1};
}

INLINE void add_literals(faisceau_zstd_memory *memory, zstd_group *group, const uint8_t *literals, size_t count) {
    uint8_t *end = memory->literals + group->count;
    for (size_t place = 0; place < count; place += 64) memcpy(end + place, literals + place, 64);
    group->count += count;
    group->pending += (uint32_t)count;
}

INLINE void add_sequence(faisceau_zstd_memory *memory, zstd_group *group, size_t offset, size_t length) {
    memory->sequence[group->sequences++] =
        (zstd_sequence){.literals = (uint16_t)group->pending, .length = (uint16_t)length, .offset = (uint32_t)offset};
    group->pending = 0;
}

/// Where six in a row begin.
INLINE uint64_t runs_of_six(uint64_t mask) {
    mask &= mask >> 1;
    return mask & mask >> 2 & mask >> 4;
}

/// Takes a row apart into literals and matches; `is_first` has no row before it.
INLINE void parse_row(
    faisceau_zstd_memory *memory, zstd_group *group, const uint8_t *line, size_t row, int is_first) {
    const uint8_t *end = line + row, *anchor = line;
    const uint8_t *place = is_first ? line + 1 : line;
    while (place < end) {
        const uint64_t same = same_bytes(place, place - 1);
        const uint64_t same_row = is_first ? 0 : same_bytes(place, place - row);
        const uint64_t runs = runs_of_six(same) | runs_of_six(same_row);
        if (!runs) {
            // The last five bytes are looked at again with the next window.
            place += 59;
            continue;
        }
        const unsigned start = (unsigned)__builtin_ctzll(runs);
        place += start;
        if (place >= end) break;
        // The longer of the two, as far as the masks show; a tie goes to the byte before.
        const size_t byte_length = first_bit(~(same >> start)), row_length = first_bit(~(same_row >> start));
        const size_t offset = row_length > byte_length ? row : 1;
        size_t length = row_length > byte_length ? row_length : byte_length;
        if (start + length >= 64) length = 64 - start + match_length(place + 64 - start, place + 64 - start - offset, end);
        if (length > (size_t)(end - place)) length = (size_t)(end - place);
        const uint8_t *next = place + length;
        while (place > anchor && place > line + is_first && place[-1] == place[-1 - (ptrdiff_t)offset]) place--, length++;
        if (length >= zstd_shortest_match) {
            add_literals(memory, group, anchor, (size_t)(place - anchor));
            add_sequence(memory, group, offset, length);
            anchor = next;
        }
        place = next;
    }
    add_literals(memory, group, anchor, (size_t)(end - anchor));
}

INLINE size_t count_ones(const uint8_t *bytes, size_t count) {
    size_t ones = 0, place = 0;
    for (; place + 8 <= count; place += 8) ones += (size_t)__builtin_popcountll(load_word(bytes + place));
    for (; place < count; place++) ones += (size_t)__builtin_popcount(bytes[place]);
    return ones;
}

/// The code that costs least for the literals of a row, given what the group before it has.
INLINE int choose_code(
    const faisceau_zstd_memory *memory, const zstd_frame *frame, const zstd_group *group, const uint8_t *literals, size_t count) {
    const zstd_tables *tables = memory->tables;
    const size_t share = (count_ones(literals, count) * (zstd_share_steps / 8) + count / 2) / count;
    const int has_code = group->count > 0;
    // Going on with the group's code costs nothing, another block of the frame something, a new code its description too.
    const int known = has_code && group->code >= 0 ? group->code : frame->code;
    const int best = tables->best[share];
    size_t least = count * 8 * 256 + (has_code && group->code < 0 ? 0 : zstd_block_cost);
    int chosen = -1;
    if (known >= 0) {
        const size_t cost = count * tables->code[known].cost[share] + (has_code && group->code == known ? 0 : zstd_block_cost);
        if (cost < least) least = cost, chosen = known;
    }
    if (best != known) {
        const size_t cost =
            count * tables->code[best].cost[share] + zstd_block_cost + tables->code[best].description_bytes * 8 * 256;
        if (cost < least) chosen = best;
    }
    return chosen;
}

INLINE int is_constant(const uint8_t *line, size_t row) { return match_length(line + 1, line, line + row) >= row - 1; }

/// Adds a plane to the group, or begins another one with it.
INLINE void add_row(
    zstd_frame *frame, faisceau_zstd_memory *memory, zstd_group *group, const uint8_t *line, size_t row, int is_first) {
    const zstd_group before = *group;
    parse_row(memory, group, line, row, is_first);
    const size_t added = group->count - before.count;
    if (added > 0) {
        const int code = choose_code(memory, frame, &before, memory->literals + before.count, added);
        if (before.count > 0 && code != before.code) {
            *group = before;
            close_group(frame, memory, group);
            parse_row(memory, group, line, row, is_first);
        }
        group->code = code;
    }
    group->bytes += row;
}

static size_t zstd_frame_compress(
    faisceau_zstd_memory *memory, const uint8_t *source, size_t count, size_t row, uint8_t *destination) {
    // Magic number; one segment, so that the content's size is the window's; the size in 1 or 2 bytes.
    uint8_t *out = destination;
    memcpy(out, "\x28\xb5\x2f\xfd", 4);
    out += 4;
    *out++ = count < 256 ? 0x20 : 0x60;
    const size_t size = count < 256 ? count : count - 256;
    *out++ = (uint8_t)size;
    if (count >= 256) *out++ = (uint8_t)(size >> 8);

    // Planes too short for a block each are taken as one.
    if (row < zstd_shortest_plane) row = count;
    zstd_frame frame = {out, out, {1, 4, 8}, -1};
    zstd_group group = {.begin = source, .code = -1};
    const uint8_t *end = source + count, *line = source;
    while (line < end) {
        const uint8_t *next = line;
        while (next < end && *next == *line && is_constant(next, row)) next += row;
        if (next > line) {
            close_group(&frame, memory, &group);
            frame.last = frame.out;
            frame.out = store_block_header(frame.out, zstd_block_rle, (size_t)(next - line));
            *frame.out++ = *line;
            group.begin = next;
        } else {
            while (line > source && next < end && match_length(next, next - row, next + row) >= row) next += row;
            if (next > line) {
                add_sequence(memory, &group, row, (size_t)(next - line));
                group.bytes += (size_t)(next - line);
            } else {
                add_row(&frame, memory, &group, line, row, line == source);
                next += row;
            }
        }
        line = next;
    }
    close_group(&frame, memory, &group);
    *frame.last |= 1;
    return (size_t)(frame.out - destination);
}

// Made once a process: see `zstd_tables.h`.
#include "zstd_tables.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/// The shares of ones, in 1 / 128, that a code is made for. Below the first, runs of zeros are matches; above the last, a code
/// saves less than a twentieth, and the bytes are stored.
static const uint8_t shares[zstd_code_count] = {2, 4, 6, 8, 11, 14, 18, 22, 27, 32, 38, 45};

static unsigned ones(unsigned byte) { return (unsigned)__builtin_popcount(byte); }

/// Bytes with most ones first: from the rarest to the most frequent, as every share is below one half.
static void sort_by_frequency(uint8_t order[256]) {
    size_t place = 0;
    for (int count = 8; count >= 0; count--)
        for (unsigned byte = 256; byte-- > 0;)
            if ((int)ones(byte) == count) order[place++] = (uint8_t)byte;
}

/// Lengths of an optimal prefix code by the two-queue method (van Leeuwen 1976); returns the longest.
static unsigned code_lengths(const uint64_t weight[256], const uint8_t order[256], uint8_t length[256]) {
    uint64_t inner[255];
    uint16_t parent[511];
    size_t leaf = 0, node = 0;
    for (size_t made = 0; made < 255; made++) {
        uint64_t sum = 0;
        for (int child = 0; child < 2; child++) {
            const int takes_leaf = leaf < 256 && (node >= made || weight[order[leaf]] <= inner[node]);
            const size_t taken = takes_leaf ? leaf : 256 + node;
            sum += takes_leaf ? weight[order[leaf]] : inner[node];
            parent[taken] = (uint16_t)made;
            if (takes_leaf) leaf++;
            else node++;
        }
        inner[made] = sum;
    }
    uint8_t depth[255];
    depth[254] = 0;
    for (size_t node = 254; node-- > 0;) depth[node] = (uint8_t)(depth[parent[256 + node]] + 1);
    unsigned longest = 0;
    for (size_t leaf = 0; leaf < 256; leaf++) {
        length[order[leaf]] = (uint8_t)(depth[parent[leaf]] + 1);
        if (length[order[leaf]] > longest) longest = length[order[leaf]];
    }
    return longest;
}

/// Frequencies are powers of share and rest, exact in 56 bits; the rarest are raised until no code is too long.
static void limited_lengths(unsigned share, const uint8_t order[256], uint8_t length[256]) {
    uint64_t weight[256];
    for (unsigned byte = 0; byte < 256; byte++) {
        weight[byte] = 1;
        for (unsigned bit = 0; bit < 8; bit++) weight[byte] *= bit < ones(byte) ? share : zstd_share_steps - share;
    }
    for (uint64_t least = 1; code_lengths(weight, order, length) > zstd_longest_code; least *= 2)
        for (unsigned byte = 0; byte < 256; byte++)
            if (weight[byte] < least) weight[byte] = least;
}

// MARK: finite state entropy

/// `share` sums to 2^log; -1 stands for less than one.
static void make_states(zstd_states *states, const int8_t *share, unsigned symbols, unsigned log) {
    const unsigned size = 1u << log;
    uint8_t symbol_at[64];
    unsigned first[65] = {0}, high = size;
    for (unsigned symbol = 0; symbol < symbols; symbol++) {
        first[symbol + 1] = first[symbol] + (unsigned)(share[symbol] < 0 ? 1 : share[symbol]);
        if (share[symbol] < 0) symbol_at[--high] = (uint8_t)symbol;
    }
    unsigned place = 0;
    for (unsigned symbol = 0; symbol < symbols; symbol++)
        for (int copy = 0; copy < share[symbol]; copy++) {
            symbol_at[place] = (uint8_t)symbol;
            do place = (place + (size >> 1) + (size >> 3) + 3) & (size - 1);
            while (place >= high);
        }
    unsigned next[64];
    memcpy(next, first, sizeof next);
    for (unsigned slot = 0; slot < size; slot++) states->state[next[symbol_at[slot]]++] = (uint16_t)(size + slot);
    for (unsigned symbol = 0; symbol < symbols; symbol++) {
        const int count = share[symbol] < 0 ? 1 : share[symbol];
        // A symbol without a share is never encoded.
        if (count == 0) continue;
        const unsigned most = count == 1 ? log : log - (31 - (unsigned)__builtin_clz((unsigned)count - 1));
        states->step[symbol].bits = (most << 16) - ((unsigned)count << most);
        states->step[symbol].next = (int32_t)first[symbol] - count;
    }
    states->log = log;
}

typedef struct writer {
    uint8_t *bytes;
    size_t bits;
} writer;

static void put(writer *writer, uint32_t value, unsigned count) {
    for (unsigned bit = 0; bit < count; bit++, writer->bits++) {
        if (writer->bits % 8 == 0) writer->bytes[writer->bits / 8] = 0;
        writer->bytes[writer->bits / 8] |= (uint8_t)((value >> bit & 1) << writer->bits % 8);
    }
}

/// The distribution as RFC 8878, 4.1.1 writes it.
static void put_shares(writer *writer, const int8_t *share, unsigned symbols, unsigned log) {
    put(writer, log - 5, 4);
    int remaining = (1 << log) + 1, threshold = 1 << log;
    unsigned width = log + 1;
    for (unsigned symbol = 0; symbol < symbols && remaining > 1;) {
        const int most = 2 * threshold - 1 - remaining;
        int value = share[symbol] + 1;
        remaining -= share[symbol] < 0 ? 1 : share[symbol];
        const int is_short = value < most;
        if (value >= threshold) value += most;
        put(writer, (uint32_t)value, width - (unsigned)is_short);
        for (; remaining < threshold; threshold >>= 1) width--;
        if (share[symbol++] != 0) continue;
        unsigned zeros = 0;
        while (symbol + zeros < symbols && share[symbol + zeros] == 0) zeros++;
        symbol += zeros;
        for (; zeros >= 3; zeros -= 3) put(writer, 3, 2);
        put(writer, zeros, 2);
    }
}

static void encode(const zstd_states *states, uint32_t *state, unsigned symbol, writer *writer) {
    const zstd_step step = states->step[symbol];
    const unsigned bits = (*state + step.bits) >> 16;
    put(writer, *state & ((1u << bits) - 1), bits);
    *state = states->state[(int32_t)(*state >> bits) + step.next];
}

static uint32_t first_state(const zstd_states *states, unsigned symbol) {
    const zstd_step step = states->step[symbol];
    const unsigned bits = (step.bits + (1u << 15)) >> 16;
    return states->state[(int32_t)(((bits << 16) - step.bits) >> bits) + step.next];
}

// MARK: the description of a Huffman code

/// The weights of bytes 0 to 254 by finite state entropy with two states in turn; that of byte 255 follows from the others.
static size_t describe(const uint8_t length[256], unsigned longest, uint8_t *description) {
    enum { count = 255, log = 6, symbols = zstd_longest_code + 1 };
    uint8_t weight[count];
    unsigned occurs[symbols] = {0};
    for (unsigned byte = 0; byte < count; byte++) occurs[weight[byte] = (uint8_t)(longest + 1 - length[byte])]++;
    int8_t share[symbols];
    unsigned used = 0;
    int total = 0;
    for (unsigned symbol = 0; symbol < symbols; symbol++) {
        share[symbol] = (int8_t)((occurs[symbol] << log) / count);
        if (occurs[symbol] > 0 && share[symbol] == 0) share[symbol] = 1;
        total += share[symbol];
        if (share[symbol] > 0) used = symbol + 1;
    }
    // Rounding is made up for by the most frequent.
    for (; total != 1 << log; total += total < 1 << log ? 1 : -1) {
        unsigned most = 0;
        for (unsigned symbol = 0; symbol < symbols; symbol++)
            if (share[symbol] > share[most]) most = symbol;
        share[most] += total < 1 << log ? 1 : -1;
    }
    zstd_states states;
    make_states(&states, share, used, log);
    writer writer = {description + 1, 0};
    put_shares(&writer, share, used, log);
    writer.bits = (writer.bits + 7) / 8 * 8;
    // From the last weight to the first, since a decoder reads backwards; an odd count ends with the first state.
    uint32_t one = first_state(&states, weight[count - 1]), other = first_state(&states, weight[count - 2]);
    for (int place = count - 3, turn = 0; place >= 0; place--, turn++)
        encode(&states, turn % 2 == 0 ? &one : &other, weight[place], &writer);
    put(&writer, other & ((1 << log) - 1), log);
    put(&writer, one & ((1 << log) - 1), log);
    put(&writer, 1, 1);
    description[0] = (uint8_t)((writer.bits + 7) / 8);
    return 1 + description[0];
}

static void make_code(zstd_code *code, unsigned share, const uint8_t order[256]) {
    uint8_t length[256];
    limited_lengths(share, order, length);
    unsigned longest = 0, occurs[zstd_longest_code + 1] = {0};
    for (unsigned byte = 0; byte < 256; byte++) {
        occurs[length[byte]]++;
        if (length[byte] > longest) longest = length[byte];
    }
    // The longest codes begin at zero (RFC 8878, 4.2.1.3).
    unsigned next[zstd_longest_code + 1], value = 0;
    for (unsigned bits = longest; bits > 0; bits--) {
        next[bits] = value;
        value = (value + occurs[bits]) >> 1;
    }
    double mean[9] = {0};
    static const double bytes_with_ones[9] = {1, 8, 28, 56, 70, 56, 28, 8, 1};
    for (unsigned byte = 0; byte < 256; byte++) {
        code->symbol[byte] = next[length[byte]]++ | (uint32_t)length[byte] << 16;
        mean[ones(byte)] += length[byte] / bytes_with_ones[ones(byte)];
    }
    for (unsigned step = 0; step <= zstd_share_steps; step++) {
        const double share = (double)step / zstd_share_steps;
        double cost = 0;
        for (unsigned count = 0; count <= 8; count++) {
            double part = bytes_with_ones[count];
            for (unsigned bit = 0; bit < 8; bit++) part *= bit < count ? share : 1 - share;
            cost += part * mean[count];
        }
        code->cost[step] = (uint16_t)(256 * cost + 0.5);
    }
    code->description_bytes = describe(length, longest, code->description);
}

static zstd_tables tables;

static void make_tables(void) {
    uint8_t order[256];
    sort_by_frequency(order);
    for (unsigned code = 0; code < zstd_code_count; code++) make_code(&tables.code[code], shares[code], order);
    for (unsigned step = 0; step <= zstd_share_steps; step++)
        for (unsigned code = 1; code < zstd_code_count; code++)
            if (tables.code[code].cost[step] < tables.code[tables.best[step]].cost[step]) tables.best[step] = (uint8_t)code;
    // RFC 8878, 3.1.1.3.2.2.
    static const int8_t lengths[zstd_lengths_codes] = {4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2,
                                                       2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1};
    static const int8_t matches[zstd_matches_codes] = {1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                                       1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                                       1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1};
    static const int8_t offsets[zstd_offsets_codes] = {1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1,
                                                       1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1};
    make_states(&tables.lengths, lengths, zstd_lengths_codes, 6);
    make_states(&tables.matches, matches, zstd_matches_codes, 6);
    make_states(&tables.offsets, offsets, zstd_offsets_codes, 5);
}

faisceau_zstd_memory *faisceau_zstd_memory_make(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_tables);
    faisceau_zstd_memory *memory = malloc(sizeof *memory);
    if (memory) memory->tables = &tables;
    return memory;
}

void faisceau_zstd_memory_free(faisceau_zstd_memory *memory) { free(memory); }

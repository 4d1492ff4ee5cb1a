// What the zstd writer for bit planes (`zstd_planes.h`) looks up; the same at every instruction level, made once.
#pragma once

#include "CKernels.h"

enum {
    /// Huffman codes for bytes of independent bits, each for one share of ones.
    zstd_code_count = 12,
    /// The format's longest Huffman code for literals.
    zstd_longest_code = 11,
    /// Shares of ones are told apart in steps of 1 / 128.
    zstd_share_steps = 128,
    zstd_lengths_codes = 36,
    zstd_matches_codes = 53,
    zstd_offsets_codes = 29,
};

typedef struct zstd_code {
    /// Low 16 bits: the code; the rest: its length.
    uint32_t symbol[256];
    /// The code as the format describes it to a decoder (RFC 8878, 4.2.1).
    uint8_t description[128];
    size_t description_bytes;
    /// What a byte costs on average where that share of the bits are ones, in 1 / 256 bit.
    uint16_t cost[zstd_share_steps + 1];
} zstd_code;

/// How a symbol moves the state of a finite state entropy encoder.
typedef struct zstd_step {
    uint32_t bits;
    int32_t next;
} zstd_step;

/// A finite state entropy encoder (RFC 8878, 4.1; Duda, arXiv:1311.2540): `state` has 2^log entries.
typedef struct zstd_states {
    unsigned log;
    uint16_t state[64];
    zstd_step step[64];
} zstd_states;

typedef struct zstd_tables {
    zstd_code code[zstd_code_count];
    /// The code that costs least where that share of the bits are ones.
    uint8_t best[zstd_share_steps + 1];
    /// Of literal lengths, match lengths and offsets, by the format's predefined distributions.
    zstd_states lengths, matches, offsets;
} zstd_tables;

typedef struct zstd_sequence {
    uint16_t literals, length;
    /// Bytes back; in its second life the format's number for it.
    uint32_t offset;
} zstd_sequence;

struct faisceau_zstd_memory {
    const zstd_tables *tables;
    uint8_t literals[FAISCEAU_ZSTD_LONGEST_SOURCE + 64];
    /// Matches have 12 bytes or more.
    zstd_sequence sequence[FAISCEAU_ZSTD_LONGEST_SOURCE / 12 + 1];
};

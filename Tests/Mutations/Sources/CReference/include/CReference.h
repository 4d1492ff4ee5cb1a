/// What mutated chunks are held against, memory that ends where a buffer ends, and last words.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum reference_encoding {
    reference_bitshuffle_lz4,
    reference_bitshuffle_zstd,
    reference_lz4,
} reference_encoding;

typedef enum reference_verdict {
    reference_refused,
    reference_decoded,
    /// Decoded, but a match has distance 0: the library copies what happens to be there.
    reference_undetermined,
} reference_verdict;

typedef struct reference_result {
    reference_verdict verdict;
    /// Blocks that decoded before the chunk was refused, or all of them.
    size_t blocks;
    /// Whether a block has more than 8192 bytes, where the chunk has a header at all.
    int has_long_blocks;
} reference_result;

/// Decodes a chunk in the plainest way, by liblz4, libzstd and a loop over bits, into `count` pixels of `size` bytes.
reference_result reference_decode(
    reference_encoding encoding, const uint8_t *_Nonnull chunk, size_t length, uint8_t *_Nonnull pixels, size_t count,
    size_t size);

/// The longest blocks that `reference_encode` makes.
#define REFERENCE_LONGEST_BLOCK 16384

/// A bitshuffle chunk whose blocks liblz4 or libzstd made; `effort` above 0: LZ4 by the slow compressor, or the level of zstd. Returns its
/// length, or 0.
size_t reference_encode(
    reference_encoding encoding, int effort, size_t block_bytes, const uint8_t *_Nonnull pixels, size_t count, size_t size,
    uint8_t *_Nonnull chunk, size_t capacity);

/// Memory for a buffer of at most so many bytes: behind it is a page that nobody may touch, the libraries included; in front of it the sanitizer
/// watches. Null without memory; never freed.
typedef struct guarded_memory guarded_memory;
guarded_memory *_Nullable guarded_memory_make(size_t most);
/// The last `count` bytes of it, at most so many as it was made for.
uint8_t *_Nonnull guarded_memory_place(guarded_memory *_Nonnull memory, size_t count);

/// What is said on stderr if the process dies by the sanitizer, by a trap, or because a case takes more than `seconds` of processor time.
void last_words_install(void);
void last_words_set(const char *_Nonnull kind, uint64_t seed, uint64_t number, unsigned seconds);

/// Processor time of this process, in nanoseconds.
uint64_t processor_time_ns(void);

/// Kernels: one generic body, one build per instruction level, one table per level. Callers check sizes; the functions trust
/// them.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef enum faisceau_level {
    faisceau_level_scalar = 0,
    faisceau_level_v2 = 1,
    faisceau_level_v3 = 2,
    faisceau_level_v4 = 3,
    faisceau_level_v4x = 4,
} faisceau_level;

/// Bytes that `lz4_block_compress` may read past the end of its source and write past the end of its result: both buffers have
/// this much room behind them.
#define FAISCEAU_LZ4_SLACK 64
#define FAISCEAU_LZ4_REFUSED SIZE_MAX
/// The longest source of `lz4_block_compress`: positions are 16 bits.
#define FAISCEAU_LZ4_LONGEST_SOURCE 32768

/// What `lz4_block_compress` remembers from block to block: positions are counted on, so that old entries need no erasing.
/// All zero at the start; one per thread.
typedef struct faisceau_lz4_memory {
    uint16_t position[4096];
    uint32_t base;
} faisceau_lz4_memory;

/// What `zstd_frame_compress` works with; one per thread.
typedef struct faisceau_zstd_memory faisceau_zstd_memory;

/// Null without memory. The first call of a process makes the tables that all share: some milliseconds.
faisceau_zstd_memory *_Nullable faisceau_zstd_memory_make(void);
void faisceau_zstd_memory_free(faisceau_zstd_memory *_Nullable memory);

/// The longest source of `zstd_frame_compress`.
#define FAISCEAU_ZSTD_LONGEST_SOURCE 32768
/// The most bytes that a frame is longer than its source.
#define FAISCEAU_ZSTD_SURPLUS 256

/// Frames that `add_frames` takes together.
#define FAISCEAU_LANE_FRAMES 16
/// What `add_frame` counts in the bits from here on: pixels that are zero. Below it is their signal.
#define FAISCEAU_ZEROS_SHIFT 40

/// One bin of sixteen frames: sum of the values, and number of pixels that are zero (their Poisson variance is taken as 1).
typedef struct faisceau_lane_sums {
    uint32_t signal[FAISCEAU_LANE_FRAMES];
    uint32_t zeros[FAISCEAU_LANE_FRAMES];
} faisceau_lane_sums;

typedef struct faisceau_kernel_table {
    /// Bit planes of `count` elements (a multiple of 8) of 1, 2, 4 or 8 bytes: 8 * element_size rows of count / 8 bytes; row k
    /// holds bit (k mod 8) of byte (k div 8) of each element, element i in bit (i mod 8) of byte (i div 8).
    void (*_Nonnull bit_shuffle)(
        const uint8_t *_Nonnull elements, uint8_t *_Nonnull planes, size_t count, size_t element_size);
    /// The inverse.
    void (*_Nonnull bit_unshuffle)(
        const uint8_t *_Nonnull planes, uint8_t *_Nonnull elements, size_t count, size_t element_size);
    /// A valid LZ4 block of `count` bytes of bit planes whose rows have `row` bytes; returns its length, at most
    /// count + count / 255 + 16.
    size_t (*_Nonnull lz4_block_compress)(
        faisceau_lz4_memory *_Nonnull memory, const uint8_t *_Nonnull source, size_t count, size_t row,
        uint8_t *_Nonnull destination);
    /// Decompresses an LZ4 block of `count` bytes; returns the length of the result, at most `capacity`, or FAISCEAU_LZ4_REFUSED for
    /// bytes that are no such block. Safe on any bytes; may write FAISCEAU_LZ4_SLACK bytes behind `capacity`.
    size_t (*_Nonnull lz4_block_expand)(
        const uint8_t *_Nonnull source, size_t count, uint8_t *_Nonnull destination, size_t capacity);
    /// The same planes as one zstd frame, without a checksum; returns its length, at most count + FAISCEAU_ZSTD_SURPLUS. Reads
    /// up to FAISCEAU_LZ4_SLACK bytes behind the source, and may write up to `count` bytes behind the longest result.
    size_t (*_Nonnull zstd_frame_compress)(
        faisceau_zstd_memory *_Nonnull memory, const uint8_t *_Nonnull source, size_t count, size_t row,
        uint8_t *_Nonnull destination);
    /// The same for elements whose bit is set in `valid` (in the order of a plane: element i in bit (i mod 8) of byte (i div 8)); the
    /// others become 0.
    void (*_Nonnull bit_unshuffle_valid)(
        const uint8_t *_Nonnull planes, const uint8_t *_Nonnull valid, uint8_t *_Nonnull elements, size_t count,
        size_t element_size);
    /// Adds `count` pixels of each of sixteen frames, unsigned, 1, 2 or 4 bytes, frame k at `pixels` + k * `stride`, to the bins of
    /// the pixels. The caller sees to it that no sum passes 32 bits.
    void (*_Nonnull add_frames)(
        const uint8_t *_Nonnull pixels, size_t stride, size_t count, size_t size, const uint16_t *_Nonnull bins,
        faisceau_lane_sums *_Nonnull sums);
    /// Adds `count` pixels of one frame to four histograms of `stride` words; a bin's sums are those of all four. The caller sees to
    /// it that neither part of a word passes its bits.
    void (*_Nonnull add_frame)(
        const uint8_t *_Nonnull pixels, size_t count, size_t size, const uint16_t *_Nonnull bins, size_t stride,
        uint64_t *_Nonnull sums);
    /// The largest of `count` unsigned values of 1, 2 or 4 bytes; 0 without values.
    uint32_t (*_Nonnull largest_value)(const uint8_t *_Nonnull pixels, size_t count, size_t size);
} faisceau_kernel_table;

/// The functions of a level; null when this processor lacks it.
const faisceau_kernel_table *_Nullable faisceau_kernels(faisceau_level level);

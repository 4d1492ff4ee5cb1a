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
/// Bins that `carry_lanes` takes at once: lanes are allocated in multiples of it.
#define FAISCEAU_CARRY_BINS 16
/// Histograms of `add_frame` for bins of 2 bytes; one for bins of 4.
#define FAISCEAU_HISTOGRAMS 4
/// What `add_frame` counts in the bits from here on: pixels that are zero. Below it is their signal.
#define FAISCEAU_ZEROS_SHIFT 40

/// One bin of sixteen frames: sum of the values, and number of pixels that are zero (their Poisson variance is taken as 1).
typedef struct faisceau_lane_sums {
    uint32_t signal[FAISCEAU_LANE_FRAMES];
    uint32_t zeros[FAISCEAU_LANE_FRAMES];
} faisceau_lane_sums;

/// What the variance of a pixel is: nothing, its counts but at least 1, its counts.
typedef enum faisceau_variance {
    faisceau_variance_none = 0,
    faisceau_variance_poisson = 1,
    faisceau_variance_exact = 2,
} faisceau_variance;

/// Which share of each pixel goes to which bin: the entries of pixel p are `offsets[p]` to `offsets[p + 1]`.
typedef struct faisceau_shares {
    const uint32_t *_Nonnull offsets;
    const uint32_t *_Nonnull bins;
    const float *_Nonnull weights;
} faisceau_shares;

/// One bin of sixteen frames whose pixels are shared: sums of share x value and of share^2 x variance.
typedef struct faisceau_split_lanes {
    double signal[FAISCEAU_LANE_FRAMES];
    double variance[FAISCEAU_LANE_FRAMES];
} faisceau_split_lanes;

/// What is known of a block's pixels from decoding them; nothing unless `is_made`.
typedef struct faisceau_block_scan {
    uint64_t sum;
    /// Pixels that are not 0.
    uint64_t occupied;
    uint32_t largest;
    int is_made;
} faisceau_block_scan;

/// What a frame's pixels come to; all 0 at the start, `least` UINT32_MAX.
typedef struct faisceau_frame_statistics {
    uint64_t sum;
    /// Pixels that are 0, those that the static mask excludes among them.
    uint64_t zeros;
    /// Values above the limit: in no other number.
    uint64_t excluded;
    uint64_t saturated;
    /// The smallest value above 0, less 1: as unsigned integers, a zero is the largest then.
    uint32_t least;
    uint32_t largest;
} faisceau_frame_statistics;

/// The most pixels of a run: sums of it in 32 bits are right for pixels of 16.
#define FAISCEAU_REGION_RUN 2048

/// Pixels of a region that follow one another in the frame.
typedef struct faisceau_region_run {
    uint32_t first, count;
    uint32_t region;
} faisceau_region_run;

/// What a region's pixels come to; all 0 at the start.
typedef struct faisceau_region_sums {
    uint64_t sum;
    uint32_t largest;
    /// Pixels that only this frame excludes. The kernels do not touch it.
    uint32_t excluded;
} faisceau_region_sums;

/// A frame of `slow` rows of `fast` pixels, of which squares of `factor` x `factor` become one; those at the far ends may be cut.
typedef struct faisceau_preview_grid {
    size_t slow, fast, factor;
} faisceau_preview_grid;

typedef enum faisceau_pixel_type {
    faisceau_pixel_uint8,
    faisceau_pixel_int8,
    faisceau_pixel_uint16,
    faisceau_pixel_int16,
    faisceau_pixel_uint32,
    faisceau_pixel_int32,
    faisceau_pixel_uint64,
    faisceau_pixel_int64,
    faisceau_pixel_float32,
    faisceau_pixel_float64,
} faisceau_pixel_type;

/// What is done to pixels before they are summed; arrays begin at the first of these pixels, and may be null.
typedef struct faisceau_corrections {
    const double *_Nullable norm;
    const double *_Nullable dark;
    const double *_Nullable dark_variance;
    /// Used with `faisceau_variance_none`.
    const double *_Nullable variance;
    /// Of the whole frame; multiplies the norm.
    double factor;
    faisceau_variance model;
} faisceau_corrections;

/// Corrected pixels; the signal of what is no measurement is NaN.
typedef struct faisceau_corrected {
    double *_Nonnull signal;
    double *_Nonnull norm;
    double *_Nonnull variance;
} faisceau_corrected;

/// With c the share, of one bin: sums of c signal, c norm, c, c^2 variance, c^2 norm^2, and around a mean of the bin: of
/// c^2 (signal - norm mean)^2 and of c^2 norm (signal - norm mean). A cache line.
typedef struct faisceau_pixel_sums {
    double signal, norm, count, variance, norm2, spread, cross, unused;
} faisceau_pixel_sums;

/// What a bin's sums are taken around, and how far from it signal / norm of a pixel may be.
typedef struct faisceau_bin_limits {
    double mean, farthest;
} faisceau_bin_limits;

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
    /// the pixels, which are numbers of `bin_size` 2 or 4 bytes. With 2 bytes odd pixels go to another table, `table` bins behind `sums`; a
    /// bin's sums are those of both. The caller sees to it that no sum passes 32 bits.
    void (*_Nonnull add_frames)(
        const uint8_t *_Nonnull pixels, size_t stride, size_t count, size_t size, const void *_Nonnull bins, size_t bin_size,
        faisceau_lane_sums *_Nonnull sums, size_t table);
    /// Adds `count` pixels of one frame to FAISCEAU_HISTOGRAMS histograms of `stride` words, one histogram where bins have 4 bytes; a
    /// bin's sums are those of all of them. The caller sees to it that neither part of a word passes its bits.
    void (*_Nonnull add_frame)(
        const uint8_t *_Nonnull pixels, size_t count, size_t size, const void *_Nonnull bins, size_t bin_size, size_t stride,
        uint64_t *_Nonnull sums);
    /// The largest of `count` unsigned values of 1, 2 or 4 bytes; 0 without values.
    uint32_t (*_Nonnull largest_value)(const uint8_t *_Nonnull pixels, size_t count, size_t size);
    /// Takes values above `limit` out of a block: sets their pixels to 0, writes their places in the block and what they were, and
    /// returns how many there were. There is room for `count` of them.
    size_t (*_Nonnull take_above)(
        uint8_t *_Nonnull pixels, size_t count, size_t size, uint32_t limit, uint32_t *_Nonnull places,
        uint32_t *_Nonnull values);
    /// Writes the sums of `count` bins (a multiple of FAISCEAU_CARRY_BINS) of frame k to `signal` and `zeros` + k * `stride`, and
    /// clears the lanes.
    void (*_Nonnull carry_lanes)(
        faisceau_lane_sums *_Nonnull lanes, size_t count, uint64_t *_Nonnull signal, uint64_t *_Nonnull zeros, size_t stride);
    /// Adds the histograms' first `count` bins to `signal` and `zeros`, and clears all `stride` words of each.
    void (*_Nonnull carry_histograms)(
        uint64_t *_Nonnull sums, size_t histograms, size_t stride, size_t count, uint64_t *_Nonnull signal,
        uint64_t *_Nonnull zeros);
    /// As `add_frames`, for pixels that are shared by bins; the block's first pixel is number `first` of the matrix. With
    /// `faisceau_variance_poisson` pixels of all ones add nothing.
    void (*_Nonnull share_frames)(
        const uint8_t *_Nonnull pixels, size_t stride, size_t count, size_t size, const faisceau_shares *_Nonnull shares,
        size_t first, faisceau_variance model, faisceau_split_lanes *_Nonnull sums);
    /// The same of one frame: signal and variance of bin b are `sums[2 * b]` and the one behind it. The same bits.
    void (*_Nonnull share_frame)(
        const uint8_t *_Nonnull pixels, size_t count, size_t size, const faisceau_shares *_Nonnull shares, size_t first,
        faisceau_variance model, double *_Nonnull sums);
    /// As `carry_lanes`, for any number of bins.
    void (*_Nonnull carry_split_lanes)(
        faisceau_split_lanes *_Nonnull lanes, size_t count, double *_Nonnull signal, double *_Nonnull variance, size_t stride);
    /// Decoded pixels, little-endian, to signal, norm and variance.
    void (*_Nonnull correct_pixels)(
        const uint8_t *_Nonnull pixels, size_t count, faisceau_pixel_type type, double limit,
        const faisceau_corrections *_Nonnull corrections, faisceau_corrected corrected);
    /// Adds corrected pixels, of which the first is number `first` of the matrix. With `limits` a pixel that is too far from the
    /// mean of one of its bins is dropped: it adds nothing, and its signal becomes NaN. Returns how many were dropped.
    size_t (*_Nonnull sum_corrected)(
        faisceau_corrected corrected, size_t count, const faisceau_shares *_Nonnull shares, size_t first,
        const faisceau_bin_limits *_Nullable limits, faisceau_pixel_sums *_Nonnull sums);
    /// As `bit_unshuffle_valid` for at most 8192 bytes of unsigned pixels of 1, 2 or 4 bytes, which are looked at while they are in registers:
    /// cheaper than a second look (`bench_reduction.py`, statistics). Blocks that are no multiple of 512 pixels are not looked at.
    void (*_Nonnull bit_unshuffle_scan)(
        const uint8_t *_Nonnull planes, const uint8_t *_Nonnull valid, uint8_t *_Nonnull elements, size_t count,
        size_t element_size, faisceau_block_scan *_Nonnull scan);
    /// Adds a block of at most 8192 bytes of unsigned pixels of 1, 2 or 4 bytes to a frame's statistics, without values above `limit`;
    /// `least` may be left out. Returns the largest value, those above the limit not excepted.
    uint32_t (*_Nonnull measure_block)(
        const uint8_t *_Nonnull pixels, size_t count, size_t size, const faisceau_block_scan *_Nonnull scan, uint32_t limit,
        uint32_t saturation, int needs_least, faisceau_frame_statistics *_Nonnull sums);
    /// Adds what a block of unsigned pixels of 1, 2 or 4 bytes, of which the first is number `first` of the frame, has of each run to the
    /// sums of its region. Runs have at most FAISCEAU_REGION_RUN pixels, and may be elsewhere.
    void (*_Nonnull sum_regions)(
        const uint8_t *_Nonnull pixels, size_t count, size_t size, size_t first, const faisceau_region_run *_Nonnull runs,
        size_t run_count, faisceau_region_sums *_Nonnull sums);
    /// Adds such a block to the sums of `fast` columns (of 4 bytes, of 8 for pixels of 4), and writes the rows of the preview that it
    /// completes to `sums`, its whole image. Columns are 0 before the first block, and again behind the last; a factor is at most 65536.
    void (*_Nonnull bin_preview)(
        const uint8_t *_Nonnull pixels, size_t count, size_t size, size_t first, const faisceau_preview_grid *_Nonnull grid,
        void *_Nonnull columns, float *_Nonnull sums);
} faisceau_kernel_table;

/// The functions of a level; null when this processor lacks it.
const faisceau_kernel_table *_Nullable faisceau_kernels(faisceau_level level);

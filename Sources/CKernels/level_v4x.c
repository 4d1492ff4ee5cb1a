// x86-64-v4 with GFNI, AVX-512 VBMI, BITALG and VNNI: Ice Lake, Zen 4 and what came after them.
#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4,gfni,avx512vbmi,avx512bitalg,avx512vnni,tune=znver4"))), apply_to = function)
#define LEVEL_AVX512
#define LEVEL_GFNI
#define LEVEL_BITALG
#define LEVEL_VNNI
#include "lanes.h"
#include "bit_planes.h"
#include "lz4_planes.h"
#include "lz4_expand.h"
#include "zstd_planes.h"
#include "frame_lanes.h"
#include "one_frame.h"
#include "block_statistics.h"
#include "region_sums.h"
#include "preview_rows.h"
#include "split_pixels.h"
#include "pixelwise.h"

const faisceau_kernel_table faisceau_kernels_v4x = {
    bit_shuffle, bit_unshuffle, lz4_block_compress, lz4_block_expand, zstd_frame_compress, bit_unshuffle_valid, add_frames, add_frame,
    largest_value, take_above, carry_lanes, carry_histograms, share_frames, share_frame, carry_split_lanes,
    correct_pixels, sum_corrected, bit_unshuffle_scan, measure_block, sum_regions, bin_preview,
};

#pragma clang attribute pop
#endif

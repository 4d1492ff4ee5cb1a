// Plain C: every processor.
#include "CKernels.h"

#define LEVEL_SCALAR
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

const faisceau_kernel_table faisceau_kernels_scalar = {
    bit_shuffle, bit_unshuffle, lz4_block_compress, lz4_block_expand, zstd_frame_compress, bit_unshuffle_valid, add_frames, add_frame,
    largest_value, take_above, carry_lanes, carry_histograms, share_frames, share_frame, carry_split_lanes,
    correct_pixels, sum_corrected, bit_unshuffle_scan, measure_block, sum_regions, bin_preview,
};


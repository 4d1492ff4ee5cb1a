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

const faisceau_kernel_table faisceau_kernels_scalar = {
    bit_shuffle, bit_unshuffle, lz4_block_compress, lz4_block_expand, zstd_frame_compress, bit_unshuffle_valid, add_frames, add_frame,
    largest_value,
};


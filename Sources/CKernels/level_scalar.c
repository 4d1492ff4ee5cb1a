// Plain C: every processor.
#include "CKernels.h"

#define LEVEL_SCALAR
#include "lanes.h"
#include "bit_planes.h"
#include "lz4_planes.h"
#include "zstd_planes.h"

const faisceau_kernel_table faisceau_kernels_scalar = {bit_shuffle, bit_unshuffle, lz4_block_compress, zstd_frame_compress};


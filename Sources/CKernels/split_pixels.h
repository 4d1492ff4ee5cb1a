// Pixels that are shared by several bins: a sparse matrix is walked along with the pixels, and each of a pixel's entries takes its share
// to a bin. Included by each `level_*.c` after `one_frame.h`.
//
// Sums are Double from the start. In float32 each addition may round by 6e-8 of the sum, always to the same side where a frame is smooth:
// to stay below 1e-6 for certain they would have to be carried every dozen additions. A share has 24 significant bits, a value at most
// 32, a squared share 48: products are rounded once at most, and the sum of n of them is right to n x 1.1e-16.
//
// Every path takes the same products to the same bin in the same order (pixels, then a pixel's entries), and no multiplication is fused
// with an addition: results are the same to the bit at all levels, for one frame and for sixteen, and as a plain loop has them.

#pragma STDC FP_CONTRACT OFF

typedef double lane_of_doubles __attribute__((vector_size(sizeof(double) * FAISCEAU_LANE_FRAMES)));

INLINE void add_share(double *bin, lane_of_doubles addend) {
    lane_of_doubles sum;
    memcpy(&sum, bin, sizeof sum);
    sum += addend;
    memcpy(bin, &sum, sizeof sum);
}

/// A pixel of all ones is excluded where zeros have a variance: it must add nothing, and a zero would add 1.
INLINE uint32_t excluded_mark(size_t size) { return size == 1 ? UINT8_MAX : size == 2 ? UINT16_MAX : UINT32_MAX; }

INLINE void share_pixel(
    lane_of_4 counts, size_t size, const faisceau_shares *shares, size_t pixel, faisceau_variance model,
    faisceau_split_lanes *sums) {
    const uint32_t first = shares->offsets[pixel], end = shares->offsets[pixel + 1];
    if (first == end) return;
    lane_of_4 floored = counts;
    if (model == faisceau_variance_poisson) {
        // A comparison gives -1 where it holds.
        const lane_of_4 kept = (lane_of_4)(counts != excluded_mark(size));
        counts &= kept;
        floored = (counts - (lane_of_4)(counts == 0)) & kept;
    }
    const lane_of_doubles values = __builtin_convertvector(counts, lane_of_doubles);
    const lane_of_doubles variances = __builtin_convertvector(floored, lane_of_doubles);
    for (uint32_t entry = first; entry < end; entry++) {
        faisceau_split_lanes *bin = sums + shares->bins[entry];
        const double share = shares->weights[entry];
        add_share(bin->signal, share * values);
        if (model != faisceau_variance_none) add_share(bin->variance, (share * share) * variances);
    }
}

INLINE void share_frames_sized(
    const uint8_t *pixels, size_t stride, size_t count, size_t size, const faisceau_shares *shares, size_t first,
    faisceau_variance model, faisceau_split_lanes *sums) {
    const size_t step = 64 / size, together = step / lane_frames;
    size_t pixel = 0;
    for (; pixel + step <= count; pixel += step) {
        lane rows[lane_frames];
        for (int frame = 0; frame < lane_frames; frame++) rows[frame] = load_lane(pixels + frame * stride + pixel * size);
        exchange_frames_and_pixels(rows, size);
        for (size_t k = 0; k < lane_frames; k++)
            for (size_t i = 0; i < together; i++)
                share_pixel(widened(rows[k], i, size), size, shares, first + pixel + k * together + i, model, sums);
    }
    for (; pixel < count; pixel++) {
        lane_of_4 value;
        for (int frame = 0; frame < lane_frames; frame++) value[frame] = load_pixel(pixels + frame * stride, pixel, size);
        share_pixel(value, size, shares, first + pixel, model, sums);
    }
}

INLINE void share_frames_of(
    const uint8_t *pixels, size_t stride, size_t count, size_t size, const faisceau_shares *shares, size_t first,
    faisceau_variance model, faisceau_split_lanes *sums) {
    switch (size) {
        case 1: share_frames_sized(pixels, stride, count, 1, shares, first, model, sums); break;
        case 2: share_frames_sized(pixels, stride, count, 2, shares, first, model, sums); break;
        default: share_frames_sized(pixels, stride, count, 4, shares, first, model, sums); break;
    }
}

static void share_frames(
    const uint8_t *pixels, size_t stride, size_t count, size_t size, const faisceau_shares *shares, size_t first,
    faisceau_variance model, faisceau_split_lanes *sums) {
    switch (model) {
        case faisceau_variance_none: share_frames_of(pixels, stride, count, size, shares, first, faisceau_variance_none, sums); break;
        case faisceau_variance_poisson:
            share_frames_of(pixels, stride, count, size, shares, first, faisceau_variance_poisson, sums);
            break;
        case faisceau_variance_exact:
            share_frames_of(pixels, stride, count, size, shares, first, faisceau_variance_exact, sums);
            break;
    }
}

/// Signal and variance of a bin are side by side: one addition of two numbers.
static void share_frame(
    const uint8_t *pixels, size_t count, size_t size, const faisceau_shares *shares, size_t first, faisceau_variance model,
    double *sums) {
    for (size_t pixel = 0; pixel < count; pixel++) {
        const uint32_t value = load_pixel(pixels, pixel, size);
        if (model == faisceau_variance_poisson && value == excluded_mark(size)) continue;
        const double counts = value;
        const double variance
            = model == faisceau_variance_none ? 0 : model == faisceau_variance_poisson && value == 0 ? 1 : counts;
        for (uint32_t entry = shares->offsets[first + pixel]; entry < shares->offsets[first + pixel + 1]; entry++) {
            double *bin = sums + 2 * (size_t)shares->bins[entry];
            const double share = shares->weights[entry];
            bin[0] += share * counts;
            bin[1] += (share * share) * variance;
        }
    }
}

/// From lanes to frames: `count` bins of each frame's signal and variance, and the lanes are cleared.
static void carry_split_lanes(
    faisceau_split_lanes *lanes, size_t count, double *signal, double *variance, size_t stride) {
    for (size_t bin = 0; bin < count; bin++)
        for (size_t frame = 0; frame < lane_frames; frame++) {
            signal[frame * stride + bin] = lanes[bin].signal[frame];
            variance[frame * stride + bin] = lanes[bin].variance[frame];
        }
    memset(lanes, 0, count * sizeof *lanes);
}

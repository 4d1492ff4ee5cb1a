// Decoded pixels of any type to sums in bins, with every correction, in Double. Included by each `level_*.c` after `split_pixels.h`, whose
// pragma holds here too: no multiplication is fused with an addition, and all levels give the same bits.

INLINE double measured(double value, int is_none, double limit) {
    // Infinities and NaN differ from themselves minus themselves.
    return is_none || value > limit || value - value != 0 ? __builtin_nan("") : value;
}

#define MEASURED_PIXELS(type, is_none) \
    for (size_t pixel = 0; pixel < count; pixel++) { \
        type value; \
        memcpy(&value, pixels + pixel * sizeof value, sizeof value); \
        values[pixel] = measured((double)value, is_none, limit); \
    } \
    break

/// Decoded pixels as numbers; NaN for what is no measurement: the largest value of an unsigned type, negative ones of a signed integer,
/// what is not finite, and values above `limit`.
INLINE void pixel_values(const uint8_t *pixels, size_t count, faisceau_pixel_type type, double limit, double *values) {
    switch (type) {
        case faisceau_pixel_uint8: MEASURED_PIXELS(uint8_t, value == UINT8_MAX);
        case faisceau_pixel_int8: MEASURED_PIXELS(int8_t, value < 0);
        case faisceau_pixel_uint16: MEASURED_PIXELS(uint16_t, value == UINT16_MAX);
        case faisceau_pixel_int16: MEASURED_PIXELS(int16_t, value < 0);
        case faisceau_pixel_uint32: MEASURED_PIXELS(uint32_t, value == UINT32_MAX);
        case faisceau_pixel_int32: MEASURED_PIXELS(int32_t, value < 0);
        case faisceau_pixel_uint64: MEASURED_PIXELS(uint64_t, value == UINT64_MAX);
        case faisceau_pixel_int64: MEASURED_PIXELS(int64_t, value < 0);
        case faisceau_pixel_float32: MEASURED_PIXELS(float, 0);
        case faisceau_pixel_float64: MEASURED_PIXELS(double, 0);
    }
}

static void correct_pixels(
    const uint8_t *pixels, size_t count, faisceau_pixel_type type, double limit, const faisceau_corrections *corrections,
    faisceau_corrected corrected) {
    double *signal = corrected.signal, *norm = corrected.norm, *variance = corrected.variance;
    pixel_values(pixels, count, type, limit, signal);
    for (size_t i = 0; i < count; i++) norm[i] = corrections->factor * (corrections->norm ? corrections->norm[i] : 1);
    switch (corrections->model) {
        case faisceau_variance_none:
            for (size_t i = 0; i < count; i++) variance[i] = corrections->variance ? corrections->variance[i] : 0;
            break;
        case faisceau_variance_poisson:
            for (size_t i = 0; i < count; i++) variance[i] = signal[i] < 1 ? 1 : signal[i];
            break;
        case faisceau_variance_exact:
            for (size_t i = 0; i < count; i++) variance[i] = signal[i];
            break;
    }
    if (corrections->dark_variance)
        for (size_t i = 0; i < count; i++) variance[i] += corrections->dark_variance[i];
    if (corrections->dark)
        for (size_t i = 0; i < count; i++) signal[i] -= corrections->dark[i];
    for (size_t i = 0; i < count; i++) {
        const double finite = (signal[i] - signal[i]) + (norm[i] - norm[i]) + (variance[i] - variance[i]);
        signal[i] = finite == 0 && norm[i] > 0 ? signal[i] : __builtin_nan("");
    }
}

INLINE void add_corrected(
    faisceau_pixel_sums *sums, const faisceau_shares *shares, uint32_t first, uint32_t end, double signal, double norm,
    double variance, const faisceau_bin_limits *limits) {
    for (uint32_t entry = first; entry < end; entry++) {
        const uint32_t bin = shares->bins[entry];
        faisceau_pixel_sums *sum = sums + bin;
        const double share = shares->weights[entry], square = share * share;
        sum->signal += share * signal;
        sum->norm += share * norm;
        sum->count += share;
        sum->variance += square * variance;
        sum->norm2 += square * (norm * norm);
        if (limits) {
            const double deviation = share * (signal - norm * limits[bin].mean);
            sum->spread += deviation * deviation;
            sum->cross += share * norm * deviation;
        }
    }
}

static size_t sum_corrected(
    faisceau_corrected corrected, size_t count, const faisceau_shares *shares, size_t first, const faisceau_bin_limits *limits,
    faisceau_pixel_sums *sums) {
    size_t dropped = 0;
    for (size_t pixel = 0; pixel < count; pixel++) {
        const double signal = corrected.signal[pixel], norm = corrected.norm[pixel], variance = corrected.variance[pixel];
        const uint32_t start = shares->offsets[first + pixel], end = shares->offsets[first + pixel + 1];
        if (signal != signal || start == end) continue;
        if (!limits) {
            add_corrected(sums, shares, start, end, signal, norm, variance, 0);
            continue;
        }
        const double corrected_signal = signal / norm;
        int is_outlier = 0;
        for (uint32_t entry = start; entry < end; entry++) {
            const faisceau_bin_limits *bin = limits + shares->bins[entry];
            is_outlier |= __builtin_fabs(corrected_signal - bin->mean) > bin->farthest;
        }
        if (is_outlier) {
            corrected.signal[pixel] = __builtin_nan("");
            dropped++;
            continue;
        }
        add_corrected(sums, shares, start, end, signal, norm, variance, limits);
    }
    return dropped;
}

// One frame, when its curve is wanted at once. Included by each `level_*.c` after `frame_lanes.h`.

/// Four histograms in turn, so that a bin is rarely changed twice in a row; signal and zeros share a word, so that a pixel costs one
/// addition.
INLINE void add_frame_sized(
    const uint8_t *pixels, size_t count, size_t size, const uint16_t *bins, size_t stride, uint64_t *sums) {
    for (size_t pixel = 0; pixel < count; pixel++) {
        const uint32_t value = load_pixel(pixels, pixel, size);
        sums[(pixel & 3) * stride + bins[pixel]] += value | (uint64_t)(value == 0) << FAISCEAU_ZEROS_SHIFT;
    }
}

static void add_frame(
    const uint8_t *pixels, size_t count, size_t size, const uint16_t *bins, size_t stride, uint64_t *sums) {
    switch (size) {
        case 1: add_frame_sized(pixels, count, 1, bins, stride, sums); break;
        case 2: add_frame_sized(pixels, count, 2, bins, stride, sums); break;
        default: add_frame_sized(pixels, count, 4, bins, stride, sums); break;
    }
}

static uint32_t largest_value(const uint8_t *pixels, size_t count, size_t size) {
    // A loop for each type: the compiler vectorises a maximum of one width only.
    if (size == 1) {
        uint8_t largest = 0;
        for (size_t pixel = 0; pixel < count; pixel++) largest = pixels[pixel] > largest ? pixels[pixel] : largest;
        return largest;
    }
    if (size == 2) {
        uint16_t largest = 0;
        for (size_t pixel = 0; pixel < count; pixel++) {
            const uint16_t value = (uint16_t)load_pixel(pixels, pixel, 2);
            largest = value > largest ? value : largest;
        }
        return largest;
    }
    uint32_t largest = 0;
    for (size_t pixel = 0; pixel < count; pixel++) {
        const uint32_t value = load_pixel(pixels, pixel, 4);
        largest = value > largest ? value : largest;
    }
    return largest;
}

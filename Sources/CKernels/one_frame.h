// One frame, when its curve is wanted at once. Included by each `level_*.c` after `frame_lanes.h`.

/// Four histograms in turn, so that a bin is rarely changed twice in a row; signal and zeros share a word, so that a pixel costs one
/// addition. A map has one: its neighbours are in other bins, and four would not stay in the cache.
INLINE void add_frame_sized(
    const uint8_t *pixels, size_t count, size_t size, const void *bins, size_t bin_size, size_t stride, uint64_t *sums) {
    for (size_t pixel = 0; pixel < count; pixel++) {
        const uint32_t value = load_pixel(pixels, pixel, size);
        const size_t histogram = bin_size == 2 ? (pixel & (FAISCEAU_HISTOGRAMS - 1)) * stride : 0;
        sums[histogram + bin_at(bins, pixel, bin_size)] += value | (uint64_t)(value == 0) << FAISCEAU_ZEROS_SHIFT;
    }
}

INLINE void add_frame_to(
    const uint8_t *pixels, size_t count, size_t size, const void *bins, size_t bin_size, size_t stride, uint64_t *sums) {
    switch (size) {
        case 1: add_frame_sized(pixels, count, 1, bins, bin_size, stride, sums); break;
        case 2: add_frame_sized(pixels, count, 2, bins, bin_size, stride, sums); break;
        default: add_frame_sized(pixels, count, 4, bins, bin_size, stride, sums); break;
    }
}

static void add_frame(
    const uint8_t *pixels, size_t count, size_t size, const void *bins, size_t bin_size, size_t stride, uint64_t *sums) {
    if (bin_size == 2)
        add_frame_to(pixels, count, size, bins, 2, stride, sums);
    else
        add_frame_to(pixels, count, size, bins, 4, stride, sums);
}

static void carry_histograms(
    uint64_t *sums, size_t histograms, size_t stride, size_t count, uint64_t *signal, uint64_t *zeros) {
    const uint64_t signal_bits = ((uint64_t)1 << FAISCEAU_ZEROS_SHIFT) - 1;
    for (size_t histogram = 0; histogram < histograms; histogram++) {
        const uint64_t *words = sums + histogram * stride;
        for (size_t bin = 0; bin < count; bin++) {
            signal[bin] += words[bin] & signal_bits;
            zeros[bin] += words[bin] >> FAISCEAU_ZEROS_SHIFT;
        }
    }
    memset(sums, 0, histograms * stride * sizeof *sums);
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

#if defined(LEVEL_AVX512)

/// Sixteen pixels as numbers; the lanes behind `count` are 0.
INLINE __m512i sixteen_pixels(const uint8_t *pixels, size_t pixel, size_t size, __mmask16 there) {
    if (size == 1) return _mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(there, pixels + pixel));
    if (size == 2) return _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(there, pixels + 2 * pixel));
    return _mm512_maskz_loadu_epi32(there, pixels + 4 * pixel);
}

INLINE void clear_pixels(uint8_t *pixels, size_t pixel, size_t size, __mmask16 which) {
    if (size == 1)
        _mm_mask_storeu_epi8(pixels + pixel, which, _mm_setzero_si128());
    else if (size == 2)
        _mm256_mask_storeu_epi16(pixels + 2 * pixel, which, _mm256_setzero_si256());
    else
        _mm512_mask_storeu_epi32(pixels + 4 * pixel, which, _mm512_setzero_si512());
}

/// A file without a mask has a twentieth of its pixels above the limit, in each frame: what is found is packed in registers.
INLINE size_t take_above_sized(
    uint8_t *pixels, size_t count, size_t size, uint32_t limit, uint32_t *places, uint32_t *values) {
    const __m512i most = _mm512_set1_epi32((int)limit), step = _mm512_set1_epi32(16);
    __m512i place = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    size_t taken = 0;
    for (size_t pixel = 0; pixel < count; pixel += 16, place = _mm512_add_epi32(place, step)) {
        const __mmask16 there = count - pixel < 16 ? (__mmask16)((1u << (count - pixel)) - 1) : 0xffff;
        const __m512i value = sixteen_pixels(pixels, pixel, size, there);
        const __mmask16 above = _mm512_cmpgt_epu32_mask(value, most);
        if (above == 0) continue;
        const size_t found = (size_t)__builtin_popcount(above);
        const __mmask16 packed = (__mmask16)((1u << found) - 1);
        // Packed first and then stored: some processors take long to do both in one instruction.
        _mm512_mask_storeu_epi32(places + taken, packed, _mm512_maskz_compress_epi32(above, place));
        _mm512_mask_storeu_epi32(values + taken, packed, _mm512_maskz_compress_epi32(above, value));
        clear_pixels(pixels, pixel, size, above);
        taken += found;
    }
    return taken;
}

#else

/// 64 pixels at a time: the few groups that have such a value are searched, the others cost their maximum.
INLINE size_t take_above_sized(
    uint8_t *pixels, size_t count, size_t size, uint32_t limit, uint32_t *places, uint32_t *values) {
    size_t taken = 0;
    for (size_t first = 0; first < count; first += 64) {
        const size_t end = first + 64 < count ? first + 64 : count;
        if (largest_value(pixels + first * size, end - first, size) <= limit) continue;
        for (size_t pixel = first; pixel < end; pixel++) {
            const uint32_t value = load_pixel(pixels, pixel, size);
            if (value <= limit) continue;
            places[taken] = (uint32_t)pixel;
            values[taken++] = value;
            memset(pixels + pixel * size, 0, size);
        }
    }
    return taken;
}

#endif

static size_t take_above(
    uint8_t *pixels, size_t count, size_t size, uint32_t limit, uint32_t *places, uint32_t *values) {
    switch (size) {
        case 1: return take_above_sized(pixels, count, 1, limit, places, values);
        case 2: return take_above_sized(pixels, count, 2, limit, places, values);
        default: return take_above_sized(pixels, count, 4, limit, places, values);
    }
}

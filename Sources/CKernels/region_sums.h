// Sums over regions of interest of a block that is in the cache anyway. Included by each `level_*.c` after `one_frame.h`.

/// A run is short enough that the sum of narrow pixels fits into 32 bits, so that the loop is one of lanes.
INLINE uint64_t run_sum(const uint8_t *pixels, size_t count, size_t size) {
    if (size == 1) {
        uint32_t sum = 0;
        for (size_t pixel = 0; pixel < count; pixel++) sum += pixels[pixel];
        return sum;
    }
    if (size == 2) {
        uint32_t sum = 0;
        for (size_t pixel = 0; pixel < count; pixel++) sum += load_pixel(pixels, pixel, 2);
        return sum;
    }
    uint64_t sum = 0;
    for (size_t pixel = 0; pixel < count; pixel++) sum += load_pixel(pixels, pixel, 4);
    return sum;
}

INLINE void sum_regions_sized(
    const uint8_t *pixels, size_t count, size_t size, size_t first, const faisceau_region_run *runs, size_t run_count,
    faisceau_region_sums *sums) {
    for (size_t run = 0; run < run_count; run++) {
        // What of the run is in the block.
        const size_t from = runs[run].first, to = from + runs[run].count;
        const size_t begin = from > first ? from - first : 0, behind = to > first ? to - first : 0;
        const size_t end = behind < count ? behind : count;
        if (begin >= end) continue;
        faisceau_region_sums *region = sums + runs[run].region;
        const uint8_t *part = pixels + begin * size;
        region->sum += run_sum(part, end - begin, size);
        const uint32_t largest = largest_value(part, end - begin, size);
        region->largest = largest > region->largest ? largest : region->largest;
    }
}

static void sum_regions(
    const uint8_t *pixels, size_t count, size_t size, size_t first, const faisceau_region_run *runs, size_t run_count,
    faisceau_region_sums *sums) {
    switch (size) {
        case 1: sum_regions_sized(pixels, count, 1, first, runs, run_count, sums); break;
        case 2: sum_regions_sized(pixels, count, 2, first, runs, run_count, sums); break;
        default: sum_regions_sized(pixels, count, 4, first, runs, run_count, sums); break;
    }
}

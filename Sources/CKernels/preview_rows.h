// A frame made small while its blocks are in the cache. Included by each `level_*.c` after `one_frame.h`.
//
// Rows are added to sums of columns, which is a loop of lanes whatever the factor is; only each `factor`th row are neighbouring columns
// added to one another. Blocks end anywhere in a row: the sums of columns wait for the next block.

INLINE void add_to_columns(const uint8_t *pixels, size_t count, size_t size, void *columns, size_t column) {
    if (size == 4) {
        uint64_t *sums = (uint64_t *)columns + column;
        for (size_t pixel = 0; pixel < count; pixel++) sums[pixel] += load_pixel(pixels, pixel, 4);
    } else {
        uint32_t *sums = (uint32_t *)columns + column;
        for (size_t pixel = 0; pixel < count; pixel++) sums[pixel] += load_pixel(pixels, pixel, size);
    }
}

/// Whole squares of a factor that the compiler knows: the usual ones, and the sum of such a square of uint16 fits into 32 bits.
INLINE void fold_whole(const void *columns, size_t size, size_t count, size_t factor, float *row) {
    for (size_t square = 0; square < count; square++) {
        if (size == 4) {
            uint64_t sum = 0;
            for (size_t i = 0; i < factor; i++) sum += ((const uint64_t *)columns)[square * factor + i];
            row[square] = (float)sum;
        } else {
            uint32_t sum = 0;
            for (size_t i = 0; i < factor; i++) sum += ((const uint32_t *)columns)[square * factor + i];
            row[square] = (float)sum;
        }
    }
}

/// Squares from number `square` on, of any factor, and the one that may be cut.
INLINE void fold_rest(const void *columns, size_t size, const faisceau_preview_grid *grid, size_t square, float *row) {
    for (size_t first = square * grid->factor; first < grid->fast; first += grid->factor) {
        const size_t end = first + grid->factor < grid->fast ? first + grid->factor : grid->fast;
        uint64_t sum = 0;
        for (size_t column = first; column < end; column++)
            sum += size == 4 ? ((const uint64_t *)columns)[column] : ((const uint32_t *)columns)[column];
        row[square++] = (float)sum;
    }
}

/// One row of the preview, and the sums of columns are 0 again.
INLINE void fold_columns(void *columns, size_t size, const faisceau_preview_grid *grid, float *row) {
    size_t whole = grid->fast / grid->factor;
    switch (grid->factor) {
        case 1: fold_whole(columns, size, whole, 1, row); break;
        case 2: fold_whole(columns, size, whole, 2, row); break;
        case 3: fold_whole(columns, size, whole, 3, row); break;
        case 4: fold_whole(columns, size, whole, 4, row); break;
        case 5: fold_whole(columns, size, whole, 5, row); break;
        case 6: fold_whole(columns, size, whole, 6, row); break;
        case 7: fold_whole(columns, size, whole, 7, row); break;
        case 8: fold_whole(columns, size, whole, 8, row); break;
        case 9: fold_whole(columns, size, whole, 9, row); break;
        default: whole = 0;
    }
    fold_rest(columns, size, grid, whole, row);
    memset(columns, 0, grid->fast * (size == 4 ? sizeof(uint64_t) : sizeof(uint32_t)));
}

INLINE void bin_preview_sized(
    const uint8_t *pixels, size_t count, size_t size, size_t first, const faisceau_preview_grid *grid, void *columns, float *sums) {
    const size_t width = (grid->fast + grid->factor - 1) / grid->factor;
    size_t row = first / grid->fast, column = first % grid->fast;
    while (count > 0 && row < grid->slow) {
        const size_t left = grid->fast - column, part = left < count ? left : count;
        add_to_columns(pixels, part, size, columns, column);
        pixels += part * size;
        count -= part;
        column += part;
        if (column < grid->fast) break;
        if ((row + 1) % grid->factor == 0 || row + 1 == grid->slow)
            fold_columns(columns, size, grid, sums + row / grid->factor * width);
        column = 0;
        row++;
    }
}

static void bin_preview(
    const uint8_t *pixels, size_t count, size_t size, size_t first, const faisceau_preview_grid *grid, void *columns, float *sums) {
    switch (size) {
        case 1: bin_preview_sized(pixels, count, 1, first, grid, columns, sums); break;
        case 2: bin_preview_sized(pixels, count, 2, first, grid, columns, sums); break;
        default: bin_preview_sized(pixels, count, 4, first, grid, columns, sums); break;
    }
}

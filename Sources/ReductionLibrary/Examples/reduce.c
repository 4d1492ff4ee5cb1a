/* reduce INPUT [CONFIGURATION]: the mean curve of all frames, as text.
 *
 *   cc -std=c11 -I.. reduce.c -L.build/release -lfaisceau_reduction -Wl,-rpath,$PWD/.build/release -o reduce
 */
#include "faisceau_reduction.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    char error[1024];
    if (argc < 2) return fprintf(stderr, "usage: %s INPUT [CONFIGURATION]\n", argv[0]), 1;
    faisceau_reduction *reduction = faisceau_reduction_open(argv[1], argc > 2 ? argv[2] : NULL, error, sizeof error);
    if (!reduction) return fprintf(stderr, "%s\n", error), 2;

    int64_t frames = faisceau_reduction_frame_count(reduction), bins = faisceau_reduction_radial_count(reduction);
    if (faisceau_reduction_azimuthal_count(reduction) > 0) return fprintf(stderr, "this is a map\n"), 2;
    double *radial = calloc((size_t)bins, sizeof *radial), *intensity = calloc((size_t)bins, sizeof *intensity);
    double *sum = calloc((size_t)bins, sizeof *sum);
    if (!radial || !intensity || !sum) return fprintf(stderr, "no memory\n"), 1;
    faisceau_reduction_radial(reduction, radial);

    /* One row at a time needs little memory; many rows in one call are faster, as frames are reduced side by side. */
    int64_t reduced = 0;
    for (int64_t frame = 0; frame < frames; frame++) {
        int64_t done = faisceau_reduction_run(reduction, frame, 1, 1, intensity, NULL, NULL, error, sizeof error);
        if (done < 0) return fprintf(stderr, "%s\n", error), 2;
        if (done == 0) fprintf(stderr, "no result: %s\n", *error ? error : "the frame is missing");
        for (int64_t bin = 0; done > 0 && bin < bins; bin++) sum[bin] += intensity[bin];
        reduced += done;
    }
    printf("# mean of %" PRId64 " of %" PRId64 " frames\n", reduced, frames);
    for (int64_t bin = 0; reduced > 0 && bin < bins; bin++) printf("%.17g %.17g\n", radial[bin], sum[bin] / (double)reduced);
    faisceau_reduction_close(reduction);
    free(radial), free(intensity), free(sum);
    return reduced == frames ? 0 : 3;
}

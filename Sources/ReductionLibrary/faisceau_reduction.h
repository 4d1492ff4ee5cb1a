/* Azimuthal reduction from C, or from anything that calls C (Julia, MATLAB; for Python see Python/faisceau_reduction.py).
 *
 *   faisceau_reduction *r = faisceau_reduction_open("run_master.h5", "bins: {unit: q_nm^-1, count: 1000}", error, sizeof error);
 *   int64_t bins = faisceau_reduction_bin_count(r), frames = faisceau_reduction_frame_count(r);
 *   faisceau_reduction_run(r, 0, frames, 0, intensity, sigma, status, error, sizeof error);   // each frames x bins
 *   faisceau_reduction_close(r);
 *
 * Examples/reduce.c is a whole program. Build the library with `swift build -c release --product faisceau_reduction`; where
 * it runs it needs Debian's libhdf5, liblz4, libzstd, libxxhash, libssl and zlib1g, and the Swift runtime, which it looks for where the
 * toolchain had it, then beside itself.
 *
 * The configuration is the YAML of `faisceau reduce azimuthal` (schemas/azimuthal.schema.json). Of its section `frames` only `dataset` and
 * `channel` count here, as the caller says which frames; `output` does not count. `regions` is refused: there
 * is no place for their sums.
 *
 * Errors. Functions that can fail say so by what they return, and put a sentence (UTF-8) into `error`: at most `error_bytes` bytes, always
 * ended by a zero, no letter cut; empty when all went well. `error` may be NULL. A NULL reduction is an error too: counts are -1, and nothing
 * is written elsewhere. Sizes of arrays are the caller's promise.
 *
 * Threads. One handle may be used from several threads at once; a call to `run` starts threads of its own, and has ended them when it
 * returns. Only `close` must be the last call. A process may fork between calls and use the handle on both sides, but not during one.
 *
 * Numbers are doubles, rows one behind the other: [frame, bin], or [frame, azimuthal, radial] for a map.
 *
 * The process is the caller's: no signal handler is set, the environment is not changed, nothing is printed, and libhdf5 is left as it
 * is, for other users of it. So its file locks are on as usual: where a file system has none, or a program keeps the file open for writing,
 * set HDF5_USE_FILE_LOCKING=FALSE in the environment before the first call. Another libhdf5 may live in the same process if one of the
 * two was loaded with RTLD_LOCAL (Python does so: h5py's and this one do not meet). Do not unload the library (dlclose).
 */
#ifndef FAISCEAU_REDUCTION_H
#define FAISCEAU_REDUCTION_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct faisceau_reduction faisceau_reduction;

/* The version of this interface: a number that grows with each change that breaks a caller. */
#define FAISCEAU_REDUCTION_INTERFACE 1
int32_t faisceau_reduction_interface(void);

/* What became of a frame. */
enum {
    FAISCEAU_FRAME_REDUCED = 0,
    FAISCEAU_FRAME_MISSING = 1, /* not in the input, or lost before it could be: its row is NaN */
    FAISCEAU_FRAME_FAILED = 2   /* does not decode, or its monitor is no number above zero: its row is NaN */
};

/* Opens a run's folder or a NeXus/HDF5 file, and computes which pixel belongs to which bin. `configuration` is the text of a YAML file, or
 * the path of one: a text without a line feed or a colon-and-blank is taken for a path. Files that a text names are looked for in the
 * working folder, those that a file names beside it. NULL, or an empty text, is the usual reduction. Returns NULL when it cannot be done: see
 * `error`. */
faisceau_reduction *faisceau_reduction_open(const char *input, const char *configuration, char *error, size_t error_bytes);

/* Gives everything back. NULL is nothing to do. */
void faisceau_reduction_close(faisceau_reduction *reduction);

int64_t faisceau_reduction_frame_count(const faisceau_reduction *reduction);

/* Pixels of a frame: lines, and pixels of a line. Either pointer may be NULL. */
void faisceau_reduction_frame_sides(const faisceau_reduction *reduction, int64_t *slow, int64_t *fast);
/* Type of a pixel: uint8, int8, ... float64, the names of NumPy; little-endian. Writes as much as fits into `text`, ended by a zero, and
 * returns the length of the whole name. */
int64_t faisceau_reduction_pixel_type(const faisceau_reduction *reduction, char *text, size_t text_bytes);

/* All bins of a result: radial bins, times azimuthal bins of a map. */
int64_t faisceau_reduction_bin_count(const faisceau_reduction *reduction);
int64_t faisceau_reduction_radial_count(const faisceau_reduction *reduction);
/* 0 for a curve. */
int64_t faisceau_reduction_azimuthal_count(const faisceau_reduction *reduction);

/* Unit of the radial bins, as the configuration names it: q_nm^-1, 2th_deg, ... `text` as for the pixel type. */
int64_t faisceau_reduction_radial_unit(const faisceau_reduction *reduction, char *text, size_t text_bytes);
/* Middles of the radial bins, in that unit; `centres` has room for radial_count doubles. */
void faisceau_reduction_radial(const faisceau_reduction *reduction, double *centres);
/* Middles of the azimuthal bins, in degrees; `centres` has room for azimuthal_count doubles. */
void faisceau_reduction_azimuthal(const faisceau_reduction *reduction, double *centres);

/* Reduces `count` frames from `first` on.
 *
 *   threads    at most 1024; 0: one for each processor
 *   intensity  count x bin_count; NaN in empty bins and in the rows of frames without a result
 *   sigma      as intensity, the standard error of the mean, or NULL
 *   status     count, or NULL
 *
 * Returns the number of frames that were reduced, or -1 when it could not go on: see `error`; rows may be half written then. When some frames
 * have failed and the others not, `error` says why the first of them did. */
int64_t faisceau_reduction_run(
    const faisceau_reduction *reduction, int64_t first, int64_t count, int32_t threads, double *intensity, double *sigma,
    int32_t *status, char *error, size_t error_bytes);

/* Reduces one frame that is in memory, for those who have a stream of their own. Shape, type, mask and geometry are those of the opened
 * input: any file of the same detector in the same place will do.
 *
 *   chunk      the frame as an HDF5 file would store it in one chunk: with the 12 bytes of header that bslz4, bszstd and lz4 have
 *   encoding   bslz4, bszstd (bitshuffle, HDF5 filter 32008), lz4 (32004), zstd (32015), or none: the pixels, [slow, fast]
 *   frame      its number from 0: the one whose monitor it is divided by; of no meaning without a monitor
 *   intensity  bin_count; NaN in empty bins, and everywhere when it failed
 *   sigma      as intensity, or NULL
 *
 * Runs on the calling thread; for several at once, call it from several threads. Memory beyond the chunk is not read, and nothing is kept.
 * Returns FAISCEAU_FRAME_REDUCED; FAISCEAU_FRAME_FAILED when the bytes are no such frame; -1 when nothing could be done; `error` says why. */
int32_t faisceau_reduction_chunk(
    const faisceau_reduction *reduction, const void *chunk, size_t chunk_bytes, const char *encoding, int64_t frame,
    double *intensity, double *sigma, char *error, size_t error_bytes);

#ifdef __cplusplus
}
#endif
#endif

#pragma once
#include <stddef.h>
#include <stdint.h>

/// Writes `count` blocks of `size` bytes to a new file at `path` by write(2), after preallocating in steps of `step` bytes
/// (0: none). Returns seconds, or a negative errno.
double peer_write_new_file(const char *path, const void *block, size_t size, size_t count, size_t step);

/// Binds a PUSH socket and sends start, `count` images and end, each image the same bytes with its number patched in by
/// `patch_offset` (big-endian, 4 bytes; SIZE_MAX: none). Without copies on this side. Returns 0 or an errno.
int peer_push(const char *address, const void *start, size_t start_size, const void *image, size_t image_size, size_t count,
              size_t patch_offset, const void *end, size_t end_size);

/// Connects a PULL socket and receives until a message shorter than `end_below` comes after the first. With `path`, every message goes to a new
/// file by pwrite(2) with the same preallocation as above. Returns seconds from the first image to the last, or a negative errno.
double peer_pull(const char *address, const char *path, size_t end_below, size_t step, size_t *messages, size_t *bytes);

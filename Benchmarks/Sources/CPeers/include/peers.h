#pragma once
#include <stddef.h>
#include <stdint.h>

/// Writes `count` blocks of `size` bytes to a new file at `path` by write(2), after preallocating in steps of `step` bytes
/// (0: none). `blocks` holds `distinct` blocks one after the other, written in turn, and cut where the file's offset is a multiple of
/// `cut` (0: not). Returns seconds, or a negative errno.
double peer_write_new_file(const char *path, const void *blocks, size_t size, size_t distinct, size_t count, size_t step,
                           size_t cut);

/// Binds a PUSH socket and sends start, `count` images and end, each image the same bytes with its number at `patch_offset`
/// (big-endian, 4 bytes). Nothing but the number is copied: a detector costs the receiving machine nothing either.
/// `rate` is images a second, 0 as fast as they are taken; `trigger` is called with `hint` 0.25 s after the start message, right before
/// the first image. Returns 0 or an errno.
int peer_push(const char *address, const void *start, size_t start_size, const void *image, size_t image_size, size_t count,
              double rate, size_t patch_offset, const void *end, size_t end_size,
              void (*trigger)(void *hint), void *hint);

/// Connects a PULL socket and receives until a message shorter than `end_below` comes after the first image. With `path`, every
/// image goes to a new file by pwrite(2) with the same preallocation as above. Returns seconds from the first image to the end
/// message (the file is then cut to its length, which does not count), or a negative errno.
double peer_pull(const char *address, const char *path, size_t end_below, size_t step, size_t *messages, size_t *bytes);

/// A TCP port of the loopback device that nobody listens on; negative when there is none.
int peer_free_port(void);

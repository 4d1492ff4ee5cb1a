#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdbool.h>
#include <stddef.h>

/// Counts the heap allocations of the calling thread, whoever makes them: an executable's own `malloc` is found before the C library's.
/// The C library's functions do the work, under the names that it keeps for this purpose.

/// Whether allocations can be counted in this build; a sanitizer brings its own allocator, which must not be covered.
bool allocation_counter_is_available(void);

/// Sets the calling thread's counts to zero.
void allocation_counter_reset(void);

/// Allocations and reallocations of the calling thread since its last reset.
size_t allocation_counter_calls(void);

/// Bytes that the calling thread asked for since its last reset; nothing is subtracted for what was freed.
size_t allocation_counter_bytes(void);

#endif

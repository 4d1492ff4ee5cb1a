#include "allocation_counter.h"

#include <errno.h>

static __thread size_t calls;
static __thread size_t bytes;

void allocation_counter_reset(void) {
    calls = 0;
    bytes = 0;
}

size_t allocation_counter_calls(void) { return calls; }
size_t allocation_counter_bytes(void) { return bytes; }

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)

bool allocation_counter_is_available(void) { return false; }

#else

bool allocation_counter_is_available(void) { return true; }

// glibc, malloc/malloc.c: the names that interposers may call.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static void count(size_t size) {
    calls += 1;
    bytes += size;
}

void *malloc(size_t size) {
    count(size);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count(number * size);
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
    count(size);
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    count(size);
    *result = __libc_memalign(alignment, size);
    return *result ? 0 : ENOMEM;
}

#endif

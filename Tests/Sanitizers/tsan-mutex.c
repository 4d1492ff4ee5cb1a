// Tells the thread sanitizer what it cannot see: Synchronization.Mutex locks without contention in our own, instrumented code, and with
// contention in the standard library, which is not. Preloaded by `make sanitize-thread`; without it every contended Mutex is reported.
//
// The three functions are those of _MutexHandle (Swift 6.3, Linux); a lock is its address, which the swift_context register holds.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *

__attribute__((weak)) void __tsan_acquire(void *lock);
__attribute__((weak)) void __tsan_release(void *lock);

static void *library(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function != NULL) return function;
    fprintf(stderr, "tsan-mutex: the standard library has no %s any more\n", name);
    abort();
}

SWIFT void lock_slowly(uint32_t thread, SELF lock) __asm__(LOCK);
SWIFT void lock_slowly(uint32_t thread, SELF lock) {
    static SWIFT void (*next)(uint32_t, SELF);
    if (next == NULL) next = (SWIFT void (*)(uint32_t, SELF))library(LOCK);
    next(thread, lock);
    if (__tsan_acquire != NULL) __tsan_acquire(lock);
}

SWIFT bool try_to_lock_slowly(SELF lock) __asm__(TRY_LOCK);
SWIFT bool try_to_lock_slowly(SELF lock) {
    static SWIFT bool (*next)(SELF);
    if (next == NULL) next = (SWIFT bool (*)(SELF))library(TRY_LOCK);
    bool is_locked = next(lock);
    if (is_locked && __tsan_acquire != NULL) __tsan_acquire(lock);
    return is_locked;
}

SWIFT void unlock_slowly(SELF lock) __asm__(UNLOCK);
SWIFT void unlock_slowly(SELF lock) {
    static SWIFT void (*next)(SELF);
    if (next == NULL) next = (SWIFT void (*)(SELF))library(UNLOCK);
    if (__tsan_release != NULL) __tsan_release(lock);
    next(lock);
}

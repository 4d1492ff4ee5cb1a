#pragma once
// Calls of the C library that Swift's Glibc module does not show.
#include <sys/timex.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

/// Gives subnormal numbers back to this thread and the threads it starts: a library that was linked with -ffast-math switches them off for
/// the whole process when it is loaded (libpgm, through Debian's libzmq), and 5e-324 then equals 0.
static inline void linux_restore_subnormals(void) {
#if defined(__x86_64__)
    _mm_setcsr(_mm_getcsr() & ~0x8040u);  // flush-to-zero, denormals-are-zero
#endif
}

/// State of the kernel's clock (adjtimex(2), nothing is changed): returns the clock state, negative with errno on failure.
static inline int linux_clock_state(int *is_unsynchronised, long *estimated_error_us) {
    struct timex state = {.modes = 0};
    int answer = adjtimex(&state);
    *is_unsynchronised = answer == TIME_ERROR || (state.status & STA_UNSYNC) != 0;
    *estimated_error_us = state.esterror;
    return answer;
}

/// fallocate(2) without a change of the file's size (FALLOC_FL_KEEP_SIZE of linux/falloc.h). Its declaration needs _GNU_SOURCE, which a
/// module that was built before cannot be given. posix_fallocate would write zeros where the file system cannot reserve.
static inline int linux_reserve(int descriptor, long offset, long count) {
    extern int fallocate(int, int, long, long);
    return fallocate(descriptor, 1, offset, count);
}

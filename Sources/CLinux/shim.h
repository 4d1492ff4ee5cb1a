#pragma once
// Calls of the C library that Swift's Glibc module does not show.
#include <spawn.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <sys/un.h>
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

/// The address of a Unix domain socket (unix(7)): a path, or with `@` in front a name of the abstract namespace, as systemd writes it.
/// Returns the address's length; 0 for a name that is empty or longer than the system can take (107 bytes).
static inline socklen_t linux_unix_address(const char *name, struct sockaddr_un *address) {
    size_t length = strlen(name);
    memset(address, 0, sizeof *address);
    if (length == 0 || length >= sizeof address->sun_path) return 0;
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, name, length);
    if (name[0] == '@') address->sun_path[0] = 0;
    // A path ends with its zero; an abstract name is as long as the address says.
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (name[0] == '@' ? 0 : 1));
}

/// accept4(2): the connection is closed in children from its first moment, and never blocks. Its declaration needs _GNU_SOURCE, too.
static inline int linux_accept(int listener) {
    extern int accept4(int, struct sockaddr *, socklen_t *, int);
    return accept4(listener, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

/// The child of a spawn gets no descriptor from `first` on (glibc 2.34; needs _GNU_SOURCE as well).
static inline int linux_close_from(posix_spawn_file_actions_t *actions, int first) {
    extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

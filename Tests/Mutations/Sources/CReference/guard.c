#define _GNU_SOURCE
#include <sanitizer/asan_interface.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "CReference.h"

struct guarded_memory {
    uint8_t *start, *end, *first;
};

guarded_memory *guarded_memory_make(size_t most) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (most + page) / page * page;
    guarded_memory *memory = malloc(sizeof *memory);
    uint8_t *start = mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (!memory || start == MAP_FAILED || mprotect(start + room, page, PROT_NONE) != 0) {
        free(memory);
        return NULL;
    }
    *memory = (guarded_memory){start, start + room, start + room};
    ASAN_POISON_MEMORY_REGION(start, room);
    return memory;
}

uint8_t *guarded_memory_place(guarded_memory *memory, size_t count) {
    uint8_t *const first = memory->end - count;
    if (first < memory->start) abort();
    if (first > memory->first) ASAN_POISON_MEMORY_REGION(memory->first, first - memory->first);
    ASAN_UNPOISON_MEMORY_REGION(first, count);
    return memory->first = first;
}

/// Written before each case, read when the process dies.
static struct {
    char kind[32];
    uint64_t seed, number;
    unsigned seconds;
} words;

static void say(const char *what) {
    char text[256];
    const int count = snprintf(
        text, sizeof text, "\nmutate: %s in case %llu of the %s, seed %llu; again: --seed %llu --only %s --first %llu\n", what,
        (unsigned long long)words.number, words.kind, (unsigned long long)words.seed, (unsigned long long)words.seed, words.kind,
        (unsigned long long)words.number);
    if (count > 0 && write(STDERR_FILENO, text, (size_t)count) < 0) return;
}

static void died(void) { say("the process dies"); }

static void too_slow(int signal) {
    (void)signal;
    say("no end");
    _exit(1);
}

void last_words_install(void) {
    __sanitizer_set_death_callback(died);
    signal(SIGPROF, too_slow);
}

void last_words_set(const char *kind, uint64_t seed, uint64_t number, unsigned seconds) {
    strncpy(words.kind, kind, sizeof words.kind - 1);
    words.seed = seed;
    words.number = number;
    // Processor time: a process that others keep from running for a minute has not hung.
    setitimer(ITIMER_PROF, &(struct itimerval){.it_value.tv_sec = seconds}, NULL);
}

/// Traps of Swift are told with the case too; nothing that is tested may ask for more memory at once.
const char *__asan_default_options(void) {
    return "handle_sigill=1:handle_sigtrap=1:handle_abort=1:exitcode=1:detect_leaks=0:max_allocation_size_mb=16:"
           "quarantine_size_mb=16:detect_stack_use_after_return=0";
}

uint64_t processor_time_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

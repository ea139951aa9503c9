// The C library's allocator with a count of what it gave: these definitions come before the library's own. Under a sanitizer,
// which brings an allocator itself, and with other C libraries nothing is counted.
#include "allocation_meter.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED
#endif
#endif

static __thread size_t live, peak, largest;

void allocation_meter_reset(void) { live = peak = largest = 0; }
size_t allocation_meter_peak(void) { return peak; }
size_t allocation_meter_largest(void) { return largest; }

void allocation_meter_deadline(long seconds) {
    // Whoever started this process may have blocked the signal.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGVTALRM);
    pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
    struct itimerval timer = {{0, 0}, {seconds, 0}};
    setitimer(ITIMER_VIRTUAL, &timer, NULL);
}

#if defined(__linux__) && !defined(SANITIZED)
#define COUNTED
#endif

int allocation_meter_counts(void) {
#ifdef COUNTED
    return 1;
#else
    return 0;
#endif
}

void allocation_meter_limit(size_t bytes) {
#ifdef COUNTED
    struct rlimit limit = {bytes, bytes};
    setrlimit(RLIMIT_AS, &limit);
#endif
}

#ifdef COUNTED
#include <errno.h>
#include <malloc.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static void *given(void *block, size_t request) {
    if (request > largest) largest = request;
    if (block) {
        live += malloc_usable_size(block);
        if (live > peak) peak = live;
    }
    return block;
}

static void returned(void *block) {
    size_t size = block ? malloc_usable_size(block) : 0;
    // What was allocated before the count began is none of it.
    live = size < live ? live - size : 0;
}

void *malloc(size_t size) { return given(__libc_malloc(size), size); }

void *calloc(size_t count, size_t size) {
    size_t request;
    if (__builtin_mul_overflow(count, size, &request)) request = (size_t)-1;
    return given(__libc_calloc(count, size), request);
}

void *realloc(void *block, size_t size) {
    returned(block);
    return given(__libc_realloc(block, size), size);
}

void *memalign(size_t alignment, size_t size) { return given(__libc_memalign(alignment, size), size); }

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
    *block = memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}

void free(void *block) {
    returned(block);
    __libc_free(block);
}
#endif

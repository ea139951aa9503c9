// Makes system calls on one folder fail, or kills the process at one of them: a library for LD_PRELOAD.
//
//   FAULT_FOLDER  absolute path: calls that name a path in it, or a descriptor opened there, are counted from 1
//   FAULT_LOG     file, outside the folder, that gets a line for each counted call: number, class, name, path
//   FAULT_AT      the number of the call that is disturbed; none without it
//   FAULT_WITH    what it meets: an error's number; "short" (a read or write of half the bytes); "kill" (SIGKILL before
//                 the call; before a write, half of its bytes are written)
//
// The class is "w" for calls that change the folder or what is in it, "r" for the others. Calls that the C library makes
// inside itself are not seen. The library leaves the environment of child processes alone but for LD_PRELOAD, which it
// takes out, so that they run undisturbed.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define DESCRIPTORS 4096

static char folder[PATH_MAX];
static long at;
static int with_errno, with_short, with_kill, log_descriptor = -1;
static long count;
static unsigned char is_watched[DESCRIPTORS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

enum verdict { PASS, FAIL, HALVE, DIE };

#define REAL(name) ((__typeof__(&name))next(#name))

static void *next(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (!function) abort();
    return function;
}

__attribute__((constructor)) static void begin(void) {
    const char *text = getenv("FAULT_FOLDER");
    if (!text) return;
    snprintf(folder, sizeof folder, "%s", text);
    if ((text = getenv("FAULT_LOG"))) log_descriptor = REAL(open)(text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if ((text = getenv("FAULT_AT"))) at = atol(text);
    if ((text = getenv("FAULT_WITH"))) {
        with_short = !strcmp(text, "short");
        with_kill = !strcmp(text, "kill");
        with_errno = atoi(text);
    }
    unsetenv("LD_PRELOAD");
}

static int is_below(const char *path) {
    size_t length = strlen(folder);
    return length && !strncmp(path, folder, length) && (path[length] == '/' || path[length] == 0);
}

static int watches_descriptor(int descriptor) {
    return descriptor >= 0 && descriptor < DESCRIPTORS && is_watched[descriptor];
}

static int watches(int directory, const char *path) {
    char whole[2 * PATH_MAX], current[PATH_MAX];
    if (!folder[0] || !path) return 0;
    if (path[0] == '/') return is_below(path);
    if (directory != AT_FDCWD) return watches_descriptor(directory);
    if (!getcwd(current, sizeof current)) return 0;
    snprintf(whole, sizeof whole, "%s/%s", current, path);
    return is_below(whole);
}

static void watch(int descriptor, int is) {
    if (descriptor >= 0 && descriptor < DESCRIPTORS) is_watched[descriptor] = is;
}

// Counts a call, and says what becomes of it.
static enum verdict meet(char class, const char *name, const char *path) {
    pthread_mutex_lock(&lock);
    long number = ++count;
    if (log_descriptor >= 0) {
        char line[PATH_MAX + 64];
        int length = snprintf(line, sizeof line, "%ld %c %s %s\n", number, class, name, path ? path : "");
        if (length > 0) REAL(write)(log_descriptor, line, (size_t)length);
    }
    pthread_mutex_unlock(&lock);
    if (number != at) return PASS;
    if (with_kill) return DIE;
    if (with_short) return HALVE;
    errno = with_errno;
    return with_errno ? FAIL : PASS;
}

static enum verdict meet_or_die(char class, const char *name, const char *path) {
    enum verdict verdict = meet(class, name, path);
    if (verdict == DIE) kill(getpid(), SIGKILL);
    return verdict;
}

// A call that returns -1 where it fails.
#define DISTURB(is, class, name, path) \
    if ((is) && meet_or_die(class, name, path) == FAIL) return -1

static int is_writing(int flags) { return (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT); }

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        int is = watches(AT_FDCWD, path); \
        DISTURB(is, is_writing(flags) ? 'w' : 'r', "open", path); \
        int descriptor = REAL(name)(path, flags, mode); \
        watch(descriptor, is); \
        return descriptor; \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int directory, const char *path, int flags, ...) { \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        int is = watches(directory, path); \
        DISTURB(is, is_writing(flags) ? 'w' : 'r', "open", path); \
        int descriptor = REAL(name)(directory, path, flags, mode); \
        watch(descriptor, is); \
        return descriptor; \
    }
OPENAT(openat)
OPENAT(openat64)

int creat(const char *path, mode_t mode) { return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

// As on Linux, the descriptor is gone whatever close answers.
int close(int descriptor) {
    int is = watches_descriptor(descriptor);
    enum verdict verdict = is ? meet_or_die('w', "close", NULL) : PASS;
    int error = errno;
    watch(descriptor, 0);
    int outcome = REAL(close)(descriptor);
    if (verdict != FAIL) return outcome;
    errno = error;
    return -1;
}

ssize_t write(int descriptor, const void *bytes, size_t size) {
    if (!watches_descriptor(descriptor)) return REAL(write)(descriptor, bytes, size);
    enum verdict verdict = meet('w', "write", NULL);
    if (verdict == FAIL) return -1;
    if (verdict == PASS || size < 2) return REAL(write)(descriptor, bytes, size);
    ssize_t written = REAL(write)(descriptor, bytes, size / 2);
    if (verdict == DIE) kill(getpid(), SIGKILL);
    return written;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset) {
    int is = watches_descriptor(descriptor);
    enum verdict verdict = is ? meet_or_die('w', "write", NULL) : PASS;
    if (verdict == FAIL) return -1;
    return REAL(pwrite)(descriptor, bytes, verdict == HALVE && size > 1 ? size / 2 : size, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off64_t offset) {
    return pwrite(descriptor, bytes, size, offset);
}

ssize_t writev(int descriptor, const struct iovec *parts, int number) {
    int is = watches_descriptor(descriptor);
    enum verdict verdict = is ? meet_or_die('w', "write", NULL) : PASS;
    if (verdict == FAIL) return -1;
    return REAL(writev)(descriptor, parts, verdict == HALVE && number > 1 ? number / 2 : number);
}

ssize_t read(int descriptor, void *bytes, size_t size) {
    int is = watches_descriptor(descriptor);
    enum verdict verdict = is ? meet_or_die('r', "read", NULL) : PASS;
    if (verdict == FAIL) return -1;
    return REAL(read)(descriptor, bytes, verdict == HALVE && size > 1 ? size / 2 : size);
}

#define ON_DESCRIPTOR(class, name, parameters, arguments) \
    int name parameters { \
        DISTURB(watches_descriptor(descriptor), class, #name, NULL); \
        return REAL(name) arguments; \
    }
ON_DESCRIPTOR('w', fsync, (int descriptor), (descriptor))
ON_DESCRIPTOR('w', fdatasync, (int descriptor), (descriptor))
ON_DESCRIPTOR('w', ftruncate, (int descriptor, off_t size), (descriptor, size))
ON_DESCRIPTOR('w', ftruncate64, (int descriptor, off64_t size), (descriptor, size))
ON_DESCRIPTOR('w', fchmod, (int descriptor, mode_t mode), (descriptor, mode))
ON_DESCRIPTOR('w', flock, (int descriptor, int operation), (descriptor, operation))
ON_DESCRIPTOR('r', fstat, (int descriptor, struct stat *status), (descriptor, status))
ON_DESCRIPTOR('r', fstat64, (int descriptor, struct stat64 *status), (descriptor, status))

#define ON_PATH(class, name, parameters, arguments) \
    int name parameters { \
        DISTURB(watches(AT_FDCWD, path), class, #name, path); \
        return REAL(name) arguments; \
    }
ON_PATH('w', mkdir, (const char *path, mode_t mode), (path, mode))
ON_PATH('w', chmod, (const char *path, mode_t mode), (path, mode))
ON_PATH('w', unlink, (const char *path), (path))
ON_PATH('w', rmdir, (const char *path), (path))
ON_PATH('w', remove, (const char *path), (path))
ON_PATH('w', truncate, (const char *path, off_t size), (path, size))
ON_PATH('w', rename, (const char *path, const char *other), (path, other))
ON_PATH('w', link, (const char *path, const char *other), (path, other))
ON_PATH('r', access, (const char *path, int mode), (path, mode))
ON_PATH('r', stat, (const char *path, struct stat *status), (path, status))
ON_PATH('r', stat64, (const char *path, struct stat64 *status), (path, status))
ON_PATH('r', lstat, (const char *path, struct stat *status), (path, status))
ON_PATH('r', lstat64, (const char *path, struct stat64 *status), (path, status))

#define AT_PATH(class, name, parameters, arguments) \
    int name parameters { \
        DISTURB(watches(directory, path), class, #name, path); \
        return REAL(name) arguments; \
    }
AT_PATH('w', mkdirat, (int directory, const char *path, mode_t mode), (directory, path, mode))
AT_PATH('w', fchmodat, (int directory, const char *path, mode_t mode, int flags), (directory, path, mode, flags))
AT_PATH('w', unlinkat, (int directory, const char *path, int flags), (directory, path, flags))
AT_PATH('w', renameat, (int directory, const char *path, int second, const char *other), (directory, path, second, other))
AT_PATH('w', renameat2,
        (int directory, const char *path, int second, const char *other, unsigned flags),
        (directory, path, second, other, flags))
AT_PATH('w', linkat,
        (int directory, const char *path, int second, const char *other, int flags),
        (directory, path, second, other, flags))
AT_PATH('r', faccessat, (int directory, const char *path, int mode, int flags), (directory, path, mode, flags))
AT_PATH('r', fstatat, (int directory, const char *path, struct stat *status, int flags), (directory, path, status, flags))
AT_PATH('r', fstatat64,
        (int directory, const char *path, struct stat64 *status, int flags), (directory, path, status, flags))

ssize_t readlink(const char *path, char *target, size_t size) {
    DISTURB(watches(AT_FDCWD, path), 'r', "readlink", path);
    return REAL(readlink)(path, target, size);
}

char *realpath(const char *path, char *resolved) {
    if (watches(AT_FDCWD, path) && meet_or_die('r', "realpath", path) == FAIL) return NULL;
    return REAL(realpath)(path, resolved);
}

DIR *opendir(const char *path) {
    if (watches(AT_FDCWD, path) && meet_or_die('r', "opendir", path) == FAIL) return NULL;
    return REAL(opendir)(path);
}

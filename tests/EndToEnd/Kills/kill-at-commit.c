/* Preloaded into the bot by the kill tests (LD_PRELOAD): kills the process with SIGKILL at one chosen commit of its SQLite database.
 * With synchronous=FULL in WAL mode each commit ends in one fdatasync (or fsync) of trunkbot.db-wal (https://sqlite.org/pragma.html#pragma_synchronous).
 * The file named by KILL_AT_COMMIT is shared with the test: commits seen so far, the number of the fatal one (0: none), and where in it.
 * Writes go on in the page cache after a kill, so that "before" must die ahead of the commit's first byte and not ahead of its sync. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

enum { BEFORE = 1, HALF = 2, AFTER = 3 };

struct shared {
    _Atomic long commits;
    _Atomic long fatal;
    _Atomic long where;
};

static struct shared none;
static struct shared *shared = &none;
static _Atomic int written;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("KILL_AT_COMMIT");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *map = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (map != MAP_FAILED)
        shared = map;
    close(file);
}

static int is_journal(int fd)
{
    static const char name[] = "trunkbot.db-wal";
    char link[32], target[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, target, sizeof target);
    ssize_t wanted = sizeof name - 1;
    return length >= wanted && memcmp(target + length - wanted, name, wanted) == 0;
}

static int is_fatal(long where)
{
    long fatal = shared->fatal;
    return fatal > 0 && shared->where == where && shared->commits + 1 >= fatal;
}

static void die(void)
{
    kill(getpid(), SIGKILL);
    for (;;)
        pause();
}

static void before_write(int fd)
{
    if (shared == &none || !is_journal(fd))
        return;
    if (is_fatal(BEFORE) || (is_fatal(HALF) && written))
        die();
    written = 1;
}

static int synced(int fd, int result)
{
    if (result == 0 && shared != &none && is_journal(fd)) {
        written = 0;
        if (is_fatal(AFTER) || is_fatal(HALF))
            die();
        shared->commits++;
    }
    return result;
}

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t count)
{
    before_write(fd);
    return REAL(write)(fd, bytes, count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at)
{
    before_write(fd);
    return REAL(pwrite)(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at)
{
    before_write(fd);
    return REAL(pwrite64)(fd, bytes, count, at);
}

int fsync(int fd)
{
    return synced(fd, REAL(fsync)(fd));
}

int fdatasync(int fd)
{
    return synced(fd, REAL(fdatasync)(fd));
}

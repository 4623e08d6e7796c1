/* A host whose clock is wrong, on a machine whose clock is right: no namespace has CLOCK_REALTIME of its own. Loaded by /etc/ld.so.preload
   into every program of the host that is linked dynamically (date, sshd, systemd, apt), it adds the seconds in /etc/lab-clock-offset. Setting the
   clock (date -s, timedatectl) writes that file, so that a repair repairs. Go's programs ask the kernel and stay right. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const char file[] = "/etc/lab-clock-offset";

static long offset(void)
{
    char text[32] = "";
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t size = read(fd, text, sizeof text - 1);
    close(fd);
    return size > 0 ? atol(text) : 0;
}

int clock_gettime(clockid_t id, struct timespec *now)
{
    int error = (int)syscall(SYS_clock_gettime, id, now);
    if (error == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        now->tv_sec += offset();
    return error;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec precise;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &precise))
        return -1;
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}

int clock_settime(clockid_t id, const struct timespec *wanted)
{
    struct timespec now;
    char text[32];
    if (id != CLOCK_REALTIME || geteuid() != 0) {
        errno = EPERM;
        return -1;
    }
    syscall(SYS_clock_gettime, id, &now);
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd < 0)
        return -1;
    int size = snprintf(text, sizeof text, "%ld\n", (long)(wanted->tv_sec - now.tv_sec));
    ssize_t written = write(fd, text, (size_t)size);
    close(fd);
    return written == size ? 0 : -1;
}

int settimeofday(const struct timeval *wanted, const struct timezone *zone)
{
    struct timespec precise = {.tv_sec = wanted ? wanted->tv_sec : 0, .tv_nsec = wanted ? wanted->tv_usec * 1000 : 0};
    (void)zone;
    return wanted ? clock_settime(CLOCK_REALTIME, &precise) : 0;
}

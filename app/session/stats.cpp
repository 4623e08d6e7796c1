#include "session/stats.h"

#include <cstdio>
#include <cstring>

#ifdef __linux__
#include <ctime>
#include <sys/resource.h>
#include <unistd.h>
#endif

namespace timonier {

using namespace std::chrono;

#ifdef __linux__
milliseconds sinceStart()
{
    // Field 22 of /proc/self/stat: ticks since boot at which the process started (proc(5)).
    static const milliseconds started = [] {
        char text[1024] = {};
        if (std::FILE *file = std::fopen("/proc/self/stat", "r")) {
            const std::size_t read = std::fread(text, 1, sizeof text - 1, file);
            text[read] = 0;
            std::fclose(file);
        }
        const char *at = std::strrchr(text, ')');
        for (int field = 2; at && field < 22; ++field)
            at = std::strchr(at + 1, ' ');
        const long long ticks = at ? std::atoll(at + 1) : 0;
        return milliseconds(ticks * 1000 / sysconf(_SC_CLK_TCK));
    }();
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return duration_cast<milliseconds>(seconds(now.tv_sec) + nanoseconds(now.tv_nsec)) - started;
}

std::int64_t peakResidentKib()
{
    std::int64_t kib = 0;
    char line[256];
    if (std::FILE *file = std::fopen("/proc/self/status", "r")) {
        while (std::fgets(line, sizeof line, file))
            if (std::strncmp(line, "VmHWM:", 6) == 0)
                kib = std::atoll(line + 6);
        std::fclose(file);
    }
    return kib;
}

milliseconds cpuTime()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return duration_cast<milliseconds>(seconds(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                                       microseconds(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec));
}
#else
milliseconds sinceStart()
{
    static const auto first = steady_clock::now();
    return duration_cast<milliseconds>(steady_clock::now() - first);
}
std::int64_t peakResidentKib() { return 0; }
milliseconds cpuTime() { return {}; }
#endif

} // namespace timonier

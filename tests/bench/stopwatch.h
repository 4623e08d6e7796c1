// Time and memory of a benchmark, and its one line of JSON.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <ctime>

namespace timonier {

inline double milliseconds(std::chrono::steady_clock::duration span)
{
    return std::chrono::duration<double, std::milli>(span).count();
}

// CPU time of this thread or of the whole process, in ms.
inline double cpuMilliseconds(clockid_t clock)
{
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

// "VmHWM" (peak) or "VmRSS" of this process, in kB.
inline long memoryKb(const char *field)
{
    std::FILE *file = std::fopen("/proc/self/status", "r");
    if (!file)
        return -1;
    char line[256];
    long kb = -1;
    const std::string wanted = fmt::format("{}: %ld kB", field);
    while (std::fgets(line, sizeof line, file) && std::sscanf(line, wanted.c_str(), &kb) != 1) {
    }
    std::fclose(file);
    return kb;
}

} // namespace timonier

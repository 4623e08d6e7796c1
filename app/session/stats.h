// What a run took, for --stats. Linux has the numbers; elsewhere they are 0.
#pragma once

#include <chrono>
#include <cstdint>

namespace timonier {

// Since this process was started (its exec), to a hundredth of a second on Linux.
std::chrono::milliseconds sinceStart();
// The most memory this process has had resident, in KiB.
std::int64_t peakResidentKib();
// CPU time used so far, user and system.
std::chrono::milliseconds cpuTime();

} // namespace timonier

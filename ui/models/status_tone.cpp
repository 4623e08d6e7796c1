#include "ui/models/status_tone.h"

#include <algorithm>
#include <array>

namespace timonier {

namespace {

template <std::size_t N>
bool isIn(const std::array<std::string_view, N> &words, std::string_view word)
{
    return std::ranges::find(words, word) != words.end();
}

constexpr std::array<std::string_view, 5> good{"Running", "Ready", "Active", "Bound", "Healthy"};
constexpr std::array<std::string_view, 5> done{"Completed", "Succeeded", "Complete", "Available", "Released"};
constexpr std::array<std::string_view, 7> busy{"Pending",     "ContainerCreating", "PodInitializing", "Terminating",
                                               "Progressing", "SchedulingGated",   "Waiting"};
constexpr std::array<std::string_view, 10> bad{"Failed",  "OOMKilled",       "Evicted",     "Lost",       "NotReady",
                                               "Unknown", "DeadlineExceeded", "NodeLost",    "Shutdown",   "StartError"};

} // namespace

Tone toneOf(std::string_view status, std::string_view readyText)
{
    if (status.empty())
        return Tone::None;
    const std::string_view first = status.substr(0, status.find_first_of(", ")); // "Ready,SchedulingDisabled"
    if (isIn(bad, first) || status.find("Err") != status.npos || status.ends_with("BackOff") ||
        status.find("Invalid") != status.npos || status.starts_with("ExitCode:") || status.starts_with("Signal:"))
        return Tone::Bad;
    if (isIn(good, first)) {
        const std::size_t slash = readyText.find('/');
        const bool ready = slash == readyText.npos || readyText.substr(0, slash) == readyText.substr(slash + 1);
        return ready && first.size() == status.size() ? Tone::Good : Tone::Careful;
    }
    if (isIn(done, first))
        return Tone::Done;
    if (isIn(busy, first) || status.starts_with("Init:"))
        return Tone::Busy;
    return Tone::Careful;
}

Tone toneOfFraction(std::string_view text)
{
    const std::size_t slash = text.find('/');
    if (slash == text.npos)
        return Tone::None;
    const std::string_view part = text.substr(0, slash), whole = text.substr(slash + 1);
    if (part == whole)
        return part == "0" ? Tone::Done : Tone::Good;
    return part == "0" ? Tone::Bad : Tone::Careful;
}

} // namespace timonier

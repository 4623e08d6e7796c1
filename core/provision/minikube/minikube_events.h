// What `minikube --output=json` prints, line by line: CloudEvents and junk. Pure. (pkg/minikube/out/register/cloud_events.go; what a real
// one printed: every value is a string, numbers skip and go back, "error" events come in starts that succeed.)
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::minikube {

struct Event {
    enum class Type { Junk, Step, Info, Warning, Error, Download, DownloadProgress };
    Type type = Type::Junk;
    std::string message{}; // of Junk: the line
    std::string name{};    // of a step its title, of an error its id: "PROVIDER_DOCKER_NOT_RUNNING"; empty: an error that stops nothing
    std::string advice{}, url{};
    int exitCode = 0;
    int step = -1, steps = 0;
    std::string artifact{};
    double progress = 0;   // 0 to 1, of a download
};

// Never fails: what is no event is Junk. `whole`: false for a line that was cut for its length.
Event readEvent(std::string_view line, bool whole = true);

// A start, or a delete, as far as it has come.
class Course
{
public:
    void take(const Event &event);
    double progress() const { return m_progress; } // 0 to 1; never goes back
    bool isDone() const { return m_done; }
    const std::string &step() const { return m_step; }
    // Of a run that failed: the event that tells the cause. minikube ends with a general one ("MK_USAGE") after the one that knows. None: it
    // said nothing with an id.
    std::optional<Event> cause() const;
    const std::vector<Event> &warnings() const { return m_warnings; }

private:
    double m_progress = 0;
    bool m_done = false;
    std::string m_step{};
    int m_at = 0, m_of = 0;
    std::vector<Event> m_errors{}, m_warnings{};
};

// The same of the commands that have no --output (addons, service, image, tunnel): "X Exiting due to ID: words", "* Suggestion: words" (pkg/minikube/out/out_reason.go).
std::optional<Event> exitIn(std::string_view err);

// The line that a person is shown for it; empty: none (progress, decoration).
std::string lineFor(const Event &event);

} // namespace timonier::minikube

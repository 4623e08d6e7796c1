#include "describe/containers.h"

#include "base/say.h"
#include "kube/quantity.h"

#include <array>
#include <map>

namespace timonier::describing {

namespace {

enum class Role { Init, Sidecar, Main, Debug };

std::string portsText(const Json &container)
{
    std::string out;
    for (const Json &port : elements(field(container, "ports"))) {
        std::string one = text(port, "containerPort");
        const std::string protocol = text(port, "protocol"), name = text(port, "name");
        one += "/" + (protocol.empty() ? "TCP" : protocol);
        join(one, name, " ");
        join(out, one);
    }
    return out;
}

void describeState(const Json &status, Role role, ContainerFacts &out)
{
    const Json &state = field(status, "state");
    if (const Json &waiting = field(state, "waiting"); waiting.is_object()) {
        const std::string reason = text(waiting, "reason");
        const bool starting = reason.empty() || reason == "ContainerCreating" || reason == "PodInitializing";
        out.tone = starting ? Tone::Busy : Tone::Bad;
        out.state = reason.empty() ? say("Core", "waiting") : say("Core", "waiting: {}", reason);
        out.message = text(waiting, "message");
    } else if (const Json &running = field(state, "running"); running.is_object()) {
        const bool ready = isTrue(field(status, "ready"));
        const bool counts = role == Role::Main || role == Role::Sidecar;
        out.tone = counts ? ready ? Tone::Good : Tone::Careful : Tone::Busy;
        out.state = counts && !ready ? say("Core", "running, not ready") : say("Core", "running");
        out.since = time(field(running, "startedAt"));
    } else if (const Json &ended = field(state, "terminated"); ended.is_object()) {
        const bool well = number(field(ended, "exitCode")) == 0;
        out.tone = well ? Tone::Done : Tone::Bad;
        out.state = well ? say("Core", "done") : say("Core", "ended: {}", exitText(ended));
        out.message = text(ended, "message");
        out.since = time(field(ended, "finishedAt"));
    } else {
        out.tone = Tone::Busy;
        out.state = say("Core", "not started yet");
    }
    out.restarts = std::max<std::int64_t>(number(field(status, "restartCount")), 0);
    if (const Json &last = field(status, "lastState", "terminated"); last.is_object()) {
        out.lastExit = exitText(last);
        out.lastExitAt = time(field(last, "finishedAt"));
    }
}

void add(std::vector<ContainerFacts> &all, const Json &specs, const Json &statuses, Role role, bool hasStatus)
{
    for (const Json &spec : elements(specs)) {
        if (!spec.is_object())
            continue;
        const Role here = role == Role::Init && text(spec, "restartPolicy") == "Always" ? Role::Sidecar : role;
        ContainerFacts out;
        out.name = text(spec, "name");
        out.role = here == Role::Init      ? say("Core", "init")
                   : here == Role::Sidecar ? say("Core", "sidecar")
                   : here == Role::Debug   ? say("Core", "debug")
                                           : std::string();
        out.image = text(spec, "image");
        out.ports = portsText(spec);
        out.requests = resourcesText(field(spec, "resources", "requests"));
        out.limits = resourcesText(field(spec, "resources", "limits"));
        if (hasStatus)
            describeState(find(statuses, "name", out.name), here, out);
        all.push_back(std::move(out));
    }
}

} // namespace

std::vector<ContainerFacts> containersOf(const Json &podSpec, const Json &podStatus)
{
    std::vector<ContainerFacts> all;
    const bool has = podStatus.is_object();
    add(all, field(podSpec, "initContainers"), field(podStatus, "initContainerStatuses"), Role::Init, has);
    add(all, field(podSpec, "containers"), field(podStatus, "containerStatuses"), Role::Main, has);
    add(all, field(podSpec, "ephemeralContainers"), field(podStatus, "ephemeralContainerStatuses"), Role::Debug, has);
    return all;
}

std::string resourcesText(const Json &quantities)
{
    std::string out;
    for (const auto &[name, value] : members(quantities)) {
        const std::string amount = text(*value);
        if (name == "cpu")
            join(out, say("Core", "{} CPU", amount));
        else if (name == "memory")
            join(out, say("Core", "{} memory", amount));
        else
            join(out, fmt::format("{} {}", amount, name));
    }
    return out;
}

std::string exitText(const Json &terminated)
{
    const std::int64_t code = number(field(terminated, "exitCode")), signal = number(field(terminated, "signal"));
    std::string out = text(terminated, "reason");
    if (out == "Error" || out == "Completed") // says no more than the code does
        out.clear();
    join(out, signal != 0 && code == 0 ? say("Core", "signal {}", signal) : say("Core", "exit code {}", code));
    return out;
}

std::string summedResources(const Json &podSpec, std::string_view which)
{
    std::map<std::string, std::int64_t, std::less<>> sum, largest;
    const auto each = [&](const Json &container, auto &&use) {
        for (const auto &[name, value] : members(field(container, "resources", which)))
            use(std::string(name), milliQuantity(text(*value)));
    };
    const auto add = [&](const std::string &name, std::int64_t milli) {
        std::int64_t &all = sum[name];
        if (__builtin_add_overflow(all, milli, &all))
            all = INT64_MAX;
    };
    for (const Json &container : elements(field(podSpec, "containers")))
        each(container, add);
    for (const Json &container : elements(field(podSpec, "initContainers"))) {
        if (text(container, "restartPolicy") == "Always")
            each(container, add);
        else
            each(container, [&](const std::string &name, std::int64_t milli) {
                largest[name] = std::max(largest[name], milli);
            });
    }
    for (const auto &[name, milli] : largest)
        sum[name] = std::max(sum[name], milli);
    std::string out;
    for (const auto &[name, milli] : sum) {
        if (milli <= 0)
            continue;
        if (name == "cpu")
            join(out, say("Core", "{} CPU", cpuText(milli)));
        else if (name == "memory")
            join(out, say("Core", "{} memory", bytesText(milli / 1000)));
        else if (name.find("storage") != std::string::npos || name.starts_with("hugepages"))
            join(out, fmt::format("{} {}", bytesText(milli / 1000), name));
        else
            join(out, fmt::format("{} {}", cpuText(milli), name));
    }
    return out;
}

std::string cpuText(std::int64_t milli)
{
    if (milli % 1000 == 0)
        return fmt::format("{}", milli / 1000);
    return milli < 10'000 ? fmt::format("{}m", milli) : fmt::format("{:.1f}", static_cast<double>(milli) / 1000);
}

std::string bytesText(std::int64_t bytes)
{
    static constexpr std::array<std::string_view, 6> units = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    if (bytes < 1024)
        return say("Core", "{} bytes", bytes);
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (value /= 1024; value >= 1024 && unit + 1 < units.size(); ++unit)
        value /= 1024;
    const bool whole = value >= 100 || value == static_cast<double>(static_cast<std::int64_t>(value));
    return whole ? fmt::format("{:.0f} {}", value, units[unit]) : fmt::format("{:.1f} {}", value, units[unit]);
}

} // namespace timonier::describing

#include "strategy/parameters.h"

#include "base/nearest_name.h"
#include "base/say.h"
#include "cloud/prices/bundled.h"
#include "kube/quantity.h"
#include "strategy/rules.h"

#include <QtGlobal>

#include <algorithm>
#include <charconv>

namespace timonier::strategy {

namespace {

Result<double> number(std::string_view text, double least, double most)
{
    double value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size() || !(value >= least && value <= most))
        return fail(ErrorKind::Invalid, say("Core", "“{}” is no number from {} to {}", text, least, most));
    return value;
}

Result<bool> flag(std::string_view text)
{
    if (text == "true" || text == "false")
        return text == "true";
    return fail(ErrorKind::Invalid, say("Core", "“{}” is neither true nor false", text));
}

Result<std::vector<int>> shares(std::string_view text)
{
    std::vector<int> found;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        found.push_back(static_cast<int>(TRY(number(text.substr(begin, end - begin), 1, 99))));
        if (found.size() > 1 && found.back() <= found[found.size() - 2])
            return fail(ErrorKind::Invalid, say("Core", "“{}”: each step must be more than the one before", text));
        begin = end + 1;
    }
    return found;
}

// "30s:8" or "30s:pause": what somebody does, and when.
Result<Change> change(std::string_view text)
{
    const std::size_t colon = text.find(':');
    if (colon == text.npos)
        return fail(ErrorKind::Invalid, say("Core", "“{}” is no change: write 30s:8, 30s:pause or 60s:resume", text));
    Change change{.at = TRY(parseTime(text.substr(0, colon)))};
    const std::string_view what = text.substr(colon + 1);
    if (what == "pause" || what == "resume")
        change.paused = what == "pause";
    else
        change.replicas = static_cast<int>(TRY(number(what, 0, 100'000)));
    return change;
}

// 0.05, or an instance type that the table of prices has.
Result<double> price(std::string_view text)
{
    if (const auto known = prices::bundledMachine(text))
        return *known;
    auto typed = number(text, 0, 1e6);
    if (typed)
        return typed;
    const std::string near = nearestName(std::string(text), prices::bundledMachines());
    return fail(ErrorKind::Invalid, say("Core", "“{}” is neither a price nor an instance type whose price is known", text),
                near.empty() ? say("Core", "Write the price itself, such as 0.05") : say("Core", "Did you mean {}?", near));
}

using Value = std::string_view;
using Apply = Result<> (*)(Parameters &, Value);

struct Setting {
    const char *key;
    const char *meaning; // marked for translation, context "Core"
    Apply apply;
};

// Each setting assigns one field from one reading; the macros spare forty lambdas of five lines.
#define INTEGER(field, least, most)                                                                                    \
    [](Parameters &p, Value v) -> Result<> { return p.field = static_cast<int>(TRY(number(v, least, most))), Result<>(); }
#define DECIMAL(field, least, most)                                                                                    \
    [](Parameters &p, Value v) -> Result<> { return p.field = TRY(number(v, least, most)), Result<>(); }
#define SPAN(field) [](Parameters &p, Value v) -> Result<> { return p.field = TRY(parseTime(v)), Result<>(); }
#define FLAG(field) [](Parameters &p, Value v) -> Result<> { return p.field = TRY(flag(v)), Result<>(); }
#define AMOUNT(field) [](Parameters &p, Value v) -> Result<> { return p.field = TRY(parseAmount(v)), Result<>(); }

const Setting all[] = {
    {"replicas", QT_TRANSLATE_NOOP("Core", "number of pods wanted"), INTEGER(spec.replicas, 0, 100'000)},
    {"maxSurge", QT_TRANSLATE_NOOP("Core", "pods above that number while rolling: 3 or 25%"), AMOUNT(spec.maxSurge)},
    {"maxUnavailable", QT_TRANSLATE_NOOP("Core", "pods that may be missing while rolling: 3 or 25%"), AMOUNT(spec.maxUnavailable)},
    {"minReady", QT_TRANSLATE_NOOP("Core", "how long a pod must be ready to count as available"), SPAN(spec.minReady)},
    {"progressDeadline", QT_TRANSLATE_NOOP("Core", "without progress for so long, the roll-out counts as failed"), SPAN(spec.progressDeadline)},
    {"unhealthy", QT_TRANSLATE_NOOP("Core", "current pods that are not ready"), INTEGER(unhealthy, 0, 100'000)},
    {"startUp", QT_TRANSLATE_NOOP("Core", "from the choice of a node until the container runs"),
     [](Parameters &p, Value v) -> Result<> { return p.current.startUp = p.next.startUp = TRY(parseTime(v)), Result<>(); }},
    {"warmUp", QT_TRANSLATE_NOOP("Core", "from then until it answers"),
     [](Parameters &p, Value v) -> Result<> { return p.current.warmUp = p.next.warmUp = TRY(parseTime(v)), Result<>(); }},
    {"neverReady", QT_TRANSLATE_NOOP("Core", "what if the new version never becomes ready: true"), FLAG(next.neverReady)},
    {"crashAfter", QT_TRANSLATE_NOOP("Core", "what if the new version ends so long after each start"), SPAN(next.crashAfter)},
    {"errorShare", QT_TRANSLATE_NOOP("Core", "what if this share of the new version's answers is wrong: 0 to 1"), DECIMAL(next.errorShare, 0, 1)},
    {"jitter", QT_TRANSLATE_NOOP("Core", "start-up times differ by as much, by chance"), SPAN(next.jitter)},
    {"seed", QT_TRANSLATE_NOOP("Core", "which chance"), INTEGER(cluster.seed, 0, 2e9)},
    {"grace", QT_TRANSLATE_NOOP("Core", "how long a pod may take to end"),
     [](Parameters &p, Value v) -> Result<> { return p.current.grace = p.next.grace = TRY(parseTime(v)), Result<>(); }},
    {"preStop", QT_TRANSLATE_NOOP("Core", "how long a leaving pod goes on serving before it is told to end"),
     [](Parameters &p, Value v) -> Result<> { return p.current.preStop = p.next.preStop = TRY(parseTime(v)), Result<>(); }},
    {"shutdown", QT_TRANSLATE_NOOP("Core", "how long it then takes to end"),
     [](Parameters &p, Value v) -> Result<> { return p.current.shutdown = p.next.shutdown = TRY(parseTime(v)), Result<>(); }},
    {"cpu", QT_TRANSLATE_NOOP("Core", "CPU that a new pod asks for, such as 250m"),
     [](Parameters &p, Value v) -> Result<> { return p.next.cpuMilli = TRY(parseQuantity(v)), Result<>(); }},
    {"memory", QT_TRANSLATE_NOOP("Core", "memory that a new pod asks for, such as 512Mi"),
     [](Parameters &p, Value v) -> Result<> { return p.next.memoryBytes = TRY(parseQuantity(v)) / 1000, Result<>(); }},
    {"room", QT_TRANSLATE_NOOP("Core", "how many pods more than now find room"),
     [](Parameters &p, Value v) -> Result<> {
         p.cluster.nodes = {{.name = {}, .cpuMilli = 1ll << 40, .memoryBytes = 1ll << 60, .pods = static_cast<int>(TRY(number(v, 0, 100'000)))}};
         return {};
     }},
    {"change", QT_TRANSLATE_NOOP("Core", "what is done to it in the middle: 30s:8 (replicas), 30s:pause, 60s:resume"),
     [](Parameters &p, Value v) -> Result<> { return p.changes.push_back(TRY(change(v))), Result<>(); }},
    {"rps", QT_TRANSLATE_NOOP("Core", "requests per second, all users together"), DECIMAL(requestsPerSecond, 0, 1e9)},
    {"podCapacity", QT_TRANSLATE_NOOP("Core", "requests per second that one pod can answer"), DECIMAL(podCapacity, 0, 1e9)},
    {"nodeHour", QT_TRANSLATE_NOOP("Core", "price of a node for an hour, or its instance type, such as t3.medium"),
     [](Parameters &p, Value v) -> Result<> { return p.nodeHour = TRY(price(v)), Result<>(); }},
    {"canarySteps", QT_TRANSLATE_NOOP("Core", "shares of the traffic for the canary, in %: 10,25,50"),
     [](Parameters &p, Value v) -> Result<> { return p.canarySteps = TRY(shares(v)), Result<>(); }},
    {"canaryPause", QT_TRANSLATE_NOOP("Core", "how long each step is watched"), SPAN(canaryPause)},
    {"weighted", QT_TRANSLATE_NOOP("Core", "a router splits the traffic, not the number of pods: true"), FLAG(weighted)},
    {"blueGreenCheck", QT_TRANSLATE_NOOP("Core", "how long the second colour is looked at before the switch"), SPAN(blueGreenCheck)},
    {"blueGreenKeep", QT_TRANSLATE_NOOP("Core", "how long the first colour is kept after it"), SPAN(blueGreenKeep)},
    {"abShare", QT_TRANSLATE_NOOP("Core", "share of the users whom the rule chooses, in %"), INTEGER(abShare, 1, 99)},
    {"abDuration", QT_TRANSLATE_NOOP("Core", "how long the two versions are compared"), SPAN(abDuration)},
    {"shadowShare", QT_TRANSLATE_NOOP("Core", "share of the requests that are mirrored, in %"), INTEGER(shadowShare, 1, 100)},
    {"shadowDuration", QT_TRANSLATE_NOOP("Core", "how long they are"), SPAN(shadowDuration)},
    {"rollbackAt", QT_TRANSLATE_NOOP("Core", "when one goes back; without it: half way"), SPAN(rollbackAt)},
    {"limit", QT_TRANSLATE_NOOP("Core", "nothing is simulated beyond"), SPAN(limit)},
    {"endpointDelay", QT_TRANSLATE_NOOP("Core", "from a pod's being ready or leaving until the last client knows"), SPAN(cluster.delays.endpoints)},
    {"qps", QT_TRANSLATE_NOOP("Core", "--kube-api-qps of the controller-manager; 0: without a limit"), DECIMAL(cluster.delays.qps, 0, 1e6)},
    {"burst", QT_TRANSLATE_NOOP("Core", "--kube-api-burst of the controller-manager"), INTEGER(cluster.delays.burst, 1, 1e6)},
    {"clockOffset", QT_TRANSLATE_NOOP("Core", "how far into a second it begins: Kubernetes keeps whole seconds"), SPAN(cluster.clockOffset)},
};

} // namespace

Result<> set(Parameters &parameters, std::string_view key, std::string_view value)
{
    const auto found = std::ranges::find(all, key, [](const Setting &setting) { return std::string_view(setting.key); });
    if (found == std::end(all)) {
        std::vector<std::string> keys;
        for (const Setting &setting : all)
            keys.emplace_back(setting.key);
        const std::string near = nearestName(key, keys);
        return fail(ErrorKind::NotFound, say("Core", "There is no setting “{}”", key),
                    near.empty() ? std::string() : say("Core", "Did you mean “{}”?", near));
    }
    if (auto applied = found->apply(parameters, value); !applied)
        return std::unexpected(std::move(applied.error()).because(say("Core", "The setting {} cannot be used", key)));
    return {};
}

std::vector<std::pair<std::string, std::string>> settings()
{
    std::vector<std::pair<std::string, std::string>> found;
    for (const Setting &setting : all)
        found.emplace_back(setting.key, translated("Core", setting.meaning));
    return found;
}

Result<std::int64_t> parseQuantity(std::string_view text)
{
    const std::int64_t milli = milliQuantity(text); // 0 for what is none
    if (milli < 0 || (milli == 0 && (!text.starts_with('0') || text.find_first_of("123456789") != text.npos)))
        return fail(ErrorKind::Invalid, say("Core", "“{}” is no quantity", text), say("Core", "Write it as 250m, 1.5 or 512Mi"));
    return milli;
}

Result<Time> parseTime(std::string_view text)
{
    const std::string_view whole = text;
    const auto wrong = [&] {
        return fail(ErrorKind::Invalid, say("Core", "“{}” is no time: write 10s, 5m or 1h30m", whole));
    };
    double total = 0;
    if (text.empty())
        return wrong();
    while (!text.empty()) {
        double value = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
        if (problem != std::errc() || value < 0)
            return wrong();
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        const std::size_t letters = std::min(text.find_first_of("0123456789."), text.size());
        const std::string_view unit = text.substr(0, letters);
        text.remove_prefix(letters);
        const bool plain = unit.empty() && text.empty() && total == 0;
        const double scale = unit == "ms" ? 1 : unit == "s" || plain ? 1e3 : unit == "m" ? 6e4 : unit == "h" ? 3.6e6 : unit == "d" ? 8.64e7 : 0;
        if (scale == 0)
            return wrong();
        total += value * scale;
    }
    if (total > 1e10)
        return wrong();
    return Time(static_cast<std::int64_t>(total));
}

} // namespace timonier::strategy

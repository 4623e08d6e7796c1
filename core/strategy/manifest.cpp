#include "strategy/manifest.h"

#include "base/say.h"
#include "kube/timestamp.h"
#include "strategy/kubelet.h"
#include "strategy/rules.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier::strategy {

namespace {

using nlohmann::json;

Error wrong(const std::string &field, std::string message, std::string hint = {})
{
    Error error{.kind = ErrorKind::Invalid, .message = field + ": " + std::move(message), .hint = std::move(hint)};
    return std::move(error).with("field", field);
}

// A map within `map`; an empty one where it is missing, null or something else (which the server would have refused).
const json &object(const json &map, const char *key)
{
    static const json none = json::object();
    const auto found = map.is_object() ? map.find(key) : map.end();
    return map.is_object() && found != map.end() && found->is_object() ? *found : none;
}

const json &list(const json &map, const char *key)
{
    static const json none = json::array();
    const auto found = map.is_object() ? map.find(key) : map.end();
    return map.is_object() && found != map.end() && found->is_array() ? *found : none;
}

std::string text(const json &map, const char *key)
{
    const auto found = map.is_object() ? map.find(key) : map.end();
    return map.is_object() && found != map.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// A whole number of at least `least`; `otherwise` where it is missing or null.
Result<std::int64_t> integer(const json &map, const std::string &path, const char *key, std::int64_t otherwise, std::int64_t least = 0)
{
    const auto found = map.find(key);
    if (found == map.end() || found->is_null())
        return otherwise;
    const std::string field = path + "." + key;
    if (!found->is_number_integer())
        return std::unexpected(wrong(field, say("Core", "{} is not a whole number", found->dump())));
    const auto value = found->is_number_unsigned() && found->get<std::uint64_t>() > 2'147'483'647u ? std::int64_t(2'147'483'648)
                                                                                                  : found->get<std::int64_t>();
    if (value < least || value > 2'147'483'647)
        return std::unexpected(wrong(field, say("Core", "{} is not between {} and 2147483647", found->dump(), least)));
    return value;
}

Result<Time> seconds(const json &map, const std::string &path, const char *key, std::int64_t otherwise, std::int64_t least = 0)
{
    return Time(1000 * TRY(integer(map, path, key, otherwise, least)));
}

Result<Amount> amount(const json &map, const std::string &path, const char *key)
{
    const auto found = map.find(key);
    if (found == map.end() || found->is_null())
        return Amount{};
    if (found->is_string()) {
        auto read = parseAmount(found->get<std::string>());
        // A text without % is no amount for Kubernetes either: "3" is refused, 3 is not.
        if (read && read->percent)
            return *read;
        return std::unexpected(wrong(path + "." + key, say("Core", "“{}” is neither a number nor a percentage", found->get<std::string>()),
                                     say("Core", "Write a number of pods such as 3, or a share such as 25%")));
    }
    return Amount{static_cast<int>(TRY(integer(map, path, key, 0))), false};
}

Result<Probe> probe(const json &map, const std::string &path)
{
    Probe read;
    read.initialDelay = TRY(seconds(map, path, "initialDelaySeconds", 0));
    read.period = TRY(seconds(map, path, "periodSeconds", 10, 1));
    read.successes = static_cast<int>(TRY(integer(map, path, "successThreshold", 1, 1)));
    read.failures = static_cast<int>(TRY(integer(map, path, "failureThreshold", 3, 1)));
    return read;
}

// A preStop hook that sleeps; what another one does cannot be known from here.
Time preStop(const json &container)
{
    const json &hook = object(object(container, "lifecycle"), "preStop");
    if (const json &sleep = object(hook, "sleep"); sleep.contains("seconds") && sleep["seconds"].is_number_integer())
        return Time(1000 * std::clamp<std::int64_t>(sleep["seconds"].get<std::int64_t>(), 0, 86'400));
    const json &command = list(object(hook, "exec"), "command");
    for (std::size_t i = 0; i < command.size(); ++i) {
        const std::string word = command[i].is_string() ? command[i].get<std::string>() : std::string();
        const std::size_t at = word.find("sleep"); // ["sleep", "10"] or ["sh", "-c", "sleep 10"]
        if (at == word.npos)
            continue;
        std::string_view rest = std::string_view(word).substr(at + 5);
        const std::string next = i + 1 < command.size() && command[i + 1].is_string() ? command[i + 1].get<std::string>() : std::string();
        rest = rest.empty() ? std::string_view(next) : rest;
        rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
        if (const auto time = parseTime(rest.substr(0, rest.find_first_not_of("0123456789.smh"))))
            return *time;
    }
    return Time(0);
}

struct Requests {
    std::int64_t cpuMilli = 0, memoryMilli = 0;
};

Result<Requests> requests(const json &container, const std::string &path)
{
    const json &wanted = object(object(container, "resources"), "requests");
    Requests read;
    for (const char *key : {"cpu", "memory"}) {
        const auto found = wanted.find(key);
        if (found == wanted.end())
            continue;
        const std::string value = found->is_string() ? found->get<std::string>() : found->is_number() ? found->dump() : std::string();
        auto milli = parseQuantity(value);
        if (!milli)
            return std::unexpected(wrong(path + ".resources.requests." + key, milli.error().message, milli.error().hint));
        (std::string_view(key) == "cpu" ? read.cpuMilli : read.memoryMilli) = *milli;
    }
    return read;
}

Result<Version> version(const json &pod, const std::string &path)
{
    Version read;
    const json &containers = list(pod, "containers");
    if (containers.empty())
        return std::unexpected(wrong(path + ".containers", say("Core", "there is no container")));
    read.grace = TRY(seconds(pod, path, "terminationGracePeriodSeconds", 30));
    Requests sum, first;
    Time slowest(-1);
    for (std::size_t i = 0; i < containers.size(); ++i) {
        const json &container = containers[i];
        const std::string here = path + ".containers[" + std::to_string(i) + "]";
        if (!container.is_object())
            return std::unexpected(wrong(here, say("Core", "this is no container")));
        const Requests mine = TRY(requests(container, here));
        sum.cpuMilli += mine.cpuMilli;
        sum.memoryMilli += mine.memoryMilli;
        read.preStop = std::max(read.preStop, preStop(container));
        Version one; // the pod is ready when its last container is
        if (const json &map = object(container, "readinessProbe"); !map.empty())
            one.readiness = TRY(probe(map, here + ".readinessProbe"));
        if (const json &map = object(container, "startupProbe"); !map.empty())
            one.startup = TRY(probe(map, here + ".startupProbe"));
        if (untilReady(one) > slowest) {
            slowest = untilReady(one);
            read.readiness = one.readiness;
            read.startup = one.startup;
        }
    }
    const json &before = list(pod, "initContainers");
    for (std::size_t i = 0; i < before.size(); ++i) {
        const Requests mine = TRY(requests(before[i], path + ".initContainers[" + std::to_string(i) + "]"));
        first.cpuMilli = std::max(first.cpuMilli, mine.cpuMilli);
        first.memoryMilli = std::max(first.memoryMilli, mine.memoryMilli);
    }
    read.cpuMilli = std::max(sum.cpuMilli, first.cpuMilli);
    read.memoryBytes = std::max(sum.memoryMilli, first.memoryMilli) / 1000;
    read.name = text(containers[0], "image");
    return read;
}

Result<Parameters> fromJson(const json &deployment, std::string_view image)
{
    if (!deployment.is_object())
        return std::unexpected(wrong("kind", say("Core", "this is no Kubernetes object")));
    if (const std::string kind = text(deployment, "kind"); kind != "Deployment")
        return std::unexpected(wrong("kind", kind.empty() ? say("Core", "it does not say what it is")
                                                          : say("Core", "this is a {}, and a Deployment is wanted", kind)));
    Parameters read;
    read.name = text(object(deployment, "metadata"), "name");
    const auto spec = deployment.find("spec");
    if (spec == deployment.end() || !spec->is_object())
        return std::unexpected(wrong("spec", say("Core", "it is missing")));
    read.spec.replicas = static_cast<int>(TRY(integer(*spec, "spec", "replicas", 1)));
    if (read.spec.replicas > 100'000)
        return std::unexpected(wrong("spec.replicas", say("Core", "{} are more than this program simulates", read.spec.replicas)));
    read.spec.minReady = TRY(seconds(*spec, "spec", "minReadySeconds", 0));
    const std::int64_t deadline = TRY(integer(*spec, "spec", "progressDeadlineSeconds", 600, 1));
    read.spec.progressDeadline = deadline == 2'147'483'647 ? std::nullopt : std::optional(Time(1000 * deadline));
    if (const auto paused = spec->find("paused"); paused != spec->end() && !paused->is_null()) {
        if (!paused->is_boolean())
            return std::unexpected(wrong("spec.paused", say("Core", "{} is neither true nor false", paused->dump())));
        read.spec.paused = paused->get<bool>();
    }
    const json &strategy = object(*spec, "strategy");
    const std::string type = text(strategy, "type");
    if (!type.empty() && type != "RollingUpdate" && type != "Recreate")
        return std::unexpected(wrong("spec.strategy.type", say("Core", "“{}” is neither RollingUpdate nor Recreate", type)));
    read.spec.recreate = type == "Recreate";
    read.spec.maxSurge = TRY(amount(object(strategy, "rollingUpdate"), "spec.strategy.rollingUpdate", "maxSurge"));
    read.spec.maxUnavailable = TRY(amount(object(strategy, "rollingUpdate"), "spec.strategy.rollingUpdate", "maxUnavailable"));
    if (!read.spec.recreate && read.spec.maxSurge.value == 0 && read.spec.maxUnavailable.value == 0)
        return std::unexpected(wrong("spec.strategy.rollingUpdate.maxUnavailable", say("Core", "it may not be 0 where maxSurge is 0")));
    read.current = TRY(version(object(object(*spec, "template"), "spec"), "spec.template.spec"));
    read.next = read.current;
    read.next.name = image.empty() ? read.current.name : std::string(image);
    if (read.next.name == read.current.name)
        read.next.name += say("Core", " (new)");
    return read;
}

} // namespace

Result<Parameters> readDeployment(std::string_view text, std::string_view image)
{
    const json deployment = json::parse(text, nullptr, false);
    if (deployment.is_discarded())
        return fail(ErrorKind::Protocol, say("Core", "The Deployment cannot be read: it is no JSON"));
    return fromJson(deployment, image);
}

Result<int> measureStartUp(Parameters &parameters, std::string_view podList)
{
    const json pods = json::parse(podList, nullptr, false);
    if (pods.is_discarded())
        return fail(ErrorKind::Protocol, say("Core", "The list of pods cannot be read"));
    std::vector<std::int64_t> spans;
    int notReady = 0;
    for (const json &pod : list(pods, "items")) {
        const json &metadata = object(pod, "metadata");
        if (metadata.contains("deletionTimestamp"))
            continue;
        const std::int64_t created = unixSeconds(text(metadata, "creationTimestamp"));
        bool ready = false, restarted = false;
        for (const json &container : list(object(pod, "status"), "containerStatuses"))
            restarted |= container.is_object() && container.contains("restartCount") && container["restartCount"] != 0;
        for (const json &condition : list(object(pod, "status"), "conditions")) {
            if (text(condition, "type") != "Ready" || text(condition, "status") != "True")
                continue;
            ready = true;
            // A pod that restarted tells when it came back, not how long it took to start.
            if (const std::int64_t at = unixSeconds(text(condition, "lastTransitionTime")); at >= created && created > 0 && !restarted)
                spans.push_back(at - created);
        }
        notReady += !ready;
    }
    parameters.unhealthy = std::min(notReady, parameters.spec.replicas);
    if (spans.empty())
        return 0;
    std::ranges::nth_element(spans, spans.begin() + static_cast<std::ptrdiff_t>(spans.size() / 2));
    const Time measured(1000 * spans[spans.size() / 2]);
    for (Version *version : {&parameters.current, &parameters.next}) {
        const Time probing = untilReady(*version); // its part of what was measured
        version->startUp = std::max(Time(0), probing == never ? measured : measured - probing);
    }
    return static_cast<int>(spans.size());
}

} // namespace timonier::strategy

#include "strategy/executor/checks.h"

#include "base/say.h"
#include "kube/scope.h"
#include "strategy/executor/act.h"

#include <charconv>

namespace timonier::rollout {

namespace {

constexpr std::size_t mostProbed = 3; // pods that a turn asks
constexpr std::chrono::seconds patience{5};

bool isReady(const Json &pod)
{
    for (const Json &condition : jsonAt(pod, "/status/conditions"))
        if (condition.value("type", "") == "Ready")
            return condition.value("status", "") == "True";
    return false;
}

Finding restarts(const Checks &checks, const Json &pods)
{
    std::int64_t all = 0;
    std::string worst, reason;
    std::int64_t most = 0;
    for (const Json &pod : pods) {
        for (const Json &container : jsonAt(pod, "/status/containerStatuses")) {
            const std::int64_t count = numberAt(container, "/restartCount");
            all += count;
            if (count <= most)
                continue;
            most = count;
            worst = nameOf(pod);
            reason = textAt(container, "/lastState/terminated/reason");
        }
    }
    if (all <= checks.restarts)
        return {"restarts", true, say("Core", "containers were started again {} times", all)};
    return {"restarts", false, reason.empty() ? say("Core", "containers were started again {} times, most in {}", all, worst)
                                              : say("Core", "containers were started again {} times, most in {} ({})", all, worst, reason)};
}

int firstPort(const Json &pod)
{
    for (const Json &container : jsonAt(pod, "/spec/containers"))
        for (const Json &port : jsonAt(container, "/ports"))
            return static_cast<int>(numberAt(port, "/containerPort"));
    return 80;
}

Result<Finding> http(const Api &api, const HttpCheck &wanted, const Names &names, const Json &pods)
{
    std::size_t asked = 0;
    for (const Json &pod : pods) {
        if (!isReady(pod) || asked == mostProbed)
            continue;
        ++asked;
        const int port = wanted.port ? wanted.port : firstPort(pod);
        const auto answer = api.ask(names.pods + "/" + percentEncoded(nameOf(pod)) + ":" + std::to_string(port) + "/proxy" + wanted.path, patience);
        if (!answer && answer.error().kind != ErrorKind::Timeout)
            return std::unexpected(answer.error());
        if (!answer)
            return Finding{"http", false, say("Core", "{} does not answer for {}", nameOf(pod), wanted.path)};
        if (answer->status >= 400) {
            // The API server itself speaks up where the pod does not answer (503), or where we may not ask (403).
            const Json status = Json::parse(answer->body, nullptr, false);
            const std::string why = status.is_object() ? status.value("message", "") : std::string();
            return Finding{"http", false, why.empty() ? say("Core", "{} answers {} for {}", nameOf(pod), answer->status, wanted.path)
                                                      : say("Core", "{} answers {} for {}: {}", nameOf(pod), answer->status, wanted.path, why)};
        }
    }
    return Finding{"http", true, say("Core", "{} pods answer for {}", asked, wanted.path)};
}

Result<Finding> prometheus(const Api &api, const PrometheusCheck &wanted)
{
    const std::size_t slash = wanted.address.find('/');
    const std::string ns = wanted.address.substr(0, slash), service = wanted.address.substr(slash + 1);
    const auto answer = api.ask("/api/v1/namespaces/" + percentEncoded(ns) + "/services/" + service + "/proxy/api/v1/query?query=" + percentEncoded(wanted.query), patience);
    if (!answer && answer.error().kind != ErrorKind::Timeout)
        return std::unexpected(answer.error());
    const Json body = answer ? Json::parse(answer->body, nullptr, false) : Json();
    if (!answer || answer->status >= 400 || textAt(body, "/status") != "success")
        return Finding{"prometheus", false, say("Core", "Prometheus ({}) gives no answer: {}", wanted.address,
                                                answer ? (textAt(body, "/error").empty() ? textAt(body, "/message") : textAt(body, "/error")) : std::string())};
    const Json &result = jsonAt(body, "/data/result");
    const Json &pair = textAt(body, "/data/resultType") == "scalar" ? result : jsonAt(result, "/0/value");
    if (!pair.is_array() || pair.size() != 2 || !pair[1].is_string()) // no series: nothing was counted yet
        return Finding{"prometheus", true, say("Core", "Prometheus has no value for the query yet")};
    const std::string text = pair[1];
    double value = 0;
    const bool number = std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
    const bool good = number && value <= wanted.most; // NaN is not good
    return Finding{"prometheus", good, say("Core", "the query gives {}, at most {} is wanted", text, wanted.most)};
}

} // namespace

Result<std::vector<Finding>> check(const Api &api, const Record &record, const World &world, bool watching)
{
    const Names names(record.plan);
    std::string selector;
    if (world.next)
        selector = std::string(trackLabel) + "=" + names.track;
    else if (!world.own.is_null() && templateOf(world.own, record) == Whose::New)
        selector = selectorText(jsonAt(world.own, "/spec/selector/matchLabels")) + "," + hashLabel + "=" + world.newestHash(world.own);
    std::vector<Finding> found;
    if (selector.empty())
        return found;
    Json pods = Json::array();
    for (Json &pod : TRY(api.list(names.pods + "?labelSelector=" + percentEncoded(selector))))
        if (jsonAt(pod, "/metadata/deletionTimestamp").is_null())
            pods.push_back(std::move(pod));
    found.push_back(restarts(record.plan.checks, pods));
    if (watching && world.next) {
        const Standing standing = standingOf(*world.next);
        found.push_back({"ready", standing.ready >= standing.wanted, say("Core", "{} of {} pods of the new version are ready", standing.ready, standing.wanted)});
    }
    if (record.plan.checks.http)
        found.push_back(TRY(http(api, *record.plan.checks.http, names, pods)));
    if (record.plan.checks.prometheus)
        found.push_back(TRY(prometheus(api, *record.plan.checks.prometheus)));
    return found;
}

} // namespace timonier::rollout

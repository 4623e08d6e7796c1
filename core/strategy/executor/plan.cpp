#include "strategy/executor/plan.h"

#include "base/say.h"

#include <nlohmann/json.hpp>

namespace timonier::rollout {

namespace {

using nlohmann::json;

std::string spanKey(const std::optional<Time> &span) { return span ? std::to_string(span->count()) + "ms" : "manual"; }
std::string amountKey(const Amount &amount) { return std::to_string(amount.value) + (amount.percent ? "%" : ""); }

} // namespace

std::string_view key(Router router)
{
    constexpr std::string_view keys[] = {"auto", "service", "gateway", "istio", "nginx"};
    return keys[static_cast<std::size_t>(router)];
}

std::string title(Router router)
{
    switch (router) {
    case Router::Auto: return say("Core", "what the cluster has");
    case Router::Service: return say("Core", "the number of pods behind the Service");
    case Router::Gateway: return "Gateway API (HTTPRoute)";
    case Router::Istio: return "Istio (VirtualService)";
    case Router::Nginx: return "ingress-nginx";
    }
    return {};
}

std::string userAgentPattern(std::string_view device)
{
    if (device == "mobile")
        return ".*(Mobi|Android|iPhone|iPad).*";
    return R"(.*\((Windows NT|Macintosh|X11; (Linux|CrOS|Ubuntu)).*)"; // without look-ahead, which RE2 has not: a desktop's system
}

std::string planText(const Plan &plan)
{
    json all = {{"deployment", plan.deployment}, {"namespace", plan.ns}, {"strategy", strategy::key(plan.strategy)},
                {"steps", plan.steps}, {"pause", spanKey(plan.pause)}, {"check", spanKey(plan.check)}, {"keep", spanKey(plan.keep)},
                {"share", plan.share}, {"duration", spanKey(plan.duration)}, {"router", key(plan.router)}};
    for (const auto &[container, image] : plan.images)
        container.empty() ? all["image"] = image : all["images"][container] = image;
    if (!plan.change.empty())
        all["template"] = json::parse(plan.change);
    if (plan.maxSurge)
        all["maxSurge"] = amountKey(*plan.maxSurge);
    if (plan.maxUnavailable)
        all["maxUnavailable"] = amountKey(*plan.maxUnavailable);
    if (plan.minReady)
        all["minReady"] = spanKey(plan.minReady);
    const Rule &rule = plan.rule;
    switch (rule.by) {
    case Rule::By::Header: all["rule"] = {{"header", rule.name}, {"value", rule.value}}; break;
    case Rule::By::Cookie: all["rule"] = {{"cookie", rule.name}, {"value", rule.value}}; break;
    case Rule::By::Country: all["rule"] = {{"country", rule.value}, {"header", rule.name}}; break;
    case Rule::By::Device: all["rule"] = {{"device", rule.value}}; break;
    }
    const Checks &checks = plan.checks;
    all["checks"] = {{"restarts", checks.restarts}, {"failures", checks.failures}, {"every", spanKey(checks.every)}};
    if (checks.http) {
        all["checks"]["http"] = {{"path", checks.http->path}};
        if (checks.http->port)
            all["checks"]["http"]["port"] = checks.http->port;
    }
    if (checks.prometheus)
        all["checks"]["prometheus"] = {{"address", checks.prometheus->address}, {"query", checks.prometheus->query}, {"most", checks.prometheus->most}};
    return all.dump();
}

Plan planOf(const strategy::Parameters &parameters, Strategy strategy, std::string ns, std::string image)
{
    Plan plan{.ns = std::move(ns), .deployment = parameters.name, .strategy = strategy};
    plan.images[""] = std::move(image);
    plan.maxSurge = parameters.spec.maxSurge;
    plan.maxUnavailable = parameters.spec.maxUnavailable;
    plan.minReady = parameters.spec.minReady;
    plan.steps = parameters.canarySteps;
    plan.pause = parameters.canaryPause;
    plan.check = parameters.blueGreenCheck;
    plan.keep = parameters.blueGreenKeep;
    plan.share = strategy == Strategy::Shadow ? parameters.shadowShare : parameters.abShare;
    plan.duration = strategy == Strategy::Shadow ? parameters.shadowDuration : parameters.abDuration;
    plan.router = strategy == Strategy::Canary && !parameters.weighted ? Router::Service : Router::Auto;
    return plan;
}

} // namespace timonier::rollout

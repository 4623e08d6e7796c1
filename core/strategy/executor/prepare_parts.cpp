#include "strategy/executor/prepare_parts.h"

#include "base/nearest_name.h"
#include "base/say.h"
#include "kube/scope.h"
#include "strategy/executor/act.h"
#include "strategy/executor/routing.h"

namespace timonier::rollout {

Result<Json> newTemplate(const Api &api, const Plan &plan, const Json &deployment, const std::optional<Json> &wanted)
{
    if (wanted) {
        const Json tried = TRY(api.patch(Names(plan).own(), revisionOf(deployment),
                                         Json::array({{{"op", "replace"}, {"path", "/spec/template"}, {"value", *wanted}}}), true));
        return tried["spec"]["template"];
    }
    std::vector<std::string> names;
    for (const Json &container : deployment["spec"]["template"]["spec"]["containers"])
        names.push_back(container.value("name", ""));
    // The server merges lists by their keys, so that a container keeps all that is not named.
    Json change = plan.change.empty() ? Json::object() : Json::parse(plan.change);
    for (const auto &[name, image] : plan.images) {
        const std::string &container = name.empty() ? names.front() : name;
        if (std::ranges::find(names, container) == names.end()) {
            const std::string near = nearestName(name, names);
            return fail(ErrorKind::Invalid, say("Core", "images.{}: {} has no container of this name", name, plan.deployment),
                        near.empty() ? std::string() : say("Core", "Did you mean {}?", near));
        }
        Json &list = change["spec"]["containers"];
        const auto there = std::ranges::find_if(list, [&](const Json &one) { return one.value("name", "") == container; });
        if (there != list.end())
            (*there)["image"] = image;
        else
            list.push_back({{"name", container}, {"image", image}});
    }
    return TRY(api.tryMerge(Names(plan).own(), {{"spec", {{"template", change}}}}))["spec"]["template"];
}

Result<> chooseRouter(const Api &api, Record &record, Prepared &out)
{
    Plan &plan = record.plan;
    const bool needs = plan.strategy == Strategy::AB || plan.strategy == Strategy::Shadow;
    const bool canary = plan.strategy == Strategy::Canary;
    out.routers.push_back({Router::Service, true, record.before.services});
    if (!needs && !canary && plan.router != Router::Auto && plan.router != Router::Service)
        out.concerns.push_back({false, say("Core", "{} needs no router: {} is not used", strategy::title(plan.strategy), title(plan.router)), {}});
    for (const Router router : {Router::Gateway, Router::Istio, Router::Nginx}) {
        if (!needs && !canary)
            break;
        const auto found = findRoutes(api, router, plan.ns, record.before.services);
        if (!found && found.error().kind != ErrorKind::Forbidden)
            return std::unexpected(found.error());
        RouterState state{router, found && found->served, {}};
        if (found)
            for (const Json &route : found->found)
                state.routes.push_back(route["name"]);
        const bool wanted = plan.router == router || (plan.router == Router::Auto && record.before.router == Router::Service);
        if (wanted && !state.routes.empty()) {
            record.before.router = router;
            record.before.routes = found->found;
        } else if (plan.router == router) {
            out.concerns.push_back({true,
                                    !found         ? say("Core", "you may not list the routes of {}", title(router))
                                    : found->served ? say("Core", "no route of {} in {} leads to {}", title(router), plan.ns, plan.deployment)
                                                    : say("Core", "this cluster has no {}", title(router)),
                                    say("Core", "Take another router, or make the route first.")});
        }
        out.routers.push_back(std::move(state));
    }
    if (needs && record.before.router == Router::Service)
        out.concerns.push_back({true,
                                plan.strategy == Strategy::AB ? say("Core", "nothing here can choose users: a Service splits by the number of pods alone")
                                                              : say("Core", "nothing here can mirror requests: a Service cannot"),
                                say("Core", "Install a Gateway API implementation (Envoy Gateway, Istio, …) and an HTTPRoute to the Service, or take canary.")});
    if (record.before.router == Router::Nginx && plan.strategy == Strategy::AB && plan.rule.by == Rule::By::Cookie && plan.rule.value != "always")
        out.concerns.push_back({true, say("Core", "ingress-nginx looks for a cookie with the value “always”, and not for “{}”", plan.rule.value),
                                say("Core", "Let the cookie {} have the value always.", plan.rule.name)});
    if (record.before.router == Router::Nginx && plan.strategy == Strategy::Shadow && plan.share < 100)
        out.concerns.push_back({true, say("Core", "ingress-nginx mirrors all requests, not {} % of them", plan.share), say("Core", "Take share: 100.")});
    if (record.before.router == Router::Nginx)
        out.concerns.push_back({false, say("Core", "ingress-nginx is no longer maintained since March 2026"), say("Core", "Plan a move to the Gateway API.")});
    return {};
}

Result<> tryOut(const Api &api, const Record &record, Prepared &out)
{
    if (!out.ok())
        return {};
    const auto refused = [&](const Error &error) -> Result<> {
        if (error.kind != ErrorKind::Invalid && error.kind != ErrorKind::Forbidden && error.kind != ErrorKind::Unsupported)
            return std::unexpected(error);
        out.concerns.push_back({true, say("Core", "the server would refuse it: {}", error.text()), error.hint});
        return {};
    };
    // The steps themselves, with every write a dry run: whatever they would make is seen by the server's own checks.
    const Names names(record.plan);
    World world = TRY(look(api, record));
    for (const Step &step : stepsForward(record.plan, record.before)) {
        if (step.what == Do::ScaleNext) {
            if (auto tried = tryNext(api, record, world, step.count); !tried)
                TRY(refused(tried.error()));
            break;
        }
    }
    for (const Step &step : stepsForward(record.plan, record.before)) {
        if (step.what == Do::Route || step.what == Do::RouteRule || step.what == Do::Mirror) {
            if (auto tried = tryRoute(api, record, world, step); !tried)
                TRY(refused(tried.error()));
            break;
        }
    }
    return {};
}

} // namespace timonier::rollout

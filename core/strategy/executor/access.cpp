#include "strategy/executor/access.h"

#include "base/say.h"
#include "strategy/executor/steps.h"

namespace timonier::rollout {

namespace {

struct Need {
    const char *group, *resource, *verbs; // verbs with blanks between
    const char *subresource = "";
};

std::vector<Need> needs(const Record &record)
{
    std::vector<Need> all = {{"", "configmaps", "get create update delete"}, {"apps", "replicasets", "list"}, {"", "pods", "list"}};
    const bool beside = record.plan.strategy != Strategy::Recreate && record.plan.strategy != Strategy::Rolling;
    all.push_back({"apps", "deployments", beside ? "get list patch create delete" : "get list patch"});
    // A canary may yet turn out to be routed, and then has a Service of its own.
    const bool services = beside && (record.plan.strategy != Strategy::Canary || record.plan.router != Router::Service);
    all.push_back({"", "services", services ? "get list patch create delete" : "get list"});
    if (record.plan.checks.http)
        all.push_back({"", "pods", "get", "proxy"});
    return all; // a Prometheus elsewhere that may not be asked shows in its first answer
}

std::vector<Need> needsForRoutes(const Record &record)
{
    switch (record.before.router) {
    case Router::Gateway: return {{"gateway.networking.k8s.io", "httproutes", "get update"}};
    case Router::Istio: return {{"networking.istio.io", "virtualservices", "get update"}};
    case Router::Nginx: return {{"networking.k8s.io", "ingresses", "get update create delete"}};
    default: return {};
    }
}

Result<> ask(const Api &api, const Record &record, const std::vector<Need> &all, Prepared &out)
{
    for (const Need &need : all) {
        std::string missing;
        for (std::string_view verbs = need.verbs; !verbs.empty();) {
            const std::string verb(verbs.substr(0, verbs.find(' ')));
            verbs.remove_prefix(std::min(verb.size() + 1, verbs.size()));
            Json attributes = {{"namespace", record.plan.ns}, {"verb", verb}, {"group", need.group}, {"resource", need.resource}};
            if (*need.subresource)
                attributes["subresource"] = need.subresource;
            const Json review = {{"apiVersion", "authorization.k8s.io/v1"}, {"kind", "SelfSubjectAccessReview"}, {"spec", {{"resourceAttributes", attributes}}}};
            const Json answer = TRY(api.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review));
            if (jsonAt(answer, "/status/allowed") != true)
                missing += (missing.empty() ? "" : ", ") + verb;
        }
        if (!missing.empty()) {
            const std::string resource = std::string(need.resource) + (*need.subresource ? std::string("/") + need.subresource : std::string());
            out.concerns.push_back({true, say("Core", "you may not {} {} in {}", missing, resource, record.plan.ns),
                                    say("Core", "Ask for a role with these rights: nothing was begun.")});
        }
    }
    return {};
}

} // namespace

Result<> mayDo(const Api &api, const Record &record, Prepared &out) { return ask(api, record, needs(record), out); }

Result<> mayRoute(const Api &api, const Record &record, Prepared &out) { return ask(api, record, needsForRoutes(record), out); }

} // namespace timonier::rollout

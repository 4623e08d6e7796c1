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
    if (isPinned(record.plan, record.before))
        all.push_back({"", "services", "get list patch create delete"});
    else
        all.push_back({"", "services", "get list"});
    if (isRouted(record.plan, record.before)) {
        switch (record.before.router) {
        case Router::Gateway: all.push_back({"gateway.networking.k8s.io", "httproutes", "get update"}); break;
        case Router::Istio: all.push_back({"networking.istio.io", "virtualservices", "get update"}); break;
        case Router::Nginx: all.push_back({"networking.k8s.io", "ingresses", "get update create delete"}); break;
        default: break;
        }
    }
    if (record.plan.checks.http)
        all.push_back({"", "pods", "get", "proxy"});
    return all; // a Prometheus elsewhere that may not be asked shows in its first answer
}

} // namespace

Result<> mayDo(const Api &api, const Record &record, Prepared &out)
{
    for (const Need &need : needs(record)) {
        std::string missing;
        for (std::string_view verbs = need.verbs; !verbs.empty();) {
            const std::string verb(verbs.substr(0, verbs.find(' ')));
            verbs.remove_prefix(std::min(verb.size() + 1, verbs.size()));
            Json attributes = {{"namespace", record.plan.ns}, {"verb", verb}, {"group", need.group}, {"resource", need.resource}};
            if (*need.subresource)
                attributes["subresource"] = need.subresource;
            const Json review = {{"apiVersion", "authorization.k8s.io/v1"}, {"kind", "SelfSubjectAccessReview"}, {"spec", {{"resourceAttributes", attributes}}}};
            const Json answer = TRY(api.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review));
            if (at(answer, "/status/allowed") != true)
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

} // namespace timonier::rollout

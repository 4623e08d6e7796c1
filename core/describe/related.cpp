#include "describe/facts.h"

#include "base/say.h"

namespace timonier::describing {

std::vector<Related> relatedTo(const Subject &object)
{
    const std::string name = text(object.object, "metadata", "name");
    const auto pods = [](Scope scope) { return Related{say("Core", "Pods"), "pods", std::move(scope)}; };
    if (object.kind == "Node")
        return {pods({.fieldSelector = "spec.nodeName=" + name})};
    if (object.kind == "Namespace")
        return {pods({.ns = name})};
    const std::string selector = selectorText(field(object.spec(), "selector"));
    std::vector<Related> all;
    if (object.kind == "Service") {
        all.push_back({say("Core", "Endpoint slices"), "endpointslices",
                       {.ns = object.ns, .labelSelector = "kubernetes.io/service-name=" + name}});
    } else if (object.kind == "Deployment") {
        if (!selector.empty())
            all.push_back({say("Core", "Replica sets"), "replicasets", {.ns = object.ns, .labelSelector = selector}});
    } else if (object.kind != "ReplicaSet" && object.kind != "StatefulSet" && object.kind != "DaemonSet" && object.kind != "Job") {
        return {};
    }
    // No selector would mean every pod of the namespace.
    if (!selector.empty())
        all.push_back(pods({.ns = object.ns, .labelSelector = selector}));
    return all;
}

} // namespace timonier::describing

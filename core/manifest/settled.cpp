#include "manifest/settled.h"

#include "base/say.h"
#include "kube/object_json.h"
#include "kube/scope.h"

#include <nlohmann/json.hpp>

namespace timonier {

namespace {

using Json = nlohmann::json;

struct Condition {
    bool is = false;
    std::string reason{};              // "NamesNotAccepted: …"
};

Condition condition(const Json &object, std::string_view type)
{
    if (const Json &all = jsonAt(object, "/status/conditions"); all.is_array())
        for (const Json &one : all)
            if (textAt(one, "/type") == type) {
                const std::string reason = textAt(one, "/reason"), message = textAt(one, "/message");
                return {textAt(one, "/status") == "True", reason + (reason.empty() || message.empty() ? "" : ": ") + message};
            }
    return {};
}

Settled notYet(std::string reason) { return {Settled::NotYet, std::move(reason)}; }
Settled never(std::string reason) { return {Settled::Never, std::move(reason)}; }

Settled definition(const Json &crd)
{
    if (condition(crd, "Established").is)
        return {};
    const auto refused = [&](const Condition &names) { return !names.is && !names.reason.empty(); };
    if (const Condition names = condition(crd, "NamesAccepted"); refused(names))
        return never(say("Core", "its names are not accepted ({})", names.reason));
    if (const Condition schema = condition(crd, "NonStructuralSchema"); schema.is)
        return never(say("Core", "its schema is not one that this server takes ({})", schema.reason));
    return notYet(say("Core", "the server has not established it yet"));
}

Settled space(const Json &ns)
{
    if (textAt(ns, "/status/phase") != "Terminating")
        return {};
    std::string why;
    for (const char *type : {"NamespaceContentRemaining", "NamespaceFinalizersRemaining", "NamespaceDeletionContentFailure", "NamespaceDeletionDiscoveryFailure"})
        if (const Condition one = condition(ns, type); one.is)
            why += (why.empty() ? "" : "; ") + one.reason;
    return notYet(why.empty() ? say("Core", "the namespace is being deleted") : say("Core", "the namespace is being deleted, and that is held up: {}", why));
}

Settled slices(const Json &list)
{
    if (const Json &items = jsonAt(list, "/items"); items.is_array())
        for (const Json &slice : items)
            if (const Json &endpoints = jsonAt(slice, "/endpoints"); endpoints.is_array())
                for (const Json &endpoint : endpoints)
                    if (const Json &ready = jsonAt(endpoint, "/conditions/ready"); !ready.is_boolean() || ready.get<bool>())
                        return {};
    return notYet(say("Core", "no pod behind the service is ready yet"));
}

Settled deployment(const Json &object)
{
    const std::int64_t wanted = numberAt(object, "/spec/replicas", 1), updated = numberAt(object, "/status/updatedReplicas"), available = numberAt(object, "/status/availableReplicas");
    if (numberAt(object, "/status/observedGeneration") < numberAt(object, "/metadata/generation", 1))
        return notYet(say("Core", "its controller has not seen it yet"));
    if (const Condition failure = condition(object, "ReplicaFailure"); failure.is)
        return notYet(failure.reason);
    if (updated >= wanted && available >= wanted && numberAt(object, "/status/replicas") <= updated)
        return {};
    if (const Condition progressing = condition(object, "Progressing"); progressing.reason.starts_with("ProgressDeadlineExceeded"))
        return never(say("Core", "it gave up: {}", progressing.reason));
    return notYet(say("Core", "{} of {} pods are new and available", std::min(updated, available), wanted));
}

Settled statefulSet(const Json &object)
{
    const std::int64_t wanted = numberAt(object, "/spec/replicas", 1), updated = numberAt(object, "/status/updatedReplicas"), ready = numberAt(object, "/status/readyReplicas");
    if (numberAt(object, "/status/observedGeneration") < numberAt(object, "/metadata/generation", 1))
        return notYet(say("Core", "its controller has not seen it yet"));
    const bool byHand = textAt(object, "/spec/updateStrategy/type") == "OnDelete";
    if (ready >= wanted && (byHand || updated >= wanted - numberAt(object, "/spec/updateStrategy/rollingUpdate/partition")))
        return {};
    return notYet(say("Core", "{} of {} pods are new and available", std::min(updated, ready), wanted));
}

Settled daemonSet(const Json &object)
{
    const std::int64_t wanted = numberAt(object, "/status/desiredNumberScheduled"), updated = numberAt(object, "/status/updatedNumberScheduled"), available = numberAt(object, "/status/numberAvailable");
    if (numberAt(object, "/status/observedGeneration") < numberAt(object, "/metadata/generation", 1))
        return notYet(say("Core", "its controller has not seen it yet"));
    if ((updated >= wanted || textAt(object, "/spec/updateStrategy/type") == "OnDelete") && available >= wanted)
        return {};
    return notYet(say("Core", "{} of {} pods are new and available", std::min(updated, available), wanted));
}

Settled job(const Json &object)
{
    if (condition(object, "Complete").is)
        return {};
    if (const Condition failed = condition(object, "Failed"); failed.is)
        return never(say("Core", "it failed: {}", failed.reason));
    return condition(object, "Suspended").is ? Settled{} : notYet(say("Core", "it still runs"));
}

Settled claim(const Json &object)
{
    const std::string phase = textAt(object, "/status/phase");
    if (phase == "Bound")
        return {};
    return phase == "Lost" ? never(say("Core", "the volume it was bound to is gone")) : notYet(say("Core", "no volume is bound to it yet"));
}

Settled pod(const Json &object)
{
    const std::string phase = textAt(object, "/status/phase");
    if (phase == "Succeeded" || condition(object, "Ready").is)
        return {};
    const Condition ready = condition(object, "Ready");
    return phase == "Failed" ? never(say("Core", "it failed: {}", textAt(object, "/status/message"))) : notYet(ready.reason.empty() ? phase : ready.reason);
}

} // namespace

Settled isServing(const ObjectRef &ref, std::string_view json)
{
    const Json object = Json::parse(json, nullptr, false);
    if (ref.group.empty() && ref.kind == "Namespace")
        return space(object);
    if (ref.group == "apiextensions.k8s.io" && ref.kind == "CustomResourceDefinition")
        return definition(object);
    if (ref.group.empty() && ref.kind == "Service")
        return slices(object);
    if (ref.group == "apiregistration.k8s.io" && ref.kind == "APIService") {
        const Condition available = condition(object, "Available");
        return available.is ? Settled{} : notYet(available.reason.empty() ? say("Core", "the server has not asked it yet") : available.reason);
    }
    return {};
}

Settled isReady(const ObjectRef &ref, std::string_view json)
{
    const auto parsed = [&] { return Json::parse(json, nullptr, false); };
    if (ref.group == "apps" && ref.kind == "Deployment")
        return deployment(parsed());
    if (ref.group == "apps" && ref.kind == "StatefulSet")
        return statefulSet(parsed());
    if (ref.group == "apps" && ref.kind == "DaemonSet")
        return daemonSet(parsed());
    if (ref.group == "batch" && ref.kind == "Job")
        return job(parsed());
    if (ref.group.empty() && ref.kind == "Pod")
        return pod(parsed());
    if (ref.group.empty() && ref.kind == "PersistentVolumeClaim")
        return claim(parsed());
    // Nobody can say whether something ought to answer behind a Service: only who hangs on it waits for that.
    return ref.group.empty() && ref.kind == "Service" ? Settled{} : isServing(ref, json);
}

Settled isClaimReady(std::string_view claimJson, std::string_view storageClass)
{
    const Json object = Json::parse(claimJson, nullptr, false);
    const Settled bound = claim(object);
    const std::string name = textAt(object, "/spec/storageClassName");
    if (bound.state != Settled::NotYet)
        return bound;
    if (name.empty())
        return notYet(say("Core", "no volume is bound to it yet: it names no storage class, and the cluster has no default"));
    if (storageClass.empty())
        return notYet(say("Core", "no volume is bound to it yet: there is no storage class {}", name));
    return textAt(Json::parse(storageClass, nullptr, false), "/volumeBindingMode") == "WaitForFirstConsumer" ? Settled{} : bound;
}

std::string storageClassPath(std::string_view claimJson)
{
    const std::string name = textAt(Json::parse(claimJson, nullptr, false), "/spec/storageClassName");
    return name.empty() ? std::string() : "/apis/storage.k8s.io/v1/storageclasses/" + percentEncoded(name);
}

std::string servedPath(const ObjectFacts &definition)
{
    return definition.newVersion.empty() ? std::string() : "/apis/" + percentEncoded(definition.newGroup) + "/" + percentEncoded(definition.newVersion);
}

Settled isServed(const ObjectFacts &definition, std::string_view resourceList)
{
    const Json list = Json::parse(resourceList, nullptr, false);
    if (const Json &all = jsonAt(list, "/resources"); all.is_array())
        for (const Json &one : all)
            if (textAt(one, "/name") == definition.newPlural)
                return {};
    return notYet(say("Core", "the server has not established it yet"));
}

std::string settledPath(const ObjectRef &ref, const std::string &objectPath)
{
    if (!ref.group.empty() || ref.kind != "Service")
        return objectPath;
    return "/apis/discovery.k8s.io/v1/namespaces/" + percentEncoded(ref.ns) + "/endpointslices?labelSelector=" + percentEncoded("kubernetes.io/service-name=" + ref.name);
}

} // namespace timonier

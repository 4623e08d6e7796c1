#include "describe/describe.h"

#include "describe/conditions.h"
#include "describe/containers.h"
#include "describe/facts.h"
#include "describe/shown_yaml.h"
#include "describe/verdict.h"

#include "base/say.h"
#include "kube/decode.h"
#include "kube/string_pool.h"
#include "manifest/object.h"

namespace timonier {

namespace describing {

namespace {

constexpr std::size_t longestLabel = 200;
constexpr std::size_t mostLabels = 200;

// The object as the tables show it, so that both say the same.
RowPtr rowOf(std::string_view json, const KindSpec &kind)
{
    RowPtr row;
    ListDecoder decoder(kind, std::make_shared<StringPool>(), [&](RowPtr one) { row = std::move(one); });
    if (decoder.feed(R"({"kind":"List","apiVersion":"v1","metadata":{},"items":[)") && decoder.feed(json))
        if (decoder.feed("]}"))
            static_cast<void>(decoder.finish());
    return row;
}

const KindSpec *typedKindOf(std::string_view apiVersion, std::string_view kind)
{
    for (const KindSpec &known : typedKinds())
        if (known.resource.kind == kind && known.resource.apiVersion() == apiVersion)
            return &known;
    return nullptr;
}

std::vector<Label> labelsOf(const Json &map)
{
    std::vector<Label> all;
    for (const auto &[key, value] : members(map)) {
        if (all.size() == mostLabels)
            break;
        if (key == "kubectl.kubernetes.io/last-applied-configuration")
            continue; // the object once more; it stands in the YAML
        std::string said = text(*value);
        const std::size_t size = said.size();
        if (size > longestLabel) {
            std::size_t end = longestLabel;
            while (end > 0 && (static_cast<unsigned char>(said[end]) & 0xC0) == 0x80)
                --end;
            said.resize(end);
        }
        all.push_back({std::string(key), std::move(said), size > longestLabel ? size : 0});
    }
    return all;
}

std::vector<ObjectRef> ownersOf(const Json &metadata, const std::string &ns)
{
    std::vector<ObjectRef> all;
    for (const Json &owner : elements(field(metadata, "ownerReferences"))) {
        const std::string kind = text(owner, "kind");
        if (kind.empty())
            continue;
        // Owners lie in the same namespace or in none; only for nodes, which own mirror pods, is it known which.
        ObjectRef ref = refTo(text(owner, "apiVersion"), kind, kind == "Node" ? std::string() : ns, text(owner, "name"));
        all.insert(isTrue(field(owner, "controller")) ? all.begin() : all.end(), std::move(ref));
    }
    return all;
}

// The pods that it is, or makes: their containers.
std::vector<ContainerFacts> containersIn(const Subject &object)
{
    if (object.kind == "Pod")
        return containersOf(object.spec(), object.status());
    const Json &spec = object.kind == "CronJob" ? field(object.spec(), "jobTemplate", "spec") : object.spec();
    return containersOf(field(spec, "template", "spec"), {});
}

using Say = void (*)(const Subject &, Facts &);

Say factsOf(const ObjectRef &object)
{
    struct Known {
        std::string_view group, kind;
        Say say;
    };
    static constexpr Known known[] = {
        {"", "Pod", podFacts},
        {"", "Node", nodeFacts},
        {"", "Namespace", namespaceFacts},
        {"", "Service", serviceFacts},
        {"", "ConfigMap", keyFacts},
        {"", "Secret", keyFacts},
        {"", "PersistentVolumeClaim", claimFacts},
        {"", "PersistentVolume", volumeFacts},
        {"", "Event", eventFacts},
        {"events.k8s.io", "Event", eventFacts},
        {"apps", "Deployment", workloadFacts},
        {"apps", "ReplicaSet", workloadFacts},
        {"apps", "StatefulSet", workloadFacts},
        {"apps", "DaemonSet", workloadFacts},
        {"batch", "Job", jobFacts},
        {"batch", "CronJob", jobFacts},
        {"autoscaling", "HorizontalPodAutoscaler", autoscalerFacts},
        {"networking.k8s.io", "Ingress", ingressFacts},
        {"discovery.k8s.io", "EndpointSlice", endpointSliceFacts},
        {"storage.k8s.io", "StorageClass", storageClassFacts},
        {"rbac.authorization.k8s.io", "RoleBinding", bindingFacts},
        {"rbac.authorization.k8s.io", "ClusterRoleBinding", bindingFacts},
    };
    for (const Known &one : known)
        if (one.kind == object.kind && one.group == object.group)
            return one.say;
    return otherFacts;
}

} // namespace

} // namespace describing

Result<Description> describe(std::string_view json, const DescribeOptions &options)
{
    using namespace describing;
    Json object = TRY(readObject(json));
    const Json &metadata = field(object, "metadata");
    const std::string apiVersion = text(object, "apiVersion"), kind = text(object, "kind"), ns = text(metadata, "namespace");
    Description out;
    out.object = refTo(apiVersion, kind, ns, text(metadata, "name"));
    out.uid = text(metadata, "uid");
    out.created = time(field(metadata, "creationTimestamp"));
    out.deleting = time(field(metadata, "deletionTimestamp"));

    // Somebody's own "Service" (serving.knative.dev) is not the core's.
    const std::string &group = out.object.group;
    const bool ours = group.find('.') == std::string::npos || group.ends_with(".k8s.io");
    const std::string_view known = ours ? std::string_view(kind) : std::string_view();
    Subject subject{object, known, ns};
    if (const KindSpec *typed = typedKindOf(apiVersion, kind)) {
        subject.rowKind = typed;
        subject.row = rowOf(json, *typed);
    }
    const std::int64_t now = std::chrono::duration_cast<std::chrono::seconds>(options.now.time_since_epoch()).count();
    out.verdict = verdictOf(object, known, now);
    Facts facts;
    factsOf(out.object)(subject, facts);
    facts.time(say("Core", "Created"), out.created);
    out.facts = facts.take();
    out.conditions = conditionsOf(object, known);
    out.containers = containersIn(subject);
    out.labels = labelsOf(field(metadata, "labels"));
    out.annotations = labelsOf(field(metadata, "annotations"));
    out.owners = ownersOf(metadata, ns);
    for (const Json &finalizer : elements(field(metadata, "finalizers")))
        out.finalizers.push_back(text(finalizer));
    out.related = relatedTo(subject);
    out.hasSecrets = known == "Secret";
    out.revealed = out.hasSecrets && options.revealSecrets;
    out.yaml = shownYaml(std::move(object), known, out.revealed);
    return out;
}

} // namespace timonier

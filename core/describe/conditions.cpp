#include "describe/conditions.h"

#include "base/say.h"

#include <QCoreApplication>

#include <array>

namespace timonier::describing {

namespace {

enum class Good { True, False, Neither };

struct Known {
    std::string_view kind; // empty: of any kind
    std::string_view type;
    Good good;
    const char *whenTrue, *whenFalse;
};

// Types and meanings: k8s.io/api core/v1, apps/v1, batch/v1, autoscaling/v2, apiextensions/v1, apiregistration/v1.
constexpr auto known = std::to_array<Known>({
    {"Pod", "PodScheduled", Good::True, QT_TRANSLATE_NOOP("Core", "A node has been found for it"),
     QT_TRANSLATE_NOOP("Core", "No node has been found for it")},
    {"Pod", "Initialized", Good::True, QT_TRANSLATE_NOOP("Core", "The init containers are done"),
     QT_TRANSLATE_NOOP("Core", "The init containers are not done")},
    {"Pod", "PodReadyToStartContainers", Good::True, QT_TRANSLATE_NOOP("Core", "Network and volumes are set up"),
     QT_TRANSLATE_NOOP("Core", "Network and volumes are not set up yet")},
    {"Pod", "ContainersReady", Good::True, QT_TRANSLATE_NOOP("Core", "Every container is ready"),
     QT_TRANSLATE_NOOP("Core", "Not every container is ready")},
    {"Pod", "Ready", Good::True, QT_TRANSLATE_NOOP("Core", "Ready for requests"),
     QT_TRANSLATE_NOOP("Core", "Gets no requests from services")},
    {"Pod", "DisruptionTarget", Good::False, QT_TRANSLATE_NOOP("Core", "It is about to be removed from its node"),
     QT_TRANSLATE_NOOP("Core", "Nobody is about to remove it")},
    {"Node", "Ready", Good::True, QT_TRANSLATE_NOOP("Core", "The node is ready for pods"),
     QT_TRANSLATE_NOOP("Core", "The node is not ready for pods")},
    {"Node", "MemoryPressure", Good::False, QT_TRANSLATE_NOOP("Core", "The node is short of memory"),
     QT_TRANSLATE_NOOP("Core", "There is enough memory")},
    {"Node", "DiskPressure", Good::False, QT_TRANSLATE_NOOP("Core", "The node is short of disk space"),
     QT_TRANSLATE_NOOP("Core", "There is enough disk space")},
    {"Node", "PIDPressure", Good::False, QT_TRANSLATE_NOOP("Core", "The node runs too many processes"),
     QT_TRANSLATE_NOOP("Core", "There is room for processes")},
    {"Node", "NetworkUnavailable", Good::False, QT_TRANSLATE_NOOP("Core", "The node's network is not set up"),
     QT_TRANSLATE_NOOP("Core", "The node's network is set up")},
    {"Deployment", "Available", Good::True, QT_TRANSLATE_NOOP("Core", "Enough pods are available"),
     QT_TRANSLATE_NOOP("Core", "Too few pods are available")},
    {"Deployment", "Progressing", Good::True, QT_TRANSLATE_NOOP("Core", "The roll-out goes on, or is done"),
     QT_TRANSLATE_NOOP("Core", "The roll-out does not go on")},
    {"", "ReplicaFailure", Good::False, QT_TRANSLATE_NOOP("Core", "Pods cannot be created"),
     QT_TRANSLATE_NOOP("Core", "Pods can be created")},
    {"Job", "Complete", Good::True, QT_TRANSLATE_NOOP("Core", "The job is done"), QT_TRANSLATE_NOOP("Core", "The job is not done yet")},
    {"Job", "SuccessCriteriaMet", Good::True, QT_TRANSLATE_NOOP("Core", "The job has reached what it was for"),
     QT_TRANSLATE_NOOP("Core", "The job has not reached what it is for")},
    {"Job", "Failed", Good::False, QT_TRANSLATE_NOOP("Core", "The job has failed"), QT_TRANSLATE_NOOP("Core", "The job has not failed")},
    {"Job", "FailureTarget", Good::False, QT_TRANSLATE_NOOP("Core", "The job is about to fail"),
     QT_TRANSLATE_NOOP("Core", "The job is not about to fail")},
    {"Job", "Suspended", Good::Neither, QT_TRANSLATE_NOOP("Core", "The job is suspended"),
     QT_TRANSLATE_NOOP("Core", "The job is not suspended")},
    {"HorizontalPodAutoscaler", "AbleToScale", Good::True, QT_TRANSLATE_NOOP("Core", "It can change the number of pods"),
     QT_TRANSLATE_NOOP("Core", "It cannot change the number of pods")},
    {"HorizontalPodAutoscaler", "ScalingActive", Good::True, QT_TRANSLATE_NOOP("Core", "It has figures to decide by"),
     QT_TRANSLATE_NOOP("Core", "It has no figures to decide by")},
    {"HorizontalPodAutoscaler", "ScalingLimited", Good::Neither,
     QT_TRANSLATE_NOOP("Core", "It would like more or fewer pods than its limits allow"),
     QT_TRANSLATE_NOOP("Core", "It is within its limits")},
    {"PersistentVolumeClaim", "Resizing", Good::Neither, QT_TRANSLATE_NOOP("Core", "The volume is being resized"),
     QT_TRANSLATE_NOOP("Core", "The volume is not being resized")},
    {"PersistentVolumeClaim", "FileSystemResizePending", Good::Neither,
     QT_TRANSLATE_NOOP("Core", "The file system grows when a pod uses the volume"),
     QT_TRANSLATE_NOOP("Core", "The file system has its size")},
    {"Namespace", "NamespaceDeletionDiscoveryFailure", Good::False,
     QT_TRANSLATE_NOOP("Core", "Some kinds of objects cannot be found out, so they cannot be deleted"),
     QT_TRANSLATE_NOOP("Core", "Every kind of object could be found out")},
    {"Namespace", "NamespaceDeletionGroupVersionParsingFailure", Good::False,
     QT_TRANSLATE_NOOP("Core", "Some kinds of objects cannot be read"), QT_TRANSLATE_NOOP("Core", "Every kind of object could be read")},
    {"Namespace", "NamespaceDeletionContentFailure", Good::False, QT_TRANSLATE_NOOP("Core", "Some objects could not be deleted"),
     QT_TRANSLATE_NOOP("Core", "Every object could be deleted")},
    {"Namespace", "NamespaceContentRemaining", Good::False, QT_TRANSLATE_NOOP("Core", "Objects are still there"),
     QT_TRANSLATE_NOOP("Core", "No object is left")},
    {"Namespace", "NamespaceFinalizersRemaining", Good::False, QT_TRANSLATE_NOOP("Core", "Objects wait for their finalizers"),
     QT_TRANSLATE_NOOP("Core", "No object waits for a finalizer")},
    {"CustomResourceDefinition", "Established", Good::True, QT_TRANSLATE_NOOP("Core", "The kind is served"),
     QT_TRANSLATE_NOOP("Core", "The kind is not served")},
    {"CustomResourceDefinition", "NamesAccepted", Good::True, QT_TRANSLATE_NOOP("Core", "Its names are free"),
     QT_TRANSLATE_NOOP("Core", "Its names are taken")},
    {"CustomResourceDefinition", "NonStructuralSchema", Good::False, QT_TRANSLATE_NOOP("Core", "Its schema is not structural"),
     QT_TRANSLATE_NOOP("Core", "Its schema is structural")},
    {"APIService", "Available", Good::True, QT_TRANSLATE_NOOP("Core", "The API answers"),
     QT_TRANSLATE_NOOP("Core", "The API does not answer")},
    // What most others mean by these words.
    {"", "Ready", Good::True, QT_TRANSLATE_NOOP("Core", "Ready"), QT_TRANSLATE_NOOP("Core", "Not ready")},
    {"", "Available", Good::True, QT_TRANSLATE_NOOP("Core", "Available"), QT_TRANSLATE_NOOP("Core", "Not available")},
    {"", "Degraded", Good::False, QT_TRANSLATE_NOOP("Core", "Degraded"), QT_TRANSLATE_NOOP("Core", "Not degraded")},
    {"", "Stalled", Good::False, QT_TRANSLATE_NOOP("Core", "It does not go on"), QT_TRANSLATE_NOOP("Core", "It goes on")},
    {"", "Failed", Good::False, QT_TRANSLATE_NOOP("Core", "Failed"), QT_TRANSLATE_NOOP("Core", "Not failed")},
});

const Known *lookUp(std::string_view kind, std::string_view type)
{
    for (const Known &one : known)
        if (one.type == type && (one.kind.empty() || one.kind == kind))
            return &one;
    return nullptr;
}

Tone toneOf(Good good, std::string_view kind, std::string_view type, std::string_view status, std::string_view reason)
{
    if (status != "True" && status != "False")
        return Tone::Careful;
    if (good == Good::Neither)
        return Tone::None;
    if (reason == "PodCompleted") // a pod that has ended is not ready, and nothing is wrong with that
        return Tone::Done;
    if ((status == "True") == (good == Good::True))
        return Tone::Good;
    return kind == "Pod" && type != "PodScheduled" ? Tone::Careful : Tone::Bad; // every pod that starts says "False" first
}

Condition inWords(const Json &json, std::string_view kind)
{
    Condition out;
    out.type = text(json, "type");
    out.reason = text(json, "reason");
    out.message = text(json, "message");
    out.since = time(field(json, "lastTransitionTime"));
    const std::string status = text(json, "status");
    const Known *const meaning = lookUp(kind, out.type);
    out.tone = toneOf(meaning ? meaning->good : Good::Neither, kind, out.type, status, out.reason);
    if (status != "True" && status != "False") {
        out.sentence = kind == "Node" ? say("Core", "Not known: the node has stopped reporting") : say("Core", "Not known");
        if (kind == "Node" && out.type == "Ready")
            out.tone = Tone::Bad;
    } else if (meaning) {
        out.sentence = translated("Core", status == "True" ? meaning->whenTrue : meaning->whenFalse);
    } else {
        out.sentence = status == "True" ? say("Core", "Yes") : say("Core", "No");
    }
    return out;
}

} // namespace

std::vector<Condition> conditionsOf(const Json &object, std::string_view kind)
{
    std::vector<Condition> all;
    for (const Json &json : elements(field(object, "status", "conditions"))) {
        if (!text(json, "type").empty())
            all.push_back(inWords(json, kind));
    }
    return all;
}

const Json &condition(const Json &object, std::string_view type)
{
    return find(field(object, "status", "conditions"), "type", type);
}

bool conditionIs(const Json &object, std::string_view type, std::string_view status)
{
    return text(condition(object, type), "status") == status;
}

} // namespace timonier::describing

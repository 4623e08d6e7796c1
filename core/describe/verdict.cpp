#include "describe/verdict.h"

#include "describe/conditions.h"

#include "base/say.h"

#include <array>

namespace timonier::describing {

namespace {

Verdict fromCondition(Tone tone, std::string sentence, const Json &json)
{
    return {tone, std::move(sentence), text(json, "reason"), text(json, "message"), time(field(json, "lastTransitionTime"))};
}

std::optional<Verdict> nodeVerdict(const Json &node)
{
    const Json &ready = condition(node, "Ready");
    if (text(ready, "status") == "Unknown")
        return fromCondition(Tone::Bad, say("Core", "The node has stopped reporting"), ready);
    if (text(ready, "status") == "False")
        return fromCondition(Tone::Bad, say("Core", "The node is not ready"), ready);
    struct Pressure {
        const char *type;
        std::string sentence;
    };
    const std::array<Pressure, 4> pressures{{{"MemoryPressure", say("Core", "The node is short of memory")},
                                             {"DiskPressure", say("Core", "The node is short of disk space")},
                                             {"PIDPressure", say("Core", "The node runs too many processes")},
                                             {"NetworkUnavailable", say("Core", "The node's network is not set up")}}};
    for (const Pressure &pressure : pressures)
        if (conditionIs(node, pressure.type, "True"))
            return fromCondition(Tone::Bad, pressure.sentence, condition(node, pressure.type));
    if (isTrue(field(node, "spec", "unschedulable")))
        return Verdict{Tone::Careful, say("Core", "The node takes no new pods"), say("Core", "It is cordoned"), {}};
    return {};
}

std::optional<Verdict> deploymentVerdict(const Json &deployment)
{
    if (conditionIs(deployment, "ReplicaFailure", "True"))
        return fromCondition(Tone::Bad, say("Core", "Pods cannot be created"), condition(deployment, "ReplicaFailure"));
    const Json &progressing = condition(deployment, "Progressing");
    if (text(progressing, "reason") == "ProgressDeadlineExceeded")
        return fromCondition(Tone::Bad, say("Core", "The roll-out does not go on"), progressing);
    const std::int64_t wanted = number(field(deployment, "spec", "replicas"), 1);
    const std::int64_t available = number(field(deployment, "status", "availableReplicas"));
    const std::int64_t updated = number(field(deployment, "status", "updatedReplicas"));
    if (wanted > 0 && available == 0)
        return fromCondition(Tone::Bad, say("Core", "No pod of it is available"), condition(deployment, "Available"));
    if (conditionIs(deployment, "Available", "False"))
        return fromCondition(Tone::Careful, say("Core", "{} of {} pods are available", available, wanted), condition(deployment, "Available"));
    if (isTrue(field(deployment, "spec", "paused")))
        return Verdict{Tone::Careful, say("Core", "Its roll-outs are paused"), {}, {}};
    if (updated < wanted || available < wanted)
        return fromCondition(Tone::Busy, say("Core", "A roll-out is going on: {} of {} pods are new, {} available", updated, wanted, available),
                             progressing);
    return {};
}

std::optional<Verdict> replicasVerdict(const Json &object, std::int64_t wanted, std::int64_t ready)
{
    if (conditionIs(object, "ReplicaFailure", "True"))
        return fromCondition(Tone::Bad, say("Core", "Pods cannot be created"), condition(object, "ReplicaFailure"));
    if (wanted > 0 && ready == 0)
        return Verdict{Tone::Bad, say("Core", "None of its pods is ready"), {}, {}};
    if (ready < wanted)
        return Verdict{Tone::Careful, say("Core", "{} of {} pods are ready", ready, wanted), {}, {}};
    return {};
}

std::optional<Verdict> jobVerdict(const Json &job)
{
    for (const char *type : {"Failed", "FailureTarget"}) {
        const Json &failed = condition(job, type);
        if (text(failed, "status") != "True")
            continue;
        const std::string reason = text(failed, "reason");
        Verdict verdict = fromCondition(Tone::Bad, say("Core", "The job has failed"), failed);
        if (reason == "BackoffLimitExceeded")
            verdict.reason = say("Core", "Its pods failed more often than it allows ({})", number(field(job, "spec", "backoffLimit"), 6));
        else if (reason == "DeadlineExceeded")
            verdict.reason = say("Core", "It has run longer than it may");
        return verdict;
    }
    if (isTrue(field(job, "spec", "suspend")))
        return Verdict{Tone::Careful, say("Core", "The job is suspended"), {}, {}};
    if (const std::int64_t failed = number(field(job, "status", "failed")); failed > 0 && !conditionIs(job, "Complete", "True"))
        return Verdict{Tone::Careful, say("Core", "Pods of the job have failed; it tries again"), say("Core", "{} so far", failed), {}};
    return {};
}

std::optional<Verdict> namespaceVerdict(const Json &object)
{
    const std::int64_t since = time(field(object, "metadata", "deletionTimestamp"));
    if (since == 0)
        return {};
    Verdict verdict{Tone::Busy, say("Core", "The namespace is being deleted"), {}, {}, since};
    for (const char *type : {"NamespaceDeletionDiscoveryFailure", "NamespaceDeletionContentFailure",
                             "NamespaceDeletionGroupVersionParsingFailure", "NamespaceFinalizersRemaining", "NamespaceContentRemaining"}) {
        if (conditionIs(object, type, "True"))
            join(verdict.evidence, text(condition(object, type), "message"), "\n");
    }
    if (!verdict.evidence.empty()) {
        verdict.tone = Tone::Careful;
        verdict.sentence = say("Core", "The namespace cannot be deleted yet");
        verdict.reason = say("Core", "What is in it has to go first");
    }
    std::string finalizers = joined(field(object, "spec", "finalizers"));
    join(finalizers, joined(field(object, "metadata", "finalizers")));
    if (!finalizers.empty())
        join(verdict.evidence, say("Core", "finalizers: {}", finalizers), "\n");
    return verdict;
}

std::optional<Verdict> claimVerdict(const Json &claim)
{
    const std::string phase = text(claim, "status", "phase");
    if (phase == "Lost")
        return Verdict{Tone::Bad, say("Core", "The volume behind this claim is gone"), text(claim, "spec", "volumeName"), {}};
    if (phase != "Pending")
        return {};
    const Json &name = field(claim, "spec", "storageClassName");
    return Verdict{Tone::Careful, say("Core", "The claim has no volume yet"),
                   name.is_string() && !text(name).empty()
                       ? say("Core", "Storage class {}: it waits for the first pod that uses it, or for its provisioner; its events tell", text(name))
                       : say("Core", "It names no storage class: a volume that fits has to be made for it"),
                   {}, time(field(claim, "metadata", "creationTimestamp"))};
}

std::optional<Verdict> autoscalerVerdict(const Json &object)
{
    if (conditionIs(object, "AbleToScale", "False"))
        return fromCondition(Tone::Bad, say("Core", "The number of pods cannot be changed"), condition(object, "AbleToScale"));
    // Switched off by a target of no replicas: as somebody wants it.
    if (const Json &active = condition(object, "ScalingActive");
        text(active, "status") == "False" && text(active, "reason") != "ScalingDisabled")
        return fromCondition(Tone::Bad, say("Core", "It has no figures to decide by"), active);
    return {};
}

// A kind that is not known by heart: what it calls bad itself.
std::optional<Verdict> conditionsVerdict(const Json &object, std::string_view kind)
{
    for (const Condition &one : conditionsOf(object, kind))
        if (one.tone == Tone::Bad)
            return Verdict{Tone::Bad, one.sentence, one.reason, one.message, one.since};
    return {};
}

std::optional<Verdict> byKind(const Json &object, std::string_view kind)
{
    if (kind == "Node")
        return nodeVerdict(object);
    if (kind == "Deployment")
        return deploymentVerdict(object);
    if (kind == "ReplicaSet" || kind == "StatefulSet")
        return replicasVerdict(object, number(field(object, "spec", "replicas"), 1), number(field(object, "status", "readyReplicas")));
    if (kind == "DaemonSet")
        return replicasVerdict(object, number(field(object, "status", "desiredNumberScheduled")), number(field(object, "status", "numberReady")));
    if (kind == "Job")
        return jobVerdict(object);
    if (kind == "PersistentVolumeClaim")
        return claimVerdict(object);
    if (kind == "PersistentVolume" && text(object, "status", "phase") == "Failed")
        return Verdict{Tone::Bad, say("Core", "The volume could not be reclaimed"), text(object, "status", "reason"), text(object, "status", "message")};
    if (kind == "HorizontalPodAutoscaler")
        return autoscalerVerdict(object);
    return conditionsVerdict(object, kind);
}

} // namespace

std::optional<Verdict> verdictOf(const Json &object, std::string_view kind, std::int64_t now)
{
    if (kind == "Pod")
        return podVerdict(object, now);
    if (kind == "Namespace")
        return namespaceVerdict(object);
    if (const std::int64_t deleting = time(field(object, "metadata", "deletionTimestamp")); deleting != 0)
        if (const std::string finalizers = joined(field(object, "metadata", "finalizers")); !finalizers.empty())
            return Verdict{Tone::Careful, say("Core", "It is being deleted, and waits for its finalizers"), {}, finalizers, deleting};
    return byKind(object, kind);
}

} // namespace timonier::describing

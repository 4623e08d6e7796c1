// Pods: what keeps one from doing its work. The order of the rules is from what explains the others to what they explain.
#include "describe/conditions.h"
#include "describe/containers.h"
#include "describe/verdict.h"

#include "base/say.h"

#include <array>

namespace timonier::describing {

namespace {

// Longer than the usual start; a hint that something is awaited.
constexpr std::int64_t patience = 120;
// A restart that long ago is no news.
constexpr std::int64_t recent = 15 * 60;

std::string who(const std::string &container, const std::string &what)
{
    std::string out = say("Core", "Container {}", container);
    if (!what.empty())
        out += ": " + what;
    return out;
}

// What the exit of a container means, where its reason or code tells.
std::string exitMeaning(const Json &terminated)
{
    const std::string reason = text(terminated, "reason");
    const std::int64_t code = number(field(terminated, "exitCode"));
    if (reason == "OOMKilled")
        return say("Core", "it used more memory than its limit allows and was killed (OOMKilled, exit code {})", code);
    if (reason == "DeadlineExceeded")
        return say("Core", "its time was up ({})", exitText(terminated));
    if (code == 126)
        return say("Core", "its command cannot be executed ({})", exitText(terminated));
    if (code == 127)
        return say("Core", "its command does not exist in the image ({})", exitText(terminated));
    if (code == 137)
        return say("Core", "it was killed ({})", exitText(terminated));
    if (code == 143)
        return say("Core", "it was asked to end ({})", exitText(terminated));
    return say("Core", "it ended with {}", exitText(terminated));
}

// "configmap "x" not found", "couldn't find key k in ConfigMap ns/x" (kubelet_pods.go) in words.
std::string configReason(const std::string &message)
{
    const auto quoted = [&](std::string_view before) -> std::string {
        const std::size_t at = message.find(before);
        if (at == std::string::npos)
            return {};
        const std::size_t begin = at + before.size(), end = message.find('"', begin);
        return end == std::string::npos ? std::string() : message.substr(begin, end - begin);
    };
    if (const std::string name = quoted("configmap \""); !name.empty() && message.find("not found") != std::string::npos)
        return say("Core", "the config map {} does not exist", name);
    if (const std::string name = quoted("secret \""); !name.empty() && message.find("not found") != std::string::npos)
        return say("Core", "the secret {} does not exist", name);
    constexpr std::string_view missing = "couldn't find key ";
    if (const std::size_t at = message.find(missing); at != std::string::npos) {
        const std::string rest = message.substr(at + missing.size());
        for (const std::string_view kind : {std::string_view(" in ConfigMap "), std::string_view(" in Secret ")}) {
            const std::size_t in = rest.find(kind);
            if (in == std::string::npos)
                continue;
            const std::string key = rest.substr(0, in), where = rest.substr(in + kind.size());
            return kind == " in Secret " ? say("Core", "the secret {} has no key {}", where, key)
                                         : say("Core", "the config map {} has no key {}", where, key);
        }
    }
    if (message.find("runAsNonRoot") != std::string::npos)
        return say("Core", "it may not run as root, and its image wants to");
    return {};
}

std::optional<Verdict> waitingVerdict(const Json &status, bool init)
{
    const Json &waiting = field(status, "state", "waiting");
    const std::string reason = text(waiting, "reason"), message = text(waiting, "message"), name = text(status, "name");
    const std::string image = text(status, "image");
    if (reason == "ImagePullBackOff" || reason == "ErrImagePull" || reason == "RegistryUnavailable")
        return Verdict{Tone::Bad, say("Core", "The image cannot be pulled"),
                       who(name, pullReason(message).empty() ? image : image + ": " + pullReason(message)), message};
    if (reason == "InvalidImageName")
        return Verdict{Tone::Bad, say("Core", "The name of the image is not valid"), who(name, image), message};
    if (reason == "ErrImageNeverPull")
        return Verdict{Tone::Bad, say("Core", "The image is not on the node, and may not be pulled"),
                       who(name, say("Core", "its pull policy is Never")), message};
    if (reason == "SignatureValidationFailed" || reason == "ImageInspectError")
        return Verdict{Tone::Bad, say("Core", "The image cannot be used"), who(name, image), message};
    if (reason == "CreateContainerConfigError")
        return Verdict{Tone::Bad, say("Core", "The container lacks something that it is configured with"),
                       who(name, configReason(message)), message};
    if (reason == "CrashLoopBackOff") {
        const Json &last = field(status, "lastState", "terminated");
        std::string evidence = text(last, "message");
        join(evidence, message, "\n");
        return Verdict{Tone::Bad,
                       init ? say("Core", "An init container keeps failing") : say("Core", "The container keeps crashing"),
                       who(name, last.is_object() ? exitMeaning(last) : std::string()), evidence, time(field(last, "finishedAt"))};
    }
    if (reason == "CreateContainerError" || reason == "RunContainerError" || reason == "StartError" ||
        reason == "PostStartHookError" || reason.ends_with("Error"))
        return Verdict{Tone::Bad, say("Core", "The container cannot be started"), who(name, reason), message};
    return {};
}

std::optional<Verdict> endedVerdict(const Json &status, bool init)
{
    const Json &ended = field(status, "state", "terminated");
    if (!ended.is_object() || number(field(ended, "exitCode")) == 0)
        return {};
    const bool memory = text(ended, "reason") == "OOMKilled";
    return Verdict{Tone::Bad,
                   memory ? say("Core", "Killed: it used more memory than it may")
                   : init ? say("Core", "An init container has failed")
                          : say("Core", "The container has failed"),
                   who(text(status, "name"), exitMeaning(ended)), text(ended, "message"), time(field(ended, "finishedAt"))};
}

std::optional<Verdict> containersVerdict(const Json &pod)
{
    const std::array<std::string_view, 2> lists{"initContainerStatuses", "containerStatuses"};
    // Whatever waits says why the pod does not run; what has ended may be started again.
    for (const std::string_view list : lists)
        for (const Json &status : elements(field(pod, "status", list)))
            if (auto verdict = waitingVerdict(status, list == lists[0]))
                return verdict;
    for (const std::string_view list : lists)
        for (const Json &status : elements(field(pod, "status", list)))
            if (auto verdict = endedVerdict(status, list == lists[0]))
                return verdict;
    return {};
}

std::optional<Verdict> deletionVerdict(const Json &pod, std::int64_t now)
{
    const std::int64_t due = time(field(pod, "metadata", "deletionTimestamp"));
    if (due == 0)
        return {};
    const std::string finalizers = joined(field(pod, "metadata", "finalizers"));
    if (!finalizers.empty())
        return Verdict{Tone::Careful, say("Core", "The pod is being deleted, and something holds it back"),
                       say("Core", "It waits for its finalizers"), finalizers, due};
    if (now - due > 60)
        return Verdict{Tone::Careful, say("Core", "The pod should be gone by now"),
                       say("Core", "Its node has not confirmed that its containers have ended"), text(pod, "status", "message"), due};
    return Verdict{Tone::Busy, say("Core", "The pod is being ended"), {}, {}, 0};
}

std::optional<Verdict> placeVerdict(const Json &pod)
{
    const Json &scheduled = condition(pod, "PodScheduled");
    const std::string reason = text(scheduled, "reason"), message = text(scheduled, "message");
    if (reason == "SchedulingGated")
        return Verdict{Tone::Busy, say("Core", "The pod waits for its scheduling gates"), {}, message,
                       time(field(scheduled, "lastTransitionTime"))};
    if (text(scheduled, "status") != "False")
        return {};
    return Verdict{Tone::Bad, say("Core", "No node can take this pod"),
                   reason == "Unschedulable" ? say("Core", "The scheduler tries again whenever the cluster changes") : reason, message,
                   time(field(scheduled, "lastTransitionTime"))};
}

std::optional<Verdict> failureVerdict(const Json &pod)
{
    const std::string reason = text(pod, "status", "reason"), message = text(pod, "status", "message");
    if (text(pod, "status", "phase") != "Failed" && reason != "NodeLost")
        return {};
    if (reason == "Evicted")
        return Verdict{Tone::Bad, say("Core", "The node has evicted this pod"), say("Core", "The node ran short of something"), message};
    if (reason == "NodeLost")
        return Verdict{Tone::Bad, say("Core", "The pod's node has stopped reporting"), {}, message};
    if (reason == "DeadlineExceeded")
        return Verdict{Tone::Bad, say("Core", "The pod has run longer than it may"), {}, message};
    if (reason == "Preempting")
        return Verdict{Tone::Bad, say("Core", "The pod had to make room for a more important one"), {}, message};
    if (reason.empty())
        return {};
    return Verdict{Tone::Bad, say("Core", "The pod has failed"), reason, message};
}

// It runs, and yet is not as it should be.
std::optional<Verdict> runningVerdict(const Json &pod, std::int64_t now)
{
    const Json &ready = condition(pod, "Ready");
    const std::int64_t since = time(field(ready, "lastTransitionTime"));
    for (const Json &status : elements(field(pod, "status", "containerStatuses"))) {
        const Json &running = field(status, "state", "running"), &last = field(status, "lastState", "terminated");
        const std::int64_t ended = time(field(last, "finishedAt"));
        if (running.is_object() && last.is_object() && ended != 0 && now - ended < recent && number(field(last, "exitCode")) != 0)
            return Verdict{Tone::Careful, say("Core", "The container was restarted a short time ago"),
                           who(text(status, "name"), exitMeaning(last)), text(last, "message"), ended};
        if (running.is_object() && !isTrue(field(status, "ready"))) {
            const bool starting = status.contains("started") && !isTrue(field(status, "started"));
            return Verdict{now - since > patience ? Tone::Careful : Tone::Busy,
                           starting ? say("Core", "The container runs, and has not finished starting")
                                    : say("Core", "The container runs, but is not ready"),
                           who(text(status, "name"), starting ? say("Core", "its startup probe has not succeeded yet")
                                                              : say("Core", "its readiness probe does not succeed")),
                           text(ready, "message"), since};
        }
    }
    return {};
}

std::optional<Verdict> startingVerdict(const Json &pod, std::int64_t now)
{
    if (text(pod, "status", "phase") != "Pending" || text(pod, "spec", "nodeName").empty())
        return {};
    const std::int64_t since = time(field(pod, "status", "startTime"));
    if (since == 0 || now - since < patience)
        return {};
    for (const Json &status : elements(field(pod, "status", "initContainerStatuses"))) {
        if (field(status, "state", "running").is_object())
            return Verdict{Tone::Careful, say("Core", "An init container is still at work"), who(text(status, "name"), {}), {},
                           time(field(status, "state", "running", "startedAt"))};
    }
    return Verdict{Tone::Careful, say("Core", "The containers have not been created yet"),
                   say("Core", "The node may still pull images, or wait for a volume; its events tell"), text(pod, "status", "message"), since};
}

} // namespace

std::optional<Verdict> podVerdict(const Json &pod, std::int64_t now)
{
    if (auto verdict = deletionVerdict(pod, now))
        return verdict;
    if (auto verdict = failureVerdict(pod))
        return verdict;
    if (auto verdict = placeVerdict(pod))
        return verdict;
    if (text(pod, "status", "phase") == "Succeeded")
        return {};
    if (auto verdict = containersVerdict(pod))
        return verdict;
    if (auto verdict = startingVerdict(pod, now))
        return verdict;
    return runningVerdict(pod, now);
}

} // namespace timonier::describing

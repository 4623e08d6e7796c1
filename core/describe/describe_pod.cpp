#include "describe/containers.h"
#include "describe/facts.h"

#include "base/say.h"

namespace timonier::describing {

namespace {

// What a volume is made of, with the way there.
void volume(const Json &json, const std::string &ns, const std::string &label, Facts &facts)
{
    const std::string name = text(json, "name");
    const auto ref = [&](const std::string_view kind, const std::string &target) {
        const std::string what = kind == "Secret"      ? say("Core", "secret, as {}", name)
                                 : kind == "ConfigMap" ? say("Core", "config map, as {}", name)
                                                       : say("Core", "claim, as {}", name);
        facts.add(label, Value{.text = target, .note = what, .to = ObjectRef{"", std::string(kind), ns, target}});
    };
    if (const std::string claim = text(json, "persistentVolumeClaim", "claimName"); !claim.empty())
        return ref("PersistentVolumeClaim", claim);
    if (const std::string map = text(json, "configMap", "name"); !map.empty())
        return ref("ConfigMap", map);
    if (const std::string secret = text(json, "secret", "secretName"); !secret.empty())
        return ref("Secret", secret);
    if (const Json &projected = field(json, "projected", "sources"); projected.is_array()) {
        if (name.starts_with("kube-api-access-")) // every pod has it
            return;
        for (const Json &source : elements(projected)) {
            if (const std::string map = text(source, "configMap", "name"); !map.empty())
                ref("ConfigMap", map);
            if (const std::string secret = text(source, "secret", "name"); !secret.empty())
                ref("Secret", secret);
        }
        return;
    }
    if (const std::string path = text(json, "hostPath", "path"); !path.empty())
        return facts.add(label, Value{.text = path, .note = say("Core", "{}, a folder of the node", name), .mono = true});
    if (field(json, "ephemeral").is_object()) // its claim is named after pod and volume
        return facts.add(label, Value{.text = name, .note = say("Core", "a claim of its own")});
    for (const auto &[key, source] : members(json)) {
        if (key != "name" && source->is_object())
            return facts.add(label, Value{.text = name, .note = std::string(key)});
    }
}

// Config maps and secrets that containers take their environment from; each once.
void environment(const Json &spec, const std::string &ns, Facts &facts)
{
    std::vector<ObjectRef> seen;
    const auto use = [&](const char *kind, const std::string &name) {
        const ObjectRef ref{"", kind, ns, name};
        if (name.empty() || std::ranges::find(seen, ref) != seen.end())
            return;
        seen.push_back(ref);
        facts.link(say("Core", "Environment"), ref, kind == std::string_view("Secret") ? say("Core", "secret") : say("Core", "config map"));
    };
    for (const char *list : {"initContainers", "containers"}) {
        for (const Json &container : elements(field(spec, list))) {
            for (const Json &from : elements(field(container, "envFrom"))) {
                use("ConfigMap", text(from, "configMapRef", "name"));
                use("Secret", text(from, "secretRef", "name"));
            }
            for (const Json &variable : elements(field(container, "env"))) {
                use("ConfigMap", text(variable, "valueFrom", "configMapKeyRef", "name"));
                use("Secret", text(variable, "valueFrom", "secretKeyRef", "name"));
            }
        }
    }
}

Tone statusTone(const Subject &pod, const std::string &status, const std::string &ready)
{
    const std::size_t slash = ready.find('/');
    const bool all = slash != std::string::npos && ready.substr(0, slash) == ready.substr(slash + 1);
    const std::string phase = text(pod.status(), "phase");
    if (status == "Running")
        return all ? Tone::Good : Tone::Careful;
    if (status == "Completed" || status == "Succeeded")
        return Tone::Done;
    if (status == "Pending" || status == "ContainerCreating" || status == "PodInitializing" || status == "Terminating" ||
        status == "SchedulingGated" || (status.starts_with("Init:") && status.find('/') != std::string::npos))
        return Tone::Busy;
    return phase.empty() ? Tone::None : Tone::Bad;
}

} // namespace

void podFacts(const Subject &pod, Facts &facts)
{
    const Json &spec = pod.spec(), &status = pod.status();
    const std::string word = pod.cell("status"), ready = pod.cell("ready");
    const std::size_t slash = ready.find('/');
    if (!word.empty() && slash != std::string::npos)
        facts.add(say("Core", "Status"),
                  Value{.text = word,
                        .note = say("Core", "{} of {} ready", ready.substr(0, slash), ready.substr(slash + 1)),
                        .tone = statusTone(pod, word, ready)});
    facts.link(say("Core", "Node"), {"", "Node", "", text(spec, "nodeName")});
    facts.mono(say("Core", "Nominated for"), text(status, "nominatedNodeName"));
    bool hasIps = false;
    for (const Json &ip : elements(field(status, "podIPs"))) {
        hasIps = true;
        facts.mono(say("Core", "Pod IP"), text(ip, "ip"));
    }
    if (!hasIps)
        facts.mono(say("Core", "Pod IP"), text(status, "podIP"));
    if (isTrue(field(spec, "hostNetwork")))
        facts.add(say("Core", "Network"), say("Core", "the node's own"));
    facts.add(say("Core", "Requests"), summedResources(spec, "requests"));
    facts.add(say("Core", "Limits"), summedResources(spec, "limits"));
    facts.add(say("Core", "QoS class"), text(status, "qosClass"));
    facts.link(say("Core", "Service account"), {"", "ServiceAccount", pod.ns, text(spec, "serviceAccountName")});
    if (const std::string name = text(spec, "priorityClassName"); !name.empty())
        facts.link(say("Core", "Priority"), {"scheduling.k8s.io", "PriorityClass", "", name}, text(spec, "priority"));
    else if (number(field(spec, "priority")) != 0)
        facts.add(say("Core", "Priority"), text(spec, "priority"));
    if (const std::string policy = text(spec, "restartPolicy"); policy != "Always")
        facts.add(say("Core", "Restart policy"), policy);
    for (const Json &one : elements(field(spec, "volumes")))
        volume(one, pod.ns, say("Core", "Volumes"), facts);
    environment(spec, pod.ns, facts);
    for (const Json &secret : elements(field(spec, "imagePullSecrets")))
        facts.link(say("Core", "Registry credentials"), {"", "Secret", pod.ns, text(secret, "name")});
    facts.mono(say("Core", "Node selector"), selectorText(field(spec, "nodeSelector")));
}

} // namespace timonier::describing

// Services, ingresses, endpoint slices.
#include "describe/facts.h"

#include "base/say.h"

namespace timonier::describing {

namespace {

std::string portText(const Json &port)
{
    std::string out = text(port, "port");
    join(out, text(port, "protocol"), "/");
    if (const std::string target = text(port, "targetPort"); !target.empty() && target != text(port, "port"))
        out += " → " + target;
    return out;
}

std::string ingressPort(const Json &port)
{
    const std::string name = text(port, "name");
    return name.empty() ? text(port, "number") : name;
}

void backend(const std::string &label, const std::string &from, const Json &json, const std::string &ns, Facts &facts)
{
    const Json &service = field(json, "service"), &other = field(json, "resource");
    if (const std::string name = text(service, "name"); !name.empty()) {
        std::string note = ingressPort(field(service, "port"));
        join(note, from, "  ← ");
        facts.add(label, Value{.text = name, .note = ":" + note, .to = ObjectRef{"", "Service", ns, name}});
    } else if (const std::string kind = text(other, "kind"); !kind.empty()) {
        facts.add(label, Value{.text = text(other, "name"), .note = from,
                               .to = ObjectRef{text(other, "apiGroup"), kind, ns, text(other, "name")}});
    }
}

} // namespace

void serviceFacts(const Subject &service, Facts &facts)
{
    const Json &spec = service.spec();
    const std::string type = text(spec, "type");
    facts.add(say("Core", "Type"), type);
    bool hasIps = false;
    for (const Json &ip : elements(field(spec, "clusterIPs"))) {
        hasIps = true;
        facts.mono(say("Core", "Cluster IP"), text(ip));
    }
    if (!hasIps)
        facts.mono(say("Core", "Cluster IP"), text(spec, "clusterIP"));
    facts.mono(say("Core", "Points to"), text(spec, "externalName"));
    const Json &balancers = field(service.status(), "loadBalancer", "ingress");
    for (const Json &one : elements(balancers)) {
        facts.mono(say("Core", "External address"), text(one, "ip"));
        facts.mono(say("Core", "External address"), text(one, "hostname"));
    }
    if (type == "LoadBalancer" && elements(balancers).empty())
        facts.add(say("Core", "External address"), Value{.text = say("Core", "none yet: the load balancer has not answered"), .tone = Tone::Busy});
    for (const Json &ip : elements(field(spec, "externalIPs")))
        facts.mono(say("Core", "External address"), text(ip));
    for (const Json &port : elements(field(spec, "ports"))) {
        std::string note = text(port, "name");
        if (const std::int64_t node = number(field(port, "nodePort")); node != 0)
            join(note, say("Core", "{} on every node", node));
        facts.add(say("Core", "Ports"), Value{.text = portText(port), .note = note, .mono = true});
    }
    const std::string selector = selectorText(field(spec, "selector"));
    if (selector.empty() && type != "ExternalName")
        facts.add(say("Core", "Selector"), say("Core", "none: somebody else says what stands behind it"));
    facts.mono(say("Core", "Selector"), selector);
    if (const std::string affinity = text(spec, "sessionAffinity"); affinity != "None")
        facts.add(say("Core", "Session affinity"), affinity);
    if (const std::string policy = text(spec, "externalTrafficPolicy"); policy == "Local")
        facts.add(say("Core", "Outside traffic"), say("Core", "only to pods on the node that it reaches"));
}

void ingressFacts(const Subject &ingress, Facts &facts)
{
    const Json &spec = ingress.spec();
    facts.link(say("Core", "Class"), {"networking.k8s.io", "IngressClass", "", text(spec, "ingressClassName")});
    for (const Json &one : elements(field(ingress.status(), "loadBalancer", "ingress"))) {
        facts.mono(say("Core", "Address"), text(one, "ip"));
        facts.mono(say("Core", "Address"), text(one, "hostname"));
    }
    for (const Json &rule : elements(field(spec, "rules"))) {
        const std::string host = text(rule, "host");
        for (const Json &path : elements(field(rule, "http", "paths")))
            backend(host.empty() ? say("Core", "Any host") : host, text(path, "path"), field(path, "backend"), ingress.ns, facts);
    }
    backend(say("Core", "All else"), {}, field(spec, "defaultBackend"), ingress.ns, facts);
    for (const Json &tls : elements(field(spec, "tls")))
        facts.link(say("Core", "Certificate"), {"", "Secret", ingress.ns, text(tls, "secretName")}, joined(field(tls, "hosts")));
}

void endpointSliceFacts(const Subject &slice, Facts &facts)
{
    if (const std::string service = text(slice.object, "metadata", "labels", "kubernetes.io/service-name"); !service.empty())
        facts.link(say("Core", "Service"), {"", "Service", slice.ns, service});
    facts.add(say("Core", "Addresses"), text(slice.object, "addressType"));
    for (const Json &port : elements(field(slice.object, "ports"))) {
        std::string one = text(port, "port");
        join(one, text(port, "protocol"), "/");
        facts.add(say("Core", "Ports"), Value{.text = one, .note = text(port, "name"), .mono = true});
    }
    std::size_t count = 0;
    for (const Json &endpoint : elements(field(slice.object, "endpoints"))) {
        if (++count > 50) {
            facts.add(say("Core", "Endpoints"), say("Core", "and {} more", elements(field(slice.object, "endpoints")).size() - 50));
            break;
        }
        const Json &ready = field(endpoint, "conditions", "ready");
        const bool isReady = !ready.is_boolean() || isTrue(ready);
        const std::string pod = text(endpoint, "targetRef", "name"), address = joined(field(endpoint, "addresses"));
        const Tone tone = isReady ? Tone::Good : Tone::Careful;
        const std::string word = isReady ? say("Core", "ready") : say("Core", "not ready");
        if (text(endpoint, "targetRef", "kind") == "Pod" && !pod.empty())
            facts.add(say("Core", "Endpoints"),
                      Value{.text = pod, .note = address + ", " + word, .to = ObjectRef{"", "Pod", slice.ns, pod}, .tone = tone});
        else
            facts.add(say("Core", "Endpoints"), Value{.text = address, .note = word, .mono = true, .tone = tone});
    }
}

} // namespace timonier::describing

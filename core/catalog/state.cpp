#include "catalog/state.h"

#include "base/say.h"
#include "describe/describe.h"
#include "kube/fetch.h"
#include "kube/object_json.h"
#include "kube/scope.h"
#include "manifest/parallel.h"
#include "manifest/settled.h"

#include <chrono>

namespace timonier::catalog {

namespace {

using Json = nlohmann::json;

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(c < 128 ? std::tolower(c) : c); });
    return text;
}

std::string selectorOf(const Json &object)
{
    std::string all;
    if (const Json &labels = jsonAt(object, "/spec/selector/matchLabels"); labels.is_object())
        for (const auto &[key, value] : labels.items())
            if (value.is_string())
                all += (all.empty() ? "" : ",") + key + "=" + value.get<std::string>();
    return all;
}

// What cannot heal by itself, in the words of the kubelet and the controllers. A pull is tried again and again, but one that was refused
// for its name or its rights, or a quota, waits for a person. Not a container that crashes, or a Secret that is missing: its database may
// come up, its certificate be made.
bool waitsForAPerson(const std::string &words)
{
    for (const char *sign : {"imagepullbackoff", "errimagepull", "invalidimagename", "errimageneverpull", "exceeded quota", "back-off pulling image", "is forbidden:"})
        if (lower(words).find(sign) != std::string::npos)
            return true;
    return false;
}

// The pod that is worst off, of a workload that is not ready.
struct Trouble {
    Tone tone = Tone::None;
    Verdict verdict{};
    ObjectRef pod{};
    std::string signals{}; // reasons of its containers
};

std::optional<Trouble> worstPod(Transport &transport, const std::string &ns, const std::string &selector, std::stop_token stop)
{
    const auto answer = fetch(transport, {.path = "/api/v1/namespaces/" + percentEncoded(ns) + "/pods?limit=100&labelSelector=" + percentEncoded(selector)}, stop);
    if (!answer)
        return {};
    const Json list = Json::parse(answer->body, nullptr, false);
    std::optional<Trouble> worst;
    if (!jsonAt(list, "/items").is_array())
        return {};
    for (Json pod : jsonAt(list, "/items")) {
        pod["apiVersion"] = "v1";
        pod["kind"] = "Pod";
        const auto description = describe(pod.dump(), {.now = std::chrono::system_clock::now()});
        if (!description || !description->verdict)
            continue;
        const Verdict &verdict = *description->verdict;
        if (worst && verdict.tone <= worst->tone) // Tone goes from good to bad
            continue;
        worst = Trouble{verdict.tone, verdict, description->object, {}};
        for (const char *kind : {"/status/containerStatuses", "/status/initContainerStatuses"})
            if (const Json &all = jsonAt(pod, kind); all.is_array())
                for (const Json &one : all)
                    worst->signals += " " + textAt(one, "/state/waiting/reason") + " " + textAt(one, "/state/waiting/message");
    }
    return worst;
}

// The newest warning about it: what a controller could not do.
std::string lastWarning(Transport &transport, const ObjectRef &ref, std::stop_token stop)
{
    const std::string fields = "involvedObject.kind=" + ref.kind + ",involvedObject.name=" + ref.name + ",type=Warning";
    const auto answer = fetch(transport, {.path = "/api/v1/namespaces/" + percentEncoded(ref.ns.empty() ? "default" : ref.ns) + "/events?limit=50&fieldSelector=" + percentEncoded(fields)}, stop);
    if (!answer)
        return {};
    const Json list = Json::parse(answer->body, nullptr, false);
    std::string newest, words;
    if (jsonAt(list, "/items").is_array())
        for (const Json &event : jsonAt(list, "/items"))
            if (const std::string time = std::max(textAt(event, "/lastTimestamp"), textAt(event, "/metadata/creationTimestamp")); time >= newest) {
                newest = time;
                words = textAt(event, "/reason") + ": " + textAt(event, "/message");
            }
    return words;
}

std::string addressOf(const ObjectRef &ref, const Json &object)
{
    const Json &given = jsonAt(object, ref.kind == "Gateway" ? "/status/addresses" : "/status/loadBalancer/ingress");
    if (!given.is_array() || given.empty())
        return {};
    for (const char *field : {"/ip", "/hostname", "/value"})
        if (const std::string found = textAt(given[0], field); !found.empty())
            return found;
    return {};
}

// What is said already is not said again, nor its beginning: a cause stands by itself ("The image cannot be pulled; the kubelet tries
// again"), and often behind a verdict that begins as it does.
void join(std::string &to, const std::string &whole)
{
    std::string more = whole;
    if (const std::size_t end = whole.find("; "); end != std::string::npos && to.find(whole.substr(0, end)) != std::string::npos)
        more = whole.substr(end + 2);
    if (!more.empty() && to.find(more) == std::string::npos)
        to += (to.empty() ? "" : ": ") + more;
}

// The worst of the pods into the state; the words in which a known failure may stand.
std::string blamePods(Transport &transport, const std::string &selector, ObjectState &state, std::stop_token stop)
{
    const auto worst = worstPod(transport, state.ref.ns, selector, std::move(stop));
    if (!worst)
        return {};
    join(state.why, worst->verdict.sentence);
    join(state.why, worst->verdict.reason);
    state.evidence = worst->verdict.evidence;
    if (worst->tone >= Tone::Careful)
        state.culprit = worst->pod;
    return worst->signals + " " + worst->verdict.sentence + " " + worst->verdict.evidence;
}

// What is known of it, and whether it waits for a person.
void conclude(Transport &transport, std::string signals, const std::vector<KnownFailure> &failures, ObjectState &state, std::stop_token stop)
{
    if (state.evidence.empty())
        state.evidence = lastWarning(transport, state.culprit.kind.empty() ? state.ref : state.culprit, std::move(stop));
    signals += " " + state.evidence;
    if (state.what == ObjectState::NotReady && waitsForAPerson(signals))
        state.what = ObjectState::Stuck;
    if (const KnownFailure *known = knownFailure(failures, signals)) {
        join(state.why, known->cause);
        state.fix = known->fix;
    }
}

} // namespace

std::string_view name(ObjectState::What what)
{
    switch (what) {
    case ObjectState::Ready: return "ready";
    case ObjectState::Missing: return "missing";
    case ObjectState::NotReady: return "not-ready";
    case ObjectState::Stuck: return "stuck";
    case ObjectState::Unknown: return "unknown";
    }
    return {};
}

const KnownFailure *knownFailure(const std::vector<KnownFailure> &failures, const std::string &words)
{
    const std::string in = lower(words);
    const auto found = std::ranges::find_if(failures, [&](const KnownFailure &one) { return in.find(lower(one.signal)) != std::string::npos; });
    return found == failures.end() ? nullptr : &*found;
}

ObjectState stateOf(Transport &transport, const SetEntry &entry, const std::vector<KnownFailure> &failures, std::stop_token stop)
{
    ObjectState state{.ref = entry.ref, .path = entry.path};
    const auto answer = fetch(transport, {.path = entry.path}, stop);
    if (!answer) {
        state.what = answer.error().kind == ErrorKind::NotFound ? ObjectState::Missing : ObjectState::Unknown;
        state.why = state.what == ObjectState::Missing ? say("Core", "it is not in the cluster") : answer.error().text();
        return state;
    }
    const Json object = Json::parse(answer->body, nullptr, false);
    state.address = addressOf(entry.ref, object);
    const Settled settled = isReady(entry.ref, answer->body);
    const bool waitsForAddress = entry.ref.group.empty() && entry.ref.kind == "Service" && textAt(object, "/spec/type") == "LoadBalancer" && state.address.empty();
    if (settled.state == Settled::Yes && !waitsForAddress)
        return state;
    state.what = settled.state == Settled::Never ? ObjectState::Stuck : ObjectState::NotReady;
    state.why = waitsForAddress ? say("Core", "no load balancer has given it an address yet") : settled.reason;
    std::string signals = state.why;
    if (const std::string selector = selectorOf(object); !selector.empty() && !entry.ref.ns.empty()) {
        signals += blamePods(transport, selector, state, stop);
    } else if (const auto description = describe(answer->body, {.now = std::chrono::system_clock::now()}); description && description->verdict) {
        join(state.why, description->verdict->sentence);
        join(state.why, description->verdict->reason);
        state.evidence = description->verdict->evidence;
    }
    conclude(transport, std::move(signals), failures, state, stop);
    return state;
}

ObjectState stateBehind(Transport &transport, const ObjectRef &service, const std::map<std::string, std::string> &selector, const std::vector<KnownFailure> &failures, std::stop_token stop)
{
    ObjectState state{.what = ObjectState::NotReady, .ref = service};
    std::string labels;
    for (const auto &[key, value] : selector)
        labels += (labels.empty() ? "" : ",") + key + "=" + value;
    if (!labels.empty())
        conclude(transport, blamePods(transport, labels, state, stop), failures, state, stop);
    return state;
}

std::vector<ObjectState> statesOf(Transport &transport, const std::vector<SetEntry> &entries, const std::vector<KnownFailure> &failures, std::stop_token stop)
{
    std::vector<ObjectState> states(entries.size());
    inParallel(entries.size(), 12, [&](std::size_t i) {
        if (stop.stop_requested())
            states[i] = {.what = ObjectState::Unknown, .ref = entries[i].ref, .path = entries[i].path, .why = say("Core", "interrupted")};
        else
            states[i] = stateOf(transport, entries[i], failures, stop);
    });
    return states;
}

} // namespace timonier::catalog

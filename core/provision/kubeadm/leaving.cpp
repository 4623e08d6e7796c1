#include "provision/kubeadm/leaving.h"

#include "base/lines.h"
#include "base/say.h"
#include "kube/quantity.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <sstream>

namespace timonier::kubeadm {

namespace {

using form::Check;
using form::CheckState;
using Json = nlohmann::json;

constexpr std::size_t mostNamed = 8;

// Null where there is none, whatever stands there instead.
Json at(const Json &in, const char *pointer)
{
    const Json::json_pointer where(pointer);
    return in.contains(where) ? in.at(where) : Json();
}
std::string text(const Json &in, const char *pointer)
{
    const Json found = at(in, pointer);
    return found.is_string() ? found.get<std::string>() : std::string();
}
std::vector<Json> list(const Json &in, const char *pointer)
{
    const Json found = at(in, pointer);
    return found.is_array() ? found.get<std::vector<Json>>() : std::vector<Json>{};
}

std::string namesOf(std::vector<std::string> names)
{
    std::ranges::sort(names);
    const std::size_t more = names.size() > mostNamed ? names.size() - mostNamed : 0;
    names.resize(names.size() - more);
    return fmt::format("{}", fmt::join(names, ", ")) + (more ? say("Core", " and {} more", more) : std::string());
}

// Of labels, as a LabelSelector has them (apimachinery/pkg/apis/meta/v1/types.go); one that is empty matches all.
bool selects(const Json &selector, const Json &labels)
{
    if (const Json wanted = at(selector, "/matchLabels"); wanted.is_object())
        for (const auto &[key, value] : wanted.items())
            if (!labels.contains(key) || labels[key] != value)
                return false;
    for (const Json &one : list(selector, "/matchExpressions")) {
        const std::string key = text(one, "/key"), how = text(one, "/operator");
        const bool has = labels.contains(key);
        const std::vector<Json> values = list(one, "/values");
        const bool among = has && std::ranges::find(values, labels[key]) != values.end();
        if ((how == "In" && !among) || (how == "NotIn" && among) || (how == "Exists" && !has) || (how == "DoesNotExist" && has))
            return false;
    }
    return true;
}

// What drain does with the pods, and what hangs on them.
struct Sorted {
    std::map<std::string, int> moved{};                          // by what makes them anew: "shop/web"
    std::vector<std::string> lost{}, emptied{}, stay{};          // "shop/web-1"
    std::map<std::string, std::string> volumes{};                // claims, "shop/data", and whose they are
    std::vector<const Json *> evicted{};
};

Sorted sorted(const std::vector<Json> &pods)
{
    Sorted all;
    for (const Json &pod : pods) {
        const std::string ns = text(pod, "/metadata/namespace"), name = ns + "/" + text(pod, "/metadata/name"), phase = text(pod, "/status/phase");
        const Json annotations = at(pod, "/metadata/annotations");
        if (annotations.is_object() && annotations.contains("kubernetes.io/config.mirror")) {
            all.stay.push_back(name);
            continue;
        }
        std::string owner, workload;
        for (const Json &one : list(pod, "/metadata/ownerReferences"))
            if (at(one, "/controller") == true) {
                owner = text(one, "/kind");
                workload = text(one, "/name");
            }
        // A ReplicaSet's name is its Deployment's and a hash.
        if (const std::string hash = "-" + text(pod, "/metadata/labels/pod-template-hash"); hash.size() > 1 && workload.ends_with(hash))
            workload.resize(workload.size() - hash.size());
        if (owner == "DaemonSet") {
            all.stay.push_back(name);
            continue;
        }
        if (phase == "Succeeded" || phase == "Failed")
            continue;
        all.evicted.push_back(&pod);
        if (owner.empty())
            all.lost.push_back(name);
        else
            ++all.moved[ns + "/" + workload];
        for (const Json &volume : list(pod, "/spec/volumes")) {
            if (volume.contains("emptyDir") && text(volume, "/emptyDir/medium") != "Memory" && (all.emptied.empty() || all.emptied.back() != name))
                all.emptied.push_back(name);
            if (const std::string claim = text(volume, "/persistentVolumeClaim/claimName"); !claim.empty())
                all.volumes[ns + "/" + claim] = name;
        }
    }
    return all;
}

Check podsCheck(const Sorted &all)
{
    Check check{.id = "pods", .title = say("Core", "Its pods"), .state = CheckState::Good};
    int count = 0;
    std::vector<std::string> names;
    for (const auto &[workload, pods] : all.moved) {
        count += pods;
        names.push_back(pods == 1 ? workload : fmt::format("{} ({})", workload, pods));
    }
    check.words = count == 0 ? say("Core", "none has to move") : count == 1 ? say("Core", "1 is made anew elsewhere: {}", names.front()) : say("Core", "{} are made anew elsewhere: {}", count, namesOf(names));
    if (!all.stay.empty())
        check.why = say("Core", "Those of the host itself end with it: {}", namesOf(all.stay));
    return check;
}

Check lostCheck(const Sorted &all)
{
    Check check{.id = "lost", .title = say("Core", "Pods that nothing makes anew"), .state = CheckState::Good, .words = say("Core", "none")};
    if (!all.lost.empty()) {
        check.state = CheckState::Careful;
        check.words = all.lost.size() == 1 ? say("Core", "1 goes for good: {}", all.lost.front()) : say("Core", "{} go for good: {}", all.lost.size(), namesOf(all.lost));
        check.why = say("Core", "They belong to no Deployment, StatefulSet or Job. Whoever made them has to make them again");
    }
    return check;
}

Check dataCheck(const Sorted &all, const std::string &node, const std::vector<Json> &around)
{
    Check check{.id = "data", .title = say("Core", "What is kept on this host"), .state = CheckState::Good, .words = say("Core", "nothing that is lost")};
    std::vector<std::string> bound;
    for (const Json &volume : around) {
        if (text(volume, "/kind") != "PersistentVolume")
            continue;
        for (const Json &term : list(volume, "/spec/nodeAffinity/required/nodeSelectorTerms"))
            for (const Json &one : list(term, "/matchExpressions")) {
                const std::vector<Json> values = list(one, "/values");
                if (text(one, "/key") == "kubernetes.io/hostname" && std::ranges::find(values, Json(node)) != values.end())
                    if (const auto whose = all.volumes.find(text(volume, "/spec/claimRef/namespace") + "/" + text(volume, "/spec/claimRef/name")); whose != all.volumes.end())
                        bound.push_back(whose->second);
            }
    }
    if (bound.empty() && all.emptied.empty())
        return check;
    check.state = CheckState::Careful;
    check.words = !bound.empty() ? say("Core", "volumes that are on this host alone: {}", namesOf(bound)) : say("Core", "lost with the pod (emptyDir): {}", namesOf(all.emptied));
    check.why = !bound.empty() ? say("Core", "Those pods stay Pending elsewhere, for their volume does not come along. Copy what it holds first") : say("Core", "An emptyDir lasts as long as its pod. Mostly it is a cache");
    return check;
}

Check budgetCheck(const Sorted &all, const std::vector<Json> &around)
{
    Check check{.id = "budget", .title = say("Core", "May they be moved"), .state = CheckState::Good, .words = say("Core", "nothing forbids it")};
    for (const Json &budget : around) {
        if (text(budget, "/kind") != "PodDisruptionBudget" || at(budget, "/status/disruptionsAllowed") != 0)
            continue;
        const auto held = std::ranges::find_if(all.evicted, [&](const Json *pod) {
            const Json labels = at(*pod, "/metadata/labels");
            return text(*pod, "/metadata/namespace") == text(budget, "/metadata/namespace") && selects(at(budget, "/spec/selector"), labels.is_object() ? labels : Json::object());
        });
        if (held == all.evicted.end())
            continue;
        check.state = CheckState::Bad;
        check.words = say("Core", "the PodDisruptionBudget {}/{} lets no pod go just now ({})", text(budget, "/metadata/namespace"), text(budget, "/metadata/name"), text(**held, "/metadata/name"));
        check.why = say("Core", "It wants more pods ready than there would be left: scale up what it protects, or change the budget, then check again");
    }
    return check;
}

struct Room {
    std::int64_t cpu = 0, memory = 0; // x 1000
};

// Sums only: whether each pod finds one node that has room for it is the scheduler's.
Check roomCheck(const std::string &node, const LeavingFacts &facts, const std::vector<Json> &around)
{
    Check check{.id = "room", .title = say("Core", "Room on the other hosts"), .state = CheckState::Good};
    std::map<std::string, Room> left;
    for (const Json &one : around) {
        if (text(one, "/kind") != "Node" || text(one, "/metadata/name") == node || at(one, "/spec/unschedulable") == true)
            continue;
        const auto taints = list(one, "/spec/taints"), conditions = list(one, "/status/conditions");
        const bool shut = std::ranges::any_of(taints, [](const Json &taint) { return text(taint, "/effect") != "PreferNoSchedule"; });
        const bool ready = std::ranges::any_of(conditions, [](const Json &condition) { return text(condition, "/type") == "Ready" && text(condition, "/status") == "True"; });
        if (ready && !shut)
            left[text(one, "/metadata/name")] = {milliQuantity(text(one, "/status/allocatable/cpu")), milliQuantity(text(one, "/status/allocatable/memory"))};
    }
    Room needed;
    for (const std::string &line : linesOf(facts.requests)) {
        std::istringstream words(line);
        std::string where, phase;
        words >> where >> phase;
        if (phase == "Succeeded" || phase == "Failed")
            continue;
        const auto other = left.find(where);
        if (other == left.end() && where != node)
            continue;
        for (std::string pair; words >> pair;) {
            const std::size_t comma = pair.find(',');
            const std::int64_t cpu = milliQuantity(pair.substr(0, comma)), memory = comma == pair.npos ? 0 : milliQuantity(pair.substr(comma + 1));
            Room &room = other == left.end() ? needed : other->second;
            room.cpu += other == left.end() ? cpu : -cpu;
            room.memory += other == left.end() ? memory : -memory;
        }
    }
    Room all;
    for (const auto &[name, room] : left) {
        all.cpu += std::max<std::int64_t>(room.cpu, 0);
        all.memory += std::max<std::int64_t>(room.memory, 0);
    }
    const auto cores = [](std::int64_t milli) { return quantityText(milli, false); };
    const auto gib = [](std::int64_t milli) { return fmt::format("{:.1f} GiB", static_cast<double>(milli) / 1000 / (1u << 30)); };
    check.words = say("Core", "{} CPU and {} are asked for, {} and {} are free", cores(needed.cpu), gib(needed.memory), cores(all.cpu), gib(all.memory));
    if (left.empty()) {
        check.state = CheckState::Careful;
        check.words = say("Core", "no other host takes pods");
        check.why = say("Core", "What runs here would be Pending until a host is added");
    } else if (needed.cpu > all.cpu || needed.memory > all.memory) {
        check.state = CheckState::Careful;
        check.why = say("Core", "Some pods would stay Pending until there is room: add a host first, or scale something down");
    }
    return check;
}

// etcd's own arithmetic: a cluster of n bears (n-1)/2 losses.
Check planeCheck(const std::string &node, const std::vector<Json> &around)
{
    int planes = 0;
    bool isPlane = false;
    for (const Json &one : around) {
        const Json labels = at(one, "/metadata/labels");
        if (text(one, "/kind") != "Node" || !labels.is_object() || !labels.contains("node-role.kubernetes.io/control-plane"))
            continue;
        ++planes;
        isPlane = isPlane || text(one, "/metadata/name") == node;
    }
    Check check{.id = "planes", .title = say("Core", "Control planes"), .state = CheckState::Good, .words = planes == 1 ? say("Core", "1, it stays") : say("Core", "{}, they stay", planes)};
    if (isPlane) {
        const int stay = planes - 1, bears = (stay - 1) / 2;
        check.state = CheckState::Careful;
        check.words = stay == 1 ? say("Core", "1 of {} stays", planes) : say("Core", "{} of {} stay", stay, planes);
        check.why = bears == 0 ? say("Core", "None of them may fail then: etcd needs more than half of its members") : say("Core", "{} of them may fail then", bears);
    }
    return check;
}

} // namespace

Result<std::vector<Check>> leavingChecks(const std::string &node, const LeavingFacts &facts)
{
    const Json pods = Json::parse(facts.pods, nullptr, false), others = Json::parse(facts.around, nullptr, false);
    if (!pods.is_object() || !others.is_object())
        return fail(ErrorKind::Protocol, say("Core", "what runs on {} cannot be read", node));
    const std::vector<Json> each = list(pods, "/items"), around = list(others, "/items");
    const Sorted all = sorted(each);
    return std::vector{podsCheck(all), lostCheck(all), dataCheck(all, node, around), budgetCheck(all, around), roomCheck(node, facts, around), planeCheck(node, around)};
}

Result<std::vector<Check>> lookAtLeaving(const ClusterTool &cluster, const HostTool &host, std::stop_token stop)
{
    const std::string node = TRY(host.node(stop)).name;
    LeavingFacts facts;
    facts.pods = TRY(cluster.first().kubectl({"get", "pods", "-A", "--field-selector", "spec.nodeName=" + node, "-o", "json"}, {}, stop));
    facts.around = TRY(cluster.first().kubectl({"get", "nodes,poddisruptionbudgets,persistentvolumes", "-A", "-o", "json"}, {}, stop));
    facts.requests = TRY(cluster.first().kubectl({"get", "pods", "-A", "-o",
                                                  "jsonpath={range .items[*]}{.spec.nodeName} {.status.phase}{range .spec.containers[*]} {.resources.requests.cpu},{.resources.requests.memory}{end}{\"\\n\"}{end}"}, {}, stop));
    return leavingChecks(node, facts);
}

} // namespace timonier::kubeadm

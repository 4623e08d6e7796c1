// How much is free on each node: what it can give, less what its pods ask for.
#include "strategy/manifest.h"

#include "base/say.h"

#include <nlohmann/json.hpp>

#include <map>

namespace timonier::strategy {

namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

// 0 for what is missing or no quantity: a pod that asks for nothing takes nothing.
std::int64_t quantity(const json &map, const char *key)
{
    const auto found = map.is_object() ? map.find(key) : map.end();
    if (!map.is_object() || found == map.end())
        return 0;
    return parseQuantity(found->is_string() ? found->get<std::string>() : found->is_number() ? found->dump() : std::string()).value_or(0);
}

// Of one pod: the sum of its containers, or the largest of its init containers if that is more.
std::int64_t requested(const json &spec, const char *key)
{
    const auto of = [&](const json &container) {
        const Pointer requests("/resources/requests");
        return container.is_object() && container.contains(requests) ? quantity(container[requests], key) : 0;
    };
    std::int64_t sum = 0, first = 0;
    for (const char *list : {"containers", "initContainers"})
        if (const auto found = spec.find(list); found != spec.end() && found->is_array())
            for (const json &container : *found)
                (list[0] == 'c' ? sum += of(container) : first = std::max(first, of(container)));
    return std::max(sum, first);
}

bool schedulable(const json &node)
{
    const auto spec = node.find("spec");
    if (spec == node.end() || !spec->is_object())
        return true;
    if (const auto off = spec->find("unschedulable"); off != spec->end() && *off == true)
        return false;
    if (const auto taints = spec->find("taints"); taints != spec->end() && taints->is_array())
        for (const json &taint : *taints) // tolerations are not looked at: such nodes are seldom meant for applications
            if (const auto effect = taint.find("effect"); taint.is_object() && effect != taint.end() && *effect != "PreferNoSchedule")
                return false;
    return true;
}

} // namespace

Result<int> measureRoom(Parameters &parameters, std::string_view nodeList, std::string_view podList, const std::vector<std::string> &own)
{
    const json nodes = json::parse(nodeList, nullptr, false), pods = json::parse(podList, nullptr, false);
    if (!nodes.is_object() || !pods.is_object() || !nodes.contains("items") || !pods.contains("items"))
        return fail(ErrorKind::Protocol, say("Core", "The list of nodes or of pods cannot be read"));
    std::map<std::string, Node> room;
    for (const json &node : nodes["items"]) {
        const Pointer name("/metadata/name"), allocatable("/status/allocatable");
        if (!node.is_object() || !node.contains(name) || !node[name].is_string() || !node.contains(allocatable) || !schedulable(node))
            continue;
        const json &gives = node[allocatable];
        room[node[name].get<std::string>()] = {node[name].get<std::string>(), quantity(gives, "cpu"), quantity(gives, "memory") / 1000,
                                               static_cast<int>(std::min<std::int64_t>(quantity(gives, "pods") / 1000, 100'000)), 0};
    }
    for (const json &pod : pods["items"]) {
        const Pointer on("/spec/nodeName"), uid("/metadata/uid"), phase("/status/phase");
        if (!pod.is_object() || !pod.contains(on) || !pod[on].is_string() || (pod.contains(phase) && (pod[phase] == "Succeeded" || pod[phase] == "Failed")))
            continue;
        const auto found = room.find(pod[on].get<std::string>());
        if (found == room.end())
            continue;
        Node &node = found->second;
        node.cpuMilli -= requested(pod["spec"], "cpu");
        node.memoryBytes -= requested(pod["spec"], "memory") / 1000;
        --node.pods;
        node.own += pod.contains(uid) && pod[uid].is_string() && std::ranges::find(own, pod[uid].get<std::string>()) != own.end();
    }
    parameters.cluster.nodes.clear();
    for (auto &[name, node] : room)
        parameters.cluster.nodes.push_back(std::move(node));
    if (!parameters.cluster.nodes.empty()) {
        const Node &first = parameters.cluster.nodes.front();
        parameters.nodeSize = first; // what a share of a node costs is told by what a whole one gives
        for (const json &node : nodes["items"])
            if (const Pointer name("/metadata/name"), allocatable("/status/allocatable"); node.is_object() && node.contains(name) && node[name] == first.name)
                parameters.nodeSize = {first.name, quantity(node[allocatable], "cpu"), quantity(node[allocatable], "memory") / 1000,
                                       static_cast<int>(quantity(node[allocatable], "pods") / 1000), 0};
    }
    return static_cast<int>(parameters.cluster.nodes.size());
}

} // namespace timonier::strategy

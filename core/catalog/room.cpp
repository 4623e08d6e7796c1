#include "catalog/room.h"

#include "kube/fetch.h"
#include "kube/object_json.h"
#include "kube/quantity.h"
#include "kube/scope.h"

#include <map>

namespace timonier::catalog {

namespace {

using Json = nlohmann::json;

bool takesPods(const Json &node)
{
    if (jsonAt(node, "/spec/unschedulable") == true)
        return false;
    if (const Json &taints = jsonAt(node, "/spec/taints"); taints.is_array())
        return std::ranges::all_of(taints, [](const Json &taint) { return quantityAt(taint, "/effect") == "PreferNoSchedule"; });
    return true;
}

// The sum of the containers and of the sidecars, or the largest init container if that is more (KEP-753).
std::int64_t requested(const Json &spec, const char *resource)
{
    const auto of = [&](const Json &container) { return milliQuantity(quantityAt(container, resource)); };
    std::int64_t sum = 0, largest = 0, sidecars = 0;
    if (const Json &all = jsonAt(spec, "/containers"); all.is_array())
        for (const Json &one : all)
            sum += of(one);
    if (const Json &all = jsonAt(spec, "/initContainers"); all.is_array()) {
        for (const Json &one : all) {
            if (quantityAt(one, "/restartPolicy") == "Always")
                sidecars += of(one);
            else
                largest = std::max(largest, sidecars + of(one));
        }
    }
    return std::max(sum + sidecars, largest);
}

std::int64_t cpuOf(const Json &spec) { return requested(spec, "/resources/requests/cpu"); }
std::int64_t memoryOf(const Json &spec) { return requested(spec, "/resources/requests/memory") / 1000; }

Result<> eachItem(Transport &transport, const std::string &path, std::stop_token stop, const std::function<void(const Json &)> &item)
{
    for (std::string more;;) {
        const Json page = Json::parse(TRY(fetch(transport, {.path = path + (more.empty() ? "" : "&continue=" + percentEncoded(more))}, stop)).body, nullptr, false);
        if (const Json &items = jsonAt(page, "/items"); items.is_array())
            std::ranges::for_each(items, item);
        more = quantityAt(page, "/metadata/continue");
        if (more.empty())
            return {};
    }
}

} // namespace

Result<std::vector<NodeRoom>> readRoom(Transport &transport, const std::function<bool(const std::string &, const std::string &)> &own, std::stop_token stop)
{
    std::map<std::string, NodeRoom> nodes;
    TRY(eachItem(transport, "/api/v1/nodes?limit=500", stop, [&](const Json &node) {
        if (takesPods(node))
            nodes[quantityAt(node, "/metadata/name")] = {quantityAt(node, "/metadata/name"), milliQuantity(quantityAt(node, "/status/allocatable/cpu")), milliQuantity(quantityAt(node, "/status/allocatable/memory")) / 1000,
                                                   milliQuantity(quantityAt(node, "/status/allocatable/pods")) / 1000};
    }));
    TRY(eachItem(transport, "/api/v1/pods?limit=500&fieldSelector=" + percentEncoded("status.phase!=Succeeded,status.phase!=Failed"), stop, [&](const Json &pod) {
        const auto node = nodes.find(quantityAt(pod, "/spec/nodeName"));
        if (node == nodes.end() || own(quantityAt(pod, "/metadata/namespace"), quantityAt(pod, "/metadata/labels/app.kubernetes.io~1instance")))
            return;
        node->second.cpuMilli -= cpuOf(jsonAt(pod, "/spec"));
        node->second.memoryBytes -= memoryOf(jsonAt(pod, "/spec"));
        --node->second.pods;
    }));
    std::vector<NodeRoom> all;
    for (auto &[name, node] : nodes)
        all.push_back(std::move(node));
    return all;
}

std::vector<Wanted> wantedOf(const std::vector<ManifestObject> &objects)
{
    std::vector<Wanted> all;
    for (const ManifestObject &object : objects) {
        if (!runsPods(object.ref) || object.ref.kind == "CronJob")
            continue;
        const Json json = Json::parse(object.json, nullptr, false);
        const Json &spec = jsonAt(json, object.ref.kind == "Pod" ? "/spec" : "/spec/template/spec");
        if (!spec.is_object())
            continue;
        const char *count = object.ref.kind == "Job" ? "/spec/parallelism" : "/spec/replicas";
        all.push_back({title(object.ref), cpuOf(spec), memoryOf(spec), jsonAt(json, count).is_number_integer() ? jsonAt(json, count).get<std::int64_t>() : 1, object.ref.kind == "DaemonSet"});
    }
    return all;
}

Fit fitOf(std::vector<NodeRoom> nodes, std::vector<Wanted> wanted)
{
    Fit fit;
    for (const NodeRoom &node : nodes) {
        fit.freeCpu += std::max<std::int64_t>(0, node.cpuMilli);
        fit.freeMemory += std::max<std::int64_t>(0, node.memoryBytes);
    }
    const auto takes = [](const NodeRoom &node, const Wanted &one) { return node.pods > 0 && node.cpuMilli >= one.cpuMilli && node.memoryBytes >= one.memoryBytes; };
    const auto take = [](NodeRoom &node, const Wanted &one) {
        node.cpuMilli -= one.cpuMilli;
        node.memoryBytes -= one.memoryBytes;
        --node.pods;
    };
    std::ranges::stable_sort(wanted, std::greater(), [](const Wanted &one) { return std::pair(one.everyNode, one.cpuMilli + one.memoryBytes / 1'000'000); });
    for (const Wanted &one : wanted) {
        const std::int64_t count = one.everyNode ? static_cast<std::int64_t>(nodes.size()) : one.count;
        fit.pods += count;
        fit.cpuMilli += count * one.cpuMilli;
        fit.memoryBytes += count * one.memoryBytes;
        if (count > 0 && std::ranges::none_of(nodes, [&](const NodeRoom &node) { return takes(node, one); }))
            fit.tooLarge.push_back(one.what);
        std::int64_t placed = 0;
        if (one.everyNode) {
            for (NodeRoom &node : nodes)
                if (takes(node, one)) {
                    take(node, one);
                    ++placed;
                }
        } else {
            for (; placed < count; ++placed) { // the emptiest first, as LeastAllocated does
                const auto best = std::ranges::max_element(nodes, {}, [&](const NodeRoom &node) { return takes(node, one) ? std::pair(node.cpuMilli, node.memoryBytes) : std::pair<std::int64_t, std::int64_t>(-1, -1); });
                if (best == nodes.end() || !takes(*best, one))
                    break;
                take(*best, one);
            }
        }
        fit.placed += placed;
        if (placed < count)
            fit.unplaced.push_back(one.what);
    }
    return fit;
}

} // namespace timonier::catalog

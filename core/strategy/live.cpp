#include "strategy/live.h"

#include "cloud/prices/bundled.h"
#include "kube/fetch.h"
#include "kube/scope.h"
#include "strategy/manifest.h"

#include <nlohmann/json.hpp>

namespace timonier::strategy {

namespace {

using nlohmann::json;

std::vector<std::string> uidsOf(std::string_view podList)
{
    std::vector<std::string> uids;
    const json list = json::parse(podList, nullptr, false);
    if (!list.is_object() || !list.contains("items"))
        return uids;
    for (const json &pod : list["items"])
        if (const json::json_pointer uid("/metadata/uid"); pod.contains(uid) && pod[uid].is_string())
            uids.push_back(pod[uid].get<std::string>());
    return uids;
}

// The type that the nodes of a NodeList have (label node.kubernetes.io/instance-type), if all have the same.
std::string instanceTypeOf(std::string_view nodeList)
{
    const json nodes = json::parse(nodeList, nullptr, false);
    std::string type;
    if (!nodes.is_object() || !nodes.contains("items"))
        return type;
    for (const json &node : nodes["items"]) {
        const json::json_pointer label("/metadata/labels/node.kubernetes.io~1instance-type");
        const std::string one = node.contains(label) && node[label].is_string() ? node[label].get<std::string>() : std::string();
        if (one.empty() || (!type.empty() && one != type))
            return {};
        type = one;
    }
    return type;
}

} // namespace

std::string selectorOf(std::string_view text)
{
    const json deployment = json::parse(text, nullptr, false);
    const json::json_pointer labels("/spec/selector/matchLabels");
    std::string selector;
    if (deployment.is_object() && deployment.contains(labels))
        for (const auto &[key, value] : deployment[labels].items())
            if (value.is_string())
                selector += (selector.empty() ? "" : ",") + key + "=" + value.get<std::string>();
    return selector;
}

Result<Application> readLive(Transport &transport, const std::string &ns, const std::string &name, const std::string &image, std::stop_token stop)
{
    const std::string base = "/namespaces/" + percentEncoded(ns);
    Response found = TRY(fetch(transport, {.path = "/apis/apps/v1" + base + "/deployments/" + percentEncoded(name)}, stop));
    Application application = TRY(readApplication(std::move(found.body), image));
    const std::string selector = selectorOf(application.object);
    if (selector.empty())
        return application;
    const Response pods = TRY(fetch(transport, {.path = "/api/v1" + base + "/pods?labelSelector=" + percentEncoded(selector)}, stop));
    application.measuredPods = TRY(measureStartUp(application.parameters, pods.body));
    const auto nodes = fetch(transport, {.path = "/api/v1/nodes"}, stop);
    const auto everything = fetch(transport, {.path = "/api/v1/pods?fieldSelector=" + percentEncoded("status.phase!=Succeeded,status.phase!=Failed")}, stop);
    if (nodes && everything)
        application.nodes = TRY(measureRoom(application.parameters, nodes->body, everything->body, uidsOf(pods.body)));
    if (const std::string type = nodes ? instanceTypeOf(nodes->body) : std::string(); const auto price = prices::bundledMachine(type)) {
        application.instanceType = type;
        application.parameters.nodeHour = *price;
    }
    return application;
}

} // namespace timonier::strategy

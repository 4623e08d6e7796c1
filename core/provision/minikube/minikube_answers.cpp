// What minikube answers with `-o json`, among whatever else it prints: the pure part of minikube_tool.h.
#include "provision/minikube/minikube_tool.h"

#include "base/lines.h"
#include "base/say.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier::minikube {

namespace {

using Json = nlohmann::json;

std::string textOf(const Json &json, const char *field)
{
    const auto at = json.is_object() ? json.find(field) : json.end();
    return json.is_object() && at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

// The first line that is JSON and no event: minikube mixes both.
std::optional<Json> answerIn(const std::string &out)
{
    if (Json whole = Json::parse(out, nullptr, false); !whole.is_discarded() && !(whole.is_object() && whole.contains("specversion")))
        return whole;
    std::optional<Json> found;
    LineCutter lines([&](std::string_view line, bool) {
        if (found || line.empty() || (line.front() != '{' && line.front() != '['))
            return;
        Json json = Json::parse(line, nullptr, false);
        if (!json.is_discarded() && !(json.is_object() && json.contains("specversion")))
            found = std::move(json);
    }, 8u << 20);
    lines.add(out);
    lines.end();
    return found;
}

local::NodeState nodeOf(const Json &json)
{
    const std::string host = textOf(json, "Host"), kubelet = textOf(json, "Kubelet"), server = textOf(json, "APIServer");
    const bool worker = json.contains("Worker") && json["Worker"] == true;
    local::NodeState node{.name = textOf(json, "Name"), .role = worker ? "worker" : "control-plane"};
    if (host == "Running" && kubelet == "Running" && (worker || server == "Running"))
        node.state = "running";
    else if (host == "Stopped")
        node.state = "stopped";
    else
        node.state = fmt::format("host {}, kubelet {}{}", host, kubelet, worker ? std::string() : ", API server " + server);
    return node;
}

} // namespace

Result<std::vector<Profile>> readProfiles(const std::string &out)
{
    const auto answer = answerIn(out);
    if (!answer || !answer->is_object())
        return fail(ErrorKind::Protocol, say("Core", "minikube's list of profiles cannot be read"), say("Core", "Run `minikube profile list` to see what is wrong"));
    std::vector<Profile> all;
    for (const bool valid : {true, false}) {
        const auto list = answer->find(valid ? "valid" : "invalid");
        if (list == answer->end() || !list->is_array())
            continue;
        for (const Json &entry : *list) {
            Profile profile{.name = textOf(entry, "Name"), .status = textOf(entry, "Status"), .valid = valid};
            if (entry.is_object() && entry.contains("Config") && entry["Config"].is_object()) {
                const Json &config = entry["Config"];
                profile.driver = textOf(config, "Driver");
                if (config.contains("KubernetesConfig"))
                    profile.kubernetes = textOf(config["KubernetesConfig"], "KubernetesVersion");
            }
            if (!profile.name.empty())
                all.push_back(std::move(profile));
        }
    }
    return all;
}

Result<std::vector<local::Addon>> readAddons(const std::string &out)
{
    const auto answer = answerIn(out);
    if (!answer || !answer->is_object())
        return fail(ErrorKind::Protocol, say("Core", "minikube's list of add-ons cannot be read"), say("Core", "Run `minikube addons list` to see what is wrong"));
    std::vector<local::Addon> all;
    for (const auto &[name, entry] : answer->items())
        all.push_back({.name = name, .enabled = textOf(entry, "Status") == "enabled"});
    return all;
}

Result<local::ClusterState> readStatus(const std::string &out, const std::string &name)
{
    local::ClusterState state{.name = name};
    const auto answer = answerIn(out);
    if (!answer) { // events only, or nothing
        if (out.find("io.k8s.sigs.minikube.") == std::string::npos)
            return fail(ErrorKind::Protocol, say("Core", "minikube's status cannot be read"), say("Core", "Run `minikube status` to see what is wrong"));
        state.phase = local::Phase::Absent;
        return state;
    }
    const bool one = answer->is_object();
    for (const Json &node : one ? Json::array({*answer}) : *answer)
        if (node.is_object() && node.contains("Host"))
            state.nodes.push_back(nodeOf(node));
    if (std::ranges::any_of(one ? Json::array({*answer}) : *answer, [](const Json &node) { return textOf(node, "Host") == "Nonexistent"; }))
        state.words = say("Core", "its machine is gone: delete the profile, and create it anew");
    else if (std::ranges::any_of(state.nodes, [](const local::NodeState &node) { return node.state.starts_with("host"); }))
        state.words = say("Core", "a part of it does not run: start it, or look at its logs");
    state.phase = local::phaseOf(state.nodes);
    if (state.phase == local::Phase::Stopped && !state.words.empty())
        state.phase = local::Phase::Partly;
    return state;
}

} // namespace timonier::minikube

#include "manifest/apply_changed.h"

#include "kube/fetch.h"
#include "kube/timestamp.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>

namespace timonier {

std::uint64_t revisionNow(Transport &transport, std::stop_token stop)
{
    const auto answer = fetch(transport, {.path = "/api/v1/namespaces?limit=1"}, stop);
    const nlohmann::json list = answer ? nlohmann::json::parse(answer->body, nullptr, false) : nlohmann::json();
    const nlohmann::json::json_pointer where("/metadata/resourceVersion");
    return list.contains(where) && list[where].is_string() ? std::strtoull(list[where].get_ref<const std::string &>().c_str(), nullptr, 10) : 0;
}

// Whether this run changed the object that came back: its revision is newer than the run, and not only because a controller wrote its
// status meanwhile: then our own entry among its managers (which counts the time of a change, not of a try) is old. A minute is
// given away to clocks that differ.
bool wasChanged(const std::string &json, std::uint64_t revisionBefore, std::int64_t begun)
{
    const nlohmann::json object = nlohmann::json::parse(json, nullptr, false);
    const nlohmann::json::json_pointer revision("/metadata/resourceVersion"), managers("/metadata/managedFields");
    if (revisionBefore == 0 || !object.contains(revision) || !object[revision].is_string())
        return true;
    if (std::strtoull(object[revision].get_ref<const std::string &>().c_str(), nullptr, 10) <= revisionBefore)
        return false;
    if (!object.contains(managers) || !object[managers].is_array())
        return true;
    return std::ranges::none_of(object[managers], [&](const nlohmann::json &entry) {
        return entry.is_object() && entry.value("manager", nlohmann::json()) == "timonier" && entry.value("operation", nlohmann::json()) == "Apply" &&
               entry.contains("time") && entry["time"].is_string() && unixSeconds(entry["time"].get_ref<const std::string &>()) < begun - 60;
    });
}

bool saysNothing(const ManifestObject &object)
{
    if (object.json.size() > 1'000)
        return false;
    const nlohmann::json json = nlohmann::json::parse(object.json, nullptr, false);
    return json.size() == 3 && json.contains("metadata") && json["metadata"].size() == (json["metadata"].contains("namespace") ? 2 : 1);
}

} // namespace timonier

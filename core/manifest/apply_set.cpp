#include "manifest/apply_set.h"

#include "base/say.h"
#include "kube/fetch.h"
#include "kube/object_json.h"
#include "kube/scope.h"

#include <nlohmann/json.hpp>

#include <QByteArray>
#include <QCryptographicHash>

#include <algorithm>
#include <array>
#include <set>

namespace timonier {

namespace {

using Json = nlohmann::json;

constexpr const char *idLabel = "applyset.kubernetes.io/id";
constexpr std::string_view prefix = "timonier-set-";

std::string pathOf(const SetName &name)
{
    return "/api/v1/namespaces/" + percentEncoded(name.ns) + "/configmaps/" + percentEncoded(std::string(prefix) + name.name);
}

Result<AppliedSet> read(const Json &map)
{
    AppliedSet set{.name = {textAt(map, "/metadata/namespace"), textAt(map, "/metadata/name")}};
    if (set.name.name.starts_with(prefix))
        set.name.name.erase(0, prefix.size());
    const Json entries = Json::parse(textAt(map, "/data/objects"), nullptr, false);
    if (!entries.is_array())
        return fail(ErrorKind::Protocol, say("Core", "the ConfigMap {} in {} is no list of a set's objects", std::string(prefix) + set.name.name, set.name.ns),
                    say("Core", "Somebody changed it, or it is not Timonier's."));
    for (const Json &entry : entries)
        set.entries.push_back({{textAt(entry, "/group"), textAt(entry, "/kind"), textAt(entry, "/namespace"), textAt(entry, "/name")}, textAt(entry, "/path")});
    return set;
}

std::string joined(const std::set<std::string> &words)
{
    std::string all;
    for (const std::string &word : words)
        all += (all.empty() ? "" : ",") + word;
    return all;
}

} // namespace

std::string setLabel(const SetName &name)
{
    const std::string whole = std::string(prefix) + name.name + "." + name.ns + ".ConfigMap.";
    const QByteArray hash = QCryptographicHash::hash(QByteArray::fromStdString(whole), QCryptographicHash::Sha256);
    return "applyset-" + hash.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals).toStdString() + "-v1";
}

std::vector<SetEntry> entriesOf(const ApplyPlan &plan)
{
    std::vector<SetEntry> entries;
    for (std::size_t i = 0; i < plan.objects.size(); ++i)
        entries.push_back({plan.objects[i].ref, plan.paths[i]});
    return entries;
}

std::vector<SetEntry> entriesGone(const std::vector<SetEntry> &before, const std::vector<SetEntry> &after)
{
    const auto key = [](const SetEntry &entry) { return std::array{entry.ref.group, entry.ref.kind, entry.ref.ns, entry.ref.name}; };
    std::set<std::array<std::string, 4>> kept;
    for (const SetEntry &entry : after)
        kept.insert(key(entry));
    std::vector<SetEntry> gone;
    std::ranges::copy_if(before, std::back_inserter(gone), [&](const SetEntry &entry) { return !kept.contains(key(entry)); });
    return gone;
}

Result<std::optional<AppliedSet>> readSet(Transport &transport, const SetName &name, std::stop_token stop)
{
    const auto answer = fetch(transport, {.path = pathOf(name)}, stop);
    if (!answer && answer.error().kind == ErrorKind::NotFound)
        return std::optional<AppliedSet>();
    if (!answer)
        return std::unexpected(answer.error());
    return std::optional(TRY(read(Json::parse(answer->body, nullptr, false))));
}

Result<std::vector<AppliedSet>> listSets(Transport &transport, const std::string &ns, std::stop_token stop)
{
    const std::string path = "/api/v1/" + (ns.empty() ? "" : "namespaces/" + percentEncoded(ns) + "/") + "configmaps?labelSelector=" + percentEncoded(idLabel);
    const Json list = Json::parse(TRY(fetch(transport, {.path = path}, stop)).body, nullptr, false);
    std::vector<AppliedSet> sets;
    if (list.is_object())
        for (const Json &map : list.value("items", Json::array()))
            if (textAt(map, "/metadata/name").starts_with(prefix))
                sets.push_back(TRY(read(map)));
    return sets;
}

Result<> writeSet(Transport &transport, const AppliedSet &set, std::stop_token stop)
{
    std::set<std::string> kinds, spaces;
    Json entries = Json::array();
    for (const SetEntry &entry : set.entries) {
        kinds.insert(entry.ref.kind + (entry.ref.group.empty() ? "" : "." + entry.ref.group));
        if (!entry.ref.ns.empty() && entry.ref.ns != set.name.ns)
            spaces.insert(entry.ref.ns);
        entries.push_back({{"group", entry.ref.group}, {"kind", entry.ref.kind}, {"namespace", entry.ref.ns}, {"name", entry.ref.name}, {"path", entry.path}});
    }
    const Json map = {{"apiVersion", "v1"}, {"kind", "ConfigMap"},
                      {"metadata", {{"name", std::string(prefix) + set.name.name}, {"namespace", set.name.ns}, {"labels", {{idLabel, setLabel(set.name)}}},
                                    {"annotations", {{"applyset.kubernetes.io/tooling", "timonier/" TIMONIER_VERSION}, {"applyset.kubernetes.io/contains-group-kinds", joined(kinds)},
                                                     {"applyset.kubernetes.io/additional-namespaces", joined(spaces)}}}}},
                      {"data", {{"objects", entries.dump()}}}};
    auto written = fetch(transport, {.method = "PATCH", .path = pathOf(set.name) + "?fieldManager=timonier&force=true", .contentType = "application/apply-patch+yaml", .body = map.dump()}, stop);
    if (!written && written.error().kind == ErrorKind::NotFound)
        return fail(ErrorKind::NotFound, say("Core", "the namespace {} does not exist, and the set's list was to lie there", set.name.ns),
                    say("Core", "Name one that exists with -n: it is only where the list lies; what names its own namespace goes there."));
    if (!written)
        return std::unexpected(std::move(written).error());
    return {};
}

Result<> forgetSet(Transport &transport, const SetName &name, std::stop_token stop)
{
    auto removed = fetch(transport, {.method = "DELETE", .path = pathOf(name)}, stop);
    if (!removed && removed.error().kind != ErrorKind::NotFound)
        return std::unexpected(std::move(removed).error());
    return {};
}

} // namespace timonier

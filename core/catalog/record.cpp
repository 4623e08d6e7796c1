#include "catalog/record.h"

#include "base/say.h"
#include "kube/fetch.h"
#include "kube/object_json.h"
#include "kube/scope.h"

namespace timonier::catalog {

namespace {

using Json = nlohmann::json;

constexpr const char *label = "timonier.dev/app";
constexpr std::string_view prefix = "timonier-app-";

Result<Record> read(const Json &map)
{
    Record record{.entry = textAt(map, "/metadata/labels/timonier.dev~1app"), .set = {textAt(map, "/metadata/namespace"), textAt(map, "/metadata/name")}, .values = {}};
    if (record.set.name.starts_with(prefix))
        record.set.name.erase(0, prefix.size());
    const Json values = Json::parse(textAt(map, "/data/values"), nullptr, false);
    if (record.entry.empty() || !values.is_object())
        return fail(ErrorKind::Protocol, say("Core", "the ConfigMap {} in {} does not say what was deployed", std::string(prefix) + record.set.name, record.set.ns), say("Core", "Somebody changed it, or it is not Timonier's."));
    for (const auto &[id, value] : values.items())
        if (value.is_string())
            record.values[id] = value.get<std::string>();
    return record;
}

} // namespace

ManifestObject recordObject(const Record &record, const Entry &entry)
{
    ManifestObject object{.ref = {"", "ConfigMap", record.set.ns, std::string(prefix) + record.set.name}, .version = "v1"};
    object.json = Json{{"apiVersion", "v1"}, {"kind", "ConfigMap"},
                       {"metadata", {{"name", object.ref.name}, {"namespace", object.ref.ns}, {"labels", {{label, entry.id}, {"app.kubernetes.io/instance", record.set.name}}}}},
                       {"data", {{"values", Json(record.values).dump()}}}}.dump(); // and nothing in a person's language: the next one may speak another
    return object;
}

Result<std::optional<Record>> readRecord(Transport &transport, const SetName &set, std::stop_token stop)
{
    const auto answer = fetch(transport, {.path = "/api/v1/namespaces/" + percentEncoded(set.ns) + "/configmaps/" + percentEncoded(std::string(prefix) + set.name)}, stop);
    if (!answer && answer.error().kind == ErrorKind::NotFound)
        return std::optional<Record>();
    if (!answer)
        return std::unexpected(answer.error());
    return std::optional(TRY(read(Json::parse(answer->body, nullptr, false))));
}

Result<std::vector<Record>> listRecords(Transport &transport, const std::string &ns, const std::string &entry, std::stop_token stop)
{
    const std::string path = "/api/v1/" + (ns.empty() ? "" : "namespaces/" + percentEncoded(ns) + "/") + "configmaps?labelSelector=" + percentEncoded(label + (entry.empty() ? "" : "=" + entry));
    const Json list = Json::parse(TRY(fetch(transport, {.path = path}, stop)).body, nullptr, false);
    std::vector<Record> records;
    if (list.is_object())
        for (const Json &map : list.value("items", Json::array()))
            if (textAt(map, "/metadata/name").starts_with(prefix))
                records.push_back(TRY(read(map)));
    return records;
}

} // namespace timonier::catalog

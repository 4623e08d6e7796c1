#include "manifest/object_change.h"

#include "base/say.h"
#include "kube/fetch.h"
#include "manifest/object.h"
#include "manifest/yaml_writer.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier {

namespace {

using Json = nlohmann::ordered_json;

Result<Json> withoutBooks(std::string_view json)
{
    Json object = TRY(readObject(json));
    object.erase("status");
    if (const auto metadata = object.find("metadata"); metadata != object.end() && metadata->is_object())
        for (const char *counted : {"generation", "resourceVersion"}) // every change counts them up: no part of it
            metadata->erase(counted);
    return object;
}

Result<std::string> asYaml(std::string_view json) { return yamlText(TRY(withoutBooks(json))); }

bool isSecret(const Json &object) { return object.is_object() && object.value("kind", Json()) == "Secret" && object.value("apiVersion", Json()) == "v1"; }

// As kubectl diff does it: *** where nothing changes, and which of the two where something does.
void mask(Json &before, Json &after)
{
    for (const char *part : {"data", "stringData"}) {
        const Json was = before.is_object() ? before.value(part, Json::object()) : Json::object();
        const Json is = after.is_object() ? after.value(part, Json::object()) : Json::object();
        for (Json *object : {&before, &after}) {
            if (!object->is_object() || !object->contains(part) || !(*object)[part].is_object())
                continue;
            for (auto &[key, value] : (*object)[part].items()) {
                const bool same = was.is_object() && is.is_object() && was.contains(key) && is.contains(key) && was[key] == is[key];
                const bool one = !was.is_object() || !is.is_object() || !was.contains(key) || !is.contains(key);
                value = same || one ? "***" : object == &before ? "*** (before)" : "*** (after)";
            }
        }
    }
}

void merge(Json &into, const Json &patch)
{
    if (!into.is_object())
        into = Json::object();
    for (const auto &[key, value] : patch.items()) {
        if (value.is_null()) {
            into.erase(key);
        } else if (value.is_object()) {
            merge(into[key], value);
        } else if (value.is_array() && (key == "containers" || key == "env") && into[key].is_array()) {
            for (const Json &item : value) {
                const auto found = item.contains("name") ? std::ranges::find_if(into[key],
                        [&](const Json &old) { return old.is_object() && old.contains("name") && old["name"] == item["name"]; })
                                                         : into[key].begin(); // a container without a name: there is but one
                if (found == into[key].end())
                    into[key].push_back(item);
                else
                    merge(*found, item);
            }
        } else {
            into[key] = value;
        }
    }
}

} // namespace

Result<ObjectChange> dryRun(Transport &transport, const std::string &path, const std::string &patch, std::stop_token stop)
{
    const Response before = TRY(fetch(transport, {.path = path}, stop));
    const Response after = TRY(fetch(transport,
                                     {.method = "PATCH", .path = path + "?dryRun=All&fieldManager=timonier&fieldValidation=Strict",
                                      .contentType = "application/strategic-merge-patch+json", .body = patch},
                                     stop));
    return ObjectChange{TRY(asYaml(before.body)), TRY(asYaml(after.body))};
}

Result<ObjectChange> writtenChange(std::string_view before, std::string_view after)
{
    Json was, is;
    if (!before.empty())
        was = TRY(withoutBooks(before));
    if (!after.empty())
        is = TRY(withoutBooks(after));
    if (isSecret(was) || isSecret(is))
        mask(was, is);
    if (was.is_null() && is.is_object() && is.contains("metadata") && is["metadata"].is_object())
        for (const char *made : {"creationTimestamp", "uid"}) // the dry run's own: the real ones will be others
            is["metadata"].erase(made);
    return ObjectChange{before.empty() ? std::string() : yamlText(was), after.empty() ? std::string() : yamlText(is)};
}

Result<ObjectChange> mergedOnPaper(std::string_view text, std::string_view patch)
{
    Json object = TRY(readObject(text));
    const Json change = Json::parse(patch, nullptr, false);
    if (!change.is_object())
        return fail(ErrorKind::Protocol, say("Core", "The change is not JSON"));
    merge(object, change);
    return ObjectChange{TRY(asYaml(text)), TRY(asYaml(object.dump()))};
}

} // namespace timonier

#include "helm/helm_diff.h"

#include "base/say.h"
#include "manifest/object_change.h"
#include "manifest/text_diff.h"
#include "manifest/yaml_reader.h"
#include "manifest/yaml_writer.h"

#include <array>
#include <map>

namespace timonier::helm {

namespace {

using Json = nlohmann::json; // its maps are sorted: the order of keys is no change

Result<Json> mapOf(const std::string &text, const std::string &name)
{
    const auto pieces = yamlPieces(text);
    if (pieces.empty())
        return Json::object();
    if (pieces.size() > 1)
        return fail(ErrorKind::Invalid, say("Core", "{} are more than one document", name));
    Json value = TRY(readYamlDocument(std::string(pieces.front().text), name, pieces.front().line)).value;
    if (value.is_null())
        return Json::object();
    if (!value.is_object())
        return fail(ErrorKind::Invalid, say("Core", "{} are no map of names and values", name));
    return value;
}

bool soundsSecret(std::string key)
{
    std::ranges::transform(key, key.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return std::ranges::any_of(std::array{"password", "passwd", "secret", "token", "credential", "apikey", "api_key", "privatekey", "private_key", "accesskey"}, [&](const char *word) { return key.find(word) != std::string::npos; });
}

void maskAll(Json &value, const Json *other, const char *changed)
{
    if (value.is_object()) {
        for (auto &[key, one] : value.items())
            maskAll(one, other && other->is_object() && other->contains(key) ? &(*other)[key] : nullptr, changed);
    } else if (value.is_array()) {
        for (std::size_t i = 0; i < value.size(); ++i)
            maskAll(value[i], other && other->is_array() && i < other->size() ? &(*other)[i] : nullptr, changed);
    } else if (!value.is_null() && !value.is_boolean()) { // `existingSecret: true` gives nothing away
        value = !other || *other == value ? "***" : changed;
    }
}

// `other`: as it was before anything was masked.
void mask(Json &value, const Json *other, const char *changed)
{
    if (value.is_array())
        for (std::size_t i = 0; i < value.size(); ++i)
            mask(value[i], other && other->is_array() && i < other->size() ? &(*other)[i] : nullptr, changed);
    if (!value.is_object())
        return;
    for (auto &[key, one] : value.items()) {
        const Json *const beside = other && other->is_object() && other->contains(key) ? &(*other)[key] : nullptr;
        if (soundsSecret(key))
            maskAll(one, beside, changed);
        else
            mask(one, beside, changed);
    }
}

using Key = std::array<std::string, 4>;
Key keyOf(const ObjectRef &ref) { return {ref.group, ref.kind, ref.ns, ref.name}; }

} // namespace

Result<std::string> valuesDiff(const std::string &before, const std::string &after)
{
    const Json was = TRY(mapOf(before, say("Core", "the values before"))), is = TRY(mapOf(after, say("Core", "the values after")));
    Json shownWas = was, shownIs = is;
    mask(shownWas, &is, "*** (before)");
    mask(shownIs, &was, "*** (after)");
    const auto text = [](const Json &value) { return value.empty() ? std::string() : yamlText(nlohmann::ordered_json(value)); };
    return unifiedDiff(text(shownWas), text(shownIs), "values", "values");
}

Result<std::vector<ObjectDiff>> manifestDiff(const ManifestText &before, const ManifestText &after)
{
    const auto was = TRY(readManifests({before})), is = TRY(readManifests({after}));
    std::map<Key, const ManifestObject *> old;
    for (const ManifestObject &object : was)
        old[keyOf(object.ref)] = &object;
    std::vector<ObjectDiff> diffs;
    const auto add = [&](const ObjectRef &ref, ObjectDiff::What what, std::string_view from, std::string_view to) -> Result<> {
        const ObjectChange change = TRY(writtenChange(from, to));
        const std::string name = title(ref);
        std::string diff = unifiedDiff(change.before, change.after, name, name);
        diffs.push_back({what == ObjectDiff::Changed && diff.empty() ? ObjectDiff::Same : what, ref, std::move(diff)});
        return {};
    };
    for (const ManifestObject &object : is) {
        const auto found = old.find(keyOf(object.ref));
        TRY(found == old.end() ? add(object.ref, ObjectDiff::Added, {}, object.json) : add(object.ref, ObjectDiff::Changed, found->second->json, object.json));
        if (found != old.end())
            old.erase(found);
    }
    for (const ManifestObject &object : was)
        if (old.contains(keyOf(object.ref)))
            TRY(add(object.ref, ObjectDiff::Removed, object.json, {}));
    return diffs;
}

} // namespace timonier::helm

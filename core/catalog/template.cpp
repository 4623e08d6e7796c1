#include "catalog/template.h"

#include "base/say.h"
#include "catalog/template_filler.h"
#include "kube/object_json.h"
#include "kube/yaml_fields.h"
#include "manifest/manifest_reader.h"
#include "manifest/yaml_reader.h"

#include <optional>

namespace timonier::catalog {

namespace {

using Json = nlohmann::json;

std::unexpected<Error> wrongAt(const std::string &file, int line, const Wrong &wrong)
{
    return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = wrong.words, .hint = wrong.hint, .context = {{"file", file}, {"line", std::to_string(line)}}});
}

struct Document {
    std::string file{};
    YamlDocument yaml{};
};

// Of the sources that are used, or of all.
Result<std::vector<Document>> documents(const Entry &entry, const form::Values *values)
{
    std::vector<Document> all;
    for (const Source &source : entry.sources) {
        if (source.kind != Source::Templates || (values && !source.onlyIf.empty() && !holds(source.onlyIf, entry.parameters, *values)))
            continue;
        for (const std::string &name : source.paths) {
            const std::string text = TRY(yamlText(entry.templates.at(name), name));
            for (const YamlPiece &piece : yamlPieces(text))
                if (YamlDocument document = TRY(readYamlDocument(std::string(piece.text), name, piece.line)); !document.value.is_null())
                    all.push_back({name, std::move(document)});
        }
    }
    return all;
}

// Secrets only in Secrets: everything else can be read by more people than was meant, and stands in diffs and journals.
Result<> placesOf(const Document &document, const Json &object, const std::vector<std::pair<std::string, std::string>> &secrets, const Filling &filling, std::vector<SecretPlace> &into)
{
    for (const auto &[where, parameter] : secrets) {
        if (textAt(object, "/kind") != "Secret" || !where.starts_with("/stringData/"))
            return wrongAt(document.file, document.yaml.line, {say("Core", "the secret {} may stand only by itself, as a value of a Secret", parameter), say("Core", "Put it below stringData of a Secret, and refer to that.")});
        const std::string ns = textAt(object, "/metadata/namespace");
        into.push_back({parameter, ns.empty() ? filling.ns : ns, textAt(object, "/metadata/name"), where.substr(12)});
    }
    return {};
}

} // namespace

Result<Rendered> render(const Entry &entry, const Filling &filling)
{
    Rendered rendered;
    for (const Document &document : TRY(documents(entry, &filling.values))) {
        Filler filler(entry, filling, false);
        std::optional<Json> object;
        try {
            object = filler.value(document.yaml.value, {});
        } catch (const Wrong &wrong) {
            return wrongAt(document.file, document.yaml.line, wrong);
        }
        if (!object)
            continue;
        TRY(placesOf(document, *object, filler.secrets, filling, rendered.places));
        auto objects = readManifests({{document.file, object->dump(-1, ' ', false, Json::error_handler_t::replace)}});
        if (!objects)
            return std::unexpected(std::move(objects).error());
        for (ManifestObject &one : *objects) {
            one.line = document.yaml.line;
            rendered.objects.push_back(std::move(one));
        }
    }
    return rendered;
}

Result<std::string> renderText(const Entry &entry, const Filling &filling, std::string_view text)
{
    Filling open = filling;
    open.values.secrets.clear();
    try {
        const auto value = Filler(entry, open, false).value(Json(std::string(text)), {});
        return value->is_string() ? value->get<std::string>() : value->dump();
    } catch (const Wrong &wrong) {
        return wrongAt(entry.file, 1, wrong);
    }
}

Result<std::string> renderTree(const Entry &entry, const Filling &filling, std::string_view json)
{
    if (json.empty())
        return std::string();
    Filling open = filling;
    open.values.secrets.clear();
    try {
        const auto value = Filler(entry, open, false).value(Json::parse(json, nullptr, false), {});
        return value ? value->dump() : std::string();
    } catch (const Wrong &wrong) {
        return wrongAt(entry.file, 1, wrong);
    }
}

Result<Secret> renderSecretTree(const Entry &entry, const Filling &filling, std::string_view json)
{
    try {
        const auto value = Filler(entry, filling, false).value(Json::parse(json, nullptr, false), {});
        return Secret(value ? value->dump() : std::string());
    } catch (const Wrong &wrong) {
        return wrongAt(entry.file, 1, wrong);
    }
}

Result<> checkTemplates(const Entry &entry)
{
    const Filling nothing{.name = "name", .ns = "namespace", .values = {}};
    std::string at;
    try {
        Filler filler(entry, nothing, true);
        const auto condition = [&](const std::string &text, std::string where) {
            at = std::move(where);
            filler.checkCondition(text);
        };
        const auto words = [&](const std::string &text) { (void)filler.value(Json(text), {}); };
        for (const form::Parameter &parameter : entry.parameters)
            condition(parameter.onlyIf, parameter.id);
        for (const Source &source : entry.sources) {
            condition(source.onlyIf, "sources");
            std::ranges::for_each(source.paths, words);
            words(source.inside);
            words(source.archive);
            words(source.release);
            if (!source.values.empty())
                (void)filler.value(Json::parse(source.values, nullptr, false), {});
        }
        for (const Opening &opening : entry.openings) {
            condition(opening.onlyIf, "open");
            for (const std::string &text : {opening.title, opening.service, opening.ns, opening.port, opening.path, opening.scheme, opening.host})
                words(text);
        }
        for (const Delivery &one : entry.deliveries) {
            condition(one.onlyIf, "deliver");
            condition(one.rootIf, "deliver");
            for (const std::string &text : {one.holder, one.to, one.image, one.pullSecret})
                words(text);
            if (one.store)
                for (const std::string &text : {one.store->service, one.store->ns, one.store->port, one.store->bucket, one.store->folder, one.store->region})
                    words(text);
        }
        at = "from";
        for (const auto &[parameter, place] : entry.given)
            for (const std::string &text : {place.ns, place.secret, place.key})
                words(text);
        for (const Question &one : entry.questions) {
            condition(one.onlyIf, "ask");
            for (const std::string &text : {one.service, one.port, one.health, one.path, one.type, one.answer})
                words(text);
        }
        for (const ToolWork &one : entry.works) {
            condition(one.onlyIf, "commands");
            for (const auto &all : {one.asks, one.run, one.undo})
                std::ranges::for_each(all, words);
            if (!one.content.empty())
                (void)filler.value(Json::parse(one.content, nullptr, false), {});
        }
        at = "needs";
        for (const ToolNeed &one : entry.needs.tools) {
            std::ranges::for_each(one.asks, words);
            for (const std::string &text : {one.title, one.missing, one.fix})
                words(text);
        }
        for (const SpaceNeed &one : entry.needs.spaces)
            for (const std::string &text : {one.title, one.name, one.missing, one.fix})
                words(text);
        for (const Note &note : entry.notes) {
            condition(note.onlyIf, "notes");
            words(note.text);
        }
    } catch (Wrong &wrong) {
        wrong.words = at + ": " + wrong.words;
        return wrongAt(entry.file, 1, wrong);
    }
    for (const Document &document : TRY(documents(entry, nullptr))) {
        Filler filler(entry, nothing, true);
        try {
            const auto object = filler.value(document.yaml.value, {});
            std::vector<SecretPlace> places;
            if (object)
                TRY(placesOf(document, *object, filler.secrets, nothing, places));
        } catch (const Wrong &wrong) {
            return wrongAt(document.file, document.yaml.line, wrong);
        }
    }
    return {};
}

} // namespace timonier::catalog

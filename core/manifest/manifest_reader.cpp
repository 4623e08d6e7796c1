#include "manifest/manifest_reader.h"

#include "base/say.h"
#include "kube/yaml_fields.h"
#include "manifest/object_facts.h"
#include "manifest/yaml_reader.h"

#include <algorithm>
#include <map>
#include <optional>
#include <thread>

namespace timonier {

namespace {

using Json = nlohmann::json;

constexpr std::size_t largestObject = 3u << 20; // what an API server reads of a request

struct Piece {
    const std::string *file = nullptr;
    YamlPiece yaml{};
};

Error wrong(const std::string &file, int line, const std::string &field, std::string message, std::string hint = {})
{
    return {.kind = ErrorKind::Invalid, .message = (field.empty() ? "" : field + ": ") + std::move(message), .hint = std::move(hint),
            .context = {{"file", file}, {"line", std::to_string(line)}, {"field", field}}};
}

Result<std::string> wanted(const Json &map, const char *key, const std::string &field, const std::string &file, int line)
{
    const auto found = map.is_object() ? map.find(key) : map.end();
    if (!map.is_object() || found == map.end() || found->is_null())
        return std::unexpected(wrong(file, line, field, say("Core", "it is missing"), say("Core", "Every Kubernetes object has apiVersion, kind and metadata.name.")));
    if (!found->is_string() || found->get_ref<const std::string &>().empty())
        return std::unexpected(wrong(file, line, field, say("Core", "it must be a text, and here is {}", found->dump().substr(0, 60)),
                                     found->is_primitive() ? say("Core", "Put it in quotes.") : std::string()));
    return found->get<std::string>();
}

Result<> take(Json object, const std::string &file, int line, const std::vector<int> &itemLines, std::vector<ManifestObject> &into)
{
    if (!object.is_object())
        return std::unexpected(wrong(file, line, {}, say("Core", "this is no Kubernetes object"), say("Core", "A manifest is a map of fields: apiVersion, kind, metadata …")));
    const std::string apiVersion = TRY(wanted(object, "apiVersion", "apiVersion", file, line));
    ManifestObject made{.file = file, .line = line};
    made.ref.kind = TRY(wanted(object, "kind", "kind", file, line));
    const std::size_t slash = apiVersion.find('/');
    made.ref.group = slash == apiVersion.npos ? "" : apiVersion.substr(0, slash);
    made.version = slash == apiVersion.npos ? apiVersion : apiVersion.substr(slash + 1);
    if (made.ref.kind.ends_with("List") && object.contains("items") && (object["items"].is_array() || object["items"].is_null())) {
        const std::string kind = made.ref.kind.substr(0, made.ref.kind.size() - 4);
        std::size_t number = 0;
        for (Json &item : object["items"]) {
            if (item.is_object() && !kind.empty() && made.version != "v1") { // a PodList's items need not say that they are Pods
                item.emplace("apiVersion", apiVersion);
                item.emplace("kind", kind);
            }
            const int itemLine = number < itemLines.size() ? itemLines[number] : line;
            ++number;
            TRY(take(std::move(item), file, itemLine, {}, into));
        }
        return {};
    }
    if (made.ref.group == "kustomize.config.k8s.io")
        return std::unexpected(wrong(file, line, "kind", say("Core", "a {} is an order to kustomize, not an object", made.ref.kind),
                                     say("Core", "Give what `kubectl kustomize FOLDER` makes of it.")));
    const auto metadata = object.find("metadata");
    if (metadata != object.end() && metadata->is_object() && !metadata->contains("name") && metadata->contains("generateName"))
        return std::unexpected(wrong(file, line, "metadata.generateName", say("Core", "an object that is applied needs a name of its own"),
                                     say("Core", "Write metadata.name: with a name made up anew each time, every run would make another one.")));
    made.ref.name = TRY(wanted(metadata == object.end() ? Json() : *metadata, "name", "metadata.name", file, line));
    if (metadata->contains("namespace") && !(*metadata)["namespace"].is_null())
        made.ref.ns = TRY(wanted(*metadata, "namespace", "metadata.namespace", file, line));
    // What a server keeps of its own; an object copied from a cluster has them, and no one may apply them.
    for (const char *own : {"managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink"})
        metadata->erase(own);
    object.erase("status");
    made.facts = factsOf(made.ref, object);
    made.json = object.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (made.json.size() > largestObject)
        return std::unexpected(Error{.kind = ErrorKind::TooLarge, .message = say("Core", "{} has {} MB, and a server takes 3", title(made.ref), made.json.size() >> 20),
                                     .context = {{"file", file}, {"line", std::to_string(line)}}});
    into.push_back(std::move(made));
    return {};
}

Result<> readPiece(const Piece &piece, std::vector<ManifestObject> &into)
{
    YamlDocument document;
    // What is JSON is read as such: yaml-cpp knows neither tabs nor surrogate pairs. If it is not quite JSON, YAML's reader says where.
    const std::string_view &text = piece.yaml.text;
    const std::size_t separator = text.starts_with("---") ? 3 : 0, first = std::min(text.find_first_not_of(" \t\r\n", separator), text.size() - 1);
    if (text[first] == '{')
        document.value = Json::parse(text.substr(first), nullptr, false);
    document.line = piece.yaml.line + static_cast<int>(std::ranges::count(text.substr(0, first), '\n'));
    if (!document.value.is_object())
        document = TRY(readYamlDocument(std::string(piece.yaml.text), *piece.file, piece.yaml.line));
    if (document.value.is_null())
        return {};
    return take(std::move(document.value), *piece.file, document.line, document.itemLines, into);
}

// The same object twice: once if the words are the same.
Result<std::vector<ManifestObject>> withoutRepetition(std::vector<ManifestObject> objects)
{
    std::map<std::array<std::string, 4>, std::size_t> seen;
    std::vector<ManifestObject> kept;
    for (ManifestObject &object : objects) {
        const ObjectRef &ref = object.ref;
        const auto [at, fresh] = seen.try_emplace({ref.group, ref.kind, ref.ns, ref.name}, kept.size());
        if (fresh) {
            kept.push_back(std::move(object));
            continue;
        }
        const ManifestObject &before = kept[at->second];
        if (before.json != object.json)
            return std::unexpected(wrong(object.file, object.line, {}, say("Core", "{} stands here a second time, and differs from {}:{}", title(ref), before.file, before.line),
                                         say("Core", "Only one of the two can be meant; take the other out.")));
    }
    return kept;
}

} // namespace

Result<std::vector<ManifestObject>> readManifests(const std::vector<ManifestText> &texts)
{
    std::vector<std::string> decoded;
    decoded.reserve(texts.size());
    for (const ManifestText &text : texts)
        decoded.push_back(TRY(yamlText(text.text, text.name)));
    std::vector<Piece> pieces;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < texts.size(); ++i)
        for (const YamlPiece &piece : yamlPieces(decoded[i])) {
            pieces.push_back({&texts[i].name, piece});
            bytes += piece.text.size();
        }
    // Each thread reads a stretch of about the same size; the stretches keep their order.
    const std::size_t threads = bytes < (64u << 10) ? 1 : std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
    struct Stretch {
        std::vector<ManifestObject> objects{};
        std::optional<Error> problem{};
    };
    std::vector<Stretch> stretches(threads);
    const auto read = [&](std::size_t from, std::size_t to, Stretch &stretch) {
        for (std::size_t i = from; i < to && !stretch.problem; ++i)
            if (auto done = readPiece(pieces[i], stretch.objects); !done)
                stretch.problem = std::move(done).error();
    };
    {
        std::vector<std::jthread> running;
        std::size_t begin = 0, sum = 0;
        for (std::size_t t = 0; t < threads; ++t) {
            std::size_t end = begin;
            while (end < pieces.size() && (t + 1 == threads || sum < bytes * (t + 1) / threads))
                sum += pieces[end++].yaml.text.size();
            if (t + 1 == threads)
                read(begin, end, stretches[t]);
            else
                running.emplace_back([&, begin, end, t] { read(begin, end, stretches[t]); });
            begin = end;
        }
    }
    std::vector<ManifestObject> objects;
    for (Stretch &stretch : stretches) {
        if (stretch.problem)
            return std::unexpected(std::move(*stretch.problem));
        std::ranges::move(stretch.objects, std::back_inserter(objects));
    }
    return withoutRepetition(std::move(objects));
}

} // namespace timonier

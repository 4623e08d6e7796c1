#include "catalog/sources.h"

#include "base/paths.h"
#include "base/say.h"
#include "manifest/manifest_files.h"

#include <filesystem>

namespace timonier::catalog {

namespace {

bool isAddress(const std::string &path) { return path.starts_with("https://") || path.starts_with("http://"); }

bool isFolder(const std::string &path)
{
    std::error_code error;
    return std::filesystem::is_directory(toPath(path), error);
}

bool isThere(const std::string &path)
{
    std::error_code error;
    return std::filesystem::exists(toPath(path), error);
}

// What can be read without any tool: files, folders, archives and addresses of plain manifests.
std::optional<std::vector<std::string>> plainPaths(const SourceOrder &order)
{
    const Source &source = order.source;
    if (order.local.empty())
        return source.kind == Source::Manifests ? std::optional(source.paths) : std::nullopt;
    const bool isPacked = order.local.ends_with(".tgz") || order.local.ends_with(".tar.gz") || order.local.ends_with(".zip");
    if (!isFolder(order.local))
        return isPacked && source.kind != Source::Manifests ? std::nullopt : std::optional(std::vector{order.local});
    if (source.kind != Source::Manifests)
        return {};
    const std::string below = source.inside.empty() ? order.local : order.local + "/" + source.inside;
    return isThere(below + "/kustomization.yaml") ? std::nullopt : std::optional(std::vector{below});
}

Result<SourceOrder> orderOf(const Entry &entry, const Filling &filling, const Source &source)
{
    SourceOrder order{.source = source, .name = filling.name, .ns = filling.ns};
    order.source.paths.clear();
    for (const std::string &path : source.paths)
        order.source.paths.push_back(TRY(renderText(entry, filling, path)));
    order.source.inside = TRY(renderText(entry, filling, source.inside));
    order.source.archive = TRY(renderText(entry, filling, source.archive));
    order.source.values = TRY(renderTree(entry, filling, source.values));
    order.source.release = TRY(renderText(entry, filling, source.release));
    const auto given = filling.values.texts.find("source");
    const auto declared = std::ranges::find(entry.parameters, "source", &form::Parameter::id);
    if (given != filling.values.texts.end() && declared != entry.parameters.end())
        order.local = given->second;
    if (isAddress(order.local)) { // another address, not a folder
        if (source.kind == Source::Kustomize)
            order.source.archive = order.local;
        else
            order.source.paths = {order.local};
        order.local.clear();
    }
    return order;
}

} // namespace

Result<Rendered> objectsOf(const Entry &entry, const Filling &filling, const Supplier &supplier, std::stop_token stop)
{
    Rendered rendered = TRY(render(entry, filling));
    std::vector<ManifestText> texts;
    bool whole = false; // a file of the person's own stands for all sources
    for (const Source &source : entry.sources) {
        if (source.kind == Source::Templates || whole || (!source.onlyIf.empty() && !holds(source.onlyIf, entry.parameters, filling.values)))
            continue;
        const SourceOrder order = TRY(orderOf(entry, filling, source));
        std::vector<ManifestText> some;
        if (const auto paths = plainPaths(order); paths)
            some = TRY(manifestTexts(*paths, stop));
        else if (supplier)
            some = TRY(supplier(order, stop));
        else
            return fail(ErrorKind::Unsupported, say("Core", "{} comes from {}, and nothing here can fetch that", entry.title, source.archive.empty() ? source.paths.empty() ? source.repository : order.source.paths.front() : order.source.archive),
                        say("Core", "Give a folder or file on this computer: --set source=DIR"));
        whole = !order.local.empty() && !isFolder(order.local) && plainPaths(order);
        std::ranges::move(some, std::back_inserter(texts));
    }
    const auto isOurs = [&, count = rendered.objects.size()](const ManifestObject &object) {
        return std::any_of(rendered.objects.begin(), rendered.objects.begin() + static_cast<std::ptrdiff_t>(count), [&](const ManifestObject &ours) {
            ObjectRef ref = ours.ref;
            if (ref.ns.empty() && !object.ref.ns.empty())
                ref.ns = filling.ns;
            return ref == object.ref;
        });
    };
    for (ManifestObject &object : TRY(readManifests(texts)))
        if (!isOurs(object))
            rendered.objects.push_back(std::move(object));
    return rendered;
}

} // namespace timonier::catalog

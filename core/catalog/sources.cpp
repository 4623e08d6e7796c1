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

// What can be read without any tool: files and folders of plain manifests.
std::optional<std::vector<std::string>> plainPaths(const SourceOrder &order)
{
    const Source &source = order.source;
    if (!order.local.empty()) {
        const std::string below = source.inside.empty() || !isFolder(order.local) ? order.local : order.local + "/" + source.inside;
        const bool overlay = isFolder(below) && (std::filesystem::exists(toPath(below + "/kustomization.yaml")) || std::filesystem::exists(toPath(below + "/Chart.yaml")));
        const bool packed = below.ends_with(".tgz") || below.ends_with(".tar.gz") || below.ends_with(".zip");
        return overlay || packed ? std::nullopt : std::optional(std::vector{below});
    }
    if (source.kind == Source::Manifests && std::ranges::none_of(source.paths, isAddress))
        return source.paths;
    return {};
}

Result<SourceOrder> orderOf(const Entry &entry, const Filling &filling, const Source &source)
{
    SourceOrder order{.source = source, .name = filling.name, .ns = filling.ns};
    order.source.paths.clear();
    for (const std::string &path : source.paths)
        order.source.paths.push_back(TRY(renderText(entry, filling, path)));
    order.source.inside = TRY(renderText(entry, filling, source.inside));
    order.source.values = TRY(renderText(entry, filling, source.values));
    order.source.release = TRY(renderText(entry, filling, source.release));
    const auto given = filling.values.texts.find("source");
    const auto declared = std::ranges::find(entry.parameters, "source", &form::Parameter::id);
    if (given != filling.values.texts.end() && declared != entry.parameters.end())
        order.local = given->second;
    if (isAddress(order.local)) { // another address, not a folder
        order.source.paths = {order.local};
        order.local.clear();
    }
    return order;
}

} // namespace

Result<Rendered> objectsOf(const Entry &entry, const Filling &filling, const Supplier &supplier, std::stop_token stop)
{
    Rendered rendered = TRY(render(entry, filling));
    for (const Source &source : entry.sources) {
        if (source.kind == Source::Templates || (!source.onlyIf.empty() && !holds(source.onlyIf, entry.parameters, filling.values)))
            continue;
        const SourceOrder order = TRY(orderOf(entry, filling, source));
        std::vector<ManifestText> texts;
        if (const auto paths = plainPaths(order); paths)
            texts = TRY(manifestTexts(*paths));
        else if (supplier)
            texts = TRY(supplier(order, stop));
        else
            return fail(ErrorKind::Unsupported, say("Core", "{} comes from {}, and nothing here can fetch that", entry.title, source.paths.empty() ? source.repository : order.source.paths.front()),
                        say("Core", "Give a folder or file on this computer: --set source=DIR"));
        for (ManifestObject &object : TRY(readManifests(texts)))
            rendered.objects.push_back(std::move(object));
    }
    return rendered;
}

} // namespace timonier::catalog

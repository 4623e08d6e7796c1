// A Deployment out of a file: YAML or JSON, the first one among its documents.
#include "strategy/manifest.h"

#include "base/say.h"
#include "kube/yaml_fields.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace timonier::strategy {

Result<std::string> deploymentInFile(const std::string &bytes, const std::string &file)
{
    const std::string text = TRY(yamlText(bytes, file));
    const YamlFields fields(file);
    bool isEmpty = true;
    // Its documents one by one; what stands before keeps its lines, empty, so that an error names the right one.
    for (std::size_t begin = 0; begin < text.size();) {
        const auto separates = [&](std::size_t at) { // "---" alone, or with a comment or a tag behind it
            return at + 4 >= text.size() || text[at + 4] == '\n' || text[at + 4] == ' ' || text[at + 4] == '\r';
        };
        std::size_t end = text.find("\n---", begin + (begin > 0));
        while (end != text.npos && !separates(end))
            end = text.find("\n---", end + 1);
        const std::string document = text.substr(begin, end == text.npos ? text.npos : end - begin);
        if (document.find_first_not_of(" \r\n-") != document.npos) {
            const std::string padding(static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n')), '\n');
            const YAML::Node node = TRY(loadYaml(padding + (document.starts_with("\n---") ? "\n" + document.substr(4) : document), file));
            std::string asJson = TRY(fields.guarded([&] { return fields.json(node); }));
            const nlohmann::json object = nlohmann::json::parse(asJson, nullptr, false);
            const auto isDeployment = [](const nlohmann::json &one) { return one.is_object() && one.contains("kind") && one["kind"] == "Deployment"; };
            if (isDeployment(object))
                return asJson;
            // A List, as `kubectl get -o yaml` prints several.
            if (const auto items = object.is_object() ? object.find("items") : object.end(); object.is_object() && items != object.end() && items->is_array())
                if (const auto found = std::ranges::find_if(*items, isDeployment); found != items->end())
                    return found->dump();
            isEmpty = false;
        }
        if (end == text.npos)
            break;
        begin = end;
    }
    return fail(ErrorKind::Invalid, say("Core", "{}: there is no Deployment in it", file), isEmpty ? say("Core", "It is empty") : std::string());
}

Result<Parameters> readDeploymentFile(const std::string &bytes, const std::string &file, std::string_view image)
{
    auto read = readDeployment(TRY(deploymentInFile(bytes, file)), image);
    if (!read)
        return std::unexpected(std::move(read.error()).with("file", file));
    return read;
}

} // namespace timonier::strategy

// A Deployment out of a file: YAML or JSON, the first one among its documents. More tolerant than an apply: who wants to see what a
// roll-out would do need not have written the rest.
#include "strategy/manifest.h"

#include "base/say.h"
#include "kube/yaml_fields.h"
#include "manifest/yaml_reader.h"

#include <algorithm>

namespace timonier::strategy {

Result<std::string> deploymentInFile(const std::string &bytes, const std::string &file)
{
    const std::string text = TRY(yamlText(bytes, file));
    const auto pieces = yamlPieces(text);
    for (const YamlPiece &piece : pieces) {
        const YamlDocument document = TRY(readYamlDocument(std::string(piece.text), file, piece.line));
        const nlohmann::json &object = document.value;
        const auto isDeployment = [](const nlohmann::json &one) { return one.is_object() && one.contains("kind") && one["kind"] == "Deployment"; };
        if (isDeployment(object))
            return object.dump();
        // A List, as `kubectl get -o yaml` prints several.
        if (const auto items = object.is_object() ? object.find("items") : object.end(); object.is_object() && items != object.end() && items->is_array())
            if (const auto found = std::ranges::find_if(*items, isDeployment); found != items->end())
                return found->dump();
    }
    return fail(ErrorKind::Invalid, say("Core", "{}: there is no Deployment in it", file), pieces.empty() ? say("Core", "It is empty") : std::string());
}

Result<Parameters> readDeploymentFile(const std::string &bytes, const std::string &file, std::string_view image)
{
    auto read = readDeployment(TRY(deploymentInFile(bytes, file)), image);
    if (!read)
        return std::unexpected(std::move(read.error()).with("file", file));
    return read;
}

} // namespace timonier::strategy

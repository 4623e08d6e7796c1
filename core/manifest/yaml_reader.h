// The documents of a YAML text as JSON, straight from yaml-cpp's events: no tree of nodes between, which would take four times as
// long. Included by .cpp files only. Pure; any thread.
#pragma once

#include "base/result.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace timonier {

struct YamlDocument {
    nlohmann::json value{};
    int line = 1;                       // where it begins, counted from 1
    std::vector<int> itemLines{};       // of the entries of its "items", if it is a List
};

// What protects this program; what people write stays far below. Kubernetes takes 3 MB in a request.
struct YamlLimits {
    std::size_t nodes = 2'000'000;      // of a document, with what its aliases repeat (the billion laughs)
    int depth = 200;
};

// `text`: UTF-8, checked (yamlText in kube/yaml_fields.h), one document; `firstLine`: the line its first one is in the file.
// Anchors and merge keys are resolved. Errors: Invalid with file, line, column and, where one is known, the field: syntax, a key
// twice, an alias of nothing; TooLarge.
Result<YamlDocument> readYamlDocument(const std::string &text, const std::string &file, int firstLine, YamlLimits limits = {});

// Where each document begins and ends: at lines that begin with "---". Those without content are left out.
struct YamlPiece {
    std::string_view text{};
    int line = 1;
};
std::vector<YamlPiece> yamlPieces(std::string_view text);

} // namespace timonier

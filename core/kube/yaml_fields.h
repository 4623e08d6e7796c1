// Fields of a YAML document, with errors that say where: the road from yaml-cpp to Result. Its functions let no exception
// of yaml-cpp out, except where said. Included by .cpp files only.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

namespace timonier {

// The document as UTF-8 without a mark: kubeconfigs written by PowerShell are UTF-16. Invalid for what is neither, or
// holds control characters (yaml-cpp takes some of them for its own signals).
Result<std::string> yamlText(std::string_view bytes, const std::string &file);

// The first document. Invalid, with file, line and column.
Result<YAML::Node> loadYaml(const std::string &text, const std::string &file);

class YamlFields
{
public:
    explicit YamlFields(std::string file) : m_file(std::move(file)) {}

    // An Invalid error that points at `node`.
    Error error(const YAML::Node &node, std::string message, std::string hint = {}) const;
    // These may throw YAML::Exception for a node that is broken in itself: call them below guarded().
    // A missing or null field is empty. Invalid if it is of another type.
    Result<std::string> text(const YAML::Node &map, const char *field) const;
    Result<bool> flag(const YAML::Node &map, const char *field) const;
    Result<std::vector<std::string>> texts(const YAML::Node &map, const char *field) const;
    // Base64, decoded.
    Result<std::string> data(const YAML::Node &map, const char *field) const;
    // The field if it is a list, a map; an undefined node if it is missing or null.
    Result<YAML::Node> list(const YAML::Node &map, const char *field) const;
    Result<YAML::Node> map(const YAML::Node &map, const char *field) const;
    // Any node as JSON, for what is only handed on. Invalid beyond 32 levels or 10,000 nodes (aliases may explode).
    Result<std::string> json(const YAML::Node &node) const;

    // Runs `read`; an exception becomes an Invalid error.
    template <class Read>
    auto guarded(Read read) const -> decltype(read())
    {
        try {
            return read();
        } catch (const YAML::Exception &e) {
            return std::unexpected(at(e.mark, e.msg));
        }
    }

private:
    Error at(const YAML::Mark &mark, std::string message, std::string hint = {}) const;
    std::string m_file;
};

} // namespace timonier

// A map of an entry's file, field by field: each must be one that somebody asked for, and of its type. Included by .cpp files only; throws
// WrongField, which goes no further than the reader.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace timonier::catalog {

struct WrongField {
    YAML::Mark mark{};
    std::string words{}, hint{};
};

class Fields
{
public:
    Fields(const YAML::Node &node, const std::string &what);
    YAML::Mark mark() const { return m_node.Mark(); }
    YAML::Node get(const char *name);
    std::string text(const char *name, bool needed = false);
    bool flag(const char *name);
    std::optional<double> number(const char *name);
    std::int64_t quantity(const char *name); // x 1000
    std::vector<YAML::Node> list(const char *name);
    // A text may stand for a list of one.
    std::vector<std::string> texts(const char *name);
    void nothingElse() const;

private:
    const YAML::Node m_node;
    std::vector<std::string> m_known{};
};

} // namespace timonier::catalog

#include "catalog/entry_fields.h"

#include "base/nearest_name.h"
#include "base/say.h"
#include "kube/quantity.h"

#include <algorithm>

namespace timonier::catalog {

Fields::Fields(const YAML::Node &node, const std::string &what) : m_node(node)
{
    if (!node.IsMap())
        throw WrongField{node.Mark(), say("Core", "{} must be a map of fields", what)};
}

YAML::Node Fields::get(const char *name)
{
    m_known.emplace_back(name);
    const YAML::Node node = m_node[name];
    return node.IsDefined() && !node.IsNull() ? node : YAML::Node(YAML::NodeType::Undefined);
}

std::string Fields::text(const char *name, bool needed)
{
    const YAML::Node node = get(name);
    if (!node.IsDefined()) {
        if (needed)
            throw WrongField{mark(), say("Core", "the field {} is missing", name)};
        return {};
    }
    if (!node.IsScalar())
        throw WrongField{node.Mark(), say("Core", "{} must be a text", name)};
    return node.Scalar();
}

bool Fields::flag(const char *name)
{
    const std::string value = text(name);
    if (!value.empty() && value != "true" && value != "false")
        throw WrongField{m_node[name].Mark(), say("Core", "{} must be true or false", name)};
    return value == "true";
}

std::optional<double> Fields::number(const char *name)
{
    const YAML::Node node = get(name);
    if (!node.IsDefined())
        return {};
    double value = 0;
    if (!node.IsScalar() || !YAML::convert<double>::decode(node, value))
        throw WrongField{node.Mark(), say("Core", "{} must be a number", name)};
    return value;
}

std::int64_t Fields::quantity(const char *name)
{
    const std::string value = text(name);
    const std::int64_t milli = milliQuantity(value);
    if (!value.empty() && milli <= 0)
        throw WrongField{m_node[name].Mark(), say("Core", "{} must be an amount such as 500m, 2 or 512Mi", name)};
    return milli;
}

std::vector<YAML::Node> Fields::list(const char *name)
{
    const YAML::Node node = get(name);
    if (!node.IsDefined())
        return {};
    if (!node.IsSequence())
        throw WrongField{node.Mark(), say("Core", "{} must be a list", name)};
    return {node.begin(), node.end()};
}

std::vector<std::string> Fields::texts(const char *name)
{
    const YAML::Node node = get(name);
    if (node.IsDefined() && node.IsScalar())
        return {node.Scalar()};
    std::vector<std::string> all;
    for (const YAML::Node &one : list(name)) {
        if (!one.IsScalar())
            throw WrongField{one.Mark(), say("Core", "{} must be a list of texts", name)};
        all.push_back(one.Scalar());
    }
    return all;
}

void Fields::nothingElse() const
{
    for (const auto &pair : m_node) {
        const std::string name = pair.first.IsScalar() ? pair.first.Scalar() : std::string();
        if (std::ranges::find(m_known, name) != m_known.end())
            continue;
        const std::string nearest = nearestName(name, m_known);
        throw WrongField{pair.first.Mark(), say("Core", "there is no field {} here", name), nearest.empty() ? std::string() : say("Core", "Did you mean “{}”?", nearest)};
    }
}

} // namespace timonier::catalog

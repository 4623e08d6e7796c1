#include "kube/yaml_text.h"

#include "base/say.h"

namespace timonier {

namespace {

constexpr int maxDepth = 64;
constexpr int maxNodes = 200'000;

bool write(YAML::Emitter &out, const YAML::Node &node, int depth, int &budget)
{
    if (depth > maxDepth || --budget < 0)
        return false;
    const std::string &tag = node.Tag();
    const bool ofYaml = tag.starts_with("tag:yaml.org,2002:") && tag != "tag:yaml.org,2002:str";
    if (ofYaml || (tag.size() > 1 && tag.front() == '!'))
        out << YAML::VerbatimTag(tag);
    switch (node.Type()) {
    case YAML::NodeType::Undefined:
    case YAML::NodeType::Null: out << YAML::Null; return true;
    case YAML::NodeType::Scalar: {
        const std::string &text = node.Scalar();
        if (text.find('\n') != text.npos || tag == "!" || tag == "tag:yaml.org,2002:str")
            out << YAML::DoubleQuoted << text;
        else
            out << text; // it stood there plain, so it can
        return true;
    }
    case YAML::NodeType::Sequence: {
        out << YAML::BeginSeq;
        for (const YAML::Node &item : node)
            if (!write(out, item, depth + 1, budget))
                return false;
        out << YAML::EndSeq;
        return true;
    }
    case YAML::NodeType::Map: {
        out << YAML::BeginMap;
        for (const auto &pair : node) {
            out << YAML::Key;
            if (!write(out, pair.first, depth + 1, budget))
                return false;
            out << YAML::Value;
            if (!write(out, pair.second, depth + 1, budget))
                return false;
        }
        out << YAML::EndMap;
        return true;
    }
    }
    return false;
}

} // namespace

Result<std::string> yamlTextOf(const YAML::Node &root)
{
    YAML::Emitter out;
    out.SetIndent(2);
    int budget = maxNodes;
    if (!write(out, root, 0, budget))
        return fail(ErrorKind::TooLarge, say("Core", "the YAML is nested too deep, or its aliases make too much of it"));
    return std::string(out.c_str(), out.size()) + "\n";
}

} // namespace timonier

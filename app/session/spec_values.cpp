#include "session/spec_values.h"

#include "base/say.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>

namespace timonier {

namespace {

constexpr const char *more = "more";

std::vector<std::string> linesOf(const std::string &text)
{
    std::vector<std::string> lines;
    std::string line;
    for (const char c : text + "\n") {
        if (c != '\n') {
            line += c;
        } else if (const std::size_t first = line.find_first_not_of(" \t\r"); first != std::string::npos) {
            lines.push_back(line.substr(first, line.find_last_not_of(" \t\r") - first + 1));
            line.clear();
        } else {
            line.clear();
        }
    }
    return lines;
}

void emit(YAML::Emitter &out, SpecField::Shape shape, const std::string &value)
{
    using Shape = SpecField::Shape;
    switch (shape) {
    case Shape::Text: out << value; return;
    case Shape::Number: out << YAML::Load(value); return;
    case Shape::List:
        out << YAML::BeginSeq;
        for (const std::string &line : linesOf(value))
            out << line;
        out << YAML::EndSeq;
        return;
    case Shape::PortList:
        out << YAML::BeginSeq;
        for (const std::string &line : linesOf(value)) {
            const std::size_t colon = line.find(':');
            out << YAML::Flow << YAML::BeginMap << YAML::Key << "host" << YAML::Value << line.substr(0, colon) << YAML::Key << "container" << YAML::Value
                << (colon == std::string::npos ? line : line.substr(colon + 1)) << YAML::EndMap;
        }
        out << YAML::EndSeq;
        return;
    }
}

// Nothing: it has more in it than the form can show.
std::optional<std::string> read(SpecField::Shape shape, const YAML::Node &node)
{
    using Shape = SpecField::Shape;
    if (shape == Shape::Text || shape == Shape::Number)
        return node.IsScalar() ? std::optional(node.Scalar()) : std::nullopt;
    if (!node.IsSequence())
        return {};
    std::string lines;
    for (const YAML::Node &one : node) {
        std::string line;
        if (shape == Shape::List) {
            if (!one.IsScalar())
                return {};
            line = one.Scalar();
        } else {
            if (!one.IsMap() || one.size() != 2 || !one["host"] || !one["container"])
                return {};
            line = one["host"].Scalar() + ":" + one["container"].Scalar();
        }
        lines += (lines.empty() ? "" : "\n") + line;
    }
    return lines;
}

} // namespace

std::string specText(const std::string &provider, const std::vector<form::Parameter> &parameters, const std::vector<SpecField> &fields,
                     const std::vector<std::string> &always, const form::Values &values)
{
    YAML::Emitter out;
    out << YAML::BeginMap << YAML::Key << "provider" << YAML::Value << provider;
    for (const SpecField &field : fields) {
        const auto parameter = std::ranges::find(parameters, field.parameter, &form::Parameter::id);
        if (parameter == parameters.end() || parameter->type == form::Type::Secret || !form::isAsked(*parameter, parameters, values))
            continue;
        const std::string &value = form::valueOf(*parameter, values);
        const bool wanted = std::ranges::find(always, field.parameter) != always.end();
        // A number that is none yet is wrong in the form already; the file is not to be broken by it.
        if (value.empty() || (value == parameter->initial && !wanted))
            continue;
        out << YAML::Key << field.parameter << YAML::Value;
        const bool isScalar = value.find_first_of(":{}[]#&*!|>'\"%@`\n ") == std::string::npos;
        emit(out, field.shape == SpecField::Shape::Number && !isScalar ? SpecField::Shape::Text : field.shape, value);
    }
    out << YAML::EndMap;
    std::string text = std::string(out.c_str()) + "\n";
    if (const auto rest = values.texts.find(more); rest != values.texts.end() && !rest->second.empty())
        text += rest->second + (rest->second.ends_with('\n') ? "" : "\n");
    return text;
}

Result<form::Values> specValues(const std::string &provider, const std::vector<SpecField> &fields, const std::string &text, const std::string &file)
{
    const auto wrong = [&](std::string words, const YAML::Mark &mark) {
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = std::move(words), .context = {{"file", file}, {"line", std::to_string(mark.line + 1)}}});
    };
    try {
        const YAML::Node root = YAML::Load(text);
        if (!root.IsMap())
            return wrong(say("Core", "it is no spec of a cluster"), root.Mark());
        const YAML::Node its = root["provider"];
        if (!its || !its.IsScalar() || its.Scalar() != provider)
            return wrong(its && its.IsScalar() ? say("Core", "it is a spec for {}, not for {}", its.Scalar(), provider) : say("Core", "the spec does not say which provider"), root.Mark());
        form::Values values;
        YAML::Node rest(YAML::NodeType::Map);
        for (const auto &entry : root) {
            const std::string key = entry.first.as<std::string>();
            if (key == "provider")
                continue;
            const auto field = std::ranges::find(fields, key, &SpecField::parameter);
            if (const auto value = field == fields.end() ? std::nullopt : read(field->shape, entry.second))
                values.texts[key] = *value;
            else
                rest[key] = entry.second;
        }
        if (rest.size() > 0)
            values.texts[more] = YAML::Dump(rest);
        return values;
    } catch (const YAML::Exception &found) {
        return wrong(say("Core", "this is no YAML: {}", found.msg), found.mark);
    }
}

} // namespace timonier

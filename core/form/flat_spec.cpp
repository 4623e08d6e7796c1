#include "form/flat_spec.h"

#include "base/lines.h"
#include "base/nearest_name.h"
#include "base/say.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>

namespace timonier::form {

namespace {

constexpr const char *more = "more";

// A person's lines: without what stands around them.
std::vector<std::string> itemsOf(const std::string &text)
{
    std::vector<std::string> items;
    for (const std::string &line : linesOf(text))
        if (const std::size_t first = line.find_first_not_of(" \t"); first != std::string::npos)
            items.push_back(line.substr(first, line.find_last_not_of(" \t") - first + 1));
    return items;
}

void emit(YAML::Emitter &out, SpecField::Shape shape, const std::string &value)
{
    using Shape = SpecField::Shape;
    switch (shape) {
    case Shape::Text: out << value; return;
    case Shape::Number: out << YAML::Load(value); return;
    case Shape::List:
        out << YAML::BeginSeq;
        for (const std::string &line : itemsOf(value))
            out << line;
        out << YAML::EndSeq;
        return;
    case Shape::PortList:
        out << YAML::BeginSeq;
        for (const std::string &line : itemsOf(value)) {
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
    if (node.IsNull())
        return std::string();
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

// "ssh.host": the map it stands in, and its name there.
std::pair<std::string, std::string> parted(const std::string &parameter)
{
    const std::size_t dot = parameter.find('.');
    return dot == std::string::npos ? std::pair(std::string(), parameter) : std::pair(parameter.substr(0, dot), parameter.substr(dot + 1));
}

// The fields of a map that the form asks for; not taken: it has others too, and stays whole among the rest.
bool readInside(const std::vector<SpecField> &fields, const std::string &key, const YAML::Node &map, FlatSpec &spec)
{
    if (!map.IsMap() || map.size() == 0)
        return false;
    std::map<std::string, std::string> values;
    for (const auto &entry : map) {
        const auto field = std::ranges::find(fields, key + "." + entry.first.as<std::string>(), &SpecField::parameter);
        const auto value = field == fields.end() ? std::nullopt : read(field->shape, entry.second);
        if (!value)
            return false;
        values[field->parameter] = *value;
        spec.lines[field->parameter] = entry.first.Mark().line + 1;
    }
    spec.values.texts.merge(values);
    return true;
}

} // namespace

std::string specText(const std::string &provider, const std::vector<Parameter> &parameters, const std::vector<SpecField> &fields,
                     const std::vector<std::string> &always, const Values &values)
{
    YAML::Emitter out;
    std::string open; // the map that is being written
    out << YAML::BeginMap << YAML::Key << "provider" << YAML::Value << provider;
    for (const SpecField &field : fields) {
        const auto parameter = std::ranges::find(parameters, field.parameter, &Parameter::id);
        if (parameter == parameters.end() || parameter->type == Type::Secret || !isAsked(*parameter, parameters, values))
            continue;
        const std::string &value = valueOf(*parameter, values);
        const bool wanted = std::ranges::find(always, field.parameter) != always.end();
        // A number that is none yet is wrong in the form already; the file is not to be broken by it.
        if (value.empty() || (value == parameter->initial && !wanted))
            continue;
        const auto [map, name] = parted(field.parameter);
        if (map != open && !open.empty())
            out << YAML::EndMap;
        if (map != open && !map.empty())
            out << YAML::Key << map << YAML::Value << YAML::BeginMap;
        open = map;
        out << YAML::Key << name << YAML::Value;
        const bool isScalar = value.find_first_of(":{}[]#&*!|>'\"%@`\n ") == std::string::npos;
        emit(out, field.shape == SpecField::Shape::Number && !isScalar ? SpecField::Shape::Text : field.shape, value);
    }
    if (!open.empty())
        out << YAML::EndMap;
    out << YAML::EndMap;
    std::string text = std::string(out.c_str()) + "\n";
    if (const auto rest = values.texts.find(more); rest != values.texts.end() && !rest->second.empty())
        text += rest->second + (rest->second.ends_with('\n') ? "" : "\n");
    return text;
}

Result<FlatSpec> readFlatSpec(std::string_view yaml, const std::string &file, const std::vector<SpecField> &fields)
{
    const auto wrong = [&](std::string words, const YAML::Mark &mark) {
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = std::move(words), .context = {{"file", file}, {"line", std::to_string(mark.line + 1)}}});
    };
    try {
        const YAML::Node root = YAML::Load(std::string(yaml));
        if (!root.IsMap())
            return wrong(say("Core", "it is no spec: it has no fields"), root.Mark());
        FlatSpec spec{.lines = {{std::string(), root.Mark().line + 1}}};
        YAML::Node rest(YAML::NodeType::Map);
        for (const auto &entry : root) {
            const std::string key = entry.first.as<std::string>();
            if (readInside(fields, key, entry.second, spec))
                continue;
            const auto field = std::ranges::find(fields, key, &SpecField::parameter);
            spec.lines[key] = entry.first.Mark().line + 1;
            if (key == "provider" && entry.second.IsScalar()) {
                spec.provider = entry.second.Scalar();
                continue;
            }
            if (const auto value = field == fields.end() ? std::nullopt : read(field->shape, entry.second)) {
                spec.values.texts[key] = *value;
                continue;
            }
            (field == fields.end() ? spec.unknown : spec.odd).push_back(key);
            rest[key] = entry.second;
        }
        if (rest.size() > 0)
            spec.rest = YAML::Dump(rest);
        return spec;
    } catch (const YAML::Exception &found) {
        return wrong(say("Core", "this is no YAML: {}", found.msg), found.mark);
    }
}

Error wrongField(const FlatSpec &spec, const std::string &file, const std::string &field, std::string words, std::string hint)
{
    const auto line = spec.lines.find(spec.lines.contains(field) ? field : std::string());
    return {.kind = ErrorKind::Invalid, .message = std::move(words), .hint = std::move(hint), .context = {{"file", file}, {"line", std::to_string(line == spec.lines.end() ? 1 : line->second)}}};
}

Result<> mustBeKnown(const FlatSpec &spec, const std::string &file, const std::vector<SpecField> &fields)
{
    if (!spec.unknown.empty()) {
        std::vector<std::string> names;
        for (const SpecField &field : fields)
            names.push_back(field.parameter);
        const std::string &field = spec.unknown.front(), near = nearestName(field, names);
        return std::unexpected(wrongField(spec, file, field, say("Core", "there is no field {}", field), near.empty() ? std::string() : say("Core", "Did you mean “{}”?", near)));
    }
    if (!spec.odd.empty())
        return std::unexpected(wrongField(spec, file, spec.odd.front(), say("Core", "{} has a value that it cannot have", spec.odd.front())));
    return {};
}

Result<Values> specValues(const std::string &provider, const std::vector<SpecField> &fields, const std::string &text, const std::string &file)
{
    FlatSpec spec = TRY(readFlatSpec(text, file, fields));
    if (spec.provider != provider)
        return std::unexpected(wrongField(spec, file, "provider", spec.provider.empty() ? say("Core", "the spec does not say which provider") : say("Core", "it is a spec for {}, not for {}", spec.provider, provider)));
    if (!spec.rest.empty())
        spec.values.texts[more] = std::move(spec.rest);
    return std::move(spec.values);
}

} // namespace timonier::form

#include "session/spec_text.h"

#include "base/lines.h"

#include <algorithm>
#include <sstream>

#include <fmt/ranges.h>

namespace timonier {

Pairs pairsOf(const std::string &lines)
{
    Pairs all;
    for (const std::string &line : linesOf(std::string_view(lines)))
        all.emplace_back(line.substr(0, line.find('=')), line.find('=') == std::string::npos ? std::string() : line.substr(line.find('=') + 1));
    return all;
}

std::string linesOf(const std::map<std::string, std::string> &pairs)
{
    std::string text;
    for (const auto &[name, value] : pairs)
        text += (text.empty() ? "" : "\n") + name + "=" + value;
    return text;
}

std::string joinedLines(const std::vector<std::string> &all) { return fmt::format("{}", fmt::join(all, "\n")); }

Pairs namedFields(const std::string &line)
{
    Pairs fields;
    std::istringstream words(line);
    for (std::string word; words >> word;) {
        const std::size_t equals = word.find('=');
        if (fields.empty())
            fields.emplace_back("name", word);
        else
            fields.emplace_back(word.substr(0, equals), equals == std::string::npos ? std::string() : word.substr(equals + 1));
    }
    return fields;
}

SpecText::SpecText(const std::vector<form::Parameter> &parameters, const form::Values &values) : m_parameters(parameters), m_values(values) { m_out << YAML::BeginMap; }

std::string SpecText::value(const std::string &id) const
{
    const auto parameter = std::ranges::find(m_parameters, id, &form::Parameter::id);
    return form::isAsked(*parameter, m_parameters, m_values) ? form::valueOf(*parameter, m_values) : std::string();
}

std::string SpecText::changed(const std::string &id) const
{
    const std::string given = value(id);
    return given == std::ranges::find(m_parameters, id, &form::Parameter::id)->initial ? std::string() : given;
}

void SpecText::text(const char *field, const std::string &value, bool quoted)
{
    if (value.empty())
        return;
    m_out << YAML::Key << field << YAML::Value;
    if (quoted)
        m_out << YAML::DoubleQuoted;
    m_out << value;
}

void SpecText::list(const char *field, const std::string &lines)
{
    if (const std::vector<std::string> all = linesOf(std::string_view(lines)); !all.empty())
        m_out << YAML::Key << field << YAML::Value << YAML::Flow << all;
}

void SpecText::map(const char *field, const Pairs &pairs)
{
    if (pairs.empty())
        return;
    m_out << YAML::Key << field << YAML::Value << YAML::Flow << YAML::BeginMap;
    for (const auto &[name, value] : pairs)
        m_out << YAML::Key << name << YAML::Value << YAML::DoubleQuoted << value;
    m_out << YAML::EndMap;
}

void SpecText::named(const Pairs &fields)
{
    Pairs labels;
    m_out << YAML::BeginMap;
    for (const auto &[field, value] : fields) {
        if (field == "label") {
            labels.push_back(pairsOf(value).front());
        } else if (field == "zones") {
            std::string lines = value;
            std::ranges::replace(lines, ',', '\n');
            list("zones", lines);
        } else {
            text(field.c_str(), value);
        }
    }
    map("labels", labels);
    m_out << YAML::EndMap;
}

void SpecText::open(const char *field, bool isList)
{
    m_out << YAML::Key << field << YAML::Value;
    if (isList)
        m_out << YAML::BeginSeq;
    else
        m_out << YAML::BeginMap;
}

void SpecText::close(bool isList)
{
    if (isList)
        m_out << YAML::EndSeq;
    else
        m_out << YAML::EndMap;
}

std::string SpecText::end()
{
    m_out << YAML::EndMap;
    return std::string(m_out.c_str()) + "\n";
}

} // namespace timonier

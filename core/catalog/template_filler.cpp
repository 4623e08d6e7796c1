#include "catalog/template_filler.h"

#include "base/nearest_name.h"
#include "base/say.h"

#include <nlohmann/json.hpp>

namespace timonier::catalog {

namespace {

using Json = nlohmann::json;
using form::Type;

constexpr int mostItems = 2'000; // of one $each: a slip in a range must not make a million objects

std::vector<std::string> lines(const std::string &text)
{
    std::vector<std::string> all;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string line = text.substr(at, end - at);
        if (line.ends_with('\r'))
            line.pop_back();
        if (!line.empty())
            all.push_back(std::move(line));
        at = end + 1;
    }
    return all;
}

// The text of an integer or a number as JSON has it: digits beyond its reach stay text, and the server says so.
Json numberOf(const std::string &text)
{
    const Json value = Json::parse(text, nullptr, false);
    return value.is_number() ? value : Json(text);
}

// In a JSON pointer (RFC 6901).
std::string escaped(const std::string &key)
{
    std::string made;
    for (const char c : key)
        c == '~' ? made += "~0" : c == '/' ? made += "~1" : made += c;
    return made;
}

} // namespace

// Nothing: it is not there this time.
std::optional<Json> Filler::value(const Json &node, const std::string &where)
{
    if (node.is_string())
        return text(node.get_ref<const std::string &>(), where);
    if (node.is_array()) {
        Json all = Json::array();
        for (const Json &item : node)
            items(item, where, all);
        return all;
    }
    if (!node.is_object())
        return node;
    if (node.contains("$each"))
        throw Wrong{say("Core", "$each stands where there is no list")};
    return map(node, where);
}

std::optional<Json> Filler::map(const Json &node, const std::string &where)
{
    const auto condition = node.find("$if");
    const bool holds = condition == node.end() || conditionHolds(*condition);
    if (m_checks)
        for (const char *branch : {"$value", "$else"})
            if (node.contains(branch))
                (void)value(node[branch], where);
    for (const auto &[key, of] : node.items())
        if (key.starts_with('$') && key != "$if" && key != "$value" && key != "$else" && key != "$each")
            throw Wrong{say("Core", "there is no directive {}", key), say("Core", "There are $if, $each, $value and $else.")};
    if (!holds && !m_checks)
        return node.contains("$else") ? value(node["$else"], where) : std::nullopt;
    if (node.contains("$value"))
        return value(node["$value"], where);
    Json made = Json::object();
    for (const auto &[key, of] : node.items())
        if (!key.starts_with('$'))
            if (auto one = value(of, where + "/" + escaped(key)); one)
                made[key] = std::move(*one);
    return made;
}

void Filler::items(const Json &item, const std::string &where, Json &into)
{
    if (!item.is_object() || !item.contains("$each")) {
        if (auto one = value(item, where + "/" + std::to_string(into.size())); one)
            into.push_back(std::move(*one));
        return;
    }
    if (m_item)
        throw Wrong{say("Core", "one $each stands within another")};
    if (const auto condition = item.find("$if"); condition != item.end() && !conditionHolds(*condition) && !m_checks)
        return;
    for (std::string &one : eachOf(item["$each"], where)) {
        m_item = std::move(one);
        if (auto made = map(item, where + "/" + std::to_string(into.size())); made)
            into.push_back(std::move(*made));
    }
    m_item.reset();
}

std::vector<std::string> Filler::eachOf(const Json &each, const std::string &where)
{
    if (each.is_object() && each.size() == 2 && each.contains("from") && each.contains("to")) {
        const auto from = value(each["from"], where), to = value(each["to"], where);
        if (m_checks)
            return {"1"};
        if (!from->is_number_integer() || !to->is_number_integer())
            throw Wrong{say("Core", "$each: from and to must be whole numbers")};
        const auto first = from->get<std::int64_t>(), last = to->get<std::int64_t>();
        if (last - first >= mostItems)
            throw Wrong{say("Core", "from {} to {} are more than {}", first, last, mostItems)};
        std::vector<std::string> all;
        for (std::int64_t i = first; i <= last; ++i)
            all.push_back(std::to_string(i));
        return all;
    }
    if (!each.is_string())
        throw Wrong{say("Core", "$each takes the name of a parameter, or from and to")};
    const form::Parameter &parameter = named(each.get<std::string>());
    if (parameter.type != Type::Lines && parameter.type != Type::Choices)
        throw Wrong{say("Core", "$each: {} is no list", parameter.id)};
    if (m_checks)
        return {"a=b"};
    return isAsked(parameter, m_entry.parameters, m_filling.values) ? lines(valueOf(parameter, m_filling.values)) : std::vector<std::string>();
}

bool Filler::conditionHolds(const Json &condition)
{
    if (!condition.is_string())
        throw Wrong{say("Core", "$if takes a text such as \"expose=Ingress\"")};
    const std::string &text = condition.get_ref<const std::string &>();
    checkCondition(text);
    return holds(text, m_entry.parameters, m_filling.values);
}

void Filler::checkCondition(const std::string &text)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find("; ", at), text.size());
        const std::string one = text.substr(at, end - at);
        const std::size_t equals = one.find('=');
        if (equals == std::string::npos)
            throw Wrong{say("Core", "“{}” is no condition such as expose=Ingress", one)};
        (void)named(one.substr(0, equals - (equals > 0 && one[equals - 1] == '!' ? 1 : 0)));
        at = end + 2;
    }
}

const form::Parameter &Filler::named(const std::string &id) const
{
    const auto found = std::ranges::find(m_entry.parameters, id, &form::Parameter::id);
    if (found != m_entry.parameters.end())
        return *found;
    std::vector<std::string> names{"name", "namespace"};
    for (const form::Parameter &one : m_entry.parameters)
        names.push_back(one.id);
    const std::string nearest = nearestName(id, names);
    throw Wrong{say("Core", "there is no parameter {}", id), nearest.empty() ? std::string() : say("Core", "Did you mean “{}”?", nearest)};
}

Json Filler::typed(const std::string &id, const std::string &where, bool alone)
{
    if (id == "name")
        return m_filling.name;
    if (id == "namespace")
        return m_filling.ns;
    if (id == "item" || id == "item.name" || id == "item.value")
        return itemPart(id, alone);
    if (id.ends_with(".sha256"))
        return sumOf(named(id.substr(0, id.size() - 7)));
    const form::Parameter &parameter = named(id);
    if (parameter.type == Type::Secret) {
        if (!alone)
            throw Wrong{say("Core", "the secret {} may stand only by itself, as a value of a Secret", id)};
        secrets.emplace_back(where, id);
        const auto given = m_filling.values.secrets.find(id);
        return given == m_filling.values.secrets.end() ? std::string() : given->second.reveal();
    }
    const std::string value = isAsked(parameter, m_entry.parameters, m_filling.values) ? valueOf(parameter, m_filling.values) : std::string();
    if (!alone)
        return value;
    switch (parameter.type) {
    case Type::Integer:
    case Type::Number:
    case Type::Port: return numberOf(value);
    case Type::Boolean: return value == "true";
    case Type::Lines:
    case Type::Choices: return lines(value);
    default: return value;
    }
}

Json Filler::sumOf(const form::Parameter &parameter) const
{
    if (parameter.type != Type::File && parameter.type != Type::Path)
        throw Wrong{say("Core", "{} is no file, and has no sum", parameter.id)};
    const auto known = m_filling.sums.find(parameter.id);
    return known == m_filling.sums.end() ? std::string() : known->second;
}

Json Filler::itemPart(const std::string &id, bool alone) const
{
    if (!m_item)
        throw Wrong{say("Core", "{} has a meaning only below $each", "${" + id + "}")};
    const std::size_t equals = m_item->find('=');
    if (id == "item.name")
        return m_item->substr(0, equals);
    if (id == "item.value")
        return equals == std::string::npos ? std::string() : m_item->substr(equals + 1);
    const bool number = !m_item->empty() && m_item->size() < 10 && m_item->find_first_not_of("0123456789") == std::string::npos;
    return alone && number ? numberOf(*m_item) : Json(*m_item);
}

Json Filler::text(const std::string &raw, const std::string &where)
{
    if (raw.starts_with("${") && raw.find('}') == raw.size() - 1)
        return typed(raw.substr(2, raw.size() - 3), where, true);
    std::string made;
    for (std::size_t at = 0; at < raw.size();) {
        if (raw.compare(at, 3, "$${") == 0) {
            made += "${";
            at += 3;
        } else if (raw.compare(at, 2, "${") == 0) {
            const std::size_t end = raw.find('}', at);
            if (end == std::string::npos)
                throw Wrong{say("Core", "“{}” begins a parameter and does not end it", raw.substr(at, 20))};
            made += typed(raw.substr(at + 2, end - at - 2), where, false).get<std::string>();
            at = end + 1;
        } else {
            made += raw[at++];
        }
    }
    return made;
}

} // namespace timonier::catalog

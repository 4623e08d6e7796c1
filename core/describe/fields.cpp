#include "describe/fields.h"

#include "kube/timestamp.h"

#include <fmt/format.h>

#include <cmath>

namespace timonier::describing {

namespace {

const Json nothing;

} // namespace

const Json &field(const Json &object, std::string_view key)
{
    if (!object.is_object())
        return nothing;
    const auto it = object.find(key);
    return it == object.end() ? nothing : *it;
}

std::string text(const Json &value)
{
    if (value.is_string())
        return value.get_ref<const std::string &>();
    if (value.is_number() || value.is_boolean())
        return value.dump();
    return {};
}

std::int64_t number(const Json &value, std::int64_t otherwise)
{
    if (value.is_number_unsigned())
        return static_cast<std::int64_t>(std::min<std::uint64_t>(value.get<std::uint64_t>(), INT64_MAX));
    if (value.is_number_integer())
        return value.get<std::int64_t>();
    if (value.is_number_float()) {
        const double real = value.get<double>();
        return std::abs(real) < 9e18 ? static_cast<std::int64_t>(real) : otherwise;
    }
    return otherwise;
}

bool isTrue(const Json &value)
{
    return value.is_boolean() && value.get<bool>();
}

std::int64_t time(const Json &value)
{
    return value.is_string() ? unixSeconds(value.get_ref<const std::string &>()) : 0;
}

const std::vector<Json> &elements(const Json &value)
{
    static const std::vector<Json> none;
    return value.is_array() ? value.get_ref<const Json::array_t &>() : none;
}

std::vector<std::pair<std::string_view, const Json *>> members(const Json &value)
{
    std::vector<std::pair<std::string_view, const Json *>> all;
    if (!value.is_object())
        return all;
    const auto &object = value.get_ref<const Json::object_t &>();
    all.reserve(object.size());
    for (const auto &[key, member] : object)
        all.emplace_back(key, &member);
    return all;
}

const Json &find(const Json &list, std::string_view key, std::string_view value)
{
    for (const Json &element : elements(list)) {
        const Json &member = field(element, key);
        if (member.is_string() && member.get_ref<const std::string &>() == value)
            return element;
    }
    return nothing;
}

void join(std::string &to, std::string_view more, std::string_view between)
{
    if (more.empty())
        return;
    if (!to.empty())
        to += between;
    to += more;
}

std::string joined(const Json &list)
{
    std::string out;
    for (const Json &element : elements(list))
        join(out, text(element));
    return out;
}

std::string selectorText(const Json &selector)
{
    const Json &labels = field(selector, "matchLabels");
    const Json &expressions = field(selector, "matchExpressions");
    const bool plain = !labels.is_object() && !expressions.is_array();
    std::string out;
    for (const auto &[key, value] : members(plain ? selector : labels))
        if (value->is_string())
            join(out, fmt::format("{}={}", key, text(*value)), ",");
    for (const Json &expression : elements(expressions)) {
        const std::string key = text(expression, "key"), how = text(expression, "operator");
        std::string values;
        for (const Json &value : elements(field(expression, "values")))
            join(values, text(value), ",");
        if (how == "In")
            join(out, fmt::format("{} in ({})", key, values), ",");
        else if (how == "NotIn")
            join(out, fmt::format("{} notin ({})", key, values), ",");
        else if (how == "Exists")
            join(out, key, ",");
        else if (how == "DoesNotExist")
            join(out, "!" + key, ",");
    }
    return out;
}

} // namespace timonier::describing

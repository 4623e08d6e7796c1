// Reading JSON whose shape nobody vouches for: a missing field and one of the wrong type both read as nothing.
// (nlohmann's own value() and operator[] throw or abort there.) Pure.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace timonier::describing {

using Json = nlohmann::ordered_json;

// The member, or null.
const Json &field(const Json &object, std::string_view key);
template <class... Keys>
const Json &field(const Json &object, std::string_view key, std::string_view next, const Keys &...keys)
{
    return field(field(object, key), next, keys...);
}

// A string; a number or truth as it is written; "" for all else.
std::string text(const Json &value);
template <class... Keys>
std::string text(const Json &object, std::string_view key, const Keys &...keys)
{
    return text(field(object, key, keys...));
}

std::int64_t number(const Json &value, std::int64_t otherwise = 0);
bool isTrue(const Json &value);
// Unix seconds of an RFC 3339 text; 0: none.
std::int64_t time(const Json &value);
// The elements of an array; of anything else: none.
const std::vector<Json> &elements(const Json &value);
// The members of an object, with their names; of anything else: none.
std::vector<std::pair<std::string_view, const Json *>> members(const Json &value);
// The first element of `list` whose member `key` is `value`; null when there is none.
const Json &find(const Json &list, std::string_view key, std::string_view value);
// "a, b" of the texts of an array.
std::string joined(const Json &list);
void join(std::string &to, std::string_view more, std::string_view between = ", ");
// A label selector as requests carry it: "app=web,tier in (a,b),!old"; of a LabelSelector, or of a plain map.
std::string selectorText(const Json &selector);

} // namespace timonier::describing

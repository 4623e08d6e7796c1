// Reading what Azure answers, where any field may be missing or of another type. Included by .cpp files only.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

namespace timonier::azure {

using Json = nlohmann::json;

// The field, by names from the outside in; null where there is none.
template <class... Names>
const Json &fieldOf(const Json &json, const char *name, Names... more)
{
    static const Json none;
    const auto at = json.is_object() ? json.find(name) : json.end();
    const Json &found = json.is_object() && at != json.end() ? *at : none;
    if constexpr (sizeof...(more) == 0)
        return found;
    else
        return fieldOf(found, more...);
}

template <class... Names>
std::string textOf(const Json &json, const char *name, Names... more)
{
    const Json &found = fieldOf(json, name, more...);
    return found.is_string() ? found.get<std::string>() : std::string();
}

template <class... Names>
int numberOf(const Json &json, const char *name, Names... more)
{
    const Json &found = fieldOf(json, name, more...);
    return found.is_number() ? found.get<int>() : 0;
}

inline Json readJson(std::string_view text) { return Json::parse(text, nullptr, false); }
inline std::string dumped(const Json &json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

} // namespace timonier::azure

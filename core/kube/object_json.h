// Fields of a whole object by JSON pointer (RFC 6901), for the slow roads: what is not there, or of another type, is nothing. Included by .cpp
// files only (nlohmann-json). The live rows have json.h.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace timonier {

// A null where nothing is. The reference lives as long as `object`.
inline const nlohmann::json &jsonAt(const nlohmann::json &object, const char *pointer)
{
    static const nlohmann::json none;
    const nlohmann::json::json_pointer where(pointer);
    return object.contains(where) ? object[where] : none;
}

inline std::string textAt(const nlohmann::json &object, const char *pointer)
{
    const nlohmann::json &found = jsonAt(object, pointer);
    return found.is_string() ? found.get<std::string>() : std::string();
}

// Quantities may be written without quotes: cpu: 1.
inline std::string quantityAt(const nlohmann::json &object, const char *pointer)
{
    const nlohmann::json &found = jsonAt(object, pointer);
    return found.is_number() ? found.dump() : textAt(object, pointer);
}

inline std::int64_t numberAt(const nlohmann::json &object, const char *pointer, std::int64_t otherwise = 0)
{
    const nlohmann::json &found = jsonAt(object, pointer);
    return found.is_number_integer() ? found.get<std::int64_t>() : otherwise;
}

} // namespace timonier

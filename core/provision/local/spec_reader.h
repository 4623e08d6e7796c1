// Reading a spec's YAML with errors that point at their line. Included by .cpp files only; `Wrong` never leaves readSpecText().
#pragma once

#include "base/result.h"
#include "base/say.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

namespace timonier::local {

struct Wrong {
    YAML::Mark mark{};
    std::string words{};
};

template <class T>
T as(const YAML::Node &node, const std::string &field)
{
    try {
        return node.as<T>();
    } catch (const YAML::Exception &) {
        throw Wrong{node.Mark(), say("Core", "{} has a value that it cannot have", field)};
    }
}

inline std::string text(const YAML::Node &node, const std::string &field)
{
    const auto value = as<std::string>(node, field);
    // They become arguments of tools: no option, no second line.
    if (value.starts_with('-') || std::ranges::any_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
        throw Wrong{node.Mark(), say("Core", "{} has a value that it cannot have", field)};
    return value;
}

inline int number(const YAML::Node &node, const std::string &field, int least, int most)
{
    const int value = as<int>(node, field);
    if (value < least || value > most)
        throw Wrong{node.Mark(), say("Core", "{} must be from {} to {}", field, least, most)};
    return value;
}

inline std::string word(const YAML::Node &node, const std::string &field, std::initializer_list<std::string_view> words)
{
    const auto value = as<std::string>(node, field);
    if (std::ranges::find(words, value) == words.end())
        throw Wrong{node.Mark(), say("Core", "{} must be one of {}", field, fmt::join(words, ", "))};
    return value;
}

inline const YAML::Node &list(const YAML::Node &node, const std::string &field)
{
    if (!node.IsSequence())
        throw Wrong{node.Mark(), say("Core", "{} must be a list", field)};
    return node;
}

inline std::vector<std::string> texts(const YAML::Node &node, const std::string &field)
{
    std::vector<std::string> all;
    for (const YAML::Node &one : list(node, field))
        all.push_back(text(one, field));
    return all;
}

// Names of containers, hosts and folders are made of it.
inline std::string clusterName(const YAML::Node &node)
{
    const auto name = as<std::string>(node, "name");
    const auto isGood = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
    if (name.empty() || name.size() > 50 || !std::ranges::all_of(name, isGood) || name.front() == '-' || name.front() == '.')
        throw Wrong{node.Mark(), say("Core", "name may hold small letters, digits, “-” and “.”, 50 at most")};
    return name;
}

[[noreturn]] inline void noSuchField(const YAML::Node &key, const std::string &field) { throw Wrong{key.Mark(), say("Core", "there is no field {}", field)}; }

// Each field of a map, by `take(name, value, key)`.
template <class Take>
void eachField(const YAML::Node &map, const std::string &where, Take take)
{
    if (!map.IsMap())
        throw Wrong{map.Mark(), where.empty() ? say("Core", "it is no spec of a cluster") : say("Core", "{} has a value that it cannot have", where)};
    for (const auto &entry : map)
        take(as<std::string>(entry.first, "a field"), entry.second, entry.first);
}

// Errors: Invalid, with "file" and "line" in the context.
template <class Read>
auto readSpecText(std::string_view yaml, const std::string &file, Read read) -> Result<decltype(read(YAML::Node()))>
{
    const auto wrong = [&](const YAML::Mark &mark, std::string words) {
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = std::move(words), .context = {{"file", file}, {"line", std::to_string(std::max(mark.line, 0) + 1)}}});
    };
    try {
        return read(YAML::Load(std::string(yaml)));
    } catch (const Wrong &found) {
        return wrong(found.mark, found.words);
    } catch (const YAML::Exception &found) {
        return wrong(found.mark, say("Core", "this is no YAML: {}", found.msg));
    }
}

} // namespace timonier::local

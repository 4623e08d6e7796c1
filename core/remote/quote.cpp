#include "remote/quote.h"

#include <algorithm>

namespace timonier::remote {

namespace {

bool isPlain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("_-./:=,+@").find(c) != std::string_view::npos;
}

} // namespace

std::string shellWord(std::string_view word)
{
    // What needs no quotes has none, for people read these lines too.
    if (!word.empty() && std::ranges::all_of(word, isPlain) && word.find('=') == word.npos)
        return std::string(word);
    std::string text = "'";
    for (const char c : word)
        c == '\'' ? text += "'\\''" : text += c;
    return text + '\'';
}

std::string shellWords(std::span<const std::string> words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : " ") + shellWord(word);
    return text;
}

std::string loginShellCommand(std::string_view script)
{
    // 'eval "$(printf "…")"': `'` cannot occur within, and what stands between the inner quotes is digits, letters and marks that mean nothing
    // to anybody. fish reads backslashes in single quotes only before a quote and a backslash.
    std::string text = "exec /bin/sh -c 'eval \"$(printf \"";
    constexpr std::string_view safe = " _-./:=,+@;|&<>(){}[]*?#~^";
    if (script.starts_with('-')) { // printf would take it for an option
        text += "\\055";
        script.remove_prefix(1);
    }
    for (const char c : script) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || safe.find(c) != safe.npos) {
            text += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        text += '\\';
        for (const int shift : {6, 3, 0})
            text += static_cast<char>('0' + ((byte >> shift) & 7));
    }
    return text + "\")\"'";
}

bool isVariableName(std::string_view name)
{
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && isLetter(name[0]) && std::ranges::all_of(name, [&](char c) { return isLetter(c) || (c >= '0' && c <= '9'); });
}

} // namespace timonier::remote

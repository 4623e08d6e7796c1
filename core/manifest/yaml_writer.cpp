// Not yaml-cpp's emitter: it leaves keys such as "on" bare, lets control characters through, and adds a line feed to
// texts of several lines that end without one.
#include "manifest/yaml_writer.h"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace timonier {

namespace {

using Json = nlohmann::ordered_json;

// How many bytes at `at` are a character that YAML wants escaped: controls, and the line breaks and the mark that
// readers treat as more than a character. 0 for all others.
std::size_t oddCharacter(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
    if (byte(0) < 0x20 || byte(0) == 0x7F)
        return 1;
    if (byte(0) == 0xC2 && byte(1) < 0xA0)
        return 2; // U+0080 to U+009F
    if (byte(0) == 0xE2 && byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9))
        return 3; // U+2028, U+2029
    return byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF ? 3 : 0; // U+FEFF
}

bool hasOdd(std::string_view text, std::string_view but)
{
    for (std::size_t i = 0; i < text.size(); ++i)
        if (oddCharacter(text, i) > 0 && but.find(text[i]) == std::string_view::npos)
            return true;
    return false;
}

// Whether a bare `text` would be read as that text, and not as a number, a truth, a date, a comment or a structure.
bool mayBeBare(const std::string &text)
{
    static constexpr std::array<std::string_view, 10> words = {"true", "false", "yes", "no", "on", "off", "null", "y", "n", "~"};
    if (text.empty() || text.back() == ' ' || text.back() == ':' || hasOdd(text, {}))
        return false;
    std::string lower = text;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    if (std::ranges::find(words, lower) != words.end())
        return false;
    constexpr std::string_view indicators = " -+.?:,[]{}#&*!|>'\"%@`=<0123456789";
    return indicators.find(text.front()) == std::string_view::npos && text.find(": ") == std::string::npos &&
           text.find(" #") == std::string::npos;
}

std::string inQuotes(std::string_view text)
{
    std::string out = "\"";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const std::size_t odd = oddCharacter(text, i);
        if (byte == '"' || byte == '\\')
            out += {'\\', text[i]};
        else if (byte == '\n')
            out += "\\n";
        else if (byte == '\t')
            out += "\\t";
        else if (odd == 0)
            out += text[i];
        else if (odd == 1)
            out += fmt::format("\\x{:02x}", byte);
        else if (odd == 2)
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[i + 1]));
        else
            out += byte == 0xEF ? "\\ufeff" : static_cast<unsigned char>(text[i + 2]) == 0xA8 ? "\\u2028" : "\\u2029";
        i += odd > 1 ? odd - 1 : 0;
    }
    return out + '"';
}

// A text of several lines, each on its own; what begins with a blank would need to say how far it is indented.
std::string block(std::string_view text, std::size_t indent)
{
    std::string out = !text.ends_with('\n') ? "|-" : text.ends_with("\n\n") ? "|+" : "|";
    if (text.ends_with('\n'))
        text.remove_suffix(1);
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out += '\n';
        if (end > at)
            out.append(indent, ' ').append(text.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

std::string scalar(const Json &value, std::size_t indent)
{
    if (!value.is_string())
        return value.dump();
    const auto &text = value.get_ref<const std::string &>();
    if (mayBeBare(text))
        return text;
    const bool lines = text.find('\n') != std::string::npos && text.front() != '\n' && text.front() != ' ' && text.front() != '\t';
    return lines && !hasOdd(text, "\n\t") ? block(text, indent) : inQuotes(text);
}

bool isNested(const Json &value) { return value.is_structured() && !value.empty(); }

// `open`: the first line has its indentation already, behind "- ".
void put(std::string &out, const Json &value, std::size_t indent, bool open)
{
    const auto begin = [&] {
        if (!std::exchange(open, false))
            out.append(indent, ' ');
    };
    if (!isNested(value)) {
        out += value.is_object() ? "{}" : value.is_array() ? "[]" : scalar(value, indent);
        out += '\n';
    } else if (value.is_array()) {
        for (const Json &member : value) {
            begin();
            out += "- ";
            put(out, member, indent + 2, true);
        }
    } else {
        for (const auto &[key, member] : value.items()) {
            begin();
            out += mayBeBare(key) ? key : inQuotes(key);
            out += isNested(member) ? ":\n" : ": ";
            // A list stands below its key, not to the right of it.
            put(out, member, member.is_array() && isNested(member) ? indent : indent + 2, false);
        }
    }
}

} // namespace

std::string yamlText(const Json &value, std::size_t indent)
{
    std::string out;
    put(out, value, indent, true);
    return out;
}

} // namespace timonier

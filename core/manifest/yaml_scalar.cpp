#include "manifest/yaml_scalar.h"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace timonier {

namespace {

using Json = nlohmann::json;

std::optional<Json> word(std::string_view text)
{
    static constexpr std::array<std::string_view, 11> yes = {"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"};
    static constexpr std::array<std::string_view, 11> no = {"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"};
    static constexpr std::array<std::string_view, 5> none = {"", "~", "null", "Null", "NULL"};
    if (std::ranges::find(none, text) != none.end())
        return Json();
    if (std::ranges::find(yes, text) != yes.end())
        return Json(true);
    if (std::ranges::find(no, text) != no.end())
        return Json(false);
    return {};
}

// Go's strconv.ParseInt with base 0: 0x, 0o, 0b, and a leading 0 for octal.
std::optional<Json> whole(std::string_view digits, bool negative)
{
    int base = 10;
    if (digits.size() > 1 && digits[0] == '0') {
        const char mark = digits[1];
        base = mark == 'x' || mark == 'X' ? 16 : mark == 'b' || mark == 'B' ? 2 : 8;
        digits.remove_prefix(mark >= '0' && mark <= '9' ? 1 : 2);
    }
    std::uint64_t value = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (problem != std::errc() || end != digits.data() + digits.size() || digits.empty())
        return {};
    if (!negative)
        return Json(value);
    if (value > std::uint64_t(1) << 63)
        return {};
    return Json(static_cast<std::int64_t>(0 - value));
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looksFractional(std::string_view text)
{
    const auto digits = [&] {
        const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
        text.remove_prefix(count);
        return count;
    };
    const std::size_t before = digits();
    std::size_t after = 0;
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        after = digits();
    }
    if (before + after == 0)
        return false;
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('-') || text.starts_with('+'))
            text.remove_prefix(1);
        if (digits() == 0)
            return false;
    }
    return text.empty();
}

std::optional<Json> number(std::string_view text)
{
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.remove_prefix(1);
    if (text.empty() || !((text[0] >= '0' && text[0] <= '9') || text[0] == '.'))
        return {};
    std::string plain(text);
    std::erase(plain, '_');
    if (auto found = whole(plain, negative))
        return found;
    if (!looksFractional(text))
        return {};
    double value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc())
        return {};
    value = negative ? -value : value;
    if (value == std::trunc(value) && std::abs(value) < 1e15) // 1e3 and 8.0 are written as whole numbers, as Go does
        return Json(static_cast<std::int64_t>(value));
    return Json(value);
}

} // namespace

Json yamlScalar(std::string_view text)
{
    constexpr std::string_view begins = "0123456789+-.~nNyYtTfFoO";
    if (!text.empty() && begins.find(text.front()) == text.npos)
        return std::string(text);
    if (auto found = word(text))
        return *std::move(found);
    if (auto found = number(text))
        return *std::move(found);
    return std::string(text);
}

} // namespace timonier

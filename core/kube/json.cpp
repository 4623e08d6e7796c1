#include "kube/json.h"

#include "base/say.h"
#include "kube/utf8.h"

#include <array>
#include <charconv>
#include <limits>

#include <simdjson.h>

namespace timonier {

struct JsonParser::Tokens {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> stage;

    simdjson::error_code find(std::string_view text)
    {
        // A 50 MB object needs 200 MB of indexes once; nobody should carry them on.
        constexpr std::size_t keep = 4u << 20;
        if (stage && stage->capacity() > keep && text.size() <= keep)
            stage.reset();
        if (!stage || stage->capacity() < text.size()) {
            const std::size_t capacity = text.size() < (64u << 10) ? 64u << 10 : text.size() + text.size() / 4;
            if (const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, stage))
                return error;
        }
        const auto *bytes = reinterpret_cast<const std::uint8_t *>(text.data());
        return stage->stage1(bytes, text.size(), simdjson::stage1_mode::regular);
    }
};

namespace {

// What a token does to the depth.
constexpr auto depthChange = [] {
    std::array<std::int8_t, 256> change{};
    change['{'] = change['['] = 1;
    change['}'] = change[']'] = -1;
    return change;
}();

int hexDigits(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    return error == std::errc() && end == text.data() + text.size() && text.size() == 4 && value >= 0 ? value : -1;
}

} // namespace

JsonParser::JsonParser() : m_tokens(std::make_unique<Tokens>()) {}
JsonParser::~JsonParser() = default;

Result<Json> JsonParser::parse(std::string_view text)
{
    m_unescaped.clear();
    auto error = m_tokens->find(text);
    if (error == simdjson::UTF8_ERROR || error == simdjson::UNESCAPED_CHARS) {
        m_mended = mendedUtf8(text);
        text = m_mended;
        m_mended.append(jsonPadding, '\0');
        text = std::string_view(m_mended).substr(0, m_mended.size() - jsonPadding);
        error = m_tokens->find(text);
    }
    if (error)
        return fail(ErrorKind::Protocol, say("Core", "this is not JSON ({})", simdjson::error_message(error)));
    auto &stage = *m_tokens->stage;
    // Whatever the implementation leaves there: the end of the last string is found from the token behind it.
    stage.structural_indexes[stage.n_structural_indexes] = static_cast<std::uint32_t>(text.size());
    Json json;
    json.m_data = text.data();
    json.m_at = stage.structural_indexes.get();
    json.m_end = json.m_at + stage.n_structural_indexes;
    json.m_unescaped = &m_unescaped;
    return json;
}

Result<Json> JsonParser::parseCopy(std::string_view text)
{
    m_copy.assign(text).append(jsonPadding, ' ');
    return parse(std::string_view(m_copy).substr(0, text.size()));
}

void Json::skip()
{
    if (m_at >= m_end)
        return fail();
    const char first = m_data[*m_at];
    if (first != '{' && first != '[') {
        if (first == ',' || first == ':' || first == '}' || first == ']')
            return fail();
        ++m_at;
        return;
    }
    std::ptrdiff_t depth = 0;
    const std::uint32_t *at = m_at;
    do {
        depth += depthChange[static_cast<unsigned char>(m_data[*at])];
        ++at;
    } while (depth > 0 && at < m_end);
    m_at = at;
    if (depth > 0)
        fail();
}

std::string_view Json::raw()
{
    const std::uint32_t *const first = m_at;
    skip();
    if (m_failed)
        return {};
    const std::uint32_t begin = *first;
    std::uint32_t end = *m_at; // the token behind; between lie only the rest of the value and white space
    while (end > begin + 1 && static_cast<unsigned char>(m_data[end - 1]) <= ' ')
        --end;
    return {m_data + begin, end - begin};
}

std::int64_t Json::integer()
{
    const char first = ahead();
    if (first != '-' && (first < '0' || first > '9')) {
        skip();
        return 0;
    }
    const std::string_view digits = raw();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc() && end == digits.data() + digits.size())
        return value;
    double wide = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), wide);
    return wide > -9e18 && wide < 9e18 ? static_cast<std::int64_t>(wide) : 0;
}

double Json::number()
{
    const char first = ahead();
    if (first != '-' && (first < '0' || first > '9')) {
        skip();
        return 0;
    }
    const std::string_view digits = raw();
    double value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

bool Json::boolean()
{
    const bool value = ahead() == 't';
    skip();
    return value;
}

std::string_view Json::unescaped(std::string_view content)
{
    if (content.find('\\') == std::string_view::npos)
        return content;
    std::string &out = m_unescaped->emplace_back();
    out.reserve(content.size());
    for (std::size_t i = 0; i < content.size(); ++i) {
        if (content[i] != '\\') {
            out += content[i];
            continue;
        }
        const char escape = ++i < content.size() ? content[i] : '\0';
        constexpr std::string_view letters = "\"\\/bfnrt";
        constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        if (const std::size_t simple = letters.find(escape); simple != std::string_view::npos && escape) {
            out += meanings[simple];
            continue;
        }
        int point = escape == 'u' ? hexDigits(content.substr(i + 1, 4)) : -1;
        if (point >= 0)
            i += 4;
        if (point >= 0xD800 && point < 0xDC00 && content.substr(i + 1, 2) == "\\u") {
            const int low = hexDigits(content.substr(i + 3, 4));
            if (low >= 0xDC00 && low < 0xE000) {
                point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
                i += 6;
            }
        }
        appendUtf8(out, point);
    }
    return out;
}

} // namespace timonier

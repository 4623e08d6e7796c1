#include "cloud/aws/sigv4.h"

#include "net/sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace timonier::aws {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

std::string sha256(std::string_view bytes)
{
    Sha256 sum;
    sum.add(bytes);
    return sum.hex();
}

// Of secrets: wiped with what holds it.
Secret hmac(const Secret &key, std::string_view text)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    unsigned size = 0;
    const std::string &bytes = key.reveal();
    HMAC(EVP_sha256(), bytes.data(), static_cast<int>(bytes.size()), reinterpret_cast<const unsigned char *>(text.data()), text.size(), sum.data(), &size); // NOLINT: OpenSSL's bytes
    return Secret(std::string(sum.begin(), sum.begin() + size));
}

std::string lower(std::string_view text)
{
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

std::string decoded(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? digit(text[i + 1]) : -1, low = high >= 0 ? digit(text[i + 2]) : -1;
        if (low >= 0) {
            out += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

// RFC 3986, 5.2.4, and without empty segments.
std::string normalized(std::string_view path)
{
    std::vector<std::string_view> kept;
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        const std::string_view part = path.substr(at, end - at);
        if (part == "..") {
            if (!kept.empty())
                kept.pop_back();
        } else if (!part.empty() && part != ".") {
            kept.push_back(part);
        }
        at = end + 1;
    }
    const bool folder = path.ends_with('/') && !kept.empty();
    return fmt::format("/{}{}", fmt::join(kept, "/"), folder ? "/" : "");
}

std::string canonicalQuery(std::string_view query)
{
    std::vector<std::pair<std::string, std::string>> parameters;
    for (std::size_t at = 0; at < query.size();) {
        const std::size_t end = std::min(query.find('&', at), query.size());
        const std::string_view one = query.substr(at, end - at);
        const std::size_t equals = std::min(one.find('='), one.size());
        if (!one.empty())
            parameters.emplace_back(encoded(decoded(one.substr(0, equals))), encoded(decoded(one.substr(std::min(equals + 1, one.size())))));
        at = end + 1;
    }
    std::ranges::sort(parameters);
    std::string out;
    for (const auto &[key, value] : parameters)
        out += (out.empty() ? "" : "&") + key + "=" + value;
    return out;
}

// Without blanks at its ends, with one in place of many.
std::string trimmed(std::string_view value)
{
    std::string out;
    for (const char c : value) {
        const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (!blank)
            out += c;
        else if (!out.empty() && out.back() != ' ')
            out += ' ';
    }
    if (out.ends_with(' '))
        out.pop_back();
    return out;
}

// Proxies add and change these; botocore leaves them out too (auth.py, SIGNED_HEADERS_BLACKLIST).
bool isSigned(std::string_view name)
{
    constexpr std::array left{"authorization", "connection", "expect", "transfer-encoding", "user-agent", "x-amzn-trace-id"};
    return std::ranges::find(left, name) == left.end();
}

struct Url {
    std::string host{}, path{}, query{};
};

// Of a URL that was made here.
Url split(const std::string &url)
{
    const std::size_t begin = url.find("://") == std::string::npos ? 0 : url.find("://") + 3;
    const std::size_t end = std::min(url.find_first_of("/?", begin), url.size()), mark = std::min(url.find('?', begin), url.size());
    Url parts{.host = url.substr(begin, end - begin), .path = url.substr(end, mark - end), .query = mark < url.size() ? url.substr(mark + 1) : ""};
    const bool tls = url.starts_with("https://");
    if (const std::string usual = tls ? ":443" : ":80"; parts.host.ends_with(usual)) // curl does not send it
        parts.host.erase(parts.host.size() - usual.size());
    return parts;
}

std::string scopeText(const Scope &scope, Time now) { return stamp(now).substr(0, 8) + "/" + scope.region + "/" + scope.service + "/aws4_request"; }

void put(HttpHeaders &headers, const std::string &name, std::string value)
{
    std::erase_if(headers, [&](const auto &header) { return lower(header.first) == lower(name); });
    headers.emplace_back(name, std::move(value));
}

} // namespace

std::string stamp(Time time)
{
    using namespace std::chrono;
    const auto seconds = floor<std::chrono::seconds>(time);
    const auto day = floor<days>(seconds);
    const year_month_day date(day);
    const hh_mm_ss clock(seconds - day);
    return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

Signature signatureOf(const HttpRequest &request, const HttpHeaders &headers, const std::string &query, const std::string &bodyHash, const Keys &keys, const Scope &scope, Time now,
                      const SigningRules &rules)
{
    std::map<std::string, std::string> canonical;
    for (const auto &[name, value] : headers)
        if (const std::string small = lower(name); isSigned(small)) {
            const auto [at, isNew] = canonical.try_emplace(small, trimmed(value));
            if (!isNew)
                at->second += "," + trimmed(value);
        }
    Signature made;
    std::string lines;
    for (const auto &[name, value] : canonical) {
        made.signedHeaders += (made.signedHeaders.empty() ? "" : ";") + name;
        lines += name + ":" + value + "\n";
    }
    std::string path = split(request.url).path;
    if (path.empty())
        path = "/";
    if (rules.normalize)
        path = normalized(path);
    if (rules.encodeTwice)
        path = encoded(path, true);
    made.canonicalRequest = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, path, canonicalQuery(query), lines, made.signedHeaders, bodyHash);
    made.stringToSign = fmt::format("{}\n{}\n{}\n{}", algorithm, stamp(now), scopeText(scope, now), sha256(made.canonicalRequest));
    Secret key = hmac(Secret("AWS4" + keys.secret.reveal()), stamp(now).substr(0, 8));
    for (const std::string_view part : {std::string_view(scope.region), std::string_view(scope.service), std::string_view("aws4_request")})
        key = hmac(key, part);
    const Secret sum = hmac(key, made.stringToSign);
    for (const char c : sum.reveal())
        made.hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return made;
}

Signature signHeaders(HttpRequest &request, const Keys &keys, const Scope &scope, Time now, const SigningRules &rules)
{
    const Url url = split(request.url);
    const std::string hash = rules.unsignedBody ? "UNSIGNED-PAYLOAD" : sha256(request.body);
    std::erase_if(request.headers, [](const auto &header) { return lower(header.first) == "authorization"; });
    put(request.headers, "X-Amz-Date", stamp(now));
    if (!keys.token.empty())
        put(request.headers, "X-Amz-Security-Token", keys.token.reveal());
    if (rules.namesHash)
        put(request.headers, "X-Amz-Content-Sha256", hash);
    HttpHeaders all = request.headers;
    put(all, "Host", url.host);
    Signature made = signatureOf(request, all, url.query, hash, keys, scope, now, rules);
    request.headers.emplace_back("Authorization", fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", algorithm, keys.id, scopeText(scope, now), made.signedHeaders, made.hex));
    return made;
}

Secret presigned(const HttpRequest &request, const Keys &keys, const Scope &scope, Time now, std::chrono::seconds lifetime, const SigningRules &rules)
{
    const Url url = split(request.url);
    HttpHeaders all = request.headers;
    put(all, "Host", url.host);
    std::vector<std::string> names;
    for (const auto &[name, value] : all)
        if (isSigned(lower(name)))
            names.push_back(lower(name));
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    std::vector<std::pair<std::string, std::string>> added{{"X-Amz-Algorithm", std::string(algorithm)}, {"X-Amz-Credential", keys.id + "/" + scopeText(scope, now)}, {"X-Amz-Date", stamp(now)},
                                                           {"X-Amz-Expires", std::to_string(lifetime.count())}, {"X-Amz-SignedHeaders", fmt::format("{}", fmt::join(names, ";"))}};
    if (!keys.token.empty())
        added.emplace_back("X-Amz-Security-Token", keys.token.reveal());
    const std::string query = (url.query.empty() ? "" : url.query + "&") + queryOf(added);
    const Signature made = signatureOf(request, all, query, rules.unsignedBody ? "UNSIGNED-PAYLOAD" : sha256(request.body), keys, scope, now, rules);
    const std::string path = url.path.empty() ? "/" : url.path;
    return Secret(request.url.substr(0, request.url.find("://") + 3) + url.host + path + "?" + query + "&X-Amz-Signature=" + made.hex);
}

} // namespace timonier::aws

#include "kube/websocket_handshake.h"

#include "base/say.h"
#include "kube/decode.h"
#include "kube/response_head.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace timonier {

namespace {

constexpr std::size_t headLimit = 64u << 10;
constexpr std::size_t bodyLimit = 64u << 10; // of a refusal: a Status object, or a page of a proxy's

std::string base64(const unsigned char *bytes, std::size_t size)
{
    std::string out(4 * ((size + 2) / 3) + 1, '\0');
    void *target = out.data();
    const int length = EVP_EncodeBlock(static_cast<unsigned char *>(target), bytes, static_cast<int>(size));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

bool sameName(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n'))
        text.remove_suffix(1);
    return text;
}

bool hasToken(std::string_view list, std::string_view token)
{
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (sameName(trimmed(list.substr(0, comma)), token))
            return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

} // namespace

Result<std::string> webSocketKey()
{
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        return fail(ErrorKind::Internal, say("Core", "this computer gives no random numbers"));
    return base64(bytes.data(), bytes.size());
}

std::string webSocketAccept(const std::string &key)
{
    const std::string text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 section 1.3
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), sum.data(), &size, EVP_sha1(), nullptr);
    return base64(sum.data(), size);
}

std::string upgradeText(const UpgradeRequest &request)
{
    std::string text;
    text.reserve(16u << 10); // so that no copy of a token is left behind where it grew
    text += "GET " + request.target + " HTTP/1.1\r\n";
    if (std::ranges::none_of(request.headers, [](const std::string &line) { return sameName(line.substr(0, 5), "host:"); }))
        text += "Host: " + request.host + "\r\n";
    for (const std::string &line : request.headers)
        text.append(line).append("\r\n");
    text += "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + request.key
        + "\r\nSec-WebSocket-Protocol: ";
    for (std::size_t i = 0; i < request.protocols.size(); ++i)
        text += (i ? ", " : "") + request.protocols[i];
    text += "\r\n\r\n";
    return text;
}

Result<> UpgradeAnswer::readHead(std::string_view text)
{
    if (!text.starts_with("HTTP/1."))
        return fail(ErrorKind::Protocol, say("Core", "the server answers something that is not HTTP"),
                    say("Core", "Check the address: does another program listen there?"));
    HeadParser parser;
    std::string_view rest = text;
    for (bool first = true; !rest.empty(); first = false) {
        const std::size_t end = rest.find('\n') + 1;
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end);
        parser.line(line);
        const auto colon = line.find(':');
        if (first || colon == std::string_view::npos)
            continue;
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trimmed(line.substr(colon + 1));
        if (sameName(name, "Upgrade"))
            m_upgrade = value;
        else if (sameName(name, "Connection"))
            m_connection = value;
        else if (sameName(name, "Sec-WebSocket-Accept"))
            m_accept = value;
        else if (sameName(name, "Sec-WebSocket-Protocol"))
            m_protocol = value;
        else if (sameName(name, "Transfer-Encoding"))
            m_chunked = hasToken(value, "chunked");
        else if (std::size_t size = 0; sameName(name, "Content-Length")) {
            if (std::from_chars(value.data(), value.data() + value.size(), size).ec == std::errc())
                m_left = size;
        }
    }
    m_head = parser.head();
    return {};
}

Result<bool> UpgradeAnswer::take(std::string &bytes)
{
    while (!m_headDone) {
        const auto end = bytes.find("\r\n\r\n");
        if (end == std::string::npos) {
            if (bytes.size() > headLimit || (bytes.size() >= 7 && !bytes.starts_with("HTTP/1.")))
                return fail(ErrorKind::Protocol, say("Core", "the server answers something that is not HTTP"),
                            say("Core", "Check the address: does another program listen there?"));
            return false;
        }
        if (auto read = readHead(std::string_view(bytes).substr(0, end + 4)); !read)
            return std::unexpected(std::move(read).error());
        bytes.erase(0, end + 4);
        m_headDone = m_head.status == 101 || m_head.status >= 200; // a 100 or 103 goes before the answer
    }
    if (!m_complete)
        m_complete = m_head.status == 101 || takeBody(bytes);
    return m_complete;
}

void UpgradeAnswer::keep(std::string_view bytes)
{
    m_body.append(bytes.substr(0, bodyLimit - std::min(bodyLimit, m_body.size())));
}

// True when the body is complete.
bool UpgradeAnswer::takeBody(std::string &bytes)
{
    if (m_head.status == 204 || m_head.status == 304)
        return true;
    if (!m_chunked) {
        const std::size_t size = std::min(bytes.size(), m_left.value_or(bytes.size()));
        keep(std::string_view(bytes).substr(0, size));
        bytes.erase(0, size);
        if (m_left)
            *m_left -= size;
        return m_left == std::size_t(0) || m_body.size() >= bodyLimit;
    }
    for (;;) {
        if (!m_left) { // the length of the next chunk
            const auto end = bytes.find("\r\n");
            if (end == std::string::npos)
                return bytes.size() > headLimit;
            std::size_t size = 0;
            const auto read = std::from_chars(bytes.data(), bytes.data() + end, size, 16);
            bytes.erase(0, end + 2);
            if (read.ec != std::errc() || size == 0)
                return true;
            m_left = size;
        }
        const std::size_t size = std::min(bytes.size(), *m_left);
        keep(std::string_view(bytes).substr(0, size));
        bytes.erase(0, size);
        *m_left -= size;
        if (m_body.size() >= bodyLimit)
            return true;
        if (*m_left > 0 || bytes.size() < 2)
            return false;
        bytes.erase(0, 2); // the line end behind a chunk
        m_left.reset();
    }
}

Result<std::string> UpgradeAnswer::accepted(const UpgradeRequest &request) const
{
    if (m_head.status >= 400 || (m_head.status >= 300 && m_head.status < 400)) {
        Error error = statusError(m_head.status, m_body);
        if (!m_head.auditId.empty())
            error.context.emplace_back("audit id", m_head.auditId);
        return std::unexpected(std::move(error));
    }
    if (m_head.status != 101)
        return fail(ErrorKind::Unsupported, say("Core", "the server answered with status {} and opened no WebSocket", m_head.status),
                    say("Core", "Does a proxy or a load balancer before the API server keep WebSockets out?"));
    if (!sameName(m_upgrade, "websocket") || !hasToken(m_connection, "upgrade") || m_accept != webSocketAccept(request.key))
        return fail(ErrorKind::Protocol, say("Core", "the server's answer opens no WebSocket"),
                    say("Core", "Does a proxy or a load balancer before the API server keep WebSockets out?"));
    if (std::ranges::find(request.protocols, m_protocol) == request.protocols.end())
        return fail(ErrorKind::Unsupported, say("Core", "the server speaks none of the stream protocols that were offered"),
                    say("Core", "This server does not offer it; its version may be too old."));
    return m_protocol;
}

} // namespace timonier

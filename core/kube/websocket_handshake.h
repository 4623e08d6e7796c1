// The opening of a WebSocket (RFC 6455 section 4): the request written, the answer read and judged. Pure; no effects.
#pragma once

#include "base/result.h"
#include "kube/transport.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier {

struct UpgradeRequest {
    std::string target{};                   // path and query, as the server sees it
    std::string host{};                     // where `headers` hold no Host
    std::vector<std::string> headers{};     // "Name: value"
    std::string key{};                      // Sec-WebSocket-Key
    std::vector<std::string> protocols{};   // offered, best first
};

// 16 random bytes in base64. Errors: Internal (no randomness).
Result<std::string> webSocketKey();
// What Sec-WebSocket-Accept must be for a key.
std::string webSocketAccept(const std::string &key);
std::string upgradeText(const UpgradeRequest &request);

// The answer, as its bytes come.
class UpgradeAnswer
{
public:
    // Takes what belongs to the answer off the front of `bytes`; what is left after a 101 are frames. True when the
    // answer is complete. Errors: Protocol (not HTTP, a head without end).
    Result<bool> take(std::string &bytes);
    // The connection has ended: a body without a length is complete.
    void ended() { m_complete = m_complete || m_headDone; }

    const ResponseHead &head() const { return m_head; }
    bool headDone() const { return m_headDone; }
    const std::string &body() const { return m_body; } // of a refusal; its first 64 kB
    // The subprotocol that was chosen of those offered. Errors: statusError's, with what the server said; Protocol;
    // Unsupported (something between does not let WebSockets through).
    Result<std::string> accepted(const UpgradeRequest &request) const;

private:
    Result<> readHead(std::string_view text);
    bool takeBody(std::string &bytes);
    void keep(std::string_view bytes);

    ResponseHead m_head;
    bool m_headDone = false;
    bool m_complete = false;
    std::string m_upgrade, m_connection, m_accept, m_protocol; // headers
    bool m_chunked = false;
    std::optional<std::size_t> m_left;      // of a body with a length, or of a chunk
    std::string m_body;
};

} // namespace timonier

// The server's half of a WebSocket, for a test::Server's handler: the 101, frames written and read. Never part of a program.
#pragma once

#include "kube/websocket_handshake.h"
#include "test_server.h"

#include <optional>

namespace test {

inline void acceptUpgrade(Connection &connection, const HttpRequest &request, const std::string &protocol)
{
    connection.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                     + timonier::webSocketAccept(request.header("sec-websocket-key")) + "\r\nSec-WebSocket-Protocol: " + protocol + "\r\n\r\n");
}

inline std::string frame(int opcode, const std::string &payload, bool last = true)
{
    std::string bytes(1, static_cast<char>((last ? 0x80 : 0) | opcode));
    if (payload.size() < 126) {
        bytes += static_cast<char>(payload.size());
    } else if (payload.size() < 65536) {
        bytes += static_cast<char>(126);
        bytes += static_cast<char>(payload.size() >> 8);
        bytes += static_cast<char>(payload.size());
    } else {
        bytes += static_cast<char>(127);
        for (int shift = 56; shift >= 0; shift -= 8)
            bytes += static_cast<char>(payload.size() >> shift);
    }
    return bytes + payload;
}

inline std::string message(char channel, const std::string &payload) { return frame(2, channel + payload); }
inline std::string closing(int code = 1000) { return frame(8, {static_cast<char>(code >> 8), static_cast<char>(code)}); }

struct Frame {
    int opcode = 0;
    std::string payload;
};

// The next frame, unmasked; nothing at the end of the connection, or when a frame is not masked (RFC 6455 5.3).
inline std::optional<Frame> readFrame(Connection &connection)
{
    const auto need = [&](std::size_t size) {
        while (connection.buffer.size() < size)
            if (!connection.more())
                return false;
        return true;
    };
    const auto at = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(connection.buffer[i])); };
    if (!need(2) || !(at(1) & 0x80))
        return {};
    std::size_t size = at(1) & 0x7F, head = 2;
    if (const std::size_t wide = size == 126 ? 2 : size == 127 ? 8 : 0; wide) {
        head += wide;
        if (!need(head))
            return {};
        size = 0;
        for (std::size_t i = 2; i < head; ++i)
            size = size << 8 | at(i);
    }
    if (!need(head + 4 + size))
        return {};
    Frame read{static_cast<int>(at(0) & 0x0F), connection.buffer.substr(head + 4, size)};
    for (std::size_t i = 0; i < size; ++i)
        read.payload[i] = static_cast<char>(static_cast<unsigned char>(read.payload[i]) ^ at(head + i % 4));
    connection.buffer.erase(0, head + 4 + size);
    return read;
}

} // namespace test

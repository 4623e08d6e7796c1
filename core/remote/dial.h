// Sockets, below ssh: a connection to a host, and a pair of ends. Blocking; any thread.
#pragma once

#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <utility>

namespace timonier::remote {

// A TCP connection that does not block, keeps itself alive (TCP keep-alive) and is inherited by no child. All addresses of the name are tried, each for its
// share of `answer`, and the name is looked up within `lookup`. Errors: Unreachable (unknown name, refused, no route), Timeout, Cancelled.
Result<int> dial(const std::string &host, std::uint16_t port, std::chrono::milliseconds lookup, std::chrono::milliseconds answer, std::stop_token stop);

// Two ends of one stream within this process, neither of which blocks. Errors: Internal (no descriptors left).
Result<std::pair<int, int>> socketPair();

void closeSocket(int socket);

} // namespace timonier::remote

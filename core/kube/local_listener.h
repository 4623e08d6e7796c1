// A port of this computer that is listened on. Any thread.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace timonier {

struct Listener {
    int socket = -1;
    std::uint16_t port = 0;
};

// `address`: an IP address of this computer, or "localhost"; `port` 0: any that is free. The socket does not block; who gets it
// closes it. Errors: Conflict (the port is taken), Forbidden (a port below 1024), Invalid (no address, or not this computer's).
Result<Listener> listenOn(const std::string &address, std::uint16_t port);

} // namespace timonier

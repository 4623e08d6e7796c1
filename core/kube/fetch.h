// One request and its whole answer, for code that may block: plan steps, discovery, the command line.
#pragma once

#include "base/result.h"
#include "kube/transport.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace timonier {

struct Response {
    ResponseHead head;
    std::string body;
};

struct FetchOptions {
    std::size_t limit = 64u << 20;             // bytes of body; beyond: TooLarge
    int attempts = 4;                          // GETs only: unreachable, 429 and 5xx are tried again with jitter
    bool anyStatus = false;                    // 4xx and 5xx are answers like any other (a health check that fails)
    std::chrono::milliseconds firstDelay{300}; // doubled each time, at most 10 s; Retry-After goes before it
};

// The answer with a 2xx status; any other status is the error its Status object says (statusError in decode.h).
// Blocks; not on the network thread. Errors: all of Transport's, statusError's, TooLarge, Cancelled.
Result<Response> fetch(Transport &transport, Request request, std::stop_token stop, FetchOptions options = {});

// The same without holding the body: `chunk` gets each piece on the calling thread, as it arrives (no retry once the
// first came). An error it returns ends the call and is returned.
Result<ResponseHead> stream(Transport &transport, Request request, std::stop_token stop,
                            const std::function<Result<>(std::string_view)> &chunk);

} // namespace timonier

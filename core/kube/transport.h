// Requests to one API server, as an effect. The real one is curl_transport.h; a test brings its own.
//
// A call is asynchronous: its bytes reach a Receiver on the network thread. Blocking code uses fetch() (fetch.h).
#pragma once

#include "base/result.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier {

struct Request {
    std::string method = "GET";
    std::string path;                      // from the server's root, percent-encoded, with its query: "/api/v1/pods?watch=1"
    std::string accept = "application/json";
    std::string contentType{};             // of the body
    std::string body{};
    // Fails with Timeout when no byte has moved for this long (never a limit on the whole answer: a LIST may be 400 MB).
    // Zero: no limit of its own; the connection's liveness probe still holds (watches, followed logs).
    std::chrono::milliseconds stall{30'000};
};

struct ResponseHead {
    int status = 0;                        // HTTP
    std::string contentType{};
    std::optional<std::chrono::seconds> retryAfter{};
    std::vector<std::string> warnings{};    // the texts of Warning: 299 headers, unquoted
    std::string auditId{};                  // Audit-Id, for error messages
};

enum class Flow { Continue, Pause };

// Gets one answer, on the network thread: head once, data any number of times, finished exactly once and last.
// Must not block and must not throw. A call that fails before an answer gets finished() only.
struct Receiver {
    virtual ~Receiver() = default;
    virtual void head(const ResponseHead &head) = 0;
    // Decompressed bytes of the body, whatever the status. Pause: nothing more comes until Call::resume().
    virtual Flow data(std::string_view bytes) = 0;
    // An HTTP error status is not an error here: the head has it. Errors: Unreachable, Tls, Timeout, Unauthorized (no
    // credential could be had), Cancelled, Protocol.
    virtual void finished(Result<> result) = 0;
};

// A call under way. Any thread. Dropping the handle cancels it; a few events may still be on their way then.
struct Call {
    virtual ~Call() = default;
    virtual void resume() = 0;
    virtual void cancel() = 0;
};

struct Transport {
    virtual ~Transport() = default;
    // Any thread; never blocks, never fails at once: what goes wrong arrives at finished().
    virtual std::unique_ptr<Call> start(Request request, std::shared_ptr<Receiver> receiver) = 0;
    // The network changed or the machine slept: calls under way fail with Unreachable, new ones connect anew. Any thread.
    virtual void distrust() {}
};

} // namespace timonier

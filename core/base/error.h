// What went wrong, as a value: a kind for code, a sentence for people, a hint that says what to do, and where it happened.
// Any thread; plain data.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace timonier {

enum class ErrorKind {
    Invalid,      // the input is wrong: a file, an argument, a field
    NotFound,     // the thing asked for does not exist
    Unauthorized, // who are you? (401, no usable credential)
    Forbidden,    // you may not (403)
    Conflict,     // somebody else changed it, or it exists already (409)
    Gone,         // too old a resource version (410): relist
    Throttled,    // 429: later
    Unreachable,  // no connection: DNS, refused, reset, proxy
    Tls,          // the certificate is not one to trust
    Timeout,      // no progress for too long
    Cancelled,    // the caller asked to stop
    Protocol,     // the other side answered something that cannot be understood
    Server,       // the other side failed (5xx)
    TooLarge,     // beyond a limit that protects this program
    Io,           // the local file system
    Process,      // a child process failed, hangs or is not there
    Unsupported,  // not on this system or this server
    Internal,     // a fault of ours
};

std::string_view name(ErrorKind kind);

struct Error {
    ErrorKind kind = ErrorKind::Internal;
    std::string message;                                      // one sentence, no full stop, no secret
    std::string hint{};                                       // what to do next; may be empty
    std::vector<std::pair<std::string, std::string>> context{}; // host, object, file, line, request id …
    std::shared_ptr<const Error> cause{};

    // Adds a word of context and hands the error on: return fail(...).with("file", path).
    Error with(std::string key, std::string value) &&;
    // Wraps this error as the cause of a new one of the same kind.
    Error because(std::string newMessage, std::string newHint = {}) &&;
    // The message and those of its causes on one line, "a: b: c".
    std::string text() const;
    // "file:line:column: " as far as it is known, where the words do not name the file; or nothing.
    std::string place() const;
};

} // namespace timonier

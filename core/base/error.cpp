#include "base/error.h"

namespace timonier {

std::string_view name(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::Invalid: return "Invalid";
    case ErrorKind::NotFound: return "NotFound";
    case ErrorKind::Unauthorized: return "Unauthorized";
    case ErrorKind::Forbidden: return "Forbidden";
    case ErrorKind::Conflict: return "Conflict";
    case ErrorKind::Gone: return "Gone";
    case ErrorKind::Throttled: return "Throttled";
    case ErrorKind::Unreachable: return "Unreachable";
    case ErrorKind::Tls: return "Tls";
    case ErrorKind::Timeout: return "Timeout";
    case ErrorKind::Cancelled: return "Cancelled";
    case ErrorKind::Protocol: return "Protocol";
    case ErrorKind::Server: return "Server";
    case ErrorKind::TooLarge: return "TooLarge";
    case ErrorKind::Io: return "Io";
    case ErrorKind::Process: return "Process";
    case ErrorKind::Unsupported: return "Unsupported";
    case ErrorKind::Internal: return "Internal";
    }
    return "Internal";
}

Error Error::with(std::string key, std::string value) &&
{
    context.emplace_back(std::move(key), std::move(value));
    return std::move(*this);
}

Error Error::because(std::string newMessage, std::string newHint) &&
{
    Error outer{.kind = kind, .message = std::move(newMessage), .hint = std::move(newHint)};
    if (outer.hint.empty())
        outer.hint = hint;
    outer.cause = std::make_shared<const Error>(std::move(*this));
    return outer;
}

std::string Error::place() const
{
    std::string file, line, column;
    for (const auto &[key, value] : context)
        key == "file" ? file = value : key == "line" ? line = ":" + value : key == "column" ? column = ":" + value : column;
    if (file.empty() || message.find(file) != std::string::npos)
        return {};
    return file + line + column + ": ";
}

std::string Error::text() const
{
    std::string line = message;
    for (const Error *e = cause.get(); e; e = e->cause.get())
        line += ": " + e->message;
    for (char &c : line) // one line is part of the command line's contract
        if (c == '\n' || c == '\r')
            c = ' ';
    return line;
}

} // namespace timonier

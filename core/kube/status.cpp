// What a refused request says (metav1.Status), as an Error of the fitting kind. Pure; no effects.
#include "base/say.h"
#include "kube/decode.h"

#include <nlohmann/json.hpp>

namespace timonier {

namespace {

using Json = nlohmann::json;

std::string textOf(const Json &object, const char *key)
{
    const auto it = object.is_object() ? object.find(key) : object.end();
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

int numberOf(const Json &object, const char *key)
{
    const auto it = object.is_object() ? object.find(key) : object.end();
    return it != object.end() && it->is_number_integer() ? it->get<int>() : 0;
}

ErrorKind kindOf(int status, const std::string &reason)
{
    if (reason == "Expired" || reason == "Gone")
        return ErrorKind::Gone;
    switch (status) {
    case 401: return ErrorKind::Unauthorized;
    case 403: return ErrorKind::Forbidden;
    case 404: return ErrorKind::NotFound;
    case 405: // this server has no such verb here
    case 406:
    case 415: return ErrorKind::Unsupported;
    case 408: return ErrorKind::Timeout;
    case 409: return ErrorKind::Conflict;
    case 410: return ErrorKind::Gone;
    case 413: return ErrorKind::TooLarge;
    case 429: return ErrorKind::Throttled;
    default: break;
    }
    if (status >= 500)
        return ErrorKind::Server;
    return status >= 400 ? ErrorKind::Invalid : ErrorKind::Protocol;
}

std::string hintOf(ErrorKind kind, const std::string &reason, int retryAfterSeconds)
{
    switch (kind) {
    case ErrorKind::Unauthorized:
        return say("Core", "Sign in again: the token or the certificate of this context is not accepted, or has expired.");
    case ErrorKind::Forbidden:
        return say("Core", "Ask who runs the cluster for a role with this permission, or choose a namespace you may see.");
    case ErrorKind::NotFound:
        return say("Core", "Check the name and the namespace; it may have been deleted meanwhile.");
    case ErrorKind::Conflict:
        return reason == "AlreadyExists" ? say("Core", "Choose another name, or change the one that exists.")
                                         : say("Core", "Load the newest state and make the change again.");
    case ErrorKind::Gone: return say("Core", "The list is read anew.");
    case ErrorKind::Throttled:
        return retryAfterSeconds > 0 ? say("Core", "The server is busy; try again in {} s.", retryAfterSeconds)
                                     : say("Core", "The server is busy; try again a little later.");
    case ErrorKind::Server: return say("Core", "Try again; if it stays, look at the logs of the API server.");
    case ErrorKind::Timeout: return say("Core", "Try again; the server may be overloaded.");
    case ErrorKind::Unsupported: return say("Core", "This server does not offer it; its version may be too old.");
    default: return {};
    }
}

// The first 200 bytes on one line, cut between characters, without control characters.
std::string excerpt(std::string_view body)
{
    std::size_t end = std::min<std::size_t>(body.size(), 200);
    while (end > 0 && end < body.size() && (static_cast<unsigned char>(body[end]) & 0xC0) == 0x80)
        --end;
    std::string text;
    for (const char c : body.substr(0, end)) {
        const bool space = static_cast<unsigned char>(c) <= ' ' || c == 0x7F;
        if (!space)
            text += c;
        else if (!text.empty() && text.back() != ' ')
            text += ' ';
    }
    while (text.ends_with(' '))
        text.pop_back();
    return end < body.size() ? text + "…" : text;
}

// The server's own text, with the fields that it names.
std::string messageOf(const Json &status, int code)
{
    std::string message = textOf(status, "message");
    if (message.empty())
        message = textOf(status, "reason");
    if (message.empty())
        return say("Core", "the server refused the request (status {})", code);
    for (char &c : message) {
        if (c == '\n' || c == '\r')
            c = ' ';
    }
    while (message.ends_with('.') || message.ends_with(' '))
        message.pop_back();
    return message;
}

} // namespace

Error statusError(int httpStatus, std::string_view body)
{
    const Json status = Json::parse(body, nullptr, false);
    if (!status.is_object() || (textOf(status, "kind") != "Status" && textOf(status, "message").empty())) {
        const ErrorKind kind = kindOf(httpStatus, {});
        const std::string shown = excerpt(body);
        std::string message = shown.empty() ? say("Core", "the server answered with status {}", httpStatus)
                                            : say("Core", "the server answered with status {}: {}", httpStatus, shown);
        std::string hint = hintOf(kind, {}, 0);
        if (!body.empty() && body.find_first_not_of(" \t\r\n") != std::string_view::npos
            && body[body.find_first_not_of(" \t\r\n")] == '<')
            hint = say("Core", "This is a web page, not an API server's answer: check the server's address, and the proxy before it.");
        return {.kind = kind, .message = std::move(message), .hint = std::move(hint)};
    }

    const int code = numberOf(status, "code") > 0 ? numberOf(status, "code") : httpStatus;
    const std::string reason = textOf(status, "reason");
    const ErrorKind kind = kindOf(code, reason);
    const Json details = status.contains("details") ? status["details"] : Json::object();
    Error error{.kind = kind, .message = messageOf(status, code), .hint = hintOf(kind, reason, numberOf(details, "retryAfterSeconds"))};
    if (!reason.empty())
        error.context.emplace_back("reason", reason);
    std::string object = textOf(details, "kind");
    if (const std::string group = textOf(details, "group"); !object.empty() && !group.empty())
        object += "." + group;
    if (const std::string name = textOf(details, "name"); !object.empty() && !name.empty())
        object += "/" + name;
    if (!object.empty())
        error.context.emplace_back("object", object);
    if (const auto causes = details.is_object() ? details.find("causes") : details.end(); causes != details.end() && causes->is_array()) {
        for (const Json &cause : *causes) {
            const std::string field = textOf(cause, "field");
            error.context.emplace_back(field.empty() ? "cause" : field, textOf(cause, "message"));
        }
    }
    return error;
}

} // namespace timonier

#include "remote/target.h"

#include "base/say.h"

#include <algorithm>
#include <charconv>

namespace timonier::remote {

namespace {

bool isControl(char c)
{
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

Result<std::uint16_t> parsePort(std::string_view text)
{
    unsigned port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc{} || end != text.data() + text.size() || port == 0 || port > 65535)
        return fail(ErrorKind::Invalid, say("Core", "“{}” is no port", text), say("Core", "A port is a number from 1 to 65535"));
    return static_cast<std::uint16_t>(port);
}

} // namespace

Result<> checkHostName(std::string_view host)
{
    const bool bad = host.empty() || host[0] == '-' || host.size() > 255 ||
                     std::ranges::any_of(host, [](char c) { return isControl(c) || std::string_view(" '`\"$\\;&<>|(){},*?!@#[]/").find(c) != std::string_view::npos; });
    if (bad)
        return fail(ErrorKind::Invalid, host.empty() ? say("Core", "a host has no name") : say("Core", "“{}” is no name of a host", host),
                    say("Core", "Give a name or an address, such as node1.example.org, 192.0.2.7 or user@192.0.2.7:2222"));
    return {};
}

Result<> checkUserName(std::string_view user)
{
    // OpenSSH: what a shell could take for something else, when a ProxyCommand names %r.
    const bool bad = user.empty() || user[0] == '-' || user.back() == '\\' || std::isspace(static_cast<unsigned char>(user.back())) ||
                     std::ranges::any_of(user, [](char c) { return isControl(c) || std::string_view("'`\";&<>|(){}").find(c) != std::string_view::npos; });
    if (bad)
        return fail(ErrorKind::Invalid, say("Core", "“{}” is no name of a user", user), say("Core", "Give the name that you sign in with on that host"));
    return {};
}

Result<Target> parseTarget(std::string_view text)
{
    Target target;
    if (text.starts_with("ssh://")) {
        text.remove_prefix(6);
        if (text.ends_with('/'))
            text.remove_suffix(1);
    }
    if (const auto at = text.rfind('@'); at != text.npos) {
        target.user = text.substr(0, at);
        TRY(checkUserName(target.user));
        text.remove_prefix(at + 1);
    }
    std::string_view port;
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == text.npos || (end + 1 < text.size() && text[end + 1] != ':'))
            return fail(ErrorKind::Invalid, say("Core", "“{}” is no name of a host", text), say("Core", "An IPv6 address with a port is written [2001:db8::7]:22"));
        if (end + 1 < text.size())
            port = text.substr(end + 2);
        target.host = text.substr(1, end - 1);
        if (end + 1 < text.size())
            target.port = TRY(parsePort(port));
    } else if (const auto colon = text.find(':'); colon != text.npos && text.find(':', colon + 1) == text.npos) {
        target.host = text.substr(0, colon);
        target.port = TRY(parsePort(text.substr(colon + 1)));
    } else {
        target.host = text; // more than one colon: an IPv6 address
    }
    TRY(checkHostName(target.host));
    return target;
}

} // namespace timonier::remote

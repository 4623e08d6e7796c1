#include "remote/sudo_words.h"

#include "base/say.h"
#include "remote/host_words.h"

namespace timonier::remote {

Error sudoRefusal(std::string_view words, bool missing, unsigned asked, unsigned answered, const std::string &host, const std::string &user)
{
    const auto says = [&](std::string_view text) { return words.find(text) != words.npos; };
    const auto error = [&](ErrorKind kind, std::string message, std::string hint) {
        return Error{.kind = kind, .message = std::move(message), .hint = std::move(hint), .context = {{"host", host}, {"sudo", lastHostWords(words)}}};
    };
    if (missing)
        return error(ErrorKind::NotFound, say("Core", "{} has no sudo, and {} is not root", host, user), say("Core", "Sign in as root, or have sudo installed there: apt-get install sudo, and usermod -aG sudo {}", user));
    // plugins/sudoers (sudo 1.8 to 1.9): check.c, logging.c, sudoers.c, auth/sudo_auth.c; src/tgetpass.c.
    if (says("is not in the sudoers file") || says("is not allowed to run sudo") || says("is not allowed to execute") || says("may not run sudo"))
        return error(ErrorKind::Forbidden, say("Core", "{} may not become root on {}: sudo does not allow it", user, host), say("Core", "Have the user added to the group sudo (Debian, Ubuntu) or wheel (others) there, or sign in as another one"));
    if (says("must have a tty") || says("a terminal is required"))
        return error(ErrorKind::Forbidden, say("Core", "sudo on {} wants a terminal", host), say("Core", "Take “Defaults requiretty” out of /etc/sudoers there (visudo), or allow this user without: Defaults:{} !requiretty", user));
    if (says("account is locked") || says("account has expired") || says("account validation failure") || says("password expired") || says("Account or password is expired"))
        return error(ErrorKind::Forbidden, say("Core", "the account {} on {} is locked, or its password has expired", user, host), say("Core", "Sign in there with ssh once and change the password, or have the account unlocked"));
    if (says("incorrect password attempt") || says("Sorry, try again") || (asked > answered && answered > 0))
        return error(ErrorKind::Unauthorized, say("Core", "sudo on {} does not accept the password", host), say("Core", "It wants the password of {} there, which need not be the one of the key", user));
    if (asked > 0 || says("a password is required") || says("no password was provided"))
        return error(ErrorKind::Unauthorized, say("Core", "sudo on {} asks for a password, and there is none", host), say("Core", "Give the password of {} there, or allow it without: {} ALL=(ALL) NOPASSWD: ALL", user, user));
    const std::string line = lastHostWords(words);
    return error(ErrorKind::Process, line.empty() ? say("Core", "sudo on {} ended without a word", host) : say("Core", "sudo on {} failed: {}", host, line), say("Core", "Try it there by hand: sudo true"));
}

} // namespace timonier::remote

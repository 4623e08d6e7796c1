// A command as text for the other side, and its two streams taken apart again. Pure.
//
// Login shells greet, sshd complains of a missing home, sudo lectures: on both streams the command's own begins after a mark that nobody else knows. sudo's question
// has a mark too, so that the password is sent when sudo asks for it, and only then: where it does not ask, no password is left over for the command to read.
#pragma once

#include "base/result.h"
#include "remote/session.h"

#include <string>
#include <string_view>

namespace timonier::remote {

struct Marks {
    std::string start{};       // printed on both streams, on errors with the process's number and its locale
    std::string prompt{};      // what sudo asks with
    std::string missing{};     // printed where there is no sudo
};
// Anew for each command: 128 random bits.
Marks newMarks();

// For an exec request, whatever the login shell is. `locale`: what an earlier command has found there (CommandStreams::locale()); empty: it is looked for. Errors: Invalid (no program, a name that is none, a byte 0), TooLarge (over 100 kB: send it as input).
Result<std::string> commandLine(const HostCommand &command, const Marks &marks, std::string_view locale = {});

// Ends what `pid` (of the start mark) runs, and its whole process group: TERM, and KILL for what is still there a second later. For one more command.
std::vector<std::string> endGroup(int pid);

class CommandStreams
{
public:
    explicit CommandStreams(Marks marks) : m_marks(std::move(marks)) {}

    // What of the piece is the command's own.
    std::string out(std::string_view piece);
    std::string err(std::string_view piece);

    bool started() const { return m_errStarted; } // input may be sent
    int pid() const { return m_pid; }
    const std::string &locale() const { return m_locale; } // "C.UTF-8", or "C" where there is no such
    unsigned prompts() const { return m_prompts; } // how often sudo has asked
    bool sudoMissing() const { return m_missing; }
    // What was said on errors before the command began: sudo's words, without its questions. And on output: a shell that is none.
    std::string before() const { return m_errStarted ? m_before : m_before + m_heldErr; }
    std::string greeting() const { return m_outStarted ? m_greeting : m_greeting + m_heldOut; }

private:
    Marks m_marks;
    std::string m_greeting{}, m_before{};
    std::string m_heldOut{}, m_heldErr{};
    bool m_outStarted = false, m_errStarted = false, m_missing = false;
    int m_pid = 0;
    std::string m_locale{};
    unsigned m_prompts = 0;
};

} // namespace timonier::remote

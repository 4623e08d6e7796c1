#include "ctl/password.h"

#include "base/say.h"

#include <fmt/format.h>

#ifdef _WIN32
#include <windows.h>
#else
#include <termios.h>
#include <unistd.h>
#endif

#include <cstdio>

namespace timonier::ctl {

namespace {

// The terminal shows nothing of what is typed, as long as this lives.
class Unseen
{
public:
#ifdef _WIN32
    Unseen() : m_input(GetStdHandle(STD_INPUT_HANDLE))
    {
        m_terminal = GetConsoleMode(m_input, &m_before);
        if (m_terminal)
            SetConsoleMode(m_input, m_before & ~DWORD(ENABLE_ECHO_INPUT));
    }
    ~Unseen()
    {
        if (m_terminal)
            SetConsoleMode(m_input, m_before);
    }

private:
    HANDLE m_input;
    DWORD m_before = 0;
#else
    Unseen()
    {
        m_terminal = tcgetattr(STDIN_FILENO, &m_before) == 0;
        termios quiet = m_before;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (m_terminal)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    }
    ~Unseen()
    {
        if (m_terminal)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before);
    }

private:
    termios m_before{};
#endif
    bool m_terminal = false;

public:
    Unseen(const Unseen &) = delete;
    Unseen &operator=(const Unseen &) = delete;
    bool isTerminal() const { return m_terminal; }
};

} // namespace

Result<Secret> askPassword(const std::string &prompt)
{
    std::string line;
    line.reserve(4096); // no copy is left behind by growing
    {
        const Unseen unseen;
        if (unseen.isTerminal())
            fmt::print(stderr, "{}", prompt);
        for (int c = std::getchar(); c != EOF && c != '\n' && line.size() < 4000; c = std::getchar())
            if (c != '\r')
                line += static_cast<char>(c);
        if (unseen.isTerminal())
            fmt::print(stderr, "\n");
    }
    if (line.empty())
        return fail(ErrorKind::Invalid, say("Ctl", "no password was given"), say("Ctl", "Type it, or give it on the standard input."));
    return Secret(std::move(line));
}

} // namespace timonier::ctl

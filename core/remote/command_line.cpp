#include "remote/command_line.h"

#include "base/say.h"
#include "remote/quote.h"

#include <openssl/rand.h>

#include <algorithm>
#include <charconv>

namespace timonier::remote {

namespace {

constexpr std::size_t longest = 100u << 10; // one argument of a program has 128 kB on Linux (MAX_ARG_STRLEN)
constexpr std::size_t keptBefore = 16u << 10;

// The program's own surroundings, under the user's shell and again under sudo's, which takes most of them away.
// C.UTF-8 is missing on old systems; there, perl and bash would complain of it. sbin: what a person who is not root lacks.
std::string surroundings(std::string_view locale)
{
    return fmt::format("LC_ALL={}; export LC_ALL; {}unset LANGUAGE; PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH\n", locale.empty() ? "C.UTF-8" : locale,
                       locale.empty() ? "[ \"$(locale charmap 2>/dev/null)\" = UTF-8 ] || LC_ALL=C; " : "");
}

void keep(std::string &to, std::string_view text)
{
    to.append(text.substr(0, keptBefore - std::min(keptBefore, to.size())));
}

} // namespace

Marks newMarks()
{
    unsigned char bytes[16];
    RAND_bytes(bytes, sizeof bytes);
    std::string word;
    for (const unsigned char byte : bytes)
        word += {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
    return {.start = "timonier-" + word + "-begins", .prompt = "timonier-" + word + "-asks", .missing = "timonier-" + word + "-sudo"};
}

Result<std::string> commandLine(const HostCommand &command, const Marks &marks, std::string_view locale)
{
    if (command.arguments.empty() || command.arguments.front().empty() || command.arguments.front().starts_with('-'))
        return fail(ErrorKind::Invalid, say("Core", "a command without a program"));
    const std::string around = surroundings(locale == "C" || locale == "C.UTF-8" ? locale : std::string_view());
    std::string program = around;
    for (const auto &[name, value] : command.set) {
        if (!isVariableName(name))
            return fail(ErrorKind::Invalid, say("Core", "“{}” is no name of a variable", name));
        program += fmt::format("{0}={1}; export {0}\n", name, shellWord(value));
    }
    program += fmt::format("printf '%s %s %s\\n' {0} $$ $LC_ALL >&2 && printf '%s\\n' {0} && exec {1}", marks.start, shellWords(command.arguments));
    std::string script = std::move(program);
    if (command.root)
        script = fmt::format("{0}[ \"$(id -u)\" = 0 ] && exec /bin/sh -c {1}\n"
                             "command -v sudo >/dev/null 2>&1 || {{ printf '%s\\n' {2} >&2; exit 127; }}\n"
                             "exec sudo -S -p {3} -- /bin/sh -c {1}",
                             around, shellWord(script), marks.missing, marks.prompt);
    if (script.find('\0') != script.npos)
        return fail(ErrorKind::Invalid, say("Core", "an argument holds a byte 0, which no command can be given"));
    script = loginShellCommand(script);
    if (script.size() > longest)
        return fail(ErrorKind::TooLarge, say("Core", "a command of {} kB is too long for the host's shell", script.size() / 1024), say("Core", "Long texts go over its standard input"));
    return script;
}

std::vector<std::string> endGroup(int pid)
{
    // The group is looked up first (proc_pid_stat(5): the third field after the name, which may hold anything): pid may not lead it. dash takes
    // groups only with "-s NAME --".
    return {"sh", "-c",
            "g=$(sed 's/.*) //' /proc/$1/stat 2>/dev/null | cut -d' ' -f3); [ \"$g\" -gt 1 ] 2>/dev/null || exit 0\n"
            "left() { cat /proc/[0-9]*/stat 2>/dev/null | sed 's/.*) //' | grep -q \"^[^ZX] [0-9]* $g \"; }\n" // zombies end when somebody looks after them
            "kill -s TERM -- -$g; i=0; while left; do i=$((i+1)); [ $i -gt 8 ] && { kill -s KILL -- -$g; break; }; sleep 0.1 2>/dev/null || { sleep 1; i=8; }; done",
            "sh", std::to_string(pid)};
}

std::string CommandStreams::out(std::string_view piece)
{
    if (m_outStarted)
        return std::string(piece);
    m_heldOut.append(piece);
    const std::string mark = m_marks.start + '\n';
    const auto at = m_heldOut.find(mark);
    if (at == m_heldOut.npos) {
        // All but what may be the beginning of the mark.
        const std::size_t sure = m_heldOut.size() - std::min(m_heldOut.size(), mark.size() - 1);
        keep(m_greeting, std::string_view(m_heldOut).substr(0, sure));
        m_heldOut.erase(0, sure);
        return {};
    }
    keep(m_greeting, std::string_view(m_heldOut).substr(0, at));
    m_outStarted = true;
    std::string own = m_heldOut.substr(at + mark.size());
    m_heldOut.clear();
    return own;
}

std::string CommandStreams::err(std::string_view piece)
{
    if (m_errStarted)
        return std::string(piece);
    m_heldErr.append(piece);
    while (true) {
        const auto start = m_heldErr.find(m_marks.start);
        const auto prompt = m_heldErr.find(m_marks.prompt);
        const auto missing = m_heldErr.find(m_marks.missing);
        const auto first = std::min({start, prompt, missing});
        if (first == m_heldErr.npos) {
            const std::size_t sure = m_heldErr.size() - std::min(m_heldErr.size(), m_marks.start.size());
            keep(m_before, std::string_view(m_heldErr).substr(0, sure));
            m_heldErr.erase(0, sure);
            return {};
        }
        if (first == start) {
            const auto end = m_heldErr.find('\n', start);
            if (end == m_heldErr.npos)
                return {};
            keep(m_before, std::string_view(m_heldErr).substr(0, start));
            const auto number = std::from_chars(m_heldErr.data() + start + m_marks.start.size() + 1, m_heldErr.data() + end, m_pid);
            if (number.ptr < m_heldErr.data() + end)
                m_locale = std::string_view(number.ptr + 1, m_heldErr.data() + end);
            m_errStarted = true;
            std::string own = m_heldErr.substr(end + 1);
            m_heldErr.clear();
            return own;
        }
        keep(m_before, std::string_view(m_heldErr).substr(0, first));
        m_prompts += first == prompt;
        m_missing = m_missing || first == missing;
        m_heldErr.erase(0, first + (first == prompt ? m_marks.prompt.size() : m_marks.missing.size()));
    }
}

} // namespace timonier::remote

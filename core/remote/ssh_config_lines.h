// The lines of ssh_config files that hold for one host. Plain; one thread at a time.
#pragma once

#include "remote/ssh_config.h"

#include <map>

namespace timonier::remote {

// A wildcard pattern of ssh_config(5) and sshd(8): "*" and "?"; letters count as written.
bool matchesPattern(std::string_view text, std::string_view pattern);
// "a,*.b,!c.b": one of them, and none that is negated.
bool matchesPatternList(std::string_view text, std::string_view list);
// A line's words, with its quotes taken off; nothing where a quote is left open.
std::optional<std::vector<std::string>> configWords(std::string_view line);

class ConfigLines
{
public:
    ConfigLines(const Target &target, const Surroundings &surroundings) : m_target(target), m_surroundings(surroundings) {}
    // `folder`: what a relative Include means (~/.ssh, /etc/ssh). A file that is not there says nothing. Errors: Invalid, with "file" and "line".
    Result<> read(const std::string &path, const std::string &folder, unsigned depth = 0);

    // The first that was said, as ssh has it; "" where nothing was. Keywords in small letters.
    std::string first(const std::string &keyword) const;
    std::vector<std::string> words(const std::string &keyword) const; // of the first line that said it
    const std::vector<std::string> &identities() const { return m_identities; } // of all lines

private:
    Result<bool> matches(const std::vector<std::string> &words) const;

    const Target &m_target;
    const Surroundings &m_surroundings;
    bool m_active = true;
    std::map<std::string, std::vector<std::string>> m_values{};
    std::vector<std::string> m_identities{};
};

} // namespace timonier::remote

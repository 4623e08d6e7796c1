#include "remote/ssh_config_lines.h"

#include "base/say.h"
#include "remote/host_words.h"

#include <algorithm>

namespace timonier::remote {

namespace {

constexpr unsigned deepestInclude = 16; // as OpenSSH

} // namespace

bool matchesPattern(std::string_view text, std::string_view pattern)
{
    // Greedy with one step back: linear enough for a hostile file.
    std::size_t t = 0, p = 0, star = pattern.npos, from = 0;
    while (t < text.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || (pattern[p] != '*' && pattern[p] == text[t]))) {
            ++t, ++p;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            from = t;
        } else if (star != pattern.npos) {
            p = star + 1;
            t = ++from;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

bool matchesPatternList(std::string_view text, std::string_view list)
{
    bool found = false;
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        std::string_view pattern = list.substr(0, comma);
        list.remove_prefix(std::min(comma + 1, list.size()));
        const bool negated = pattern.starts_with('!');
        if (negated)
            pattern.remove_prefix(1);
        if (!matchesPattern(text, pattern))
            continue;
        if (negated)
            return false;
        found = true;
    }
    return found;
}

std::optional<std::vector<std::string>> configWords(std::string_view line)
{
    std::vector<std::string> words;
    std::size_t at = 0;
    bool keyword = true;
    const auto isBlank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f'; };
    while (true) {
        while (at < line.size() && isBlank(line[at]))
            ++at;
        // One "=" may stand between a keyword and what it is set to.
        if (words.size() == 1 && keyword && at < line.size() && line[at] == '=') {
            keyword = false;
            ++at;
            continue;
        }
        if (at >= line.size() || line[at] == '#')
            return words;
        std::string word;
        if (line[at] == '"') {
            const auto end = line.find('"', at + 1);
            if (end == line.npos)
                return std::nullopt;
            word = line.substr(at + 1, end - at - 1);
            at = end + 1;
        } else {
            while (at < line.size() && !isBlank(line[at]) && !(words.empty() && line[at] == '='))
                word += line[at++];
        }
        words.push_back(std::move(word));
    }
}

Result<> ConfigLines::read(const std::string &path, const std::string &folder, unsigned depth)
{
    const auto text = m_surroundings.file(path);
    if (!text)
        return {};
    if (depth > deepestInclude)
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = say("Core", "{} includes itself, over other files", path), .context = {{"file", path}}});
    unsigned number = 0;
    const bool outer = m_active; // an included file's Host holds to its end, not beyond
    for (std::string_view rest = *text; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        ++number;
        const auto wrong = [&](std::string message) { return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = std::move(message), .context = {{"file", path}, {"line", std::to_string(number)}}}); };
        auto words = configWords(line);
        if (!words)
            return wrong(say("Core", "a quote is not closed"));
        if (words->empty())
            continue;
        const std::string keyword = lowered(words->front());
        words->erase(words->begin());
        if (keyword == "host") {
            m_active = outer;
            if (m_active) {
                std::string list;
                for (const std::string &pattern : *words)
                    list += (list.empty() ? "" : ",") + pattern;
                m_active = matchesPatternList(m_target.host, list);
            }
        } else if (keyword == "match") {
            m_active = outer;
            auto is = matches(*words);
            if (!is)
                return wrong(is.error().message);
            m_active = m_active && *is;
        } else if (!m_active || words->empty()) {
            continue;
        } else if (keyword == "include") {
            for (const std::string &pattern : *words) {
                const std::string whole = pattern.starts_with('/') ? pattern : pattern.starts_with("~/") ? m_surroundings.home + pattern.substr(1) : folder + '/' + pattern;
                for (const std::string &file : m_surroundings.glob(whole))
                    TRY(read(file, folder, depth + 1));
            }
        } else if (keyword == "identityfile") {
            m_identities.push_back(words->front());
        } else if (keyword == "proxycommand") {
            // The rest of the line, quotes and all: a shell reads it.
            const auto at = line.find_first_not_of(" \t=", line.find_first_of(" \t=", line.find_first_not_of(" \t")));
            if (!m_values.contains("proxyjump")) // whichever comes first
                m_values.try_emplace(keyword, std::vector{std::string(line.substr(at, line.find_last_not_of(" \t\r") + 1 - at))});
        } else if (keyword != "proxyjump" || !m_values.contains("proxycommand")) {
            m_values.try_emplace(keyword, std::move(*words));
        }
    }
    m_active = outer;
    return {};
}

Result<bool> ConfigLines::matches(const std::vector<std::string> &words) const
{
    const std::string host = first("hostname").empty() ? m_target.host : first("hostname");
    const std::string user = !m_target.user.empty() ? m_target.user : first("user").empty() ? m_surroundings.localUser : first("user");
    bool all = true;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string criterion = lowered(words[i]);
        const bool negated = criterion.starts_with('!');
        if (negated)
            criterion.erase(0, 1);
        if (criterion == "all")
            continue;
        if (criterion == "canonical" || criterion == "final") { // a second reading, which we do not make
            all = all && negated;
            continue;
        }
        if (++i >= words.size())
            return fail(ErrorKind::Invalid, say("Core", "“Match {}” needs a value", criterion));
        bool is = false;
        if (criterion == "host")
            is = matchesPatternList(lowered(host), words[i]);
        else if (criterion == "originalhost")
            is = matchesPatternList(m_target.host, words[i]);
        else if (criterion == "user")
            is = matchesPatternList(user, words[i]);
        else if (criterion == "localuser")
            is = matchesPatternList(m_surroundings.localUser, words[i]);
        else // exec, and what newer versions know: neither it nor its opposite holds
            return false;
        all = all && is != negated;
    }
    return all;
}

std::string ConfigLines::first(const std::string &keyword) const
{
    const auto it = m_values.find(keyword);
    return it == m_values.end() ? std::string() : it->second.front();
}

std::vector<std::string> ConfigLines::words(const std::string &keyword) const
{
    const auto it = m_values.find(keyword);
    return it == m_values.end() ? std::vector<std::string>() : it->second;
}

} // namespace timonier::remote

#include "plan/output.h"

#include "base/redact.h"
#include "base/say.h"

#include <utility>

namespace timonier::plan {

namespace {

// Without the sequences that colour a terminal, and other control characters.
std::string plainText(std::string_view line)
{
    std::string plain;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\x1b' && i + 1 < line.size() && line[i + 1] == '[') {
            for (i += 2; i < line.size() && (line[i] < '@' || line[i] > '~');)
                ++i;
        } else if (line[i] == '\t' || static_cast<unsigned char>(line[i]) >= ' ') {
            plain += line[i];
        }
    }
    return plain;
}

} // namespace

void OutputLines::add(std::string_view piece)
{
    for (const char c : piece) {
        if (c == '\n' || c == '\r') // a line that a tool writes over is a line to us
            endLine();
        else if (m_open.size() < lineLimit)
            m_open += c;
    }
}

void OutputLines::endLine()
{
    std::string line = std::exchange(m_open, {});
    if (line.empty())
        return;
    // A key is many lines, none of which looks like a secret by itself.
    const bool begins = line.find("-----BEGIN") != std::string::npos && line.find("PRIVATE KEY") != std::string::npos;
    const bool ends = line.find("-----END") != std::string::npos;
    const bool inside = m_inKey;
    m_inKey = (inside || begins) && !ends;
    if (inside)
        return;
    m_lines.push_back(begins ? "[redacted]" : std::move(line));
    if (m_lines.size() >= 2 * linesWaiting) { // not at every line
        m_dropped += m_lines.size() - linesWaiting;
        m_lines.erase(m_lines.begin(), m_lines.end() - linesWaiting);
    }
}

std::vector<std::string> OutputLines::take(bool last)
{
    if (last)
        endLine();
    std::vector<std::string> lines = std::exchange(m_lines, {});
    if (lines.size() > linesWaiting) {
        m_dropped += lines.size() - linesWaiting;
        lines.erase(lines.begin(), lines.end() - linesWaiting);
    }
    for (std::string &line : lines)
        line = redact(plainText(line));
    if (const std::size_t dropped = std::exchange(m_dropped, 0))
        lines.insert(lines.begin(), say("Core", "… {} lines were left out here", dropped));
    return lines;
}

} // namespace timonier::plan

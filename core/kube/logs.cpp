#include "kube/logs.h"

#include "base/pause.h"
#include "kube/fetch.h"
#include "kube/scope.h"

#include <algorithm>

namespace timonier {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t longestLine = 16u << 20; // a line without an end must not fill the memory

// Orders two stamps of one node ("2026-11-22T07:30:00.12Z"; the fraction has no trailing zeros, so text order fails).
std::strong_ordering compareStamps(std::string_view a, std::string_view b)
{
    if (const auto seconds = a.substr(0, 19) <=> b.substr(0, 19); seconds != 0)
        return seconds;
    const auto digit = [](std::string_view stamp, std::size_t i) {
        return i < stamp.size() && stamp[i] >= '0' && stamp[i] <= '9' ? stamp[i] : '\0';
    };
    for (std::size_t i = 20; digit(a, i) || digit(b, i); ++i) {
        const char left = digit(a, i) ? digit(a, i) : '0';
        const char right = digit(b, i) ? digit(b, i) : '0';
        if (left != right)
            return left <=> right;
        if ((!digit(a, i) && !digit(b, i + 1)) || (!digit(b, i) && !digit(a, i + 1)))
            break;
    }
    return std::strong_ordering::equal;
}

// Splits what arrives into lines, and after a reconnect leaves out those that were there already. A stamp is
// "2026-11-22T07:30:00.123456789Z ", and always asked for: without it a line could not be recognised.
class Lines
{
public:
    Lines(bool keepStamp, const std::function<void(std::string_view)> &line) : m_keepStamp(keepStamp), m_line(line) {}

    void feed(std::string_view bytes)
    {
        std::size_t end = 0;
        while ((end = bytes.find('\n')) != std::string_view::npos) {
            if (m_rest.empty()) {
                take(bytes.substr(0, end));
            } else {
                m_rest.append(bytes.substr(0, end));
                take(m_rest);
                m_rest.clear();
            }
            bytes.remove_prefix(end + 1);
        }
        if (m_rest.size() < longestLine)
            m_rest.append(bytes.substr(0, longestLine - m_rest.size()));
    }
    void finish()
    {
        if (!m_rest.empty())
            take(m_rest);
        m_rest.clear();
    }
    // The next stream begins at lastStamp(): what bears a stamp up to it has been seen, as often as it was seen.
    void reconnected()
    {
        m_rest.clear();
        m_seen = m_sameStamp;
        m_resumeAt = m_lastStamp;
    }
    const std::string &lastStamp() const { return m_lastStamp; }

private:
    void take(std::string_view line)
    {
        const std::size_t space = line.find(' ');
        const bool stamped = space != std::string_view::npos && space >= 20 && line[4] == '-' && line[10] == 'T';
        if (stamped) {
            const std::string_view stamp = line.substr(0, space);
            if (!m_resumeAt.empty()) {
                const auto order = compareStamps(stamp, m_resumeAt);
                if (order < 0 || (order == 0 && m_seen > 0)) {
                    m_seen -= order == 0 ? 1 : 0;
                    return;
                }
                m_resumeAt.clear();
            }
            m_sameStamp = stamp == m_lastStamp ? m_sameStamp + 1 : 1;
            m_lastStamp = stamp;
            if (!m_keepStamp)
                line.remove_prefix(space + 1);
        }
        m_line(line);
    }

    const bool m_keepStamp;
    const std::function<void(std::string_view)> &m_line;
    std::string m_rest;
    std::string m_lastStamp;
    std::string m_resumeAt;
    int m_sameStamp = 0;
    int m_seen = 0;
};

bool mayHeal(ErrorKind kind)
{
    return kind == ErrorKind::Unreachable || kind == ErrorKind::Timeout || kind == ErrorKind::Server ||
           kind == ErrorKind::Throttled || kind == ErrorKind::Protocol;
}

} // namespace

std::string logPath(const LogOptions &options)
{
    std::string path = "/api/v1/namespaces/" + percentEncoded(options.ns) + "/pods/" + percentEncoded(options.pod) +
                       "/log?timestamps=true";
    if (!options.container.empty())
        path += "&container=" + percentEncoded(options.container);
    if (options.follow)
        path += "&follow=true";
    if (options.previous)
        path += "&previous=true";
    if (options.since)
        path += "&sinceSeconds=" + std::to_string(std::max<std::int64_t>(1, options.since->count()));
    if (options.tail)
        path += "&tailLines=" + std::to_string(*options.tail);
    return path;
}

Result<> readLog(Transport &transport, const LogOptions &options, std::stop_token stop,
                 const std::function<void(std::string_view line)> &line,
                 const std::function<void(const Error &)> &interrupted)
{
    Lines lines(options.timestamps, line);
    std::string path = logPath(options);
    std::chrono::milliseconds delay = 500ms;
    bool begun = false;
    while (true) {
        const auto ended = stream(transport,
                                  {.path = path,
                                   .accept = "*/*", // text/plain alone is refused by a server that answers with a Status
                                   .stall = options.follow ? 0ms : 30'000ms},
                                  stop, [&](std::string_view bytes) -> Result<> {
                                      begun = true;
                                      delay = 500ms;
                                      lines.feed(bytes);
                                      return {};
                                  });
        if (ended) {
            lines.finish();
            return {};
        }
        // A log that never began, and one that is not followed, is not worth waiting for: say why at once.
        if (stop.stop_requested() || !options.follow || !begun || !mayHeal(ended.error().kind))
            return std::unexpected(ended.error());
        if (interrupted)
            interrupted(ended.error());
        if (!pause(delay, stop))
            return fail(ErrorKind::Cancelled, "stopped");
        delay = std::min<std::chrono::milliseconds>(delay * 2, 30s);
        LogOptions again = options;
        again.tail.reset();
        again.since.reset();
        lines.reconnected();
        path = logPath(again);
        if (!lines.lastStamp().empty())
            path += "&sinceTime=" + percentEncoded(lines.lastStamp());
    }
}

} // namespace timonier

#include "base/log.h"

#include "base/redact.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace timonier {

LogLevel logLevel(std::string_view word)
{
    if (word == "debug")
        return LogLevel::Debug;
    if (word == "info")
        return LogLevel::Info;
    return word == "error" ? LogLevel::Error : LogLevel::Warning;
}

bool logs(LogLevel level)
{
    static const LogLevel least = [] {
        const char *word = std::getenv("TIMONIER_LOG");
        return logLevel(word ? word : "");
    }();
    return level >= least;
}

void log(LogLevel level, std::string_view message)
{
    if (!logs(level))
        return;
    static constexpr const char *names[] = {"debug", "info", "warning", "error"};
    std::string line = redact(message);
    for (char &c : line) // a line of somebody else's must not look like one of ours
        if (static_cast<unsigned char>(c) < 0x20)
            c = ' ';
    line = fmt::format("timonier: {}: {}\n", names[static_cast<int>(level)], line);
    std::fwrite(line.data(), 1, line.size(), stderr); // one write: lines of several threads do not mix
}

} // namespace timonier

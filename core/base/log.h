// One line on stderr for those who maintain or report: redacted, and only from the level of TIMONIER_LOG on (debug, info,
// warning, error; warning when unset). What a person must know is an Error, not a log line. Any thread.
#pragma once

#include <string_view>

namespace timonier {

enum class LogLevel { Debug, Info, Warning, Error };

// The level a word means; Warning for a word that is none.
LogLevel logLevel(std::string_view word);
bool logs(LogLevel level);
void log(LogLevel level, std::string_view message);

} // namespace timonier

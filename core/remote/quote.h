// The only place where words become text for a shell of somebody else's machine. Pure; fuzzed against a real /bin/sh.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace timonier::remote {

// One word of a POSIX shell (XCU 2.2.2: single quotes), whatever bytes are in it but NUL, which no argument can hold.
std::string shellWord(std::string_view word);
// Several, with blanks between.
std::string shellWords(std::span<const std::string> words);

// `script`, of /bin/sh, as a command line that every login shell hands on unchanged: sh, bash, zsh, fish, csh, tcsh. What any of them reads
// differently (quotes, backslashes, $, !, %, line ends, bytes beyond ASCII) travels as octal numbers in a printf that /bin/sh itself takes apart.
std::string loginShellCommand(std::string_view script);

// A name that may be assigned to: letters, digits, underscores (XBD 8.1).
bool isVariableName(std::string_view name);

} // namespace timonier::remote

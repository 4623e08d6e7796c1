// What a host, its tools and its keepers say, made fit to be shown and logged. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace timonier::remote {

// Without secrets (redact()) and without control characters, which could move a terminal's cursor; blanks in place of line ends and several blanks; at most `most` bytes.
std::string hostWords(std::string_view text, std::size_t most = 400);
// The last line that is not blank, the same way: a tool's verdict, behind what it said before.
std::string lastHostWords(std::string_view text);
// In small letters, as far as they are ASCII.
std::string lowered(std::string_view text);

} // namespace timonier::remote

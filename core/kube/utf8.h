// UTF-8 that comes from others. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace timonier {

// Appends a code point; U+FFFD for what is none (negative, a lone surrogate, beyond U+10FFFF).
void appendUtf8(std::string &out, int point);
// The text with each byte that is not part of valid UTF-8 replaced by U+FFFD, and each control character by a space:
// JSON allows neither, and both have been seen in annotations and in the messages of broken container runtimes.
std::string mendedUtf8(std::string_view text);

} // namespace timonier

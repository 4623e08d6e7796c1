// Two texts compared line by line, as `diff -u` writes it. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

namespace timonier {

// Empty where they are the same. Myers' shortest edit script (1986); `context`: lines around each change. A missing line feed at
// the end is no difference.
std::string unifiedDiff(std::string_view before, std::string_view after, std::string_view beforeName, std::string_view afterName, int context = 3);

} // namespace timonier

// What was probably meant by a name that is not there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace timonier {

// The name most like `wanted`; empty if none is like it. Case, "-", "_" and a few letters may differ.
std::string nearestName(std::string_view wanted, const std::vector<std::string> &names);

} // namespace timonier

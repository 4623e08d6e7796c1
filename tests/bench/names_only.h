// The yardstick of bench_decode: a warm simdjson on-demand walk over a whole LIST that reads metadata.name and nothing
// else. The body is included once for each instruction set.
#pragma once

#include <cstddef>
#include <string_view>

// Bytes of all names; `padded` has simdjson's padding behind it. One parser for all calls, so that only the first allocates.
std::size_t namesOnly(std::string_view padded);
std::size_t namesOnlyBaseline(std::string_view padded);
std::size_t namesOnlyAvx2(std::string_view padded);

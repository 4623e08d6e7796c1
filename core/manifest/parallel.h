// The same call for many things, some at a time, from code that blocks.
#pragma once

#include <cstddef>
#include <functional>

namespace timonier {

// Calls `each` with 0 … count-1 on up to `threads` threads, in that order of beginning; returns when all have ended.
void inParallel(std::size_t count, int threads, const std::function<void(std::size_t)> &each);

} // namespace timonier

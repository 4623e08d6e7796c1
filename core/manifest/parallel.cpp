#include "manifest/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace timonier {

void inParallel(std::size_t count, int threads, const std::function<void(std::size_t)> &each)
{
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> running;
    for (std::size_t t = 0; t < std::min(count, static_cast<std::size_t>(threads)); ++t)
        running.emplace_back([&] {
            for (std::size_t i = next++; i < count; i = next++)
                each(i);
        });
}

} // namespace timonier

// Several short questions asked at the same time, each on a thread of its own. Blocking.
#pragma once

#include <map>
#include <string>
#include <thread>
#include <vector>

namespace timonier {

// What `one(name)` returns, for each name. For a dozen, not for hundreds.
template <class One>
auto eachAtOnce(const std::vector<std::string> &names, const One &one)
{
    std::map<std::string, decltype(one(std::string()))> answers;
    for (const std::string &name : names)
        answers[name]; // made before the threads: each then writes to its own place
    {
        std::vector<std::jthread> threads;
        for (auto &[name, answer] : answers)
            threads.emplace_back([&one, &name, &answer] { answer = one(name); });
    }
    return answers;
}

} // namespace timonier

// A line of a file or of a command's output, as its words. Pure.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace timonier::remote {

// What stands between blanks and tabs; they are parts of `line`. A "\r" before an end of line goes with it.
inline std::vector<std::string_view> wordsOf(std::string_view line)
{
    std::vector<std::string_view> words;
    while (true) {
        const auto begin = line.find_first_not_of(" \t\r");
        if (begin == line.npos)
            return words;
        const auto end = std::min(line.find_first_of(" \t\r", begin), line.size());
        words.push_back(line.substr(begin, end - begin));
        line.remove_prefix(end);
    }
}

} // namespace timonier::remote

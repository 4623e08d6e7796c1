// What a tool prints, in pieces, as lines that may be kept: cut, without colours, with no secret in them. One thread at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::plan {

class OutputLines
{
public:
    void add(std::string_view piece);
    // The lines that are complete, of many the last ones, with a word on what was left out. `last`: what stands in the unfinished line
    // as well.
    std::vector<std::string> take(bool last);

private:
    void endLine();

    std::string m_open{};             // the line that is not ended, as far as it is kept
    std::vector<std::string> m_lines{};
    std::size_t m_dropped = 0;
    bool m_inKey = false;             // between BEGIN and END of a private key
};

inline constexpr std::size_t lineLimit = 4096;      // bytes of a line that are kept
inline constexpr std::size_t linesWaiting = 2000;   // until somebody takes them

} // namespace timonier::plan

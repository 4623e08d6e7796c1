// Sixty-four bytes of JSON at a time: where brackets open and close outside of strings. What the framer of a LIST runs
// on; several GB/s, so that looking at each byte twice (here, and in simdjson) costs little. Pure; one per stream.
#pragma once

#include <cstddef>
#include <cstdint>

namespace timonier {

class JsonScan
{
public:
    static constexpr std::size_t block = 64;

    // Brackets of one block, a bit for each byte.
    struct Brackets {
        std::uint64_t open = 0;
        std::uint64_t close = 0;
    };

    // Reads the blocks between `from` and `to` (a multiple of 64 apart), passing over those whose closing brackets are
    // fewer than `depth`, which it keeps up to date. Stops behind the first that might bring the depth to 0 and gives its
    // brackets, which are not counted yet. Returns where it stopped; `found`: it was for such a block.
    const char *pass(const char *from, const char *to, std::int64_t &depth, Brackets &brackets, bool &found);
    // The blocks read so far end inside a string.
    bool inString() const { return m_state.inString != 0; }

    struct State {
        std::uint64_t inString = 0; // all ones: the next block begins inside a string
        std::uint64_t escaped = 0;  // 1: the first byte of the next block is escaped
    };

private:
    State m_state;
};

} // namespace timonier

// Text that comes in pieces, as lines: of a child process, a log. Plain; one thread at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier {

class LineCutter
{
public:
    // `limit`: bytes of a line that are kept; what is longer is handed over cut, once, and not `whole`.
    using Line = std::function<void(std::string_view line, bool whole)>;
    explicit LineCutter(Line line, std::size_t limit = std::size_t{1} << 20) : m_line(std::move(line)), m_limit(limit) {}

    // "\n", "\r\n" and a lone "\r" (a progress bar that draws over itself) end a line; none is in what is handed over.
    void add(std::string_view piece);
    // The last line, where no end came.
    void end();

private:
    void finish();

    const Line m_line;
    const std::size_t m_limit;
    std::string m_open{};
    bool m_whole = true;
    bool m_afterReturn = false;
};

// What stands between two of `by`, without what is empty; of a whole text, in order. "\r" before an end of line goes with it.
std::vector<std::string> partsOf(std::string_view text, std::string_view by);
inline std::vector<std::string> linesOf(std::string_view text) { return partsOf(text, "\n"); }

} // namespace timonier

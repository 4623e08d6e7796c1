#include "ctl/fetch_printer.h"

#include "base/say.h"

namespace timonier::ctl {

ToolProgress fetchPrinter()
{
    return [last = std::uint64_t(0), begun = false](const std::string &tool, std::uint64_t received, std::optional<std::uint64_t> total) mutable {
        if (!std::exchange(begun, true))
            fmt::print(stderr, "  {}\n", say("Ctl", "{} is not on this computer, or too old: it is fetched", tool));
        if (const std::uint64_t tenth = total && *total ? received * 10 / *total : 0; tenth > last) {
            last = tenth;
            fmt::print(stderr, "  {}\n", say("Ctl", "{}: {} % of {} MB", tool, tenth * 10, (*total + (1u << 19)) >> 20));
        }
    };
}

} // namespace timonier::ctl

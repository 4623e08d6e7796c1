#include "kube/timestamp.h"

#include <chrono>

namespace timonier {

std::int64_t unixSeconds(std::string_view text)
{
    bool good = text.size() >= 20 && text[4] == '-' && text[7] == '-' && (text[10] | 0x20) == 't' && text[13] == ':'
        && text[16] == ':';
    if (!good)
        return 0;
    const auto digits = [&](std::size_t from, std::size_t count) {
        int value = 0;
        for (std::size_t i = from; i < from + count; ++i) {
            good = good && i < text.size() && text[i] >= '0' && text[i] <= '9';
            value = good ? value * 10 + (text[i] - '0') : 0;
        }
        return value;
    };
    using namespace std::chrono;
    const year_month_day date{year(digits(0, 4)), month(static_cast<unsigned>(digits(5, 2))),
                              day(static_cast<unsigned>(digits(8, 2)))};
    const std::int64_t inDay = digits(11, 2) * 3600 + digits(14, 2) * 60 + digits(17, 2);
    std::size_t zone = 19;
    if (text[zone] == '.') {
        do
            ++zone;
        while (zone < text.size() && text[zone] >= '0' && text[zone] <= '9');
    }
    if (zone >= text.size())
        return 0;
    std::int64_t offset = 0;
    if (text[zone] == '+' || text[zone] == '-') {
        if (text.size() != zone + 6)
            return 0;
        offset = digits(zone + 1, 2) * 3600 + digits(zone + 4, 2) * 60;
        if (text[zone] == '-')
            offset = -offset;
    } else if ((text[zone] | 0x20) != 'z' || text.size() != zone + 1) {
        return 0;
    }
    if (!good || !date.ok() || inDay > 86'400)
        return 0;
    return sys_days(date).time_since_epoch().count() * std::int64_t{86'400} + inDay - offset;
}

} // namespace timonier

#include "ui/models/column_widths.h"

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace timonier {

namespace {

constexpr int shortText = 110; // is not cut while there is another way

} // namespace

std::vector<int> shareWidth(const std::vector<ColumnNeed> &needs, int room)
{
    const std::size_t count = needs.size();
    std::vector<int> widths(count, 0);
    for (std::size_t i = 0; i < count; ++i)
        widths[i] = needs[i].natural;
    const auto over = [&] { return std::reduce(widths.begin(), widths.end()) - room; };
    // Each gives way in proportion to what it can, down to floor(i).
    const auto giveWay = [&](auto floor) {
        int can = 0;
        std::vector<int> part(count, 0);
        for (std::size_t i = 0; i < count; ++i) {
            part[i] = std::max(0, widths[i] - floor(i));
            can += part[i];
        }
        int take = std::clamp(over(), 0, can), left = can;
        for (std::size_t i = 0; i < count && take > 0; ++i) {
            if (part[i] == 0)
                continue;
            const int now = static_cast<int>(static_cast<std::int64_t>(take) * part[i] / left);
            left -= part[i];
            widths[i] -= now;
            take -= now;
        }
    };
    const auto least = [&](std::size_t i) { return needs[i].elastic ? std::min(needs[i].least, needs[i].natural) : needs[i].natural; };
    // No text is cut below the length of a short one, the name not by more than a third, and none below the next longer: a list of
    // forty ports does not cost an address its end.
    const auto giveWayFromTheLongest = [&] {
        const auto atLevel = [&](std::size_t i, int level) {
            const int floor = std::max(least(i), i == 0 ? needs[i].natural * 2 / 3 : std::min(shortText, needs[i].natural));
            return std::min(widths[i], needs[i].elastic ? std::max(level, floor) : widths[i]);
        };
        if (over() <= 0)
            return;
        int low = 0, high = *std::ranges::max_element(widths); // the highest level at which all of them fit
        while (low < high) {
            const int level = (low + high + 1) / 2;
            int sum = 0;
            for (std::size_t i = 0; i < count; ++i)
                sum += atLevel(i, level);
            if (sum <= room)
                low = level;
            else
                high = level - 1;
        }
        for (std::size_t i = 0; i < count; ++i)
            widths[i] = atLevel(i, low);
    };

    // Nothing else is cut so that a spare column fits.
    int needed = 0;
    for (std::size_t i = 0; i < count; ++i)
        needed += needs[i].spare ? least(i) : needs[i].natural;
    for (std::size_t i = count; i-- > 0 && needed > room;) {
        if (!needs[i].spare)
            continue;
        needed -= least(i);
        widths[i] = 0;
    }
    giveWay([&](std::size_t i) { return needs[i].spare ? least(i) : widths[i]; });
    giveWayFromTheLongest();
    for (std::size_t i = count; i-- > 0 && over() > 0;)
        widths[i] -= widths[i] > 0 ? needs[i].picture : 0;
    giveWay([&](std::size_t i) { return needs[i].elastic ? least(i) : widths[i]; });

    int spare = -over(), texts = 0;
    for (std::size_t i = 0; i < count; ++i)
        texts += needs[i].elastic ? widths[i] : 0;
    for (std::size_t i = 0; i < count && spare > 0; ++i) {
        if (!needs[i].elastic || widths[i] == 0)
            continue;
        const int more = static_cast<int>(static_cast<std::int64_t>(spare) * widths[i] / texts);
        texts -= widths[i];
        widths[i] += more;
        spare -= more;
    }
    return widths;
}

} // namespace timonier

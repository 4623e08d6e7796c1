#include "strategy/columns.h"

#include <algorithm>

namespace timonier::strategy {

std::vector<Column> columnsOf(const Course &course, const TimeScale &scale, int count)
{
    std::vector<Column> columns;
    columns.reserve(static_cast<std::size_t>(std::max(count, 0)));
    std::size_t next = 0;
    Moment now = course.moments.front();
    for (int i = 0; i < count; ++i) {
        const Time until = i + 1 == count ? scale.end() : scale.at(static_cast<double>(i + 1) / count);
        Column column{now, now.serving, now.failing, now.pods()};
        for (bool first = true; next < course.moments.size() && course.moments[next].at <= until; ++next, first = false) {
            now = course.moments[next];
            if (first && now.at <= Time(0))
                column = {now, now.serving, now.failing, now.pods()};
            column.leastServing = std::min(column.leastServing, now.serving);
            column.mostFailing = std::max(column.mostFailing, now.failing);
            column.mostPods = std::max(column.mostPods, now.pods());
        }
        column.last = now;
        columns.push_back(column);
    }
    return columns;
}

} // namespace timonier::strategy

#include "kube/format.h"

#include <algorithm>

#include <fmt/format.h>

namespace timonier {

namespace {

// "7d23h", and "7d" when the smaller part is nothing.
std::string twoParts(std::int64_t big, char bigUnit, std::int64_t small, char smallUnit)
{
    return small == 0 ? fmt::format("{}{}", big, bigUnit) : fmt::format("{}{}{}{}", big, bigUnit, small, smallUnit);
}

} // namespace

std::string humanDuration(std::chrono::milliseconds duration)
{
    // Towards zero, as Go's int(d.Seconds()).
    const std::int64_t seconds = duration.count() / 1000;
    if (seconds < -1)
        return "<invalid>";
    if (seconds < 0)
        return "0s";
    if (seconds < 120)
        return fmt::format("{}s", seconds);
    const std::int64_t minutes = seconds / 60;
    if (minutes < 10)
        return twoParts(minutes, 'm', seconds % 60, 's');
    if (minutes < 180)
        return fmt::format("{}m", minutes);
    const std::int64_t hours = seconds / 3600;
    if (hours < 8)
        return twoParts(hours, 'h', minutes % 60, 'm');
    if (hours < 48)
        return fmt::format("{}h", hours);
    const std::int64_t days = hours / 24;
    if (days < 8)
        return twoParts(days, 'd', hours % 24, 'h');
    if (days < 365 * 2)
        return fmt::format("{}d", days);
    if (days < 365 * 8)
        return twoParts(days / 365, 'y', days % 365, 'd');
    return fmt::format("{}y", days / 365);
}

std::int64_t humanSeconds(std::string_view text)
{
    std::int64_t total = 0;
    std::int64_t part = -1;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            part = std::min<std::int64_t>(std::max<std::int64_t>(part, 0) * 10 + (c - '0'), 1'000'000'000);
            continue;
        }
        const std::int64_t unit = c == 's' ? 1 : c == 'm' ? 60 : c == 'h' ? 3600 : c == 'd' ? 86'400 : c == 'y' ? 31'536'000 : 0;
        if (unit == 0 || part < 0)
            return 0;
        total += part * unit;
        part = -1;
    }
    return part < 0 ? total : 0;
}

std::string cellText(CellType type, const Cell &cell, std::chrono::system_clock::time_point now)
{
    using namespace std::chrono;
    const auto since = [&](std::int64_t unixSeconds) {
        const auto passed = duration_cast<milliseconds>(now.time_since_epoch()) - seconds(unixSeconds);
        return humanDuration(passed);
    };
    switch (type) {
    case CellType::Text:
    case CellType::Fraction:
    case CellType::Quantity:
        break;
    case CellType::Number:
        if (cell.text.empty())
            return cell.number == noNumber ? std::string() : fmt::format("{}", cell.number);
        break;
    case CellType::Time:
        if (cell.number != 0)
            return since(cell.number);
        return cell.text.empty() ? "<unknown>" : std::string(cell.text);
    case CellType::Restarts: {
        const std::int64_t count = restartCount(cell.number);
        const std::int64_t last = lastRestart(cell.number);
        return count != 0 && last != 0 ? fmt::format("{} ({} ago)", count, since(last)) : fmt::format("{}", count);
    }
    case CellType::Duration:
        if (cell.number == noNumber)
            return {};
        return cell.number < 0 ? since(-cell.number) : humanDuration(seconds(cell.number));
    }
    return std::string(cell.text);
}

std::string oneLine(std::string_view text)
{
    const std::size_t end = text.find_first_of("\f\n\r");
    std::string out;
    for (const char c : text.substr(0, end)) {
        if (c == '\x1b')
            out += "^[";
        else
            out += c;
    }
    if (end != std::string_view::npos)
        out += "...";
    return out;
}

} // namespace timonier

#include "kube/quantity.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

namespace timonier {

std::int64_t milliQuantity(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || !std::isfinite(value))
        return 0;
    const std::string_view suffix(end, static_cast<std::size_t>(text.data() + text.size() - end));
    struct Unit {
        std::string_view suffix;
        double factor;
    };
    static constexpr Unit units[] = {
        {"n", 1e-9}, {"u", 1e-6}, {"m", 1e-3}, {"", 1}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12}, {"P", 1e15},
        {"E", 1e18}, {"Ki", 0x1p10}, {"Mi", 0x1p20}, {"Gi", 0x1p30}, {"Ti", 0x1p40}, {"Pi", 0x1p50}, {"Ei", 0x1p60},
    };
    const auto *const unit = std::find_if(std::begin(units), std::end(units), [&](const Unit &u) { return u.suffix == suffix; });
    if (unit == std::end(units))
        return 0;
    const double milli = std::ceil(value * unit->factor * 1000);
    constexpr double most = 9.2e18;
    return milli >= most ? INT64_MAX : milli <= -most ? -INT64_MAX : static_cast<std::int64_t>(milli);
}

std::string quantityText(std::int64_t milli, bool binary)
{
    if (milli % 1000 != 0)
        return std::to_string(milli) + 'm';
    const std::int64_t step = binary ? 1024 : 1000;
    constexpr std::string_view units[] = {"", "k", "M", "G", "T", "P", "E"};
    std::int64_t value = milli / 1000;
    std::size_t unit = 0;
    for (; value != 0 && value % step == 0 && unit + 1 < std::size(units); ++unit)
        value /= step;
    std::string out = std::to_string(value);
    if (unit > 0)
        out.append(binary && unit == 1 ? "K" : units[unit]).append(binary ? "i" : "");
    return out;
}

} // namespace timonier

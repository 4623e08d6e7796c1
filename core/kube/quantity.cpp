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

} // namespace timonier

#include "form/trace.h"

namespace timonier::form {

Costs costsOf(const std::vector<Trace> &traces, const PriceOf &price)
{
    Costs costs;
    for (const Trace &trace : traces) {
        std::optional<double> hour = 0;
        for (const auto &[what, count] : trace.priced) {
            const auto one = what.empty() ? std::nullopt : price(what);
            hour = hour && one ? std::optional(*hour + *one * count) : std::nullopt;
        }
        costs.add(trace.text(), hour, 1);
    }
    return costs;
}

} // namespace timonier::form

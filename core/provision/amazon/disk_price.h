// What a machine's disk costs. Pure.
#pragma once

#include "form/cost.h"

namespace timonier::amazon {

// Of so many GiB of gp3, an hour.
inline std::optional<double> diskPrice(const form::PriceOf &price, int gib)
{
    const auto one = price("GiB of gp3");
    return one ? std::optional(*one * gib) : std::nullopt;
}

} // namespace timonier::amazon

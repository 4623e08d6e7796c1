// What a cloud's account has of one plan, found there by its marks, whether a ledger knows of it or not. Plain data.
#pragma once

#include "form/cost.h"

namespace timonier::form {

struct Trace {
    std::string kind{}, id{}; // "vpc", "vpc-0123": as the cloud calls them
    // What it costs: so many of each of the things that core/cloud/prices names. None: nothing; a name that is empty: nobody knows.
    std::vector<std::pair<std::string, double>> priced{};
    std::string removal{};    // the cloud's own command that takes it away; empty: it goes with something else

    std::string text() const { return kind + " " + id; }
};

// A line for each, in their order. Pure.
Costs costsOf(const std::vector<Trace> &traces, const PriceOf &price);

} // namespace timonier::form

// What a cluster costs while it runs, and what of it goes on costing when it is stopped. Pure.
#pragma once

#include "form/cost.h"
#include "provision/aks/aks_spec.h"

namespace timonier::aks {

// The disk that is billed for so many GiB, as core/cloud/prices names it; "": there is none so large.
std::string diskProduct(int gib);
form::Costs costsOf(const Spec &spec, const form::PriceOf &price);

} // namespace timonier::aks

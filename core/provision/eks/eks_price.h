// What a cluster costs while it runs. Pure.
#pragma once

#include "form/cost.h"
#include "provision/eks/eks_spec.h"

namespace timonier::eks {

form::Costs costsOf(const Spec &spec, const form::PriceOf &price);

} // namespace timonier::eks

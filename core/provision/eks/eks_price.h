// What a cluster costs while it runs, by bundled tables (resources/prices/aws.json; machines: form/node_price.h). Pure.
#pragma once

#include "form/cost.h"
#include "provision/eks/eks_spec.h"

namespace timonier::eks {

form::Costs costsOf(const Spec &spec);

} // namespace timonier::eks

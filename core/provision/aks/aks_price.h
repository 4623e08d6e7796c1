// What a cluster costs while it runs, and what of it goes on costing when it is stopped, by bundled tables (resources/prices/aks.json, nodes.json). Pure.
#pragma once

#include "form/cost.h"
#include "provision/aks/aks_spec.h"

namespace timonier::aks {

form::Costs costsOf(const Spec &spec);

} // namespace timonier::aks

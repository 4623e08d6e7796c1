// Which pods belong to a workload or a service, by its row. Pure; any thread.
#pragma once

#include "kube/kind.h"
#include "kube/row.h"

#include <string>

namespace timonier {

// A label selector for the pods of a deployment, service …; empty: there is none, or its row does not hold it.
std::string podSelector(const KindSpec &kind, const Row &row);

} // namespace timonier

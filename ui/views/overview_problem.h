// Why a cluster shows nothing at all, when it never did: it cannot be reached, or does not know who asks. Pure.
#pragma once

#include "kube/cluster_totals.h"
#include "ui/views/verdict_card.h"

#include <optional>

namespace timonier {

// Nothing as long as something of it is known, or may still come.
std::optional<VerdictCard::Words> overviewProblem(const ClusterTotals &totals);

} // namespace timonier

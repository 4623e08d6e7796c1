// Can this application be put here, by this person? Everything is read and asked, nothing changed. Blocking: worker threads only.
#pragma once

#include "catalog/catalog.h"
#include "catalog/delivery.h"
#include "catalog/room.h"
#include "catalog/template.h"
#include "form/check.h"
#include "kube/transport.h"
#include "manifest/apply_plan.h"
#include "manifest/apply_set.h"

#include <stop_token>

namespace timonier::catalog {

struct PreflightOrder {
    const Catalog &catalog;
    const Entry &entry;
    const Filling &filling;
    const ApplyPlan &plan;         // empty where it could not be made: `kindProblem`
    std::optional<Error> kindProblem{}; // of planApply()
    SetName set{};
    std::optional<AppliedSet> before{};
    bool update = false;           // it is there already: its own pods do not count against it
    const std::vector<Shipment> &shipments;
    bool asks = false;             // a question is asked through a port-forward
};

// Version of Kubernetes, permission, objects that are there and somebody else's, room, default StorageClass, who hands out addresses, ingress class, gateway class, other entries, what
// no API tells, slips, files for volumes. Errors: those of fetch() where nothing at all can be asked (Unreachable, Unauthorized, Cancelled …); what may not
// be seen is Skipped.
Result<std::vector<form::Check>> preflight(Transport &transport, const PreflightOrder &order, std::stop_token stop);

} // namespace timonier::catalog

// What applying a plan would change, object by object, asked of the server without changing anything. Blocking: worker threads only.
#pragma once

#include "manifest/apply_plan.h"
#include "manifest/object_change.h"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace timonier {

struct PlannedChange {
    enum What {
        Create, Change, Leave,
        Later,      // cannot be asked yet: its kind or its namespace comes with the same set. It will be created
        Refused,    // `error` says why
    } what = Leave;
    ObjectChange yaml{};                // Secrets masked
    std::string reason{};               // of Later
    std::optional<Error> error{};
};

// One for each object. Admission and defaults have their say (dryRun=All); conflicts are Refused unless `force`.
// Errors: only Cancelled; what one object meets is its own.
Result<std::vector<PlannedChange>> previewPlan(Transport &transport, const ApplyPlan &plan, const std::string &setLabel, bool force, std::stop_token stop);

} // namespace timonier

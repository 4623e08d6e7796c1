// Every outside resource of a target, from the moment before it is asked for. Inside a transaction of the journal's.
#pragma once

#include "plan/database.h"
#include "plan/resource.h"
#include "plan/state.h"

#include <optional>
#include <vector>

namespace timonier::plan {

class Journal;

namespace ledger {

// Who writes.
struct Entry {
    RunId run = 0;
    std::string target{};
    std::string step{};
    std::int64_t now = 0;
};

// The resource as it stands, or a new row with a new token.
Result<Resource> intend(Connection &connection, const Entry &entry, std::string_view kind, std::string_view name);
// Its new state; an outside id that is empty leaves the one it has. Nothing, where the ledger does not know it.
Result<> mark(Connection &connection, const Entry &entry, std::string_view kind, std::string_view name, ResourceState state, std::string_view outsideId);
// All of the step's that may be there get that state; returned are those that changed.
Result<std::vector<Resource>> settle(Connection &connection, const Entry &entry, ResourceState state);

// All of the target that may be there, in the order of making.
Result<std::vector<Resource>> there(Journal &journal, const std::string &target);
// All of a run's target that ever were, those that are gone too.
Result<std::vector<Resource>> ofRun(Journal &journal, RunId run);

} // namespace ledger

} // namespace timonier::plan

// What `timonierctl app` prints of entries, plans and states: for people, or as one JSON document.
#pragma once

#include "catalog/app_plan.h"
#include "catalog/state.h"

namespace timonier::ctl {

void printEntries(const catalog::Catalog &catalog, bool json);
void printEntry(const catalog::Entry &entry, bool json);
// The checks, then each object with its diff.
void printPrepared(const catalog::Prepared &prepared, const std::vector<PlannedChange> &changes, bool json);

struct ShownState {
    catalog::Record record{};
    std::string title{};
    std::vector<catalog::ObjectState> objects{};
    std::vector<catalog::WorkState> works{}; // what programs of somebody else's have done
    std::vector<catalog::Way> ways{};
};
void printStates(const std::vector<ShownState> &states, bool json);

} // namespace timonier::ctl

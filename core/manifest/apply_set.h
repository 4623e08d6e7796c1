// What was applied together, kept in the cluster: a ConfigMap that lists it, and a label on every object. As kubectl's ApplySet has it
// (KEP-3659), so that other tools can see the same; the list on top tells what ought to be there. Blocking: worker threads only.
#pragma once

#include "base/result.h"
#include "kube/object_ref.h"
#include "kube/transport.h"
#include "manifest/apply_plan.h"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace timonier {

struct SetName {
    std::string ns{}, name{};           // where its ConfigMap "timonier-set-NAME" lies
};

struct SetEntry {
    ObjectRef ref{};
    std::string path{};                 // of the object
};

struct AppliedSet {
    SetName name{};
    std::vector<SetEntry> entries{};
};

// The value of the label applyset.kubernetes.io/part-of.
std::string setLabel(const SetName &name);
std::vector<SetEntry> entriesOf(const ApplyPlan &plan);
// What is in `before` and not in `after`: to be pruned. The same object by another version of its group is the same.
std::vector<SetEntry> entriesGone(const std::vector<SetEntry> &before, const std::vector<SetEntry> &after);

// Nothing where there is no such set. Errors: those of fetch(), Protocol for a ConfigMap that is none of ours.
Result<std::optional<AppliedSet>> readSet(Transport &transport, const SetName &name, std::stop_token stop);
// `ns` empty: of all namespaces.
Result<std::vector<AppliedSet>> listSets(Transport &transport, const std::string &ns, std::stop_token stop);
// Before the first object is sent: so that whatever happens, what may be there is known.
Result<> writeSet(Transport &transport, const AppliedSet &set, std::stop_token stop);
Result<> forgetSet(Transport &transport, const SetName &name, std::stop_token stop);

} // namespace timonier

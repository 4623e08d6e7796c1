// How each object of an application is: there or not, ready or not, why not, and what to do: from the object, its pods, its events.
// Blocking: worker threads only.
#pragma once

#include "base/result.h"
#include "catalog/entry.h"
#include "kube/transport.h"
#include "manifest/apply_set.h"

#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace timonier::catalog {

struct ObjectState {
    enum What {
        Ready,
        Missing,
        NotReady,  // it may become so by itself
        Stuck,     // it will not, unless something is changed: `fix`
        Unknown,   // it could not be asked: `why`
    } what = Ready;
    ObjectRef ref{};
    std::string path{};
    std::string why{};        // "1 of 3 pods are new and available: The image cannot be pulled: …"
    std::string evidence{};   // the cluster's own words
    std::string fix{};        // what to do, where it is known
    ObjectRef culprit{};      // the pod that it hangs on; empty: the object itself
    std::string address{};    // of a Service or an Ingress, once it has one
};

std::string_view name(ObjectState::What what); // "ready", "missing", …

// In the order of `entries`. `failures`: of the entry and of the catalogue, what is known of signals.
std::vector<ObjectState> statesOf(Transport &transport, const std::vector<SetEntry> &entries, const std::vector<KnownFailure> &failures, std::stop_token stop);

// Of one object, from its JSON; asks for its pods and events only where it is not ready.
ObjectState stateOf(Transport &transport, const SetEntry &entry, const std::vector<KnownFailure> &failures, std::stop_token stop);

// Why no pod answers behind a Service: Stuck where one waits for a person, else NotReady; `why` may be empty.
ObjectState stateBehind(Transport &transport, const ObjectRef &service, const std::map<std::string, std::string> &selector, const std::vector<KnownFailure> &failures, std::stop_token stop);

// The first of `failures` whose signal stands in `words`, regardless of case.
const KnownFailure *knownFailure(const std::vector<KnownFailure> &failures, const std::string &words);

} // namespace timonier::catalog

// One object sent by server-side apply (KEP-555), and what its refusal means. Blocking: worker threads only.
#pragma once

#include "base/result.h"
#include "kube/transport.h"
#include "manifest/manifest_object.h"

#include <stop_token>
#include <string>
#include <vector>

namespace timonier {

struct SendOptions {
    bool force = false;                 // fields that other managers own are taken from them
    bool dryRun = false;
    std::string setLabel{};             // applyset.kubernetes.io/part-of; empty: none
};

struct Sent {
    bool created = false;
    std::string json{};                 // the object as the server keeps it now
    std::vector<std::string> warnings{};
};

// Errors: those of fetch(). Unknown fields are errors (fieldValidation=Strict); what another manager owns is Conflict, each field in
// the context with its owner (conflictsIn).
Result<Sent> sendObject(Transport &transport, const ManifestObject &object, const std::string &path, const SendOptions &options, std::stop_token stop);

// A field that somebody else looks after.
struct FieldConflict {
    std::string field{};                // ".spec.replicas"
    std::string owner{};                // "kubectl-scale"
};
std::vector<FieldConflict> conflictsIn(const Error &error);

// Whether waiting may help: a webhook that cannot be reached, a server that is busy or away, a write that crossed another. Not what
// the server, or a webhook that answered, refuses: that would be refused again.
bool mayHeal(const Error &error);
// The error said for people: conflicts by owner, fields that cannot be changed with what to do.
Error explained(const ManifestObject &object, Error error);

} // namespace timonier

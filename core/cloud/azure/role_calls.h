// Identities that are there, and role assignments: who may do what, where. Blocking; any thread. Errors: those of Arm.
#pragma once

#include "cloud/azure/calls.h"

namespace timonier::azure {

// learn.microsoft.com/azure/role-based-access-control/built-in-roles
inline constexpr std::string_view acrPull = "7f951dda-4ed3-4680-a7ca-43fe172d538d", networkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7";

// A user-assigned managed identity.
struct Identity {
    std::string id{}, name{}, location{}, principal{};
};

// Of the subscription; and one, which may be of another.
Result<std::vector<Identity>> identitiesOf(const Calls &calls);
Result<std::optional<Identity>> identityById(const Calls &calls, const std::string &id);

struct RoleAssignment {
    std::string id{}, scope{}, role{}, principal{}; // role: the id of its definition, a GUID
    std::string description{};                      // they have no tags: this says whose they are
};

// Those at exactly this scope; none where it is not there.
Result<std::vector<RoleAssignment>> assignmentsAt(const Calls &calls, const std::string &scope);
// `name`: a GUID of ours, so that asked twice it is one. An identity that was made a moment ago is not known everywhere yet: it is tried for some minutes.
// One of the same meaning that is there already is as good.
Result<> assignRole(const Calls &calls, const std::string &name, const RoleAssignment &what);
Result<> removeAssignment(const Calls &calls, const std::string &id);

} // namespace timonier::azure

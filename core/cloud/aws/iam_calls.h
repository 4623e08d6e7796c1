// Roles that services take on, and who we are. Blocking; any thread. Errors: those of Client.
#pragma once

#include "cloud/aws/client.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace timonier::aws {

struct Identity {
    std::string account{}, arn{};
};
Result<Identity> callerIdentity(Client &client, std::stop_token stop);

// Of these actions ("eks:CreateCluster"), those that the caller may not do on everything, by IAM's own simulation: conditions and limits to
// single resources are not known to it. Errors: Forbidden (who may not ask), Unsupported (the account's root, which no policy holds).
Result<std::vector<std::string>> refusedActions(Client &client, const Identity &caller, const std::vector<std::string> &actions, std::stop_token stop);

struct Role {
    std::string arn{};
    std::map<std::string, std::string> tags{};
    std::vector<std::string> policies{}; // ARNs of those attached
};

// None: there is no such role.
Result<std::optional<Role>> findRole(Client &client, const std::string &name, std::stop_token stop);
// Who may take a role on.
struct Trust {
    std::string service{};      // "eks.amazonaws.com", "pods.eks.amazonaws.com"
    bool tagsSessions = false;  // and says for whom, by tags of the session: pods, Auto Mode
};
// Gives its ARN. Not sent twice: where the answer is lost, look for it.
Result<std::string> createRole(Client &client, const std::string &name, const Trust &trust, const std::map<std::string, std::string> &tags, std::stop_token stop);
Result<> attachPolicy(Client &client, const std::string &role, const std::string &policyArn, std::stop_token stop);
// With all that is attached to it. Gone already: no error.
Result<> removeRole(Client &client, const std::string &name, std::stop_token stop);

} // namespace timonier::aws

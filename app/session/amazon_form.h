// What the forms of clusters in AWS share: regions, machines with what they have and cost, who signs in.
#pragma once

#include "cloud/aws/instances.h"
#include "session/cluster_forms.h"

namespace timonier::amazon_form {

std::vector<form::Choice> regionChoices();
// Those of the table, each with what it has; `refused` says why one cannot be taken, "" if it can.
std::vector<form::Choice> typeChoices(const std::function<std::string(const aws::InstanceType &)> &refused);
// What each of them costs in the region of `values`, as far as that is known without asking.
void showPrices(std::vector<form::Parameter> &all, const form::Values &values);
// "account", "profile", "keys", "keyId", "secretKey", "sessionToken".
std::vector<form::Parameter> accountParameters(const std::string &group);
// With what this computer's configuration says: its profiles, its region.
std::vector<form::Parameter> looked(std::vector<form::Parameter> all);

// Keys that were typed in are kept under `name`, then `spec` is looked at.
void check(const std::string &spec, const std::string &name, const std::string &keyId, const form::Values &values, ProcessRunner &runner, std::stop_token stop, const ClusterForm::Tell &tell);

} // namespace timonier::amazon_form

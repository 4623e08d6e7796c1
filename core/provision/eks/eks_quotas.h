// Whether the account has room for what a spec asks for, before anything is made.
#pragma once

#include "cloud/aws/client.h"
#include "form/check.h"
#include "provision/eks/eks_spec.h"

namespace timonier::eks {

// One check for all quotas that matter: VPCs, elastic addresses, vCPUs. Where the account may not ask, it says so and goes on. Nothing is asked of a cluster that stands: what it
// has counts among what is used. Errors: Cancelled.
Result<form::Check> quotaCheck(const Spec &spec, aws::Client &client, std::stop_token stop);

} // namespace timonier::eks

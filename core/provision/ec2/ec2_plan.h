// The plan that makes a cluster on machines of EC2: who we are, network, key, machines, their host keys, then kubeadm on them. Backwards: nothing of it is left in the account.
#pragma once

#include "form/check.h"
#include "form/cost.h"
#include "form/trace.h"
#include "plan/plan.h"
#include "provision/ec2/ec2_spec.h"
#include "provision/kubeadm/access.h"
#include "provision/local/cluster_state.h"

#include <memory>

namespace timonier::ec2 {

// `specText`: what was read as `spec`, for the journal; it holds no keys. `hosts`: how any host is reached.
plan::Plan planOf(const Spec &spec, std::string specText, std::shared_ptr<aws::Client> client, const kubeadm::Access &hosts);

// What is there now: the machines, as AWS has them. Errors: those of the client.
Result<local::ClusterState> stateOf(const Spec &spec, aws::Client &client, std::stop_token stop);
// All machines stopped; what goes on costing is told. The kubelets come back by themselves when they are started. Errors: those of the client, Timeout.
Result<> halt(const Spec &spec, aws::Client &client, const std::function<void(std::string_view)> &heard, std::stop_token stop);
// All that is in the account of this spec's plan, by its tags. Errors: those of the client.
Result<std::vector<form::Trace>> tracesOf(const Spec &spec, aws::Client &client, std::stop_token stop);
// Who we are to AWS, what we may not do, whether there is room, whether the machines are large enough. Errors: Cancelled.
Result<std::vector<form::Check>> checksOf(const Spec &spec, aws::Client &client, std::stop_token stop);

// What it costs, and what of it while it is stopped. Pure.
form::Costs costsOf(const Spec &spec, const form::PriceOf &price);

} // namespace timonier::ec2

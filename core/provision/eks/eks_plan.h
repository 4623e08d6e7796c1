// The plan that makes an EKS cluster: who we are, network and roles, control plane, add-ons, nodes, kubeconfig
// (docs.aws.amazon.com/eks/latest/userguide/create-cluster.html). Backwards: nothing of it is left in the account.
#pragma once

#include "cloud/aws/client.h"
#include "form/check.h"
#include "form/trace.h"
#include "plan/plan.h"
#include "provision/eks/eks_spec.h"
#include "provision/local/cluster_state.h"

#include <memory>

namespace timonier::eks {

// `specText`: what was read as `spec`, for the journal; it holds no keys. `ctl`: the path of timonierctl, which makes the kubeconfig's tokens.
plan::Plan planOf(const Spec &spec, std::string specText, std::shared_ptr<aws::Client> client, const std::string &ctl);

// A kubeconfig for it: `server` and `certificate` (base64 of PEM) of the cluster, and a user whose tokens timonierctl (or `aws`) makes.
std::string kubeconfigText(const Spec &spec, const std::string &server, const std::string &certificate, const std::string &ctl);

// What is there now. Errors: those of the client.
Result<local::ClusterState> stateOf(const Spec &spec, aws::Client &client, std::stop_token stop);
// All that is in the account of this spec's plan, by its tags, whether a ledger knows of it or not; and what Kubernetes made there for it. Errors: those of the client.
Result<std::vector<form::Trace>> tracesOf(const Spec &spec, aws::Client &client, std::stop_token stop);
// Who we are to AWS, what we may not do (by simulation), and whether the version is on offer. Errors: Cancelled.
Result<std::vector<form::Check>> checksOf(const Spec &spec, aws::Client &client, std::stop_token stop);

} // namespace timonier::eks

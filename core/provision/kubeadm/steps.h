// The steps of which plans of kubeadm are made. What they do is HostTool's and ClusterTool's; here is when it is so already, and what it leaves in the ledger.
#pragma once

#include "plan/plan.h"
#include "provision/kubeadm/cluster_tool.h"
#include "provision/kubeadm/kubeadm_plan.h"

namespace timonier::kubeadm {

using Cluster = std::shared_ptr<ClusterTool>;

// Looks at every host that was not begun yet, and stops where something stands against it.
plan::Step preflightStep(const Cluster &cluster);
// On one host, one after the other: each needs the one before.
std::vector<plan::Step> prepareSteps(const Cluster &cluster, const HostPtr &host);
plan::Step initStep(const Cluster &cluster);
plan::Step kubeconfigStep(const Cluster &cluster);
plan::Step networkStep(const Cluster &cluster);
plan::Step doorStep(const Cluster &cluster);
plan::Step joinStep(const Cluster &cluster, const HostPtr &host);
plan::Step marksStep(const Cluster &cluster);
plan::Step readyStep(const Cluster &cluster);
plan::Step closeStep(const Cluster &cluster);
plan::Step featureStep(const Cluster &cluster, const std::string &feature);
plan::Step helmStep(const Cluster &cluster, const HostPtr &host);

// What a script kept on that host is brought back.
Result<> undoOn(const HostPtr &host, const std::string &script, plan::StepContext &context);

// The last step of a host's preparation: what it must have done to be initialised or to join.
std::string preparedId(const HostTool &host);

// Its pods moved elsewhere; nothing new comes. Errors: those of kubectl, with what may forbid it.
Result<> drain(const ClusterTool &cluster, const HostTool &host, plan::StepContext &context);
// Of a node whose host need not be asked for its name.
Result<> drain(const ClusterTool &cluster, const std::string &node, plan::StepContext &context);

// A host that is to leave, in its cluster, whose first host is another one. Errors: NotFound (no such host in the spec), Unsupported (the cluster cannot be without it).
Result<std::pair<Cluster, HostPtr>> whoLeaves(Spec spec, const std::string &name, const Access &access);
// What is left to a person: the spec.
void tellSpec(const ClusterTool &cluster, const HostTool &host, plan::StepContext &context);

// A connection that is cut, a host that boots: each step is asked again how it is, for half a minute.
void retryAll(plan::Plan &plan);

// Prints what tools say.
Heard printer(plan::StepContext &context);

} // namespace timonier::kubeadm

// timonierctl cluster left, and how a delete ends: what a cloud's account has of a plan, asked of the cloud.
#pragma once

#include "ctl/plan_commands.h"
#include "session/local_clusters.h"

namespace timonier::ctl {

// What all of it costs: "together 0.32 an hour, 234 a month".
std::string sumWords(const form::Costs &costs);

// `spec`: how the person names it: "-f demo.yaml".
Outcome listLeft(Invocation &invocation, const LocalCluster &cluster, const std::string &title, const std::string &spec);

// Takes it away by runPlan(), and says that nothing is left, or what. Failure: something is.
Outcome deleteAndLook(Invocation &invocation, const plan::Plan &plan, const LocalCluster &cluster, plan::Journal &journal);
// The same of a run that is gone on with: only one that takes away is looked after.
Outcome resumeAndLook(Invocation &invocation, const plan::RunRecord &run, const plan::Plan &plan, const LocalCluster &cluster, plan::Journal &journal);

} // namespace timonier::ctl

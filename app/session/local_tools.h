// kind and minikube by the tool manager (core/tools): found on PATH, or fetched by a step of the plan that needs them.
#pragma once

#include "base/process.h"
#include "plan/plan.h"

#include <memory>

namespace timonier {

// Commands go to `inner`; those of a tool that PATH has not, or too old, to the one that was fetched. Any thread.
std::shared_ptr<ProcessRunner> runnerWithTools(std::shared_ptr<ProcessRunner> inner);

// The plan with a first step that fetches the tool, on which all that needed nothing now waits.
plan::Plan withFetchedTool(plan::Plan plan, const std::string &tool, std::shared_ptr<ProcessRunner> inner);

// Whether tools may be fetched: not with TIMONIER_FETCH=no.
bool mayFetchTools();

} // namespace timonier

// The plan that makes a minikube profile: downloads, start, images, its entry in the kubeconfig.
#pragma once

#include "base/process.h"
#include "plan/plan.h"
#include "provision/minikube/minikube_spec.h"

#include <memory>

namespace timonier::minikube {

// `specText`: what was read as `spec`, for the journal. The steps keep the runner. A profile of that name that we did not make counts as there, and
// is never deleted.
plan::Plan planOf(const Spec &spec, std::string specText, std::shared_ptr<ProcessRunner> runner);

// What preflight() says, and the driver: with what it needs, or why it cannot be taken here.
std::vector<form::Check> checksOf(const Spec &spec, const local::Facts &facts);

} // namespace timonier::minikube

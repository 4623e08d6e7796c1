// The Kubernetes of a desktop program as a plan: the program runs, its Kubernetes is on, its context is there. Nothing of it is made by us, so there is
// nothing to take back.
#pragma once

#include "plan/plan.h"
#include "provision/desktop/desktop.h"

#include <memory>

namespace timonier::desktop {

struct Spec {
    std::string program = "docker-desktop"; // or "rancher-desktop"
};

// Invalid, with "file" and "line".
Result<Spec> readSpec(std::string_view yaml, const std::string &file);

// It, as it is now. Blocks for seconds. Errors: Cancelled.
Result<Desktop> look(const Spec &spec, ProcessRunner &runner, std::stop_token stop);
// The same as a check: Bad where the plan could not do what is missing (Docker Desktop's Kubernetes is switched on by hand).
form::Check checkOf(Desktop desktop);

plan::Plan planOf(const Spec &spec, std::string specText, std::shared_ptr<ProcessRunner> runner);

} // namespace timonier::desktop

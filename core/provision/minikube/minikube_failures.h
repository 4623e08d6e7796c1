// What a failure of minikube means, and what gets a person out of it. The knowledge is data: resources/provision/minikube-errors.yaml.
#pragma once

#include "form/check.h"
#include "provision/minikube/minikube_events.h"
#include "provision/minikube/minikube_spec.h"

namespace timonier::minikube {

struct Known {
    std::string id{};       // "DRV_*": any end
    std::string signal{};   // in the words, without regard to case; empty: whatever they are
    std::string from{};     // the Kubernetes version from which it can be so; dockershim is never blamed below 1.24
    std::string cause{}, why{};
    std::vector<form::Fix> fixes{}; // its id is "field=value" of the spec, or "run"
};

// Errors: Invalid, with the place.
Result<std::vector<Known>> readKnown(std::string_view yaml);
const std::vector<Known> &known(); // those that come with Timonier

// A failed start as a check: what happened, why, the tool's words, what can be pressed. Fixes that the spec says already are left out.
form::Check failureOf(const Event &event, const Spec &spec, const std::vector<Known> &all);

// The same as an error: the hint says what to do.
Error errorOf(const form::Check &failure, int exitCode);

} // namespace timonier::minikube

// What the wizard of an image asks, and how that becomes the spec that `timonierctl image` takes. Functions that get a runner block; worker
// threads only.
#pragma once

#include "base/process.h"
#include "base/secret_store.h"
#include "form/check.h"
#include "form/parameter.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace timonier::image_form {

// Those of the spec, and the registry's password, which goes into the system's store and never into a spec. `load`: what it is loaded into
// unless told otherwise ("kind/dev"); empty: it is pushed.
std::vector<form::Parameter> parameters(const std::string &load);

// The same with what this computer has: engines that are not on its PATH are refused.
std::vector<form::Parameter> looked(std::vector<form::Parameter> parameters);

// What the fields together say that cannot be: no Dockerfile in the folder, neither pushed nor loaded.
std::vector<form::Problem> problems(const std::vector<form::Parameter> &parameters, const form::Values &values);

std::string text(const std::vector<form::Parameter> &parameters, const form::Values &values);
// Errors: those of image::readSpec() for what no field has; Invalid with file and line. A folder that is not absolute is one beside the file.
Result<form::Values> values(const std::string &text, const std::string &file);

// Each check when it begins and when it is over; all of them, waiting, first.
void check(const std::vector<form::Parameter> &parameters, const form::Values &values, ProcessRunner &runner, SecretStore &secrets, std::stop_token stop, const std::function<void(form::Check)> &tell);

// The password that was given, if one was, into the store. Errors: those of SecretStore::write().
Result<> keepPassword(const form::Values &values, SecretStore &secrets);

// "kind/dev" of a context that kind or minikube names so; empty: it is another's.
std::string clusterToLoad(const std::string &context);

} // namespace timonier::image_form

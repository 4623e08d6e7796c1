// Parameters from the real thing: a Deployment as it is written or as it lives, its pods, the nodes. Pure; any thread.
// Tolerant of what does not matter here; what matters and is wrong is named by its field.
#pragma once

#include "strategy/parameters.h"

#include <string_view>

namespace timonier::strategy {

// JSON of one Deployment (apps/v1). The new version is the current one with `image` (if not empty) in its first container.
// Errors: Invalid, with the context "field"; Protocol for what is no JSON.
Result<Parameters> readDeployment(std::string_view json, std::string_view image = {});

// The first Deployment among the documents of a file's text (YAML or JSON), as JSON. Errors: Invalid with file and line.
Result<std::string> deploymentInFile(const std::string &text, const std::string &file);

// Its parameters. Errors: Invalid with file and line.
Result<Parameters> readDeploymentFile(const std::string &text, const std::string &file, std::string_view image = {});

// From a PodList: how long its pods took from their creation to being ready (the median; whole seconds is all that Kubernetes
// keeps), put in the place of the guessed start-up; and how many of them are not ready. Returns of how many it was measured.
Result<int> measureStartUp(Parameters &parameters, std::string_view podList);

// From a NodeList and the PodList of all namespaces: what is free on each node that takes pods. `own`: the uids of the
// application's pods, which give their room back. Returns the number of nodes. Protocol for what is no list.
Result<int> measureRoom(Parameters &parameters, std::string_view nodeList, std::string_view podList, const std::vector<std::string> &own);

} // namespace timonier::strategy

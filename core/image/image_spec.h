// What image is to be built from what, and where it is to go. Plain data.
#pragma once

#include "base/result.h"
#include "form/parameter.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier::image {

struct Spec {
    std::string context{};                        // the folder that is built from
    std::string dockerfile = "Dockerfile";        // in it
    std::string image{};                          // "registry.example.com/team/app:2.0"
    std::string engine = "docker";                // or "podman"
    std::map<std::string, std::string> arguments{}; // --build-arg; seen by everybody who gets the image
    std::chrono::milliseconds trial{5'000};       // how long it must stay up when it is tried; zero: it is not
    bool push = false;
    std::string user{};                           // of the registry, whose password the secret store has; empty: what the engine knows
    std::string load{};                           // "kind/dev", "minikube/dev"; empty: nowhere
    std::string pullSecret{};                     // "namespace/name" in the cluster: made of the same user and password
    std::string cluster{};                        // the context of that cluster; empty: the current one
};

// The registry of an image, as docker reads it (distribution/reference): "docker.io" where none is named.
std::string registryOf(std::string_view image);

// For a wizard, in the order in which it asks.
std::vector<form::Parameter> parameters();

// YAML: `provider: image`, then the ids of parameters(). A context that is not absolute is one beside the file. Errors: Invalid, with
// file, line and column: a field there is not (with the nearest), a value that cannot be, a folder or Dockerfile that is not there.
Result<Spec> readSpec(std::string_view yaml, const std::string &file);

} // namespace timonier::image

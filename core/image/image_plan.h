// The plan that makes an image of one's own: built, tried once, pushed, loaded into a local cluster, with a Secret for who pulls it.
#pragma once

#include "base/process.h"
#include "base/secret_store.h"
#include "image/image_spec.h"
#include "plan/plan.h"

#include <functional>
#include <memory>

namespace timonier::image {

// What the steps need of the rest of the program.
struct Services {
    std::shared_ptr<ProcessRunner> runner{};
    std::shared_ptr<SecretStore> secrets{};
    // Puts a Secret of type kubernetes.io/dockerconfigjson into the cluster at hand; none: there is no cluster.
    std::function<Result<>(const std::string &ns, const std::string &name, const Secret &config, std::stop_token stop)> keepPullSecret{};
};

// `specText`: what was read as `spec`, for the journal.
plan::Plan planOf(const Spec &spec, std::string specText, Services services);

} // namespace timonier::image

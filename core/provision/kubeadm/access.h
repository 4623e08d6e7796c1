// How hosts are reached, as an effect: a test brings its own.
#pragma once

#include "provision/kubeadm/kubeadm_spec.h"
#include "remote/session.h"

#include <functional>
#include <memory>

namespace timonier::kubeadm {

// The session of a host, opened at its first use; one for each host, however often it is asked for. Any thread.
using Access = std::function<Result<std::shared_ptr<remote::Session>>(const Host &)>;

// Where the first control plane is reached from outside, where no spec can know that beforehand: in the API server's certificate and in the kubeconfig.
using Outside = std::function<Result<std::string>(std::stop_token)>;

} // namespace timonier::kubeadm

// What is done to a cluster that is there, beside making it and taking it away: each a plan, so it goes on where it was cut.
#pragma once

#include "provision/ec2/ec2_plan.h"

#include <string>
#include <string_view>

namespace timonier::ec2 {

// "scale": as many workers as the spec has; "upgrade": to its version. What a run's provider says behind "ec2 ", so that the journal can resume it. Empty: the cluster itself.
std::string operationOf(std::string_view provider);
std::string providerOf(const std::string &operation);

// Errors: Unsupported (no such operation).
Result<plan::Plan> planOf(const std::string &operation, const Spec &spec, std::string specText, std::shared_ptr<aws::Client> client, const kubeadm::Access &hosts);

} // namespace timonier::ec2

// What is done to a cluster that is there, beside making it and taking it away: each a plan, so it goes on where it was cut.
#pragma once

#include "provision/eks/eks_plan.h"

#include <string>
#include <string_view>

namespace timonier::eks {

// "scale": node groups as the spec has them; "upgrade": to its version. What a run's provider says behind "eks ", so that the journal can resume it. Empty: the cluster itself.
std::string operationOf(std::string_view provider);
std::string providerOf(const std::string &operation);

// Errors: Invalid (an upgrade without a version in the spec), Unsupported (no such operation).
Result<plan::Plan> planOf(const std::string &operation, const Spec &spec, std::string specText, std::shared_ptr<aws::Client> client, const std::string &ctl);

// Minor by minor, as EKS wants it: 1.32 to 1.34 is 1.33, 1.34. Empty: it is that version. Errors: Invalid (it would become older).
Result<std::vector<std::string>> minorsBetween(const std::string &now, const std::string &wanted);

} // namespace timonier::eks

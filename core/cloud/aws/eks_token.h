// What proves to an EKS cluster who is asking: a presigned question to STS, which the cluster sends on
// (github.com/kubernetes-sigs/aws-iam-authenticator, "API Authorization from Outside a Cluster"). Pure.
#pragma once

#include "cloud/aws/sigv4.h"

namespace timonier::aws {

// "k8s-aws-v1.…". The cluster takes it for a quarter of an hour from `now` on (tokenLife): renew it a minute before. Always of AWS' own
// regional STS, whatever endpoints are configured: the cluster asks no other. Errors: Invalid (the region).
Result<Secret> eksToken(const Keys &keys, const std::string &region, const std::string &cluster, Time now);

inline constexpr std::chrono::minutes tokenLife{14};

} // namespace timonier::aws

// Load balancers that Kubernetes made for a cluster's Services and Ingresses. Blocking; any thread. Errors: those of Client.
#pragma once

#include "cloud/aws/client.h"

#include <string>
#include <vector>

namespace timonier::aws {

struct LoadBalancer {
    bool classic = false;
    std::string id{};   // the ARN; of a classic one its name
    std::string name{};
};

// By their tags: kubernetes.io/cluster/NAME of the cloud provider, elbv2.k8s.aws/cluster of the AWS Load Balancer Controller.
Result<std::vector<LoadBalancer>> clusterBalancers(Client &client, const std::string &cluster, std::stop_token stop);
// Gone already: no error.
Result<> removeBalancer(Client &client, const LoadBalancer &balancer, std::stop_token stop);

} // namespace timonier::aws

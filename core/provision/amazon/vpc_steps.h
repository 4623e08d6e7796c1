// A network of a cluster's own, as far as it is the same for all: VPC, internet gateway, routes. Its subnets are the plan's.
#pragma once

#include "provision/amazon/ec2_step.h"

namespace timonier::amazon {

// "vpc", which needs "identity"; "internet-gateway", which needs it.
plan::Step vpcStep(const Owner &owner, const std::string &cidr);
plan::Step gatewayStep(const Owner &owner);

struct Routes {
    std::string id{}, title{};
    std::vector<std::string> subnets{};   // steps that make them
    aws::Ec2Kind kind{};                  // what they go through: a gateway, a NAT gateway,
    std::string through{};                // its step, and what CreateRoute calls it
    std::string parameter{};
};
plan::Step routesStep(const Owner &owner, const Routes &routes);
plan::Step publicRoutesStep(const Owner &owner, std::string id, std::string title, std::vector<std::string> subnets);

} // namespace timonier::amazon

// What types of instances there are, by a bundled table (resources/cloud/aws-instances.json): those that people ask for most. Pure.
#pragma once

#include "base/result.h"

#include <optional>
#include <string>
#include <vector>

namespace timonier::aws {

struct InstanceType {
    std::string name{};         // "t3.large"
    int cpus = 0;               // vCPUs
    double memoryGib = 0;
    std::string network{};      // Gbit/s: "up to 5"; or "low"
    std::string cards{};        // "1 × T4"; mostly none
};

// Of the table's text, the smallest first, those of one size by their name. Errors: Internal (it is damaged).
Result<std::vector<InstanceType>> readInstanceTypes(const std::string &json);
// Those that come with the program; none, and a line in the log, where the table is damaged.
const std::vector<InstanceType> &instanceTypes();
// None: the table does not have it, which says nothing about AWS.
std::optional<InstanceType> instanceType(const std::string &name);

// Of the families whose vCPUs one quota counts together (docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html): A, C, D, H, I, M, R, T, Z.
bool isStandard(const std::string &type);

// Graviton's: what runs there must be built for arm64.
bool isArm(const std::string &type);

} // namespace timonier::aws

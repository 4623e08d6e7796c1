// Groups of nodes as a person types them, one a line, and as they stand in an EKS spec. Pure.
//
//     gpu type=g5.xlarge count=1 min=0 max=4 disk=100 spot=true label=team=vision
//
// Words behind the name are fields of it (core/provision/eks); label may stand more than once.
#pragma once

#include "provision/eks/eks_spec.h"

#include <string>
#include <vector>

namespace timonier {

// As pairs of field and value, in the order in which they stand there. Nothing is checked: the spec's reader says what is wrong.
std::vector<std::pair<std::string, std::string>> groupFields(const std::string &line);

std::string groupLine(const eks::NodeGroup &group);

} // namespace timonier

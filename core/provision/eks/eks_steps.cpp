#include "provision/eks/eks_steps.h"

namespace timonier::eks {

amazon::Owner World::owner() const { return {.client = client, .name = spec.name, .target = spec.target(), .more = spec.tags}; }

} // namespace timonier::eks

// Label selectors (metav1.LabelSelector) of webhooks against labels that may not all be known. Pure; any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace timonier {

struct LabelRequirement {
    std::string key{};
    enum Operator { In, NotIn, Exists, DoesNotExist } op = Exists;
    std::vector<std::string> values{};
};
using LabelRequirements = std::vector<LabelRequirement>; // all of them; none: everything matches

// False only where it cannot match: with `complete` false the labels that are not in `labels` are unknown, not missing.
bool mayMatch(const LabelRequirements &selector, const std::map<std::string, std::string> &labels, bool complete);

} // namespace timonier

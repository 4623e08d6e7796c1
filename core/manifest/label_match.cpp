#include "manifest/label_match.h"

#include <algorithm>

namespace timonier {

bool mayMatch(const LabelRequirements &selector, const std::map<std::string, std::string> &labels, bool complete)
{
    return std::ranges::all_of(selector, [&](const LabelRequirement &one) {
        const auto found = labels.find(one.key);
        if (found == labels.end())
            return !complete || one.op == LabelRequirement::NotIn || one.op == LabelRequirement::DoesNotExist;
        const bool listed = std::ranges::find(one.values, found->second) != one.values.end();
        switch (one.op) {
        case LabelRequirement::In: return listed;
        case LabelRequirement::NotIn: return !listed;
        case LabelRequirement::Exists: return true;
        case LabelRequirement::DoesNotExist: return false;
        }
        return true;
    });
}

} // namespace timonier

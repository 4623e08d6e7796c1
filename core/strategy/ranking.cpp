#include "strategy/ranking.h"

#include <algorithm>

namespace timonier::strategy {

bool deletedBefore(const RankedPod &a, const RankedPod &b)
{
    if (a.assigned != b.assigned)
        return !a.assigned;
    if (a.running != b.running)
        return !a.running;
    if (a.ready != b.ready)
        return !a.ready;
    if (a.colocated != b.colocated)
        return a.colocated > b.colocated;
    if (a.ready && a.readySince != b.readySince)
        return a.readySince > b.readySince;
    if (a.restarts != b.restarts)
        return a.restarts > b.restarts;
    if (a.created != b.created)
        return a.created > b.created;
    return a.id > b.id;
}

std::vector<int> podsToDelete(std::vector<RankedPod> pods, std::size_t count)
{
    count = std::min(count, pods.size());
    std::partial_sort(pods.begin(), pods.begin() + static_cast<std::ptrdiff_t>(count), pods.end(), deletedBefore);
    std::vector<int> chosen;
    for (std::size_t i = 0; i < count; ++i)
        chosen.push_back(pods[i].id);
    return chosen;
}

} // namespace timonier::strategy

#include "strategy/scheduler.h"

namespace timonier::strategy {

std::optional<int> Room::place(const Version &version)
{
    if (!m_limited) {
        ++m_nodes.front().own;
        return 0;
    }
    int best = -1;
    for (int i = 0; i < nodes(); ++i) {
        const Node &node = this->node(i);
        if (node.pods < 1 || node.cpuMilli < version.cpuMilli || node.memoryBytes < version.memoryBytes)
            continue;
        if (best < 0 || node.own < this->node(best).own || (node.own == this->node(best).own && node.cpuMilli > this->node(best).cpuMilli))
            best = i;
    }
    if (best < 0)
        return {};
    Node &chosen = m_nodes[static_cast<std::size_t>(best)];
    ++chosen.own;
    --chosen.pods;
    chosen.cpuMilli -= version.cpuMilli;
    chosen.memoryBytes -= version.memoryBytes;
    return best;
}

void Room::release(int node, const Version &version)
{
    Node &left = m_nodes[static_cast<std::size_t>(node)];
    --left.own;
    ++left.pods;
    left.cpuMilli += version.cpuMilli;
    left.memoryBytes += version.memoryBytes;
}

} // namespace timonier::strategy

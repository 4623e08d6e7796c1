// Room on nodes: which node a pod gets. Filters as NodeResourcesFit does, prefers the node with the fewest pods of the
// application, then the one with the most left (the default spreading and LeastAllocated, in that order, without weights).
#pragma once

#include "strategy/spec.h"

#include <optional>
#include <vector>

namespace timonier::strategy {

class Room
{
public:
    explicit Room(std::vector<Node> nodes) : m_nodes(std::move(nodes)), m_limited(!m_nodes.empty())
    {
        if (!m_limited)
            m_nodes.emplace_back();
    }
    // None: it fits nowhere.
    std::optional<int> place(const Version &version);
    // Was there before: takes nothing of what is free, but gives it back when it goes.
    void adopt(int node) { ++m_nodes[static_cast<std::size_t>(node)].own; }
    void release(int node, const Version &version);
    int nodes() const { return static_cast<int>(m_nodes.size()); }
    const Node &node(int index) const { return m_nodes[static_cast<std::size_t>(index)]; }

private:
    std::vector<Node> m_nodes;
    bool m_limited;
};

} // namespace timonier::strategy

#include "kube/node_load.h"

#include <algorithm>

namespace timonier {

std::size_t cellOf(const Columns &columns, std::string_view id)
{
    return static_cast<std::size_t>(std::ranges::find(columns, id, &Column::id) - columns.begin());
}

NodeLoads::NodeLoads(const Columns &pods)
    : m_node(cellOf(pods, "node")), m_cpu(cellOf(pods, "cpu-requests")), m_memory(cellOf(pods, "memory-requests"))
{
}

void NodeLoads::change(const Uid &uid, const RowPtr &pod)
{
    const auto known = m_pods.find(uid);
    if (known != m_pods.end()) {
        count(*known->second, -1);
        if (pod)
            known->second = pod;
        else
            m_pods.erase(known);
    } else if (pod) {
        m_pods.emplace(uid, pod);
    }
    if (pod)
        count(*pod, 1);
}

void NodeLoads::clear()
{
    m_pods.clear();
    m_loads.clear();
}

NodeLoad NodeLoads::of(std::string_view node) const
{
    const auto it = m_loads.find(std::string(node));
    return it == m_loads.end() ? NodeLoad{} : it->second;
}

void NodeLoads::count(const Row &pod, int sign)
{
    const std::size_t cells = pod.cells.size();
    if (m_node >= cells || pod.cells[m_node].number == podEnded)
        return;
    // Not the cell: it says "<none>" where there is no node.
    const auto bound = std::ranges::find(pod.links, Relation::Node, &Link::relation);
    if (bound == pod.links.end())
        return;
    NodeLoad &load = m_loads[std::string(bound->value)];
    load.pods += sign;
    load.cpu += sign * (m_cpu < cells ? pod.cells[m_cpu].number : 0);
    load.memory += sign * (m_memory < cells ? pod.cells[m_memory].number / 1000 : 0);
}

} // namespace timonier

#include "kube/node_load.h"

#include <algorithm>

namespace timonier {

std::string_view placeOf(const Row &pod, std::size_t nodeCell)
{
    if (cellAt(pod, nodeCell).number == podEnded)
        return {};
    // Not the cell's text: it says "<none>" where there is no node.
    const auto bound = std::ranges::find(pod.links, Relation::Node, &Link::relation);
    return bound == pod.links.end() ? std::string_view{} : bound->value;
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
    const std::string_view node = placeOf(pod, m_node);
    if (node.empty())
        return;
    NodeLoad &load = m_loads[std::string(node)];
    load.pods += sign;
    load.cpu += sign * cellAt(pod, m_cpu).number;
    load.memory += sign * (cellAt(pod, m_memory).number / 1000);
}

} // namespace timonier

// What the pods of each node ask for, kept up to date change by change. Pure; one thread.
#pragma once

#include "kube/kind.h"
#include "kube/row.h"

#include <cstdint>
#include <string>
#include <unordered_map>

namespace timonier {

struct NodeLoad {
    std::int64_t pods = 0;     // that have not ended: they take a place each
    std::int64_t cpu = 0;      // requested, millicores
    std::int64_t memory = 0;   // requested, bytes
    bool operator==(const NodeLoad &) const = default;
};

// The node that a pod holds a place on, as `kubectl describe node` counts (getPodsTotalRequestsAndLimits): bound to it, and not
// ended. Empty: none. `nodeCell`: of the pods' columns.
std::string_view placeOf(const Row &pod, std::size_t nodeCell);

class NodeLoads
{
public:
    // `pods`: the columns of what change() gets.
    explicit NodeLoads(const Columns &pods);
    // A pod as it is now; null: it has gone.
    void change(const Uid &uid, const RowPtr &pod);
    void clear();
    // Of the node with this name.
    NodeLoad of(std::string_view node) const;
    // Uids of the pods, for what a relist leaves behind.
    const std::unordered_map<Uid, RowPtr> &pods() const { return m_pods; }

private:
    void count(const Row &pod, int sign);

    std::size_t m_node, m_cpu, m_memory; // cells
    std::unordered_map<Uid, RowPtr> m_pods;
    std::unordered_map<std::string, NodeLoad> m_loads;
};

} // namespace timonier

// What a whole cluster comes to: nodes and workloads that are ready, what pods ask for against what nodes have, and what
// happened that somebody should hear of. Kept up to date row by row from the live tables' batches. One thread.
//
// Requests are those of pods that hold a place on a node, as `kubectl describe node` sums them up
// (getPodsTotalRequestsAndLimits of k8s.io/kubectl/pkg/describe).
#pragma once

#include "kube/batch.h"
#include "kube/kind.h"
#include "kube/object_ref.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace timonier {

struct ReadyCount {
    int all = 0;
    int ready = 0;
    bool operator==(const ReadyCount &) const = default;
};

struct Incident {
    enum class Type { NodeGone, NodeNotReady, NodeReady, KilledForMemory } type = Type::NodeGone;
    ObjectRef object;
};

class ClusterTotals
{
public:
    enum class Table { Nodes, Pods, Deployments, StatefulSets, DaemonSets };
    static constexpr std::size_t tables = 5;

    // The plural name of the kind that a table holds.
    static std::string_view kindOf(Table table);
    // Reads changes. Incidents are told only of what changes after the first list was complete.
    std::vector<Incident> apply(Table table, Batch &&batch);

    const TableStatus &status(Table table) const { return m_tables[index(table)].status; }
    ReadyCount ready(Table table) const { return m_tables[index(table)].count; }
    int cordoned() const { return m_cordoned; }
    // Pods by what kubectl calls their status; "Running" only those whose containers are all ready, others are "NotReady".
    const std::map<std::string, int, std::less<>> &podsByStatus() const { return m_byStatus; }

    struct Amounts {
        std::int64_t cpu = 0;      // millicores
        std::int64_t memory = 0;   // bytes
        std::int64_t pods = 0;
    };
    Amounts allocatable() const { return m_allocatable; }  // of all nodes
    Amounts requested() const { return m_requested; }      // of pods on nodes that have not ended

private:
    struct Known {
        std::unordered_map<Uid, RowPtr> rows;
        TableStatus status;
        ReadyCount count;
    };
    static std::size_t index(Table table) { return static_cast<std::size_t>(table); }
    void change(Table table, const Uid &uid, RowPtr row, std::vector<Incident> *incidents);
    void count(Table table, const Row &row, int sign);
    void countPod(const Row &row, int sign);
    void countNode(const Row &row, int sign);

    std::array<Known, tables> m_tables;
    std::map<std::string, int, std::less<>> m_byStatus;
    Amounts m_allocatable, m_requested;
    int m_cordoned = 0;
};

} // namespace timonier

#include "kube/cluster_totals.h"

#include "kube/node_load.h"

#include <algorithm>

namespace timonier {

namespace {

std::size_t cellOf(std::string_view kind, std::string_view id) { return timonier::cellOf(typedKind(kind)->columns, id); }

struct PodCells {
    std::size_t ready = cellOf("pods", "ready"), status = cellOf("pods", "status"), restarts = cellOf("pods", "restarts"),
                lastExit = cellOf("pods", "last-exit"), cpu = cellOf("pods", "cpu-requests"),
                memory = cellOf("pods", "memory-requests"), node = cellOf("pods", "node");
};
struct NodeCells {
    std::size_t status = cellOf("nodes", "status"), cpu = cellOf("nodes", "cpu-allocatable"),
                memory = cellOf("nodes", "memory-allocatable"), pods = cellOf("nodes", "pods-allocatable");
};

const PodCells &podCells()
{
    static const PodCells cells;
    return cells;
}
const NodeCells &nodeCells()
{
    static const NodeCells cells;
    return cells;
}

std::int64_t quantity(const Row &row, std::size_t at)
{
    const std::int64_t number = cellAt(row, at).number;
    return number == noNumber ? 0 : number;
}

bool isReady(const Row &node)
{
    const std::string_view status = cellAt(node, nodeCells().status).text;
    return status == "Ready" || status.starts_with("Ready,");
}

// All parts of "2/2" are there.
bool isWhole(std::string_view fraction)
{
    const std::size_t slash = fraction.find('/');
    return slash != fraction.npos && fraction.substr(0, slash) == fraction.substr(slash + 1);
}

bool wasKilledForMemory(const Row &pod)
{
    return cellAt(pod, podCells().lastExit).text.starts_with("OOMKilled") || cellAt(pod, podCells().status).text == "OOMKilled";
}

ObjectRef refTo(const char *kind, const Row &row) { return {"", kind, std::string(row.ns), std::string(row.name)}; }

} // namespace

std::string_view ClusterTotals::kindOf(Table table)
{
    constexpr std::array<std::string_view, tables> names{"nodes", "pods", "deployments", "statefulsets", "daemonsets"};
    return names[index(table)];
}

std::vector<Incident> ClusterTotals::apply(Table table, Batch &&batch)
{
    Known &known = m_tables[index(table)];
    std::vector<Incident> incidents;
    const bool told = known.status.complete;
    if (batch.reset) {
        std::vector<Uid> gone;
        for (const auto &[uid, row] : known.rows) {
            if (!batch.changes.contains(uid))
                gone.push_back(uid);
        }
        for (const Uid &uid : gone)
            change(table, uid, nullptr, nullptr); // looked at from another place, or read anew: nothing has happened
    }
    for (auto &[uid, row] : batch.changes)
        change(table, uid, std::move(row), told ? &incidents : nullptr);
    if (batch.status)
        known.status = std::move(*batch.status);
    return incidents;
}

void ClusterTotals::change(Table table, const Uid &uid, RowPtr row, std::vector<Incident> *incidents)
{
    Known &known = m_tables[index(table)];
    const auto it = known.rows.find(uid);
    const RowPtr before = it == known.rows.end() ? nullptr : it->second;
    if (before)
        count(table, *before, -1);
    if (row)
        count(table, *row, +1);
    if (incidents && before && table == Table::Nodes) {
        if (!row)
            incidents->push_back({Incident::Type::NodeGone, refTo("Node", *before)});
        else if (isReady(*before) != isReady(*row))
            incidents->push_back({isReady(*row) ? Incident::Type::NodeReady : Incident::Type::NodeNotReady, refTo("Node", *row)});
    }
    if (incidents && row && table == Table::Pods && wasKilledForMemory(*row)) {
        const auto restarts = [](const Row &pod) { return restartCount(quantity(pod, podCells().restarts)); };
        if (!before || !wasKilledForMemory(*before) || restarts(*row) > restarts(*before))
            incidents->push_back({Incident::Type::KilledForMemory, refTo("Pod", *row)});
    }
    if (!row)
        known.rows.erase(uid);
    else
        known.rows.insert_or_assign(uid, std::move(row));
}

void ClusterTotals::count(Table table, const Row &row, int sign)
{
    static const std::size_t deployment = cellOf("deployments", "ready"), statefulSet = cellOf("statefulsets", "ready"),
                             desired = cellOf("daemonsets", "desired"), available = cellOf("daemonsets", "ready");
    bool ready = false;
    switch (table) {
    case Table::Nodes:
        ready = isReady(row);
        countNode(row, sign);
        break;
    case Table::Pods: {
        const std::string_view status = cellAt(row, podCells().status).text;
        ready = status == "Running" && isWhole(cellAt(row, podCells().ready).text);
        countPod(row, sign);
        break;
    }
    case Table::Deployments:
        ready = isWhole(cellAt(row, deployment).text);
        break;
    case Table::StatefulSets:
        ready = isWhole(cellAt(row, statefulSet).text);
        break;
    case Table::DaemonSets:
        ready = cellAt(row, desired).number == cellAt(row, available).number;
        break;
    }
    ReadyCount &count = m_tables[index(table)].count;
    count.all += sign;
    count.ready += ready ? sign : 0;
}

void ClusterTotals::countPod(const Row &row, int sign)
{
    std::string_view status = cellAt(row, podCells().status).text;
    if (status == "Running" && !isWhole(cellAt(row, podCells().ready).text))
        status = "NotReady";
    const auto it = m_byStatus.try_emplace(std::string(status), 0).first;
    it->second += sign;
    if (it->second == 0)
        m_byStatus.erase(it);
    if (placeOf(row, podCells().node).empty())
        return;
    m_requested.cpu += sign * quantity(row, podCells().cpu);
    m_requested.memory += sign * (quantity(row, podCells().memory) / 1000);
    m_requested.pods += sign;
}

void ClusterTotals::countNode(const Row &row, int sign)
{
    m_cordoned += cellAt(row, nodeCells().status).text.find("SchedulingDisabled") != std::string_view::npos ? sign : 0;
    m_allocatable.cpu += sign * quantity(row, nodeCells().cpu);
    m_allocatable.memory += sign * (quantity(row, nodeCells().memory) / 1000);
    m_allocatable.pods += sign * (quantity(row, nodeCells().pods) / 1000);
}

} // namespace timonier

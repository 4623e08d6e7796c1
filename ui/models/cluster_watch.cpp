#include "ui/models/cluster_watch.h"

#include "ui/models/waker.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace timonier {

namespace {

constexpr int paceMs = 500;

const KindSpec *kindNamed(std::span<const KindSpec> kinds, std::string_view name)
{
    const auto it = std::ranges::find_if(kinds, [name](const KindSpec &kind) {
        return kind.resource.name == name && (kind.resource.group.empty() || kind.resource.group == "apps");
    });
    return it == kinds.end() ? nullptr : &*it;
}

} // namespace

ClusterWatch::ClusterWatch(std::shared_ptr<OpenCluster> cluster, std::span<const KindSpec> kinds, std::string ns, QObject *parent)
    : QObject(parent), m_cluster(std::move(cluster)), m_ns(std::move(ns)), m_waker(new Waker(this))
{
    for (std::size_t at = 0; at < ClusterTotals::tables; ++at) {
        if (const KindSpec *kind = kindNamed(kinds, ClusterTotals::kindOf(static_cast<ClusterTotals::Table>(at))))
            m_looks[at].emplace(*kind);
    }
    if (const KindSpec *events = kindNamed(kinds, "events"))
        m_eventKind = *events;
    m_pace.setSingleShot(true);
    connect(&m_pace, &QTimer::timeout, this, &ClusterWatch::read);
    connect(m_waker, &Waker::woken, this, [this] {
        if (!m_pace.isActive())
            m_pace.start(paceMs);
    });
}

ClusterWatch::~ClusterWatch() = default;

void ClusterWatch::begin()
{
    if (std::exchange(m_begun, true))
        return;
    for (std::size_t at = 0; at < m_looks.size(); ++at)
        look(at, {});
    if (m_eventKind)
        m_warningLook = m_cluster->subscribe(*m_eventKind, {.fieldSelector = "type=Warning"}, false, m_waker->wake());
    m_pace.start(0);
}

void ClusterWatch::look(std::size_t at, const std::string &ns)
{
    if (!m_looks[at])
        return;
    const bool nodes = at == static_cast<std::size_t>(ClusterTotals::Table::Nodes);
    m_looks[at]->subscription = m_cluster->subscribe(m_looks[at]->kind, {.ns = ns}, nodes, m_waker->wake());
}

void ClusterWatch::retry()
{
    for (const auto &look : m_looks) {
        if (look && look->subscription)
            look->subscription->retry();
    }
}

void ClusterWatch::read()
{
    std::vector<Incident> incidents;
    for (std::size_t at = 0; at < m_looks.size(); ++at) {
        if (!m_looks[at] || !m_looks[at]->subscription)
            continue;
        const auto table = static_cast<ClusterTotals::Table>(at);
        auto more = m_totals.apply(table, m_looks[at]->subscription->take());
        incidents.insert(incidents.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
        // Who may not look everywhere may still look at home.
        const bool refused = m_totals.status(table).state == ReflectorState::Forbidden;
        if (refused && m_looks[at]->kind.resource.namespaced && !m_ns.empty() && !std::exchange(m_looks[at]->narrowed, true)) {
            m_narrowed = m_ns;
            look(at, m_ns);
        }
    }
    readMetrics();
    readWarnings();
    emit changed();
    if (!incidents.empty())
        emit happened(incidents);
}

void ClusterWatch::readMetrics()
{
    const auto &nodes = m_looks[static_cast<std::size_t>(ClusterTotals::Table::Nodes)];
    const MetricsPtr metrics = nodes && nodes->subscription ? nodes->subscription->metrics() : nullptr;
    if (!metrics)
        return;
    m_unmetered = metrics->unavailable;
    m_used.reset();
    if (m_unmetered || metrics->usage.empty())
        return;
    Usage sum{};
    for (const auto &[name, usage] : metrics->usage) {
        sum.cpu += usage.cpu;
        sum.memory += usage.memory;
    }
    m_used = sum;
}

void ClusterWatch::readWarnings()
{
    if (!m_warningLook)
        return;
    Batch batch = m_warningLook->take();
    if (batch.reset)
        m_warnings.clear();
    for (auto &[uid, row] : batch.changes) {
        if (row)
            m_warnings.insert_or_assign(uid, std::move(row));
        else
            m_warnings.erase(uid);
    }
    if (!batch.status)
        return;
    m_warningStatus = std::move(*batch.status);
    if (m_warningStatus.state == ReflectorState::Forbidden && !m_ns.empty() && !std::exchange(m_warningsNarrowed, true))
        m_warningLook =
            m_cluster->subscribe(*m_eventKind, {.ns = m_ns, .fieldSelector = "type=Warning"}, false, m_waker->wake());
}

std::vector<ClusterWatch::Warning> ClusterWatch::warnings(std::size_t most) const
{
    const Columns &columns = typedKind("events")->columns;
    const std::size_t lastSeen = cellOf(columns, "last-seen"), object = cellOf(columns, "object"), reason = cellOf(columns, "reason");
    const auto newer = [lastSeen](const RowPtr &a, const RowPtr &b) {
        const std::int64_t left = cellAt(*a, lastSeen).number, right = cellAt(*b, lastSeen).number;
        return left != right ? left > right : a->name < b->name;
    };
    struct Group {
        RowPtr newest;
        std::set<std::pair<std::string_view, std::string_view>> objects; // by namespace and "pod/web"
    };
    std::map<std::pair<std::string_view, std::string_view>, Group> groups; // by "pod" and the reason
    for (const auto &[uid, event] : m_warnings) {
        const std::string_view about = cellAt(*event, object).text;
        Group &group = groups[{about.substr(0, about.find('/')), cellAt(*event, reason).text}];
        group.objects.emplace(event->ns, about);
        if (!group.newest || newer(event, group.newest))
            group.newest = event;
    }
    std::vector<Warning> warnings;
    for (const auto &[key, group] : groups)
        warnings.push_back({group.newest, static_cast<int>(group.objects.size()) - 1});
    const auto middle = warnings.begin() + static_cast<std::ptrdiff_t>(std::min(most, warnings.size()));
    std::ranges::partial_sort(warnings, middle, newer, &Warning::newest);
    warnings.erase(middle, warnings.end());
    return warnings;
}

StatusWords ClusterWatch::words() const
{
    // The pods' table speaks for the cluster; where its user may not see them all, whichever table he may see.
    const TableStatus *speaks = nullptr;
    for (const auto table : {ClusterTotals::Table::Pods, ClusterTotals::Table::Deployments, ClusterTotals::Table::Nodes}) {
        const TableStatus &status = m_totals.status(table);
        if (!speaks || (speaks->state == ReflectorState::Forbidden && status.state != ReflectorState::Forbidden))
            speaks = &status;
    }
    return wordsFor(*speaks, QStringLiteral("pods"), true, QString::fromStdString(m_narrowed), m_totals.ready(ClusterTotals::Table::Pods).all,
                    std::chrono::system_clock::now());
}

} // namespace timonier

#include "ui/models/table_extras.h"

#include "kube/node_load.h"
#include "kube/service_health.h"
#include "ui/models/utf8_text.h"

#include <QLocale>

#include <algorithm>

namespace timonier {

namespace {

QString bytesText(std::int64_t bytes)
{
    return QLocale().toString(static_cast<double>(bytes) / (1 << 30), 'f', bytes % (1 << 30) == 0 ? 0 : 1);
}

QString coresText(std::int64_t millicores)
{
    return QLocale().toString(static_cast<double>(millicores) / 1000, 'f', millicores % 1000 == 0 ? 0 : 1);
}

class NodeExtras final : public TableExtras
{
    Q_DECLARE_TR_FUNCTIONS(NodeExtras)
public:
    explicit NodeExtras(const KindSpec &nodes)
        : m_pods(*typedKind("pods")), m_loads(m_pods.columns), m_podPlaces(cellOf(nodes.columns, "pods-allocatable")),
          m_cpu(cellOf(nodes.columns, "cpu-allocatable")), m_memory(cellOf(nodes.columns, "memory-allocatable"))
    {
        connect(&m_feed, &RowFeed::read, this, [this](const RowFeed::Rows &changes) {
            for (const auto &[uid, pod] : changes)
                m_loads.change(uid, pod);
            emit changed();
        });
    }
    std::vector<ExtraColumn> columns() const override
    {
        return {{.id = QStringLiteral("pods"), .title = tr("Pods", "column of nodes: how many run there, of how many places"), .bar = true},
                {.id = QStringLiteral("cpu-requested"), .title = tr("CPU requested", "column of nodes"), .bar = true},
                {.id = QStringLiteral("memory-requested"), .title = tr("Memory requested", "column of nodes"), .bar = true}};
    }
    void begin(OpenCluster &cluster, const std::vector<std::string> &) override { m_feed.follow(cluster, m_pods, {}); }
    SupplementPtr make(const std::vector<RowPtr> &rows) const override
    {
        auto out = std::make_shared<Supplement>();
        for (const RowPtr &row : rows) {
            if (!row)
                continue;
            if (m_feed.isForbidden()) {
                const ExtraCell refused{.text = tr("you may not list pods"), .order = -1, .dim = true};
                out->rows[row->uid] = {refused, refused, refused};
            } else if (m_feed.isComplete()) {
                const NodeLoad load = m_loads.of(row->name);
                const std::int64_t places = number(*row, m_podPlaces) / 1000, cpu = number(*row, m_cpu),
                                   memory = number(*row, m_memory) / 1000;
                out->rows[row->uid] = {
                    bar(load.pods, places, QLocale().toString(load.pods), QLocale().toString(places), tr("pods")),
                    bar(load.cpu, cpu, coresText(load.cpu), coresText(cpu), tr("CPU cores requested")),
                    bar(load.memory, memory, bytesText(load.memory), tr("%1 Gi", "GiB of memory").arg(bytesText(memory)),
                        tr("memory requested"))};
            }
        }
        return out;
    }

private:
    static std::int64_t number(const Row &row, std::size_t cell) { return cell < row.cells.size() ? row.cells[cell].number : 0; }
    static ExtraCell bar(std::int64_t used, std::int64_t whole, const QString &usedText, const QString &wholeText, const QString &what)
    {
        ExtraCell cell{.text = tr("%1 of %2", "18 of 110 pods, 1.5 of 4 cores").arg(usedText, wholeText)};
        const double share = whole > 0 ? static_cast<double>(used) / static_cast<double>(whole) : 0;
        cell.order = static_cast<std::int64_t>(share * 1e6);
        cell.share = static_cast<float>(share);
        cell.tip = tr("%1 of %2 %3, %4 %", "18 of 110 pods, 16 %").arg(usedText, wholeText, what).arg(qRound(share * 100));
        return cell;
    }

    const KindSpec &m_pods;
    RowFeed m_feed;
    NodeLoads m_loads;
    std::size_t m_podPlaces, m_cpu, m_memory;
};

class ServiceExtras final : public TableExtras
{
    Q_DECLARE_TR_FUNCTIONS(ServiceExtras)
public:
    explicit ServiceExtras(const KindSpec &services)
        : m_services(services), m_podKind(*typedKind("pods")), m_sliceKind(*typedKind("endpointslices"))
    {
        connect(&m_pods, &RowFeed::read, this, &TableExtras::changed);
        connect(&m_slices, &RowFeed::read, this, &TableExtras::changed);
    }
    std::vector<ExtraColumn> columns() const override
    {
        return {{QStringLiteral("endpoints"), tr("Endpoints", "column of services: how many are ready, of how many")},
                {QStringLiteral("health"), tr("Health", "column of services")}};
    }
    void begin(OpenCluster &cluster, const std::vector<std::string> &namespaces) override
    {
        m_slices.follow(cluster, m_sliceKind, namespaces);
        m_pods.follow(cluster, m_podKind, namespaces);
    }
    SupplementPtr make(const std::vector<RowPtr> &rows) const override
    {
        auto out = std::make_shared<Supplement>();
        const bool mayPods = !m_pods.isForbidden();
        if (m_slices.isForbidden()) {
            const ExtraCell refused{.text = tr("you may not list endpoint slices"), .order = -1, .dim = true};
            for (const RowPtr &row : rows) {
                if (row)
                    out->rows[row->uid] = {refused, refused};
            }
            return out;
        }
        if (!m_slices.isComplete() || (mayPods && !m_pods.isComplete()))
            return out;
        ServiceCheck check(m_services.columns, m_sliceKind.columns, m_slices.rows(), m_podKind.columns,
                           mayPods ? &m_pods.rows() : nullptr);
        for (const RowPtr &row : rows) {
            if (!row)
                continue;
            const ServiceHealth health = check.of(*row);
            out->rows[row->uid] = cells(health, mayPods);
            if (auto remark = remarkOn(health, selectorOf(*row)))
                out->remarks[row->uid] = std::move(*remark);
        }
        return out;
    }

private:
    static QString selectorOf(const Row &service)
    {
        const auto link = std::ranges::find(service.links, Relation::Selector, &Link::relation);
        return link == service.links.end() ? QString() : fromView(link->value);
    }
    static std::optional<Remark> remarkOn(const ServiceHealth &health, const QString &selector)
    {
        using State = ServiceHealth::State;
        switch (health.state) {
        case State::NoPod:
            return Remark{Tone::Bad, tr("Nothing answers here: the selector matches no pod"),
                          tr("No pod of this namespace has the labels %1. Compare them with those of the pods that it is meant for.")
                              .arg(selector)};
        case State::NoSuchPort:
            return Remark{Tone::Bad, tr("No pod behind it has a port named %1").arg(QString::fromStdString(health.port)),
                          tr("Give that name to a port of the container, or write its number as the target port.")};
        case State::NoneReady:
            return Remark{Tone::Bad, tr("Of %n endpoint(s), none is ready", nullptr, static_cast<int>(health.total)),
                          tr("Requests fail until a pod behind it is ready: see what is wrong with its pods.")};
        case State::SomeReady:
            return Remark{Tone::Careful, tr("%1 of %2 endpoints are ready").arg(health.ready).arg(health.total),
                          tr("Requests go to those alone: see what is wrong with the other pods.")};
        case State::NoEndpoint:
            return Remark{Tone::Careful, tr("It has no endpoint"), tr("Nothing answers until it has one.")};
        case State::Ready:
        case State::Elsewhere:
            break;
        }
        return std::nullopt;
    }

    static std::vector<ExtraCell> cells(const ServiceHealth &health, bool mayPods)
    {
        using State = ServiceHealth::State;
        ExtraCell endpoints{.text = QStringLiteral("%1/%2").arg(health.ready).arg(health.total),
                            .order = health.total > 0 ? health.ready * 1'000'000 / health.total : 0,
                            .dim = health.total == 0,
                            .tip = tr("%1 of %2 endpoints are ready").arg(health.ready).arg(health.total)};
        const auto state = [](const QString &text, Tone tone) {
            return ExtraCell{.text = text, .order = static_cast<std::int64_t>(tone), .tone = tone};
        };
        ExtraCell word;
        switch (health.state) {
        case State::Ready:
            word = state(tr("Ready", "health of a service"), Tone::Good);
            break;
        case State::SomeReady:
            word = state(tr("some endpoints are not ready"), Tone::Careful);
            break;
        case State::NoneReady:
            word = state(tr("no ready endpoint"), Tone::Bad);
            break;
        case State::NoPod:
            word = state(tr("selector matches no pod"), Tone::Bad);
            break;
        case State::NoSuchPort:
            word = state(tr("target port %1 does not exist in any pod").arg(QString::fromStdString(health.port)), Tone::Bad);
            break;
        case State::NoEndpoint:
            word = state(mayPods ? tr("no endpoint") : tr("no endpoint (you may not list pods)"), Tone::Careful);
            break;
        case State::Elsewhere:
            endpoints = {.text = QStringLiteral("–"), .order = -1, .dim = true, .tip = tr("A name in the DNS has no endpoints here")};
            word = {.text = tr("leads outside"), .order = -1, .dim = true};
            break;
        }
        return {endpoints, word};
    }

    const KindSpec m_services;
    const KindSpec &m_podKind, &m_sliceKind;
    RowFeed m_pods, m_slices;
};

} // namespace

std::unique_ptr<TableExtras> TableExtras::forKind(const KindSpec &kind)
{
    if (kind.resource.fullName() == "nodes")
        return std::make_unique<NodeExtras>(kind);
    if (kind.resource.fullName() == "services")
        return std::make_unique<ServiceExtras>(kind);
    return nullptr;
}

} // namespace timonier

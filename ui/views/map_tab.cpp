#include "ui/views/map_tab.h"

#include "kube/pod_selector.h"
#include "ui/theme/colours.h"
#include "ui/views/route_map_view.h"
#include "ui/views/tone_label.h"

#include <QLabel>
#include <QPointer>
#include <QScrollArea>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr std::size_t fewPods = 6;
constexpr std::size_t manyPods = 500;

StatusWords wordsOf(const RouteFinding &finding)
{
    const Tone tone = finding.health == RouteHealth::Bad   ? Tone::Bad
        : finding.health == RouteHealth::Careful           ? Tone::Careful
        : finding.health == RouteHealth::Good              ? Tone::Good
        : finding.health == RouteHealth::Busy              ? Tone::Busy
                                                           : Tone::Done;
    return {tone, QString::fromStdString(finding.text), false};
}

std::vector<RowPtr> rowsOf(const RowSet &set)
{
    std::vector<RowPtr> rows;
    for (const auto &[uid, row] : set.rows())
        rows.push_back(row);
    return rows;
}

} // namespace

MapTab::MapTab(QWidget *parent)
    : DetailTab(parent), m_findings(new QVBoxLayout), m_view(new RouteMapView), m_scroll(new QScrollArea(this))
{
    setObjectName(QStringLiteral("mapTab"));
    setAccessibleName(tr("Map", "accessible name of a tab"));
    auto *content = new QWidget;
    content->setObjectName(QStringLiteral("mapContent"));
    auto *inner = new QVBoxLayout(content);
    inner->setContentsMargins(0, 0, 4, 0);
    inner->setSpacing(12);
    m_findings->setSpacing(6);
    inner->addLayout(m_findings);
    inner->addWidget(m_view);
    inner->addStretch(1);
    m_scroll->setObjectName(QStringLiteral("mapScroll"));
    m_scroll->setAccessibleName(tr("Map", "accessible name of a tab"));
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setWidget(content);
    m_scroll->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 12, 0, 0);
    column->addWidget(m_scroll);

    m_soon.setSingleShot(true);
    m_soon.setInterval(50); // four lists that come together are one picture
    connect(&m_soon, &QTimer::timeout, this, &MapTab::refresh);
    for (RowSet *set : {&m_services, &m_slices, &m_pods, &m_ingresses})
        connect(set, &RowSet::changed, this, [this] {
            if (!m_soon.isActive())
                m_soon.start();
        });
    connect(&m_ingresses, &RowSet::changed, this, &MapTab::readRoutes);
    connect(m_view, &RouteMapView::chosen, this, &MapTab::choose);
    connect(m_view, &RouteMapView::currentChanged, this, [this] {
        const QRect rect = m_view->rectOf(m_view->current()).translated(m_view->pos());
        m_scroll->ensureVisible(rect.center().x(), rect.center().y(), 0, rect.height());
    });
}

MapTab::~MapTab() = default;

QString MapTab::title() const { return tr("Map", "tab: what routes to what"); }

bool MapTab::suits(const Subject &subject) const
{
    const std::string kind = subject.kind.resource.fullName();
    return kind == "services" || kind == "pods" || kind == "ingresses.networking.k8s.io" ||
        (subject.kind.typed() && !podSelector(subject.kind, *subject.row).empty());
}

void MapTab::follow(const Subject &subject)
{
    const bool same = subject && m_subject.sameObject(subject);
    m_subject = subject;
    if (!same) {
        rest();
        m_showsAll = false;
        m_routes.clear();
        for (RowSet *set : {&m_services, &m_slices, &m_pods, &m_ingresses})
            set->clear();
    }
    if (!subject) {
        refresh();
        return;
    }
    if (!m_watching)
        watch();
    m_soon.start();
}

void MapTab::rest()
{
    m_watching = false;
    m_soon.stop();
    m_routesAsked = m_routesWanted = false;
    ++m_generation;
    for (RowSet *set : {&m_services, &m_slices, &m_pods, &m_ingresses})
        set->rest();
}

void MapTab::watch()
{
    m_watching = true;
    const Scope scope{.ns = std::string(m_subject.row->ns)};
    OpenCluster &cluster = *m_subject.cluster;
    m_services.follow(cluster, *typedKind("services"), scope);
    m_slices.follow(cluster, *typedKind("endpointslices"), scope);
    m_pods.follow(cluster, *typedKind("pods"), scope);
    m_ingresses.follow(cluster, *typedKind("ingresses"), scope);
}

// Their rows do not say where they lead: any change of them is a reason to ask.
void MapTab::readRoutes()
{
    if (!m_watching || m_ingresses.rows().empty()) {
        m_routes.clear();
        return;
    }
    if (std::exchange(m_routesAsked, true)) {
        m_routesWanted = true;
        return;
    }
    m_subject.cluster->ingressRoutes(
        std::string(m_subject.row->ns),
        [here = QPointer<MapTab>(this), generation = m_generation](const Result<std::vector<IngressRoutes>> &answer) {
            if (!here || here->m_generation != generation)
                return;
            here->m_routesAsked = false;
            if (answer)
                here->m_routes = *answer;
            here->m_soon.start();
            if (std::exchange(here->m_routesWanted, false))
                here->readRoutes();
        });
}

std::optional<RouteFinding> MapTab::trouble() const
{
    for (const auto &[set, name] : {std::pair{&m_services, "services"}, {&m_pods, "pods"}, {&m_ingresses, "ingresses"}}) {
        const TableStatus &status = set->status();
        if (status.state == ReflectorState::Forbidden || status.state == ReflectorState::Stale)
            return RouteFinding{RouteHealth::Careful,
                                wordsFor(status, QLatin1StringView(name), true, QString::fromStdString(std::string(m_subject.row->ns)),
                                         static_cast<qsizetype>(set->rows().size()), std::chrono::system_clock::now())
                                    .text.toStdString()};
    }
    if (!m_services.isComplete() || !m_pods.isComplete())
        return RouteFinding{RouteHealth::Busy, tr("Loading …").toStdString()};
    return {};
}

void MapTab::refresh()
{
    if (!m_subject) {
        m_view->show({});
        showFindings({});
        return;
    }
    RouteRows rows{.services = rowsOf(m_services),
                   .slices = rowsOf(m_slices),
                   .pods = rowsOf(m_pods),
                   .ingresses = m_routes,
                   .servicesKnown = m_services.isComplete(),
                   .slicesKnown = m_slices.isComplete(),
                   .podsKnown = m_pods.isComplete()};
    RouteMap map = routeMap({m_subject.kind, m_subject.row}, rows, m_showsAll ? manyPods : fewPods);
    std::vector<RouteFinding> findings = map.findings;
    if (auto what = trouble())
        findings.push_back(std::move(*what));
    m_view->show(std::move(map));
    showFindings(findings);
}

void MapTab::showFindings(const std::vector<RouteFinding> &findings)
{
    while (m_findingLabels.size() < findings.size()) {
        auto *label = new ToneLabel;
        label->setObjectName(QStringLiteral("mapFinding%1").arg(m_findingLabels.size()));
        m_findings->addWidget(label);
        m_findingLabels.push_back(label);
    }
    for (std::size_t i = 0; i < m_findingLabels.size(); ++i) {
        m_findingLabels[i]->setVisible(i < findings.size());
        if (i < findings.size())
            m_findingLabels[i]->show(wordsOf(findings[i]));
    }
}

void MapTab::choose(int index)
{
    const RouteBox &box = m_view->map().boxes[static_cast<std::size_t>(index)];
    if (box.type == RouteBox::Type::MorePods) {
        m_showsAll = true;
        refresh();
    } else if (!box.ref.kind.empty()) {
        emit jump(box.ref);
    }
}

} // namespace timonier

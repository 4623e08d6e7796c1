// What routes to what around a service, an ingress, a pod or a workload, and what is broken on the way. Watches the object's
// namespace only while it is looked at.
#pragma once

#include "kube/route_map.h"
#include "ui/models/row_set.h"
#include "ui/views/detail_tab.h"

#include <QTimer>

class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace timonier {

class RouteMapView;
class ToneLabel;

class MapTab final : public DetailTab
{
    Q_OBJECT
public:
    explicit MapTab(QWidget *parent = nullptr);
    ~MapTab() override;

    QString title() const override;
    bool suits(const Subject &subject) const override;
    void follow(const Subject &subject) override;
    void rest() override;

    RouteMapView *view() const { return m_view; }

private:
    void watch();
    void readRoutes();
    void refresh();
    void showFindings(const std::vector<RouteFinding> &findings);
    void choose(int box);
    std::optional<RouteFinding> trouble() const; // with what is watched

    Subject m_subject;
    RowSet m_services, m_slices, m_pods, m_ingresses;
    std::vector<IngressRoutes> m_routes;
    QTimer m_soon;
    bool m_watching = false;
    bool m_showsAll = false;        // all pods, not the first few
    bool m_routesAsked = false;
    bool m_routesWanted = false;    // they have changed since they were asked for
    quint64 m_generation = 0;       // answers to an older question are not heard

    QVBoxLayout *m_findings;
    std::vector<ToneLabel *> m_findingLabels;
    RouteMapView *m_view;
    QScrollArea *m_scroll;
};

} // namespace timonier

// The first look at a cluster: what is ready, what is wrong, how full it is, how its control plane does, what it warns of.
// Everything on it leads to the objects it speaks of.
#pragma once

#include "ui/models/fleet.h"

#include <QScrollArea>
#include <QTimer>

class QGridLayout;
class QLabel;
class QPushButton;

namespace timonier {

class CapacityBar;
class Card;
class LinkRow;
class ReadyTile;
class VerdictCard;

class OverviewPage final : public QScrollArea
{
    Q_OBJECT
public:
    explicit OverviewPage(QWidget *parent = nullptr);

    // `server`: the address, for the heading. The entry must be open, and stay so until leave().
    void show(const FleetEntry &entry, const QString &server);
    void leave();
    // The watch has news.
    void refresh();
    // The counts are there, or will not come by themselves.
    bool isSettled() const;
    // It shows the cluster, not only that it cannot be reached.
    bool isGood() const;

signals:
    void kindWanted(const QString &kind, const QString &filter);
    void objectWanted(const timonier::ObjectRef &ref);
    void metricsServerWanted();
    void retryWanted();
    void settled();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void arrange();
    void readHealth();
    bool refreshProblem();
    void refreshTiles();
    void refreshCapacity();
    void refreshTrouble();
    void refreshHealth();
    void refreshWarnings();
    // `follow`: where a click on it leads, whatever it says by then.
    LinkRow *rowAt(std::vector<LinkRow *> &rows, Card *card, std::size_t at, const char *name, void (OverviewPage::*follow)(std::size_t) = nullptr);
    void followTrouble(std::size_t at);
    void followWarning(std::size_t at);

    const FleetEntry *m_entry = nullptr;
    QString m_server;
    std::optional<Health> m_health;
    int m_asked = 0;             // answers to an older question are dropped
    QTimer m_healthTimer;
    bool m_wasSettled = false;

    QLabel *m_title;
    QLabel *m_about;
    VerdictCard *m_problem;
    QGridLayout *m_tileGrid;
    QGridLayout *m_cardGrid;
    std::vector<ReadyTile *> m_tiles; // by ClusterTotals::Table
    CapacityBar *m_cpu;
    CapacityBar *m_memory;
    CapacityBar *m_pods;
    LinkRow *m_unmetered;
    Card *m_capacityCard;
    Card *m_troubleCard;
    Card *m_healthCard;
    Card *m_warningCard;
    std::vector<LinkRow *> m_trouble, m_checks, m_warnings;
    std::vector<QString> m_troubleFilters;
    std::vector<ClusterWatch::Warning> m_warningRows;
};

} // namespace timonier

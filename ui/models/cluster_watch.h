// Keeps an eye on one open cluster, whichever page is shown: its totals, its newest warnings, how it can be reached, and
// what happens that a person should hear of. GUI thread; reads twice a second at most.
#pragma once

#include "kube/cluster_totals.h"
#include "ui/models/cluster_opener.h"
#include "ui/models/status_words.h"

#include <QObject>
#include <QTimer>

#include <array>

namespace timonier {

class Waker;

class ClusterWatch final : public QObject
{
    Q_OBJECT
public:
    // `ns`: where to look instead when the user may not look at all namespaces; empty: nowhere.
    ClusterWatch(std::shared_ptr<OpenCluster> cluster, std::span<const KindSpec> kinds, std::string ns, QObject *parent = nullptr);
    ~ClusterWatch() override;

    void begin();
    bool hasBegun() const { return m_begun; }
    void retry();

    const ClusterTotals &totals() const { return m_totals; }
    // CPU and memory in use on all nodes; nothing when not known, and why.
    std::optional<Usage> used() const { return m_used; }
    const std::optional<Error> &unmetered() const { return m_unmetered; }
    // The newest warnings, newest first: those of one kind of object for one reason are one.
    struct Warning {
        RowPtr newest;             // an event
        int others = 0;            // objects, beside the one that it is about
    };
    std::vector<Warning> warnings(std::size_t most) const;
    std::size_t warningCount() const { return m_warnings.size(); }
    const TableStatus &warningStatus() const { return m_warningStatus; }
    const KindSpec *eventKind() const { return m_eventKind ? &*m_eventKind : nullptr; }
    // The one namespace that the counts speak of; empty: all.
    const std::string &narrowedTo() const { return m_narrowed; }
    // How the cluster can be reached, as far as its tables tell.
    StatusWords words() const;

signals:
    void changed();
    void happened(const std::vector<timonier::Incident> &incidents);

private:
    struct Look {
        KindSpec kind;
        std::unique_ptr<Subscription> subscription;
        bool narrowed = false;
    };
    void look(std::size_t at, const std::string &ns);
    void read();
    void readMetrics();
    void readWarnings();

    const std::shared_ptr<OpenCluster> m_cluster;
    const std::string m_ns;
    Waker *m_waker;
    QTimer m_pace;
    bool m_begun = false;
    std::array<std::optional<Look>, ClusterTotals::tables> m_looks;
    ClusterTotals m_totals;
    std::optional<Usage> m_used;
    std::optional<Error> m_unmetered;
    std::optional<KindSpec> m_eventKind;
    std::unique_ptr<Subscription> m_warningLook;
    std::unordered_map<Uid, RowPtr> m_warnings;
    TableStatus m_warningStatus;
    bool m_warningsNarrowed = false;
    std::string m_narrowed;
};

} // namespace timonier

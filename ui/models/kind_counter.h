// Counts the objects of each kind of one cluster, for the rail: one short request after another, every half minute, and only
// while somebody looks. GUI thread.
#pragma once

#include "ui/models/cluster_opener.h"

#include <QObject>
#include <QStringList>
#include <QTimer>

namespace timonier {

class KindCounter final : public QObject
{
    Q_OBJECT
public:
    explicit KindCounter(QObject *parent = nullptr);
    // Counts these from now on; a null cluster: nothing. No namespaces: in all of them.
    void follow(std::shared_ptr<OpenCluster> cluster, std::vector<KindSpec> kinds, const QStringList &namespaces);
    void pause(bool paused);

signals:
    // Nothing: it may not be listed, or could not be counted.
    void counted(const timonier::Resource &resource, std::optional<qint64> count);

private:
    void begin();
    void next();
    void came(const Result<std::int64_t> &count);

    std::shared_ptr<OpenCluster> m_cluster;
    std::vector<KindSpec> m_kinds;
    std::vector<std::string> m_namespaces; // "": all of them
    std::size_t m_at = 0;                  // the kind,
    std::size_t m_in = 0;                  // the namespace that is asked about next,
    qint64 m_sum = 0;                      // and what came so far
    int m_round = 0; // answers to an older question are dropped
    bool m_paused = false;
    QTimer m_timer;
};

} // namespace timonier

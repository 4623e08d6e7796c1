// Counts the objects of each kind of one cluster, for the rail: one short request after another, every half minute, and only
// while somebody looks. GUI thread.
#pragma once

#include "ui/models/cluster_opener.h"

#include <QObject>
#include <QTimer>

namespace timonier {

class KindCounter final : public QObject
{
    Q_OBJECT
public:
    explicit KindCounter(QObject *parent = nullptr);
    // Counts these from now on; a null cluster: nothing. `ns` empty: in all namespaces.
    void follow(std::shared_ptr<OpenCluster> cluster, std::vector<KindSpec> kinds, const std::string &ns);
    void pause(bool paused);

signals:
    // Nothing: it may not be listed, or could not be counted.
    void counted(const timonier::Resource &resource, std::optional<qint64> count);

private:
    void next();

    std::shared_ptr<OpenCluster> m_cluster;
    std::vector<KindSpec> m_kinds;
    std::string m_ns;
    std::size_t m_at = 0;
    int m_round = 0; // answers to an older question are dropped
    bool m_paused = false;
    QTimer m_timer;
};

} // namespace timonier

// The tools of one local cluster (session/local_clusters.h) behind the window's dialog: each on a thread of its own, stopped when the dialog goes.
#pragma once

#include "base/worker.h"
#include "session/local_clusters.h"
#include "ui/models/cluster_tools.h"

#include <QObject>

namespace timonier {

class SessionClusterTools final : public ClusterTools
{
public:
    // `closing` joins threads where nobody waits.
    SessionClusterTools(LocalCluster cluster, std::shared_ptr<Worker> closing);
    ~SessionClusterTools() override;

    std::optional<Error> cannot(ClusterTool tool) const override;
    void addons(Done<Result<std::vector<Addon>>> done) override;
    void setAddon(const QString &name, bool on, Tell tell, Done<Result<>> done) override;
    void load(const QString &image, Tell tell, Done<Result<>> done) override;
    void stopLoad() override { m_load.request_stop(); }
    void exportLogs(const QString &folder, Tell tell, Done<Result<>> done) override;
    void serviceUrls(const QString &ns, const QString &service, Done<Result<QStringList>> done) override;
    void openTunnel(Tell tell, Done<Result<>> closed) override;
    void closeTunnel() override { m_tunnel.request_stop(); }

private:
    Heard hear(Tell tell) const;

    const std::shared_ptr<const LocalCluster> m_cluster;
    const std::shared_ptr<Worker> m_closing;
    std::shared_ptr<QObject> m_here;
    std::stop_source m_stop{}, m_load{}, m_tunnel{};
    std::unique_ptr<Worker> m_asking, m_loading, m_tunneling; // a tunnel holds its thread
};

} // namespace timonier

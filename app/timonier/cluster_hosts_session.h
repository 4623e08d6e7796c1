// The hosts of one cluster (session/host_operations.h) behind the window's dialog: asked on a thread of its own, stopped when the dialog goes.
#pragma once

#include "base/worker.h"
#include "session/host_operations.h"
#include "ui/models/cluster_hosts.h"

#include <QObject>

namespace timonier {

class SessionClusterHosts final : public ClusterHosts
{
public:
    // `closing` joins the thread where nobody waits.
    SessionClusterHosts(kubeadm::Spec spec, kubeadm::Access hosts, std::shared_ptr<Worker> closing);
    ~SessionClusterHosts() override;

    std::vector<HostLine> hosts() const override;
    std::vector<HostAction> actions() const override;
    void look(Tell tell, Over over) override;

private:
    const kubeadm::Spec m_spec;
    const kubeadm::Access m_access;
    const std::shared_ptr<Worker> m_closing;
    std::shared_ptr<QObject> m_here;
    std::stop_source m_stop;
    std::unique_ptr<Worker> m_worker;
};

} // namespace timonier

// An open cluster as the window holds it: the core's Cluster, with answers brought to the GUI thread.
#pragma once

#include "base/worker.h"
#include "ui/models/cluster_opener.h"

#include <QObject>

#include <memory>

namespace timonier {

class OpenSession final : public OpenCluster
{
public:
    // `closing`: joins the cluster's threads, where nobody waits for them. GUI thread.
    OpenSession(std::shared_ptr<Transport> transport, StreamAccess streams, std::shared_ptr<Worker> closing);
    ~OpenSession() override;

    std::unique_ptr<Subscription> subscribe(const KindSpec &kind, const Scope &scope, bool withMetrics,
                                            std::function<void()> wake) override;
    void discoverKinds(Done<Result<Discovery>> done) override;
    void describe(const KindSpec &kind, const std::string &ns, const std::string &name, bool revealSecrets,
                  Done<Result<std::shared_ptr<const Description>>> done) override;
    void count(const KindSpec &kind, const std::string &ns, Done<Result<std::int64_t>> done) override;
    void readHealth(Done<Health> done) override;
    void search(const std::string &text, std::size_t most, Done<std::vector<FoundObject>> done) override;
    void apply(std::vector<ManifestObject> objects, Done<Result<>> done) override;
    void containers(const std::string &ns, const std::string &pod, Done<Result<std::vector<ContainerBrief>>> done) override;
    void ingressRoutes(const std::string &ns, Done<Result<std::vector<IngressRoutes>>> done) override;
    void readApplication(const std::string &ns, const std::string &name, Done<Result<strategy::Application>> done) override;
    void dryRunDeployment(const std::string &ns, const std::string &name, const std::string &patch,
                          Done<Result<ObjectChange>> done) override;
    RolloutDesk *rollouts() override { return m_rollouts.get(); }
    void declaredPorts(const PortTarget &target, Done<Result<std::vector<DeclaredPort>>> done) override;
    void forwardPort(const PortTarget &target, const ForwardOptions &options, std::function<void()> wake,
                     Done<Result<std::shared_ptr<PortForward>>> done) override;
    std::unique_ptr<LogFeed> followLogs(std::vector<LogOptions> which, std::function<void()> wake) override;

private:
    // Runs `work` where it may block, and hands what it returns to `done` on the GUI thread.
    template <class T>
    void ask(Cluster::Queue queue, std::function<T(Transport &, std::stop_token)> work, Done<T> done);

    const std::shared_ptr<Transport> m_transport;
    const StreamAccess m_streams;
    std::unique_ptr<Cluster> m_cluster;
    const std::shared_ptr<Worker> m_closing;
    // Answers come back through this object: when it has gone, they go nowhere.
    std::shared_ptr<QObject> m_here;
    std::unique_ptr<RolloutDesk> m_rollouts;
};

} // namespace timonier

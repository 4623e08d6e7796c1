#include "open_session.h"

#include "hand.h"
#include "session_rollouts.h"

#include "describe/describe.h"
#include "kube/count.h"
#include "kube/fetch.h"
#include "manifest/apply.h"
#include "strategy/live.h"

namespace timonier {

OpenSession::OpenSession(std::shared_ptr<Transport> transport, StreamAccess streams, std::shared_ptr<Worker> closing)
    : m_transport(std::move(transport)), m_streams(std::move(streams)), m_cluster(std::make_unique<Cluster>(m_transport, std::make_shared<SystemClock>())),
      m_closing(std::move(closing)), m_here(std::shared_ptr<QObject>(new QObject, [](QObject *object) { object->deleteLater(); }))
    , m_rollouts(std::make_unique<SessionRollouts>(m_transport, m_closing, m_here))
{
}

OpenSession::~OpenSession()
{
    m_closing->post([cluster = std::move(m_cluster)]() mutable { cluster.reset(); });
}

template <class T>
void OpenSession::ask(Cluster::Queue queue, std::function<T(Transport &, std::stop_token)> work, Done<T> done)
{
    m_cluster->ask(queue, [here = std::weak_ptr(m_here), work = std::move(work), done = std::move(done)](
                              Transport &transport, std::stop_token stop) { hand<T>(here, done, work(transport, stop)); });
}

std::unique_ptr<Subscription> OpenSession::subscribe(const KindSpec &kind, const Scope &scope, bool withMetrics,
                                                     std::function<void()> wake)
{
    return m_cluster->subscribe(kind, scope, withMetrics, std::move(wake));
}

void OpenSession::discoverKinds(Done<Result<Discovery>> done)
{
    ask<Result<Discovery>>(
        Cluster::Queue::Background, [](Transport &transport, std::stop_token stop) { return discover(transport, stop); },
        std::move(done));
}

void OpenSession::describe(const KindSpec &kind, const std::string &ns, const std::string &name, bool revealSecrets,
                           Done<Result<std::shared_ptr<const Description>>> done)
{
    using Answer = Result<std::shared_ptr<const Description>>;
    const std::string path = kind.resource.path(ns) + "/" + percentEncoded(name);
    ask<Answer>(
        Cluster::Queue::Person,
        [path, revealSecrets](Transport &transport, std::stop_token stop) -> Answer {
            const Response response = TRY(fetch(transport, {.path = path}, stop));
            return std::make_shared<const Description>(TRY(timonier::describe(
                response.body, {.now = std::chrono::system_clock::now(), .revealSecrets = revealSecrets})));
        },
        std::move(done));
}

void OpenSession::count(const KindSpec &kind, const std::string &ns, Done<Result<std::int64_t>> done)
{
    ask<Result<std::int64_t>>(
        Cluster::Queue::Background,
        [kind, ns](Transport &transport, std::stop_token stop) { return countObjects(transport, kind, ns, stop); },
        std::move(done));
}

void OpenSession::readHealth(Done<Health> done)
{
    ask<Health>(
        Cluster::Queue::Background,
        [](Transport &transport, std::stop_token stop) { return timonier::readHealth(transport, stop); }, std::move(done));
}

void OpenSession::search(const std::string &text, std::size_t most, Done<std::vector<FoundObject>> done)
{
    m_cluster->search(text, most, [here = std::weak_ptr(m_here), done = std::move(done)](std::vector<Cluster::Found> found) {
        std::vector<FoundObject> out;
        for (Cluster::Found &one : found)
            out.push_back({std::move(one.kind), std::move(one.row)});
        hand<std::vector<FoundObject>>(here, done, std::move(out));
    });
}

void OpenSession::apply(std::vector<ManifestObject> objects, Done<Result<>> done)
{
    ask<Result<>>(
        Cluster::Queue::Person,
        [objects = std::move(objects)](Transport &transport, std::stop_token stop) { return applyObjects(transport, objects, stop); },
        std::move(done));
}

void OpenSession::containers(const std::string &ns, const std::string &pod, Done<Result<std::vector<ContainerBrief>>> done)
{
    using Answer = Result<std::vector<ContainerBrief>>;
    const std::string path = "/api/v1/namespaces/" + percentEncoded(ns) + "/pods/" + percentEncoded(pod);
    ask<Answer>(
        Cluster::Queue::Person,
        [path](Transport &transport, std::stop_token stop) -> Answer {
            return readContainers(TRY(fetch(transport, {.path = path}, stop)).body);
        },
        std::move(done));
}

void OpenSession::ingressRoutes(const std::string &ns, Done<Result<std::vector<IngressRoutes>>> done)
{
    using Answer = Result<std::vector<IngressRoutes>>;
    const std::string path = "/apis/networking.k8s.io/v1/namespaces/" + percentEncoded(ns) + "/ingresses";
    ask<Answer>(
        Cluster::Queue::Person,
        [path](Transport &transport, std::stop_token stop) -> Answer {
            return readIngressRoutes(TRY(fetch(transport, {.path = path}, stop)).body);
        },
        std::move(done));
}

void OpenSession::readApplication(const std::string &ns, const std::string &name, Done<Result<strategy::Application>> done)
{
    ask<Result<strategy::Application>>(
        Cluster::Queue::Person,
        [ns, name](Transport &transport, std::stop_token stop) { return strategy::readLive(transport, ns, name, {}, stop); },
        std::move(done));
}

void OpenSession::dryRunDeployment(const std::string &ns, const std::string &name, const std::string &patch, Done<Result<ObjectChange>> done)
{
    const std::string path = "/apis/apps/v1/namespaces/" + percentEncoded(ns) + "/deployments/" + percentEncoded(name);
    ask<Result<ObjectChange>>(
        Cluster::Queue::Person, [path, patch](Transport &transport, std::stop_token stop) { return dryRun(transport, path, patch, stop); },
        std::move(done));
}

void OpenSession::declaredPorts(const PortTarget &target, Done<Result<std::vector<DeclaredPort>>> done)
{
    ask<Result<std::vector<DeclaredPort>>>(
        Cluster::Queue::Person, [target](Transport &transport, std::stop_token stop) { return timonier::declaredPorts(transport, target, stop); },
        std::move(done));
}

void OpenSession::forwardPort(const PortTarget &target, const ForwardOptions &options, std::function<void()> wake,
                              Done<Result<std::shared_ptr<PortForward>>> done)
{
    using Answer = Result<std::shared_ptr<PortForward>>;
    ask<Answer>(
        Cluster::Queue::Person,
        [transport = m_transport, streams = m_streams, closing = m_closing, target, options, wake = std::move(wake)](Transport &, std::stop_token stop) -> Answer {
            std::unique_ptr<PortForward> forward = TRY(timonier::forwardPort(transport, streams, target, options, wake, stop));
            // Its threads are joined where nobody waits for them.
            return std::shared_ptr<PortForward>(forward.release(), [closing](PortForward *gone) {
                closing->post([owned = std::unique_ptr<PortForward>(gone)]() mutable { owned.reset(); });
            });
        },
        std::move(done));
}

std::unique_ptr<LogFeed> OpenSession::followLogs(std::vector<LogOptions> which, std::function<void()> wake)
{
    return timonier::followLogs(m_transport, m_closing, std::move(which), std::move(wake));
}

} // namespace timonier

// TO BE CONNECTED by the integrator. Until then the program finds no kubeconfig, and says so.
#include "wiring.h"

#include <QDir>
#include <QMetaObject>

namespace timonier {

namespace {

struct NoOpener final : ClusterOpener {
    void open(const QString &, Done done) override
    {
        done(fail(ErrorKind::Unsupported, "The Kubernetes client is not connected yet"));
    }
};

} // namespace

void readContexts(const QString &kubeconfig, QObject *receiver, std::function<void(ContextList)> done)
{
    ContextList list;
    list.searched = kubeconfig.isEmpty() ? QDir::homePath() + QStringLiteral("/.kube/config") : kubeconfig;
    QMetaObject::invokeMethod(receiver, [list, done = std::move(done)] { done(list); }, Qt::QueuedConnection);
}

std::unique_ptr<ClusterOpener> makeOpener(const QString &)
{
    return std::make_unique<NoOpener>();
}

std::vector<KindSpec> windowKinds()
{
    return {};
}

} // namespace timonier

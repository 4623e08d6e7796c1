#include "ui/models/forward_list.h"

#include "ui/models/waker.h"

#include <QCoreApplication>
#include <QPointer>

#include <algorithm>

namespace timonier {

namespace {

struct Forwarded { // the context of its translations
    Q_DECLARE_TR_FUNCTIONS(Forwarded)
};

} // namespace

ForwardList::ForwardList(QObject *parent) : QObject(parent) {}

void ForwardList::start(const std::shared_ptr<OpenCluster> &cluster, const QString &context, PortTarget target, std::uint16_t localPort, Done done)
{
    const int id = ++m_last;
    auto *waker = new Waker(this); // goes with the item
    waker->setObjectName(QString::number(id));
    connect(waker, &Waker::woken, this, [this, id] {
        const auto item = std::ranges::find(m_items, id, &Item::id);
        if (item == m_items.end())
            return; // it was begun just now, and is not in the list yet
        item->status = item->forward->status();
        emit changed();
    });
    cluster->forwardPort(target, {.port = localPort}, waker->wake(),
                         [self = QPointer(this), waker = QPointer(waker), id, context, target, done = std::move(done)](Result<std::shared_ptr<PortForward>> begun) {
                             if (!self)
                                 return;
                             if (!begun) {
                                 delete waker;
                                 return done(std::unexpected(std::move(begun).error()));
                             }
                             const ForwardStatus status = (*begun)->status();
                             self->m_items.push_back({id, context, target, status, std::move(*begun)});
                             emit self->changed();
                             done(id);
                         });
}

void ForwardList::stop(int id)
{
    if (std::erase_if(m_items, [id](const Item &item) { return item.id == id; }) == 0)
        return;
    delete findChild<Waker *>(QString::number(id), Qt::FindDirectChildrenOnly);
    emit changed();
}

void ForwardList::forget(const QString &context)
{
    std::vector<int> ids;
    for (const Item &item : m_items)
        if (item.context == context)
            ids.push_back(item.id);
    for (const int id : ids)
        stop(id);
}

QString targetText(const PortTarget &target)
{
    return QString::fromStdString((target.kind == "services" ? "svc" : target.kind == "pods" ? "pod" : target.kind) + "/" + target.name + ":" + target.port);
}

QString addressText(const PortForward &forward)
{
    const QString address = QString::fromStdString(forward.address());
    return (address.contains(u':') ? QString(u'[' % address % u']') : address) % u':' % QString::number(forward.port());
}

QString browserUrl(const ForwardList::Item &item)
{
    const std::string &port = item.target.port;
    const bool tls = port == "443" || port == "https" || port.ends_with("443") || item.status.pod.port == 443 || item.status.pod.port == 8443;
    return (tls ? QStringLiteral("https://") : QStringLiteral("http://")) % addressText(*item.forward) % u'/';
}

StatusWords wordsFor(const ForwardStatus &status)
{
    const QString pod = QString::fromStdString(status.pod.pod);
    const QString problem = status.problem ? QString::fromStdString(status.problem->message) : QString();
    switch (status.state) {
    case ForwardState::Listening:
        if (!status.unready.empty())
            return {Tone::Busy, Forwarded::tr("Listening, but no pod is ready: %1", "%1: a pod and why").arg(QString::fromStdString(status.unready)), false};
        return {Tone::Good, pod.isEmpty() ? Forwarded::tr("Ready; no pod is ready yet") : Forwarded::tr("Ready; connections go to %1", "%1: a pod").arg(pod), false};
    case ForwardState::Connecting: return {Tone::Busy, Forwarded::tr("Connecting to %1 …", "%1: a pod").arg(pod), false};
    case ForwardState::Active: return {Tone::Good, Forwarded::tr("%n connection(s) to %1", "%1: a pod", static_cast<int>(status.active)).arg(pod), false};
    case ForwardState::Waiting: return {Tone::Busy, Forwarded::tr("Waiting: %1", "%1: why").arg(problem), false};
    case ForwardState::Refused: return {Tone::Bad, problem, false};
    case ForwardState::PortClosed:
    case ForwardState::Broken: return {Tone::Careful, Forwarded::tr("The last connection failed: %1", "%1: why").arg(problem), false};
    }
    return {};
}

} // namespace timonier

#include "ui/models/kind_counter.h"

#include <QPointer>

namespace timonier {

namespace {

constexpr int everyMs = 30'000;

} // namespace

KindCounter::KindCounter(QObject *parent) : QObject(parent)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        m_at = 0;
        next();
    });
}

void KindCounter::follow(std::shared_ptr<OpenCluster> cluster, std::vector<KindSpec> kinds, const std::string &ns)
{
    m_cluster = std::move(cluster);
    m_kinds = std::move(kinds);
    m_ns = ns;
    ++m_round;
    m_timer.stop();
    if (m_cluster && !m_paused)
        m_timer.start(0);
}

void KindCounter::pause(bool paused)
{
    if (std::exchange(m_paused, paused) == paused)
        return;
    ++m_round;
    m_timer.stop();
    if (m_cluster && !m_paused)
        m_timer.start(0);
}

void KindCounter::next()
{
    if (!m_cluster || m_at >= m_kinds.size()) {
        m_timer.start(everyMs);
        return;
    }
    const KindSpec &kind = m_kinds[m_at++];
    m_cluster->count(kind, kind.resource.namespaced ? m_ns : std::string(),
                     [self = QPointer<KindCounter>(this), resource = kind.resource, round = m_round](Result<std::int64_t> count) {
                         if (!self || self->m_round != round)
                             return;
                         emit self->counted(resource, count ? std::optional<qint64>(*count) : std::nullopt);
                         self->next();
                     });
}

} // namespace timonier

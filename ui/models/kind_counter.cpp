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
        m_at = m_in = 0;
        m_sum = 0;
        next();
    });
}

void KindCounter::follow(std::shared_ptr<OpenCluster> cluster, std::vector<KindSpec> kinds, const QStringList &namespaces)
{
    m_cluster = std::move(cluster);
    m_kinds = std::move(kinds);
    m_namespaces.clear();
    for (const QString &ns : namespaces)
        m_namespaces.push_back(ns.toStdString());
    if (m_namespaces.empty())
        m_namespaces.push_back({});
    begin();
}

void KindCounter::pause(bool paused)
{
    if (std::exchange(m_paused, paused) != paused)
        begin();
}

void KindCounter::begin()
{
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
    const KindSpec &kind = m_kinds[m_at];
    m_cluster->count(kind, kind.resource.namespaced ? m_namespaces[m_in] : std::string(),
                     [self = QPointer<KindCounter>(this), round = m_round](Result<std::int64_t> count) {
                         if (self && self->m_round == round)
                             self->came(count);
                     });
}

void KindCounter::came(const Result<std::int64_t> &count)
{
    const Resource resource = m_kinds[m_at].resource;
    m_sum += count.value_or(0);
    const bool last = !count || !resource.namespaced || m_in + 1 >= m_namespaces.size();
    if (!last) {
        ++m_in;
        return next();
    }
    const std::optional<qint64> sum = count ? std::optional(m_sum) : std::nullopt;
    m_in = 0;
    m_sum = 0;
    ++m_at;
    emit counted(resource, sum);
    next();
}

} // namespace timonier

#include "ui/models/rollout_watch.h"

#include <QPointer>

namespace timonier {

namespace {

constexpr int lookMs = 2'000;
constexpr qint64 lifeMs = 10'000; // of a driver, without a sign of life: as the core has it
constexpr std::size_t mostTold = 20'000; // of hours; then the older half is thinned out

} // namespace

RolloutWatch::RolloutWatch(std::shared_ptr<OpenCluster> cluster, std::string ns, std::string deployment, QObject *parent)
    : QObject(parent), m_cluster(std::move(cluster)), m_ns(std::move(ns)), m_deployment(std::move(deployment)), m_waker(new Waker(this))
{
    connect(m_waker, &Waker::woken, this, &RolloutWatch::take);
    m_timer.setInterval(lookMs);
    connect(&m_timer, &QTimer::timeout, this, &RolloutWatch::look);
}

RolloutWatch::~RolloutWatch() = default;

void RolloutWatch::start(rollout::Prepared prepared)
{
    m_timer.stop();
    m_driven = m_cluster->rollouts()->start(std::move(prepared), m_waker->wake());
    emit changed();
}

void RolloutWatch::drive()
{
    m_timer.stop();
    m_problem.reset();
    m_driven = m_cluster->rollouts()->resume(m_ns, m_deployment, m_waker->wake());
    emit changed();
}

void RolloutWatch::follow()
{
    m_driven.reset();
    m_timer.start();
    look();
}

void RolloutWatch::look()
{
    if (std::exchange(m_looking, true))
        return;
    m_cluster->rollouts()->status(m_ns, m_deployment, [self = QPointer(this)](Result<rollout::Progress> status) {
        if (!self)
            return;
        self->m_looking = false;
        if (self->m_driven)
            return; // it was taken up meanwhile
        if (!status && status.error().kind == ErrorKind::NotFound)
            return self->end(); // whoever drove it has brought it to its end
        if (status) {
            self->m_problem.reset();
            if (std::exchange(self->m_renewed, status->renewed) != status->renewed || !self->m_sinceRenewed.isValid())
                self->m_sinceRenewed.start();
            else if (self->m_sinceRenewed.hasExpired(lifeMs))
                status->holder.clear(); // whoever drove it is no more
            self->add(*status);
        } else {
            self->m_problem = status.error();
        }
        emit self->changed();
    });
}

void RolloutWatch::give(rollout::Order order)
{
    if (std::exchange(m_giving, true))
        return;
    emit changed();
    m_cluster->rollouts()->give(m_ns, m_deployment, order, [self = QPointer(this)](Result<bool> taken) {
        if (!self)
            return;
        self->m_giving = false;
        if (!taken)
            self->m_problem = taken.error();
        else if (!*taken && !self->drives())
            return self->drive(); // the order waits in the record
        emit self->changed();
    });
}

void RolloutWatch::add(const rollout::Progress &progress)
{
    if (m_course.size() >= mostTold) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < m_course.size(); ++i)
            if (i % 2 == 0 || i > mostTold / 2)
                m_course[kept++] = std::move(m_course[i]);
        m_course.resize(kept);
    }
    m_course.push_back(progress);
}

void RolloutWatch::take()
{
    if (!m_driven)
        return;
    for (const rollout::Progress &progress : m_driven->take())
        add(progress);
    if (const auto ended = m_driven->ended()) {
        if (*ended && **ended != rollout::End::LeftStanding)
            return end();
        if (!*ended)
            m_problem = ended->error();
        // It stands still, or another program has taken it over: it is looked at from now on.
        follow();
    }
    emit changed();
}

void RolloutWatch::end()
{
    m_timer.stop();
    m_over = true;
    emit changed();
    emit over();
}

} // namespace timonier

#include "ui/models/description_feed.h"

#include <QPointer>

#include <algorithm>

namespace timonier {

namespace {

constexpr int walkingMs = 400;   // another object so soon after the last: somebody holds an arrow key down
constexpr int restMs = 160;      // and has stopped
constexpr int busyMs = 500;      // an object that changes all the time is read this often
constexpr int againMs = 10'000;  // after a failure
constexpr int quietMs = 30'000;  // nothing seems to happen: is that so, or has the cluster gone?

} // namespace

DescriptionFeed::DescriptionFeed(QObject *parent) : QObject(parent)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &DescriptionFeed::ask);
}

void DescriptionFeed::follow(const Subject &subject)
{
    const Subject before = std::exchange(m_subject, subject);
    if (subject && subject.sameObject(before)) {
        if (subject.gone) {
            m_wanted = false;
            m_timer.stop();
            if (!std::exchange(m_gone, true))
                emit changed();
            return;
        }
        const bool sameRevision = subject.row->revision != 0 && subject.row->revision == before.row->revision;
        if (subject.row == before.row || sameRevision || m_gone)
            return;
        m_wanted = true;
        wait(m_sinceAsked.isValid() ? std::max(0, busyMs - static_cast<int>(m_sinceAsked.elapsed())) : 0);
        return;
    }
    m_timer.stop();
    m_description.reset();
    m_error.reset();
    m_gone = subject && subject.gone;
    m_reveal = false;
    m_wanted = subject && !m_gone;
    if (subject.cluster != before.cluster)
        m_outstanding = 0; // another cluster is not kept waiting by one that hangs
    if (m_wanted) {
        const bool walking = m_sinceOther.isValid() && m_sinceOther.elapsed() < walkingMs;
        m_sinceOther.start();
        wait(walking ? restMs : 0);
    }
    emit changed();
}

void DescriptionFeed::reveal(bool on)
{
    if (std::exchange(m_reveal, on) == on)
        return;
    if (!on && m_description && m_description->revealed) {
        auto masked = std::make_shared<Description>(*m_description);
        masked->yaml.clear();
        masked->revealed = false;
        m_description = std::move(masked);
        emit changed();
    }
    retry();
}

void DescriptionFeed::retry()
{
    if (!m_subject || m_gone)
        return;
    m_wanted = true;
    m_timer.stop();
    wait(0);
}

void DescriptionFeed::wait(int ms)
{
    if (!m_timer.isActive() || m_timer.remainingTime() > std::max(ms, busyMs))
        m_timer.start(ms);
}

void DescriptionFeed::ask()
{
    if (!m_wanted || !m_subject || m_outstanding != 0)
        return; // the answer to what is outstanding asks again
    m_wanted = false;
    m_sinceAsked.start();
    m_outstanding = ++m_asked;
    const Row &row = *m_subject.row;
    // What waits for an answer must not keep the cluster open: it is the cluster that keeps it.
    Subject asked = m_subject;
    asked.cluster.reset();
    m_subject.cluster->describe(m_subject.kind, std::string(row.ns), std::string(row.name), m_reveal,
                                [self = QPointer<DescriptionFeed>(this), number = m_asked, asked, of = std::weak_ptr(m_subject.cluster),
                                 revealed = m_reveal](Result<std::shared_ptr<const Description>> answer) {
                                    if (!self || self->m_outstanding != number)
                                        return;
                                    Subject whole = asked;
                                    whole.cluster = of.lock();
                                    self->answered(whole, revealed, std::move(answer));
                                });
}

void DescriptionFeed::answered(const Subject &asked, bool revealed, Result<std::shared_ptr<const Description>> answer)
{
    m_outstanding = 0;
    if (m_wanted) // it has changed meanwhile
        wait(0);
    if (!m_subject.sameObject(asked) || revealed != m_reveal || m_gone)
        return;
    if (answer) {
        // Somebody has made another of the same name.
        const std::string &uid = (*answer)->uid;
        if (!uid.empty() && Uid::of(uid) != m_subject.row->uid) {
            m_gone = true;
        } else {
            m_description = std::move(*answer);
            m_error.reset();
            m_readAt = std::chrono::system_clock::now();
            m_wanted = true;
            wait(quietMs);
        }
    } else if (answer.error().kind == ErrorKind::NotFound) {
        m_gone = true;
    } else {
        m_error = std::move(answer).error();
        m_wanted = true;
        wait(againMs);
    }
    if (m_gone)
        m_wanted = false;
    emit changed();
}

} // namespace timonier

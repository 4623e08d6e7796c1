#include "ui/models/waker.h"

#include <QCoreApplication>
#include <QEvent>

#include <mutex>

namespace timonier {

namespace {

QEvent::Type wakeEvent()
{
    static const auto type = static_cast<QEvent::Type>(QEvent::registerEventType());
    return type;
}

} // namespace

// Between the one that wakes, at any moment, and the reader, which may go at any moment.
struct Waker::Gate {
    std::mutex mutex;
    QObject *reader = nullptr;
};

Waker::Waker(QObject *parent) : QObject(parent), m_gate(std::make_shared<Gate>())
{
    m_gate->reader = this;
}

Waker::~Waker()
{
    const std::scoped_lock lock(m_gate->mutex);
    m_gate->reader = nullptr;
}

std::function<void()> Waker::wake() const
{
    return [gate = m_gate] {
        const std::scoped_lock lock(gate->mutex);
        if (gate->reader)
            QCoreApplication::postEvent(gate->reader, new QEvent(wakeEvent()));
    };
}

bool Waker::event(QEvent *event)
{
    if (event->type() != wakeEvent())
        return QObject::event(event);
    emit woken();
    return true;
}

} // namespace timonier

#include "ui/models/waker.h"

#include <QCoreApplication>
#include <QEvent>

#include <mutex>
#include <utility>

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
    bool isWoken = false; // and has not heard of it yet
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
        if (gate->reader && !std::exchange(gate->isWoken, true))
            QCoreApplication::postEvent(gate->reader, new QEvent(wakeEvent()));
    };
}

bool Waker::event(QEvent *event)
{
    if (event->type() != wakeEvent())
        return QObject::event(event);
    {
        const std::scoped_lock lock(m_gate->mutex);
        m_gate->isWoken = false;
    }
    emit woken();
    return true;
}

} // namespace timonier

#include "ui/models/bell.h"

#include <QCoreApplication>
#include <QEvent>

#include <mutex>
#include <utility>

namespace timonier {

namespace {

QEvent::Type ringEvent()
{
    static const auto type = static_cast<QEvent::Type>(QEvent::registerEventType());
    return type;
}

} // namespace

struct Bell::Gate {
    std::mutex mutex;
    QObject *bell = nullptr;
    bool isRung = false; // and not heard yet
};

Bell::Bell(QObject *parent) : QObject(parent), m_gate(std::make_shared<Gate>())
{
    m_gate->bell = this;
}

Bell::~Bell()
{
    const std::scoped_lock lock(m_gate->mutex);
    m_gate->bell = nullptr;
}

std::function<void()> Bell::ringer() const
{
    return [gate = m_gate] {
        const std::scoped_lock lock(gate->mutex);
        if (gate->bell && !std::exchange(gate->isRung, true))
            QCoreApplication::postEvent(gate->bell, new QEvent(ringEvent()));
    };
}

bool Bell::event(QEvent *event)
{
    if (event->type() != ringEvent())
        return QObject::event(event);
    {
        const std::scoped_lock lock(m_gate->mutex);
        m_gate->isRung = false;
    }
    emit rang();
    return true;
}

} // namespace timonier

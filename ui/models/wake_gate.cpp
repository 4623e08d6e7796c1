#include "ui/models/wake_gate.h"

#include <QCoreApplication>

#include <mutex>

namespace timonier {

struct WakeGate::Shared {
    std::mutex mutex;
    QObject *reader = nullptr;
};

WakeGate::WakeGate(QObject *reader) : m_shared(std::make_shared<Shared>())
{
    m_shared->reader = reader;
}

WakeGate::~WakeGate()
{
    const std::scoped_lock lock(m_shared->mutex);
    m_shared->reader = nullptr;
}

std::function<void()> WakeGate::wake()
{
    return [shared = m_shared] {
        const std::scoped_lock lock(shared->mutex);
        if (shared->reader)
            QCoreApplication::postEvent(shared->reader, new QEvent(event()));
    };
}

QEvent::Type WakeGate::event()
{
    static const auto type = static_cast<QEvent::Type>(QEvent::registerEventType());
    return type;
}

} // namespace timonier

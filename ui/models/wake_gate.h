// Between a cluster's worker, which may wake at any moment, and a QObject that reads, which may go at any moment: a wake
// becomes one event for it. Lives and dies with the reader, on its thread.
#pragma once

#include <QEvent>

#include <functional>
#include <memory>

class QObject;

namespace timonier {

class WakeGate
{
public:
    explicit WakeGate(QObject *reader);
    ~WakeGate();
    // Only posts an event of type event(), from any thread; does nothing once the reader has gone.
    std::function<void()> wake();
    static QEvent::Type event();

private:
    struct Shared;
    std::shared_ptr<Shared> m_shared;
};

} // namespace timonier

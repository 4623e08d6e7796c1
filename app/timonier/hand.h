// The way back to the GUI thread, for answers that come from another one.
#pragma once

#include <QMetaObject>
#include <QObject>

#include <functional>
#include <memory>

namespace timonier {

// Calls `done` there, unless `here` has gone. Any thread.
template <class T>
void hand(const std::weak_ptr<QObject> &here, const std::function<void(T)> &done, T answer)
{
    if (const auto receiver = here.lock())
        QMetaObject::invokeMethod(
            receiver.get(), [done, answer = std::move(answer)]() mutable { done(std::move(answer)); }, Qt::QueuedConnection);
}

} // namespace timonier

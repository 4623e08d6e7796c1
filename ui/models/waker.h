// Brings wakes from any thread to the GUI thread, where they are heard once for however many there were. What wakes may
// outlive it.
#pragma once

#include <QObject>

#include <functional>
#include <memory>

namespace timonier {

class Waker final : public QObject
{
    Q_OBJECT
public:
    explicit Waker(QObject *parent = nullptr);
    ~Waker() override;
    // Any thread; never blocks for long; does nothing once this has gone.
    std::function<void()> wake() const;

signals:
    void woken();

protected:
    bool event(QEvent *event) override;

private:
    struct Gate;
    const std::shared_ptr<Gate> m_gate;
};

} // namespace timonier

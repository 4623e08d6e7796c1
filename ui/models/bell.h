// A bell that any thread may ring and that is heard on the GUI thread, once for however many rings. May be rung after it
// has gone: what hands it to a subscription need not outlive the worker.
#pragma once

#include <QObject>

#include <functional>
#include <memory>

namespace timonier {

class Bell final : public QObject
{
    Q_OBJECT
public:
    explicit Bell(QObject *parent = nullptr);
    ~Bell() override;
    std::function<void()> ringer() const;

signals:
    void rang();

protected:
    bool event(QEvent *event) override;

private:
    struct Gate;
    std::shared_ptr<Gate> m_gate;
};

} // namespace timonier

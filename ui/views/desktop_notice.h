// Tells the desktop what happened while nobody looks at the window: by the system's notifications where it has them (a tray icon is there
// only as long as one is shown), else by asking for attention. GUI thread.
#pragma once

#include <QObject>
#include <QTimer>

#include <functional>

class QSystemTrayIcon;
class QWidget;

namespace timonier {

class DesktopNotice final : public QObject
{
    Q_OBJECT
public:
    explicit DesktopNotice(QWidget *window);
    // `clicked`: somebody came because of it; the window is in front then. Several within a moment are one.
    void tell(const QString &text, std::function<void()> clicked);

private:
    void show();

    QWidget *const m_window;
    QSystemTrayIcon *m_tray = nullptr;
    QStringList m_waiting;
    std::function<void()> m_clicked;
    QTimer m_soon, m_over;
};

} // namespace timonier

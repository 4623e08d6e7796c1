#include "ui/views/desktop_notice.h"

#include "ui/theme/colours.h"
#include "ui/theme/icons.h"

#include <QApplication>
#include <QSystemTrayIcon>
#include <QWidget>

namespace timonier {

namespace {

constexpr int gatherMs = 500, shownMs = 15'000;
constexpr qsizetype most = 3; // lines

} // namespace

DesktopNotice::DesktopNotice(QWidget *window) : QObject(window), m_window(window)
{
    m_soon.setSingleShot(true);
    m_soon.setInterval(gatherMs);
    connect(&m_soon, &QTimer::timeout, this, &DesktopNotice::show);
    m_over.setSingleShot(true);
    m_over.setInterval(shownMs);
    connect(&m_over, &QTimer::timeout, this, [this] { m_tray->hide(); });
}

void DesktopNotice::tell(const QString &text, std::function<void()> clicked)
{
    if (m_window->isActiveWindow())
        return; // the window says it itself
    m_waiting << text;
    m_clicked = std::move(clicked);
    m_soon.start();
}

void DesktopNotice::show()
{
    QStringList lines = std::exchange(m_waiting, {});
    QApplication::alert(m_window);
    if (!QSystemTrayIcon::isSystemTrayAvailable() || !QSystemTrayIcon::supportsMessages())
        return;
    if (!m_tray) {
        m_tray = new QSystemTrayIcon(themedIcon("helm", colours().accent), this);
        m_tray->setObjectName(QStringLiteral("tray"));
        m_tray->setToolTip(QStringLiteral("Timonier"));
        const auto come = [this] {
            m_window->showNormal();
            m_window->raise();
            m_window->activateWindow();
            m_tray->hide();
            if (m_clicked)
                m_clicked();
        };
        connect(m_tray, &QSystemTrayIcon::messageClicked, this, come);
        connect(m_tray, &QSystemTrayIcon::activated, this, come);
    }
    if (const qsizetype rest = lines.size() - most; rest > 0) {
        lines.resize(most);
        lines << tr("and %n more", "things that happened", static_cast<int>(rest));
    }
    m_tray->show();
    m_tray->showMessage(QStringLiteral("Timonier"), lines.join(u'\n'), QSystemTrayIcon::Warning, shownMs);
    m_over.start();
}

} // namespace timonier

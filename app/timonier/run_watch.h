// Watches one run for --screenshot, --stats and --exit-when-complete: when the first picture was there, when the table
// was complete, and what to do then. GUI thread.
#pragma once

#include "options.h"

#include <QObject>
#include <QPointer>
#include <QWidget>

namespace timonier {

class MainWindow;
class TimedApplication;

class RunWatch final : public QObject
{
    Q_OBJECT
public:
    RunWatch(const Options &options, TimedApplication &application, MainWindow &window);
    // The picture is one of this window instead.
    void look(QWidget *window) { m_looked = window; }
    // The line of --stats; on stderr, after the window has closed.
    void printStats() const;

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void settled();
    void finish();

    const Options &m_options;
    TimedApplication &m_application;
    MainWindow &m_window;
    QPointer<QWidget> m_looked{};
    double m_firstPaintMs = -1;
    double m_completeMs = -1;
    bool m_finishing = false;
};

} // namespace timonier

// An application that knows how long the GUI thread was busy at a stretch, painting included: what a person feels as a
// frame. Every event goes through notify(), whichever dispatcher the platform has.
#pragma once

#include <QApplication>

#include <ctime>

namespace timonier {

class TimedApplication final : public QApplication
{
    Q_OBJECT
public:
    // `clock`: of clock_gettime. A benchmark on a busy machine takes the thread's CPU time.
    TimedApplication(int &argc, char **argv, clockid_t clock = CLOCK_MONOTONIC);
    // Stretches that did something (over 0.2 ms) since the last reset.
    int frames() const { return m_frames; }
    double slowestFrameMs() const { return static_cast<double>(m_slowest) / 1e6; }
    void resetFrames();
    bool notify(QObject *receiver, QEvent *event) override;

private:
    void endStretch();
    qint64 now() const;

    clockid_t m_clock;
    int m_depth = 0;
    qint64 m_busy = 0;     // ns since the last wait
    qint64 m_slowest = 0;
    int m_frames = 0;
};

} // namespace timonier

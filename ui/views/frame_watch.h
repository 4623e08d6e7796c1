// How long the GUI thread is busy between two waits (painting included): what a person feels as a frame. Needs Qt's own
// event dispatcher (QT_NO_GLIB=1 before the application is made): GLib's tells the beginning and the end the other way
// round.
#pragma once

#include <QElapsedTimer>
#include <QObject>

namespace timonier {

class FrameWatch final : public QObject
{
    Q_OBJECT
public:
    explicit FrameWatch(QObject *parent = nullptr);
    // Busy stretches that did something (over 0.2 ms) since the last reset.
    int frames() const { return m_frames; }
    double slowestMs() const { return static_cast<double>(m_slowest) / 1e6; }
    void reset();

private:
    void busy();
    void waiting();

    QElapsedTimer m_timer;
    qint64 m_slowest = 0;
    int m_frames = 0;
    bool m_first = true;
};

} // namespace timonier

// One roll-out over time: pods, share of the traffic, capacity against demand, on one axis; a scrubber that can be dragged, moved by
// the arrow keys and played with Space; and over it, what really happens, where it does. GUI thread.
#pragma once

#include "strategy/columns.h"
#include "ui/preview/foretold.h"

#include <QPixmap>
#include <QTimer>
#include <QWidget>

namespace timonier {

// What a roll-out that runs has come to.
struct LivePoint {
    strategy::Time at{0}; // since it began
    int oldReady = 0, newReady = 0;
    double newShare = 0;  // of the requests, 0 to 1
};

class TimelineView final : public QWidget
{
    Q_OBJECT
public:
    explicit TimelineView(QWidget *parent = nullptr);

    void show(ForetoldPtr foretold);
    // Drawn over what was foretold; empty: nothing runs.
    void setLive(std::vector<LivePoint> live);
    strategy::Time moment() const { return m_at; }
    void setMoment(strategy::Time at);
    bool isPlaying() const { return m_clock.isActive(); }
    void play(bool on);
    // "At 67 s: 3 old and 2 new pods answer, 40 % …"
    QString momentText() const;
    // The stage it is in then, in full; empty before the first.
    QString stageText() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

signals:
    void momentChanged();
    void playingChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool event(QEvent *event) override;

private:
    static constexpr double right = 20, headHeight = 30, stageHeight = 22, chartHeight = 76, gap = 36, axisHeight = 26; // px
    struct Bands { // from top to bottom
        QRectF stages, pods, share, capacity;
        double axis = 0; // base line of its words
    };
    Bands bands() const;
    double laneHeight(double room) const;
    double rest() const; // the height of all but the pods
    void rescale();
    void paintPicture();
    void paintStages(QPainter *painter, const QRectF &band) const;
    void paintPods(QPainter *painter, const QRectF &band) const;
    void paintShare(QPainter *painter, const QRectF &band) const;
    void paintCapacity(QPainter *painter, const QRectF &band) const;
    void paintLive(QPainter *painter, const Bands &bands) const;
    void paintMoment(QPainter *painter, const Bands &bands) const;
    double demand() const; // pods that the requests need
    void moveTo(double x);
    void stepTo(int direction);

    ForetoldPtr m_told;
    strategy::TimeScale m_scale = strategy::TimeScale::straight(strategy::Time(1'000));
    std::vector<strategy::Column> m_columns;
    std::vector<LivePoint> m_live;
    strategy::Time m_at{0};
    QPixmap m_picture; // all but the scrubber and what is live
    QTimer m_clock;
    QSize m_least;     // as the layouts know it
    double m_wordsWidth = 64;  // px of the column of words
    bool m_untouched = true; // nobody has moved the scrubber yet
};

} // namespace timonier

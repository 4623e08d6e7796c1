// All six strategies as rows on one time axis: what each does to the pods, how long, and whether it goes well. GUI thread.
#pragma once

#include "strategy/advice.h"
#include "strategy/time_scale.h"
#include "ui/preview/foretold.h"

#include <QWidget>

namespace timonier {

class CompareChart final : public QWidget
{
    Q_OBJECT
public:
    explicit CompareChart(QWidget *parent = nullptr);
    // All of them are there. `advice`: which is recommended, and why the others are not.
    void show(const AllForetold &all, const strategy::Advice &advice);
    int current() const { return m_current; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

signals:
    void strategyWanted(timonier::strategy::Strategy strategy);

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    double nameWidth() const;
    double endWidth() const;
    QRectF rowRect(int row) const;
    QRectF plotOf(const QRectF &row) const;
    int rowAt(QPointF at) const;
    void paintPicture();
    void paintRow(QPainter *painter, int row) const;
    void sayCurrent();

    AllForetold m_all;
    strategy::Strategy m_best = strategy::Strategy::Rolling;
    bool m_none = false; // none goes well: it is the one that harms least
    QString bestWords() const;
    std::array<QString, strategy::allStrategies.size()> m_why;
    strategy::TimeScale m_scale = strategy::TimeScale::straight(strategy::Time(1'000));
    int m_most = 1; // pods at once, of all
    int m_current = 0, m_hovered = -1;
    QPixmap m_picture;
};

} // namespace timonier

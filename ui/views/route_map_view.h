// A route map as boxes and curves: side by side where there is room, one below the other where there is not. Arrow keys walk
// the boxes, Enter goes to one. GUI thread.
#pragma once

#include "kube/route_map.h"
#include "ui/models/status_tone.h"

#include <QPainterPath>
#include <QWidget>

#include <vector>

namespace timonier {

class RouteMapView final : public QWidget
{
    Q_OBJECT
public:
    explicit RouteMapView(QWidget *parent = nullptr);

    void show(RouteMap map);
    const RouteMap &map() const { return m_map; }
    int current() const { return m_current; }
    void setCurrent(int box);
    QString textOf(int box) const;   // all that a box says, in one line
    QRect rectOf(int box) const;
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

signals:
    void chosen(int box);            // Enter, a click
    void currentChanged();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool event(QEvent *event) override;

private:
    struct Layout {
        std::vector<QRect> boxes;
        int height = 0;
        bool isWide = false;
    };
    Layout layOut(int width) const;
    void layOutColumns(Layout &layout, int width) const;
    void layOutStack(Layout &layout, int width) const;
    std::vector<int> columnOf() const;
    QPainterPath curve(const RouteLine &line) const;
    int boxAt(QPoint point) const;
    void drawBox(QPainter &painter, int box) const;
    void drawLines(QPainter &painter) const;
    void walk(int key);

    RouteMap m_map;
    Layout m_layout;
    int m_current = -1;
    int m_hovered = -1;
};

} // namespace timonier

// A live table on the screen: fixed rows, columns that share the width, repaints only what changed and is visible.
#pragma once

#include "ui/views/scroll_anchor.h"

#include <QTableView>

namespace timonier {

class TableDelegate;
class TableModel;

class TableView final : public QTableView
{
    Q_OBJECT
public:
    explicit TableView(TableModel *model, QWidget *parent = nullptr);

    // Said in the middle while there are no rows.
    void setEmptyText(const QString &text);
    QString emptyText() const { return m_emptyText; }
    // Gives columns the width that their first rows need, unless a person has chosen. Where there is too little room, text
    // columns become narrower, and those that can be spared are left out, from the right.
    void layOutColumns();
    // Ages have moved on.
    void refreshAges();

signals:
    void acted(); // scrolled, clicked, typed

protected:
    void dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight, const QList<int> &roles) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    void columnsReset();
    void anchor();
    void stayAtAnchor();
    int lastVisibleRow() const;

    TableModel *m_model;
    TableDelegate *m_delegate;
    ScrollAnchor m_anchor;
    int m_anchoredAt = 0;
    QString m_emptyText;
    bool m_layingOut = false;
    bool m_layingOutAgain = false;
    bool m_personResized = false;
    bool m_hadRows = false;
};

} // namespace timonier

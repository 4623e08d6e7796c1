// A table's header that is used from the keyboard too: Shift+Tab leads to it from the rows, the arrows walk from column
// to column, Ctrl and they move it, Space or Enter sorts, once more the other way round, Down or Escape leads back.
#pragma once

#include <QHeaderView>

namespace timonier {

class TableHeader final : public QHeaderView
{
    Q_OBJECT
public:
    explicit TableHeader(QWidget *parent = nullptr);

signals:
    void left(); // back to the rows
    void chooserWanted(); // which columns there are

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void paintSection(QPainter *painter, const QRect &rect, int logical) const override;

private:
    void walk(int from, int step);
    void sort();
    void moveColumn(int step);

    int m_at = 0; // logical index of the column that has the focus
};

} // namespace timonier

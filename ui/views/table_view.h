// A live table on the screen: fixed rows, columns that share the width, repaints only what changed and is visible.
#pragma once

#include "ui/models/column_widths.h"
#include "ui/models/table_settings.h"
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
    // Ages have moved on; a column that was empty may have something in it by now.
    void refreshAges();
    void refreshRareColumns();
    // Which columns are shown, in which order and how wide; empty columns: as the kind has it.
    void setChoice(const TableChoice &choice);
    TableChoice choice() const;
    void showColumn(const QString &id, bool shown);
    // Columns that are shown, from left to right.
    std::vector<int> visibleColumns() const;
    // Rows that are selected, from top to bottom.
    std::vector<int> selectedRows() const;
    // Scrolls so that it stands in the middle.
    void reveal(int row);

signals:
    void acted(); // scrolled, clicked, typed
    void choiceChanged(); // by a person
    void chooserWanted();
    void menuWanted(const QPoint &at); // of the selected rows; on the screen

protected:
    // A row that goes leaves nothing selected, not its neighbour.
    void rowsAboutToBeRemoved(const QModelIndex &parent, int first, int last) override;
    void dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight, const QList<int> &roles) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
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
    int m_lostAt = -1;                 // where the current row was when it went: arrows go on from there
    QString m_emptyText;
    bool m_layingOut = false;
    bool m_layingOutAgain = false;
    ColumnNeed needOf(std::size_t column) const;
    bool isWanted(std::size_t column) const;
    int chosenWidth(std::size_t column) const;
    ColumnChoice *chosen(const QString &id);
    void choose();

    std::vector<ColumnChoice> m_chosen; // empty: a person has chosen nothing
    std::vector<std::uint8_t> m_blank;  // by column: rare, and nothing in it
    bool m_hadRows = false;
};

} // namespace timonier

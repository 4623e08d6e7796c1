// Rows of 28 px: a dot, a title, a dim detail, a time at the right; rows below rows. For steps, checks and plans, whose models share their
// roles. GUI thread.
#pragma once

#include "ui/theme/glyphs.h"

#include <QAbstractItemDelegate>
#include <QTreeView>

#include <optional>

namespace timonier {

// What a row is painted from; -1: there is no such thing in the model.
struct RowRoles {
    int detail = -1, time = -1, tone = -1, busy = -1, subject = -1, waiting = -1;
};

class RowDelegate final : public QAbstractItemDelegate
{
    Q_OBJECT
public:
    explicit RowDelegate(RowRoles roles, QObject *parent = nullptr) : QAbstractItemDelegate(parent), m_roles(roles) {}
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    static constexpr int rowHeight = 28;

private:
    void drawTime(QPainter *painter, const QRect &rect, const QString &text, const QFont &font) const;
    const RowRoles m_roles;
    mutable std::optional<FigureText> m_figures;
    mutable QFont m_figureFont;
};

class RowView final : public QTreeView
{
    Q_OBJECT
public:
    RowView(const QString &name, const QString &accessible, RowRoles roles, QWidget *parent = nullptr);
    // Only as high as its rows, where there are few.
    QSize sizeHint() const override;

protected:
    void drawRow(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void drawBranches(QPainter *painter, const QRect &rect, const QModelIndex &index) const override;
    void focusInEvent(QFocusEvent *event) override;
};

} // namespace timonier

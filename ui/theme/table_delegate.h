// Paints a cell of a live table: asks the model straight for what to show (no QVariant on the way) and keeps laid-out
// text, so that a viewport of 33 x 11 cells takes a few milliseconds.
#pragma once

#include "ui/models/table_model.h"
#include "ui/theme/glyphs.h"

#include <QAbstractItemDelegate>
#include <QCache>
#include <QStaticText>

#include <optional>

namespace timonier {

class TableDelegate final : public QAbstractItemDelegate
{
    Q_OBJECT
public:
    static constexpr int rowHeight = 28;
    static constexpr int padding = 8;
    static constexpr int dotWidth = 16;
    static constexpr int curveWidth = 60;
    static constexpr int barWidth = 48;
    static constexpr int gap = 8;

    explicit TableDelegate(const TableModel *model, QObject *parent = nullptr);
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    // How wide this cell would like to be, in px.
    int naturalWidth(const QFont &font, int row, int column) const;

private:
    struct Text {
        QStaticText natural;
        QStaticText elided;
        qreal width = 0;
        qreal elidedFor = -1;
    };
    Text &textOf(const QString &text, const QFont &font) const;
    void refreshFont(const QFont &font) const;
    void drawFigures(QPainter *painter, const QRectF &rect, const QString &text) const;
    qreal figureWidth(const QString &text) const;
    void drawCurve(QPainter *painter, const QRectF &rect, const Curve &curve, const QColor &colour) const;

    const TableModel *m_model;
    mutable QCache<QString, Text> m_texts{4000};
    mutable QCache<QString, FigureText::Line> m_figures{4000};
    mutable std::optional<FigureText> m_figureText;
    mutable QFont m_font;
};

} // namespace timonier

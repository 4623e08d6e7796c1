#include "ui/preview/decision_table.h"

#include "ui/preview/level_tone.h"
#include "ui/theme/colours.h"
#include "ui/theme/glyphs.h"

#include <QHeaderView>
#include <QPainter>
#include <QPainterPath>
#include <QRegularExpression>
#include <QStyledItemDelegate>

#include <cmath>
#include <numbers>

namespace timonier {

namespace {

constexpr int cellHeight = 46, starSize = 11;

QPainterPath starAt(QPointF centre)
{
    QPolygonF star;
    for (int i = 0; i < 10; ++i) {
        const double radius = i % 2 ? starSize * 0.21 : starSize * 0.5, angle = std::numbers::pi * (i / 5.0 - 0.5);
        star << centre + QPointF(std::cos(angle), std::sin(angle)) * radius;
    }
    QPainterPath path;
    path.addPolygon(star);
    path.closeSubpath();
    return path;
}

// Above, what was computed; below, what is generally said: stars, or yes and no.
class CellDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        QFont font = option.font;
        if (index.column() == 0)
            font.setWeight(QFont::DemiBold);
        const bool dotted = index.data(DecisionTable::LevelRole).toInt() != static_cast<int>(strategy::Level::Good);
        return {std::max(QFontMetrics(font).horizontalAdvance(index.data(Qt::DisplayRole).toString()) + (dotted ? 32 : 18), 64), cellHeight};
    }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const Colours &c = colours();
        const bool best = index.data(DecisionTable::BestRole).toBool();
        if (best)
            painter->fillRect(option.rect, c.selection);
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), c.line);
        QRectF inner = QRectF(option.rect).adjusted(8, 5, -4, -5);
        const auto level = static_cast<strategy::Level>(index.data(DecisionTable::LevelRole).toInt());
        QFont font = option.font;
        if (index.column() == 0)
            font.setWeight(QFont::DemiBold);
        painter->setFont(font);
        painter->setPen(c.text);
        QRectF upper(inner.left(), inner.top(), inner.width(), inner.height() / 2);
        if (index.column() == 0)
            upper = inner;
        if (level != strategy::Level::Good) {
            drawTone(painter, {upper.left() + 4, upper.center().y()}, toneOf(level), c.of(toneOf(level)));
            upper.setLeft(upper.left() + 14);
            painter->setPen(c.text);
        }
        painter->drawText(upper, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                          QFontMetricsF(font).elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, upper.width()));
        const QRectF lower(inner.left(), inner.center().y(), inner.width(), inner.height() / 2);
        const int stars = index.data(DecisionTable::StarsRole).toInt();
        if (index.column() == 0)
            return;
        if (stars < 0) {
            painter->setPen(c.dim);
            painter->drawText(lower, Qt::AlignLeft | Qt::AlignVCenter, index.data(DecisionTable::GeneralRole).toString());
            return;
        }
        painter->setRenderHint(QPainter::Antialiasing);
        for (int i = 0; i < 3; ++i) {
            const QPainterPath star = starAt({lower.left() + starSize / 2.0 + i * (starSize + 2), lower.center().y()});
            painter->setPen(QPen(c.dim, 1));
            painter->setBrush(i < stars ? QBrush(c.dim) : QBrush(Qt::NoBrush));
            painter->drawPath(star);
        }
        painter->setRenderHint(QPainter::Antialiasing, false);
    }
};

} // namespace

DecisionTable::DecisionTable(QWidget *parent) : QTableWidget(parent)
{
    setObjectName(QStringLiteral("decisionTable"));
    setAccessibleName(tr("Decision table: computed for this application, and what is generally said"));
    setItemDelegate(new CellDelegate(this));
    verticalHeader()->hide();
    verticalHeader()->setDefaultSectionSize(cellHeight);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setTabKeyNavigation(false);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(this, &QTableWidget::itemActivated, this,
            [this](const QTableWidgetItem *item) { emit strategyWanted(strategy::allStrategies[static_cast<std::size_t>(item->row())]); });
}

void DecisionTable::show(const std::vector<strategy::TableRow> &rows, strategy::Strategy best)
{
    if (columnCount() == 0) {
        QStringList heads{tr("Strategy")};
        for (const std::string &head : strategy::tableHeads())
            heads << QString::fromStdString(head).replace(QRegularExpression(QStringLiteral(" (?=\\S+$)")), QStringLiteral("\n")); // on two lines
        setColumnCount(static_cast<int>(heads.size()));
        setHorizontalHeaderLabels(heads);
    }
    setRowCount(static_cast<int>(rows.size()));
    for (int row = 0; row < rowCount(); ++row) {
        const strategy::TableRow &of = rows[static_cast<std::size_t>(row)];
        const auto put = [&](int column, const QString &text) {
            if (!item(row, column))
                setItem(row, column, new QTableWidgetItem);
            item(row, column)->setText(text);
            item(row, column)->setData(BestRole, of.strategy == best);
            return item(row, column);
        };
        put(0, QString::fromStdString(strategy::title(of.strategy)));
        for (std::size_t i = 0; i < of.cells.size(); ++i) {
            const strategy::Cell &cell = of.cells[i];
            QTableWidgetItem *made = put(static_cast<int>(i) + 1, QString::fromStdString(cell.computed));
            const QString general = cell.stars < 0 ? QString::fromStdString(cell.general)
                    : tr("%n of 3 stars", "what is generally said of a strategy", cell.stars);
            made->setData(StarsRole, cell.stars);
            made->setData(GeneralRole, general);
            made->setData(LevelRole, static_cast<int>(cell.level));
            made->setToolTip(tr("Here: %1. In general: %2.").arg(made->text(), general));
            made->setData(Qt::AccessibleTextRole, made->toolTip());
        }
    }
    resizeColumnsToContents();
    m_natural.clear();
    for (int column = 0; column < columnCount(); ++column)
        m_natural.push_back(columnWidth(column));
    shareWidth();
    setFixedHeight(horizontalHeader()->sizeHint().height() + cellHeight * rowCount() + 14);
}

// All columns are seen if they can be made so by a little; else it scrolls aside.
void DecisionTable::shareWidth()
{
    constexpr double least = 0.72;
    int sum = 0;
    for (const int width : m_natural)
        sum += width;
    const double scale = sum ? std::max(least, double(viewport()->width()) / sum) : 1;
    for (std::size_t i = 0; i < m_natural.size(); ++i)
        setColumnWidth(static_cast<int>(i), static_cast<int>(m_natural[i] * scale));
}

void DecisionTable::resizeEvent(QResizeEvent *event)
{
    QTableWidget::resizeEvent(event);
    shareWidth();
}

} // namespace timonier

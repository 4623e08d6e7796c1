#include "ui/preview/figure_row.h"

#include "ui/preview/level_tone.h"
#include "ui/theme/colours.h"
#include "ui/theme/glyphs.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace timonier {

// Name at the left, value at the right, and the mark that it opens.
class FigureRow::Head final : public QAbstractButton
{
public:
    explicit Head(FigureRow *row) : QAbstractButton(row), m_row(row)
    {
        setCheckable(true);
        setCursor(Qt::PointingHandCursor);
        setFocusPolicy(Qt::StrongFocus);
        setAttribute(Qt::WA_Hover);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    QSize sizeHint() const override { return {180, std::max(30, fontMetrics().height() + 14)}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Colours &c = colours();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        if (hasFocus() || underMouse()) {
            QColor hover = c.line;
            hover.setAlphaF(0.5f);
            painter.setPen(hasFocus() ? QPen(c.accent, 1.5) : QPen(Qt::NoPen));
            painter.setBrush(underMouse() ? hover : QColor(Qt::transparent));
            painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
        }
        const QPointF at(10, height() / 2.0);
        painter.setPen(QPen(c.dim, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
        painter.drawPolyline(isChecked() ? QPolygonF{{at + QPointF(-4, -2), at + QPointF(0, 2), at + QPointF(4, -2)}}
                                         : QPolygonF{{at + QPointF(-2, -4), at + QPointF(2, 0), at + QPointF(-2, 4)}});
        QRect inner = rect().adjusted(22, 0, -8, 0);
        QFont bold = font();
        bold.setWeight(QFont::DemiBold);
        bold.setPointSizeF(bold.pointSizeF() * 1.15);
        painter.setFont(bold);
        painter.setPen(c.text);
        painter.drawText(inner, Qt::AlignRight | Qt::AlignVCenter, m_row->m_value);
        inner.setRight(inner.right() - QFontMetrics(bold).horizontalAdvance(m_row->m_value) - 8);
        if (m_row->m_level != strategy::Level::Good) { // well needs no mark
            drawTone(&painter, {inner.right() - 5.0, height() / 2.0}, toneOf(m_row->m_level), c.of(toneOf(m_row->m_level)));
            inner.setRight(inner.right() - 16);
        }
        painter.setFont(font());
        painter.setPen(c.dim);
        painter.drawText(inner, Qt::AlignLeft | Qt::AlignVCenter, fontMetrics().elidedText(m_row->m_name, Qt::ElideRight, inner.width()));
    }

private:
    FigureRow *m_row;
};

FigureRow::FigureRow(const QString &name, QWidget *parent) : QWidget(parent), m_head(new Head(this)), m_why(new QLabel(this))
{
    setObjectName(QStringLiteral("figure-") + name);
    setAccessibleName(name);
    m_head->setObjectName(QStringLiteral("figureHead-") + name);
    m_head->setAccessibleName(name);
    m_head->setToolTip(tr("Why: where this number comes from"));
    m_why->setObjectName(QStringLiteral("figureWhy-") + name);
    m_why->setWordWrap(true);
    m_why->setTextFormat(Qt::PlainText);
    m_why->setForegroundRole(QPalette::PlaceholderText);
    m_why->setContentsMargins(22, 0, 8, 8);
    m_why->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_why->hide();
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_head);
    column->addWidget(m_why);
    connect(m_head, &QAbstractButton::toggled, m_why, &QLabel::setVisible);
}

void FigureRow::show(const strategy::KeyFigure &figure)
{
    m_name = QString::fromStdString(figure.name);
    m_value = QString::fromStdString(figure.value);
    m_level = figure.level;
    m_why->setText(QString::fromStdString(figure.why));
    m_head->setAccessibleName(m_name + QStringLiteral(": ") + m_value);
    m_head->setAccessibleDescription(m_why->text());
    m_head->update();
}

bool FigureRow::isUnfolded() const { return m_head->isChecked(); }
void FigureRow::unfold(bool on) { m_head->setChecked(on); }

} // namespace timonier

#include "ui/views/overview_parts.h"

#include "ui/theme/colours.h"

#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

namespace timonier {

namespace {

void drawPanel(QPainter &painter, const QRect &rect, const QColor &edge)
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(edge, 1));
    painter.setBrush(colours().dark ? colours().panel : colours().background);
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

} // namespace

Card::Card(const QString &name, const QString &title, QWidget *parent) : QWidget(parent)
{
    setObjectName(name);
    setAccessibleName(title);
    auto *heading = new QLabel(title, this);
    heading->setObjectName(name + QStringLiteral("Title"));
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    heading->setFont(bold);
    heading->setContentsMargins(8, 0, 0, 4);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 12, 8, 10);
    column->setSpacing(0);
    column->addWidget(heading);
    column->addStretch(1);
}

void Card::add(QWidget *widget)
{
    auto *column = static_cast<QVBoxLayout *>(layout());
    column->insertWidget(column->count() - 1, widget);
}

void Card::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    drawPanel(painter, rect(), colours().line);
}

ReadyTile::ReadyTile(const QString &name, const QString &title, QWidget *parent) : QAbstractButton(parent)
{
    setObjectName(name);
    setText(title);
    setAccessibleName(title);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ReadyTile::tell(int ready, int of, const QString &words, const QString &detail, Tone tone)
{
    m_ready = ready;
    m_of = of;
    m_words = words;
    m_short = of > 0 ? QStringLiteral("%1 / %2").arg(QLocale().toString(ready), QLocale().toString(of)) : QString();
    m_detail = detail;
    m_tone = tone;
    setAccessibleName(text() + QStringLiteral(": ") + words + (detail.isEmpty() ? QString() : QStringLiteral(", ") + detail));
    setToolTip(accessibleName());
    update();
}

void ReadyTile::sayUnknown(const QString &why)
{
    tell(0, 0, why, {}, Tone::Busy);
}

void ReadyTile::paintEvent(QPaintEvent *)
{
    const Colours &c = colours();
    QPainter painter(this);
    drawPanel(painter, rect(), hasFocus() || underMouse() ? c.accent : c.line);
    constexpr int ring = 38;
    const QRectF circle(14, (height() - ring) / 2.0, ring, ring);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(c.line, 5, Qt::SolidLine, Qt::FlatCap));
    painter.drawEllipse(circle);
    if (m_of > 0 && m_ready > 0) {
        painter.setPen(QPen(c.of(m_tone), 5, Qt::SolidLine, Qt::FlatCap));
        // One that is missing of ten thousand is to be seen.
        const int most = m_ready < m_of ? 5760 - 140 : 5760;
        painter.drawArc(circle, 90 * 16, -std::min<int>(static_cast<int>(5760.0 * m_ready / m_of), most));
    }
    QRect words = rect().adjusted(14 + ring + 11, 10, -6, -10);
    const int lines = m_detail.isEmpty() ? 2 : 3;
    const int line = words.height() / 3;
    words.setTop(words.top() + (3 - lines) * line / 2);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    const auto draw = [&](const QFont &in, const QColor &colour, const QString &what) {
        painter.setFont(in);
        painter.setPen(colour);
        painter.drawText(QRect(words.left(), words.top(), words.width(), line), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         QFontMetrics(in).elidedText(what, Qt::ElideRight, words.width()));
        words.setTop(words.top() + line);
    };
    draw(font(), c.dim, text());
    const bool fits = QFontMetrics(bold).horizontalAdvance(m_words) <= words.width();
    draw(bold, c.text, fits || m_short.isEmpty() ? m_words : m_short);
    if (!m_detail.isEmpty())
        draw(font(), c.dim, m_detail);
}

CapacityBar::CapacityBar(const QString &name, const QString &title, QWidget *parent) : QWidget(parent), m_title(title)
{
    setObjectName(name);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMinimumHeight(48);
}

void CapacityBar::tell(double requested, double used, const QString &words)
{
    m_requested = requested;
    m_used = used;
    m_words = words;
    setAccessibleName(m_title + QStringLiteral(": ") + words);
    setToolTip(accessibleName());
    update();
}

void CapacityBar::paintEvent(QPaintEvent *)
{
    const Colours &c = colours();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRect inner = rect().adjusted(8, 4, -8, -6);
    const QRect line(inner.left(), inner.top(), inner.width(), inner.height() - 16);
    painter.setPen(c.text);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, m_title);
    painter.setPen(c.dim);
    const int room = line.width() - QFontMetrics(font()).horizontalAdvance(m_title) - 16;
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
                     QFontMetrics(font()).elidedText(m_words, Qt::ElideRight, room));
    const QRectF track(inner.left(), inner.bottom() - 9, inner.width(), 10);
    painter.setPen(Qt::NoPen);
    painter.setBrush(c.line);
    painter.drawRoundedRect(track, 5, 5);
    const auto part = [&](double share, const QColor &colour, double inset) {
        if (share <= 0)
            return;
        QRectF bar = track.adjusted(0, inset, 0, -inset);
        bar.setWidth(std::max(bar.height(), track.width() * std::min(share, 1.0)));
        painter.setBrush(colour);
        painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2);
    };
    // More than is there is asked for: that is said in words, and by the colour.
    QColor asked = m_requested > 1 ? c.bad : m_requested > 0.9 ? c.careful : c.accent;
    asked.setAlphaF(0.35f);
    part(m_requested, asked, 0);
    part(m_used, m_used > 0.9 ? c.careful : c.accent, 3);
}

} // namespace timonier

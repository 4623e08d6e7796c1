#include "ui/views/tone_label.h"

#include "ui/theme/colours.h"
#include "ui/theme/glyphs.h"
#include "ui/views/plain_tip.h"

#include <QPainter>
#include <QTextLayout>

namespace timonier {

namespace {

constexpr int dotWidth = 16;
constexpr int mostLines = 3;

} // namespace

ToneLabel::ToneLabel(QWidget *parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void ToneLabel::show(const StatusWords &words)
{
    if (m_words.text == words.text && m_words.tone == words.tone)
        return;
    m_words = words;
    setToolTip(plainTip(words.text));
    setAccessibleName(words.text);
    updateGeometry();
    update();
}

QSize ToneLabel::sizeHint() const { return {200, fontMetrics().height() + 4}; }
QSize ToneLabel::minimumSizeHint() const { return {40, fontMetrics().height() + 4}; }

int ToneLabel::heightForWidth(int width) const
{
    const int wanted = fontMetrics().boundingRect(QRect(0, 0, width - dotWidth, 10'000), Qt::TextWordWrap, m_words.text).height();
    return std::min(wanted, fontMetrics().lineSpacing() * mostLines) + 4;
}

void ToneLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours &c = colours();
    const int line = fontMetrics().lineSpacing();
    if (m_words.tone != Tone::None)
        drawTone(&painter, {5, 2 + line / 2.0}, m_words.tone, c.of(m_words.tone));
    painter.setPen(m_words.tone == Tone::Bad || m_words.tone == Tone::Careful ? c.text : c.dim);
    const int left = m_words.tone == Tone::None ? 0 : dotWidth;
    QTextLayout layout(m_words.text, font());
    layout.beginLayout();
    for (int row = 0; row < mostLines && (row + 1) * line <= height(); ++row) {
        QTextLine text = layout.createLine();
        if (!text.isValid())
            break;
        text.setLineWidth(width() - left);
        const bool last = row + 1 == mostLines || (row + 2) * line > height();
        const QString all = m_words.text.mid(text.textStart());
        painter.drawText(left, 2 + row * line + fontMetrics().ascent(),
                         last ? fontMetrics().elidedText(all, Qt::ElideRight, width() - left)
                              : all.left(text.textLength()).trimmed());
    }
    layout.endLayout();
}

} // namespace timonier

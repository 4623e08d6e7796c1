#include "ui/views/status_line.h"

#include "ui/theme/colours.h"
#include "ui/theme/glyphs.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace timonier {

namespace {

constexpr int dotSpace = 28;

} // namespace

StatusLine::StatusLine(QWidget *parent)
    : QWidget(parent)
    , m_text(new QLabel(this))
    , m_retry(new QPushButton(tr("Retry now", "button: do not wait for the next try"), this))
    , m_forwards(new QPushButton(this))
    , m_insecure(new QLabel(tr("Certificate not checked", "badge: insecure-skip-tls-verify"), this))
    , m_where(new QLabel(this))
{
    setObjectName(QStringLiteral("statusLine"));
    setAccessibleName(tr("Status", "accessible name of the status line"));
    m_text->setObjectName(QStringLiteral("statusText"));
    m_retry->setObjectName(QStringLiteral("retryButton"));
    m_insecure->setObjectName(QStringLiteral("insecureBadge"));
    m_where->setObjectName(QStringLiteral("statusWhere"));
    m_retry->setAccessibleName(m_retry->text());
    m_retry->setShortcut(Qt::CTRL | Qt::Key_R);
    m_retry->setToolTip(tr("Try to reach the cluster now (Ctrl+R)"));
    m_retry->setFixedHeight(26);
    m_retry->hide();
    m_forwards->setObjectName(QStringLiteral("forwardsButton"));
    m_forwards->setToolTip(tr("Ports of this computer that lead into a cluster"));
    m_forwards->setFixedHeight(26);
    m_forwards->hide();
    m_insecure->setAccessibleName(m_insecure->text());
    m_insecure->setToolTip(tr("The kubeconfig says insecure-skip-tls-verify: anybody on the way can read and change what is sent"));
    m_insecure->setContentsMargins(8, 0, 8, 0);
    m_insecure->setFixedHeight(26);
    m_insecure->hide();
    m_text->setTextFormat(Qt::PlainText);
    m_where->setTextFormat(Qt::PlainText);
    m_text->setMinimumWidth(40);
    m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);

    setFixedHeight(36);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(dotSpace, 1, 16, 0);
    row->setSpacing(12);
    row->addWidget(m_text, 1);
    row->addWidget(m_retry);
    row->addWidget(m_forwards);
    row->addWidget(m_insecure);
    row->addWidget(m_where);
    connect(m_retry, &QPushButton::clicked, this, &StatusLine::retryWanted);
    connect(m_forwards, &QPushButton::clicked, this, &StatusLine::forwardsWanted);
    refresh();
}

void StatusLine::show(const StatusWords &words)
{
    const bool news = words.text != m_words.text || words.tone != m_words.tone || words.canRetry != m_words.canRetry;
    m_words = words;
    if (news)
        refresh();
}

void StatusLine::setWhere(const QString &context)
{
    m_where->setText(context);
    m_where->setAccessibleName(tr("Context: %1").arg(context));
}

void StatusLine::setForwards(int count)
{
    m_forwards->setText(tr("%n port(s) forwarded", "button in the status line", count));
    m_forwards->setAccessibleName(m_forwards->text());
    m_forwards->setVisible(count > 0);
}

void StatusLine::setInsecure(bool insecure)
{
    m_insecure->setVisible(insecure);
}

void StatusLine::refresh()
{
    const Colours &c = colours();
    const auto colour = [](QLabel *label, const QColor &text, const QColor &fill) {
        QPalette p = label->palette();
        p.setColor(QPalette::WindowText, text);
        p.setColor(QPalette::Window, fill);
        if (p != label->palette())
            label->setPalette(p);
    };
    colour(m_where, c.dim, c.panel);
    colour(m_insecure, c.dark ? c.background : QColor(Qt::white), c.bad);
    m_retry->setVisible(m_words.canRetry);
    m_text->setAccessibleName(m_words.text);
    m_text->setToolTip(m_words.text);
    m_text->setText(QFontMetrics(m_text->font()).elidedText(m_words.text, Qt::ElideRight, m_text->width()));
    update();
}

void StatusLine::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colours &c = colours();
    painter.fillRect(rect(), c.panel);
    painter.fillRect(0, 0, width(), 1, c.line);
    if (m_insecure->isVisible()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(c.bad);
        painter.drawRoundedRect(QRectF(m_insecure->geometry()), 6, 6);
    }
    if (!m_words.text.isEmpty())
        drawTone(&painter, {17, height() / 2.0 + 0.5}, m_words.tone, c.of(m_words.tone));
}

void StatusLine::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    layout()->activate();
    refresh();
}

void StatusLine::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange)
        refresh();
}

} // namespace timonier

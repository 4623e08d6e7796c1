#include "ui/views/notice_stack.h"

#include "ui/theme/colours.h"
#include "ui/theme/glyphs.h"

#include <QEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPushButton>
#include <QTime>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int most = 4;          // at a time
constexpr qsizetype kept = 100;  // in the list
constexpr int statusLine = 36;

class NoticeCard final : public QFrame
{
public:
    NoticeCard(const Notice &notice, int shownMs, QWidget *parent) : QFrame(parent), m_tone(notice.tone)
    {
        setObjectName(QStringLiteral("notice"));
        setAccessibleName(notice.text);
        auto *text = new QLabel(notice.text, this);
        text->setObjectName(QStringLiteral("noticeText"));
        text->setTextFormat(Qt::PlainText);
        text->setWordWrap(true);
        auto *close = new QToolButton(this);
        close->setObjectName(QStringLiteral("noticeClose"));
        close->setAccessibleName(NoticeStack::tr("Dismiss"));
        close->setToolTip(NoticeStack::tr("Dismiss"));
        close->setText(QStringLiteral("×"));
        close->setAutoRaise(true);
        connect(close, &QToolButton::clicked, this, &QObject::deleteLater);
        auto *row = new QHBoxLayout(this);
        row->setContentsMargins(34, 10, 8, 10);
        row->setSpacing(8);
        row->addWidget(text, 1);
        if (notice.run) {
            auto *show = new QPushButton(notice.button, this);
            show->setObjectName(QStringLiteral("noticeShow"));
            show->setAccessibleName(notice.button);
            connect(show, &QPushButton::clicked, this, [this, run = notice.run] {
                run();
                deleteLater();
            });
            row->addWidget(show);
        }
        row->addWidget(close);
        m_timer.setSingleShot(true);
        connect(&m_timer, &QTimer::timeout, this, [this, shownMs] {
            if (underMouse() || isAncestorOf(focusWidget()))
                m_timer.start(shownMs / 3); // it is being read
            else
                deleteLater();
        });
        setProperty("stays", notice.stays);
        if (notice.stays.isEmpty())
            m_timer.start(shownMs);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Colours &c = colours();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(c.of(m_tone), 1));
        painter.setBrush(c.panel);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
        drawTone(&painter, {18, height() / 2.0}, m_tone, c.of(m_tone));
    }

private:
    Tone m_tone;
    QTimer m_timer;
};

} // namespace

NoticeStack::NoticeStack(QWidget *over, int shownMs) : QWidget(over), m_shownMs(shownMs), m_column(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("notices"));
    setAccessibleName(tr("Notices"));
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(8);
    over->installEventFilter(this);
    hide();
}

void NoticeStack::tell(Notice notice)
{
    m_told.prepend(QLocale().toString(QTime::currentTime(), QLocale::ShortFormat) + QStringLiteral("  ") + notice.text);
    m_told.resize(std::min(m_told.size(), kept));
    while (m_column->count() >= most)
        delete m_column->itemAt(0)->widget();
    auto *card = new NoticeCard(notice, m_shownMs, this);
    m_column->addWidget(card);
    connect(card, &QObject::destroyed, this, [this] { QTimer::singleShot(0, this, &NoticeStack::place); });
    card->show();
    place();
}

void NoticeStack::withdraw(const QString &stays)
{
    for (QFrame *card : findChildren<QFrame *>(QStringLiteral("notice")))
        if (card->property("stays") == stays)
            card->deleteLater();
}

void NoticeStack::place()
{
    setVisible(m_column->count() > 0);
    if (m_column->count() == 0)
        return;
    setFixedWidth(std::min(400, parentWidget()->width() - 32));
    setFixedHeight(m_column->hasHeightForWidth() ? m_column->heightForWidth(width()) : m_column->sizeHint().height());
    move(parentWidget()->width() - width() - 16, parentWidget()->height() - height() - statusLine - 12);
    raise();
}

bool NoticeStack::eventFilter(QObject *object, QEvent *event)
{
    if (object == parentWidget() && event->type() == QEvent::Resize)
        place();
    return QWidget::eventFilter(object, event);
}

} // namespace timonier

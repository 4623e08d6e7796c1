#include "ui/wizards/wizard_parts.h"

#include "ui/theme/colours.h"
#include "ui/wizards/flow_layout.h"

#include <QFontDatabase>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int barWidth = 3;
constexpr int evidenceLines = 12; // a tool may say a thousand: the log has all of them

} // namespace

QLabel *wrapped(const QString &name, const QString &text, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QLabel *dimmed(const QString &name, const QString &text, QWidget *parent)
{
    QLabel *label = wrapped(name, text, parent);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

QLabel *mono(const QString &name, const QString &text, QWidget *parent)
{
    QLabel *label = wrapped(name, text, parent);
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSizeF(label->font().pointSizeF() * 0.92);
    label->setFont(font);
    return label;
}

QFont bigger(const QFont &font, double by, QFont::Weight weight)
{
    QFont made = font;
    made.setPointSizeF(font.pointSizeF() * by);
    made.setWeight(weight);
    return made;
}

QPushButton *button(const QString &name, const QString &text, const QString &tip, std::function<void()> pressed)
{
    auto *made = named(new QPushButton(text), name, text);
    made->setToolTip(tip);
    made->setAutoDefault(false);
    if (pressed)
        QObject::connect(made, &QPushButton::clicked, made, std::move(pressed));
    return made;
}

HelpCard::HelpCard(const QString &name, QWidget *parent)
    : QFrame(parent), m_sentence(wrapped(name + QStringLiteral("Sentence"))), m_reason(dimmed(name + QStringLiteral("Reason"))),
      m_evidence(mono(name + QStringLiteral("Evidence"))), m_commands(mono(name + QStringLiteral("Commands"))), m_column(new QVBoxLayout(this)),
      m_buttons(new QWidget), m_row(new FlowLayout(m_buttons))
{
    setObjectName(name);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum); // what is around it gives way, not its buttons
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    m_buttons->setObjectName(name + QStringLiteral("Buttons"));
    m_sentence->setFont(bigger(font(), 1, QFont::DemiBold));
    m_column->setContentsMargins(barWidth + 12, 12, 16, 12);
    m_column->setSpacing(4);
    for (QWidget *part : std::initializer_list<QWidget *>{m_sentence, m_reason, m_evidence, m_commands, m_buttons})
        m_column->addWidget(part);
    m_row->setContentsMargins(0, 8, 0, 0);
    m_row->setSpacing(8);
    m_commands->hide();
    m_buttons->hide();
}

void HelpCard::tell(Tone tone, const QString &sentence, const QString &reason, const QString &evidence)
{
    m_tone = tone;
    QStringList lines = evidence.trimmed().split(u'\n');
    if (lines.size() > evidenceLines)
        lines = QStringList{QStringLiteral("…")} + lines.mid(lines.size() - evidenceLines);
    m_sentence->setText(sentence);
    m_reason->setText(reason);
    m_reason->setVisible(!reason.isEmpty());
    m_evidence->setText(lines.join(u'\n'));
    m_evidence->setVisible(!evidence.trimmed().isEmpty());
    setAccessibleName(sentence);
    setAccessibleDescription(reason);
    update();
}

void HelpCard::clearButtons()
{
    while (QLayoutItem *item = m_row->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater(); // it may be the one that was pressed
        delete item;
    }
    m_commands->clear();
    m_commands->hide();
    m_buttons->hide();
}

QPushButton *HelpCard::offer(const QString &id, const QString &text, const QString &tip, std::function<void()> pressed, const QStringList &commands)
{
    QPushButton *made = button(objectName() + id, text, tip, std::move(pressed));
    m_row->addWidget(made);
    made->show();
    if (!commands.isEmpty()) {
        const QString before = m_commands->text();
        m_commands->setText((before.isEmpty() ? QString() : before + u'\n') + QStringLiteral("$ ") + commands.join(QStringLiteral("\n$ ")));
        m_commands->show();
        made->setAccessibleDescription(tr("It runs: %1").arg(commands.join(QStringLiteral("; "))));
    }
    m_buttons->show();
    return made;
}

QString HelpCard::text() const
{
    return QStringList{m_sentence->text(), m_reason->text(), m_evidence->text()}.join(u'\n');
}

// Words that wrap need more height the narrower it is, which a layout grants but does not insist on: here nothing may be cut.
void HelpCard::fit()
{
    const int needed = m_column->hasHeightForWidth() ? m_column->totalHeightForWidth(width()) : m_column->totalMinimumSize().height();
    if (minimumHeight() != needed)
        setMinimumHeight(needed);
}

void HelpCard::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    fit();
}

bool HelpCard::event(QEvent *event)
{
    const bool done = QFrame::event(event);
    if (event->type() == QEvent::LayoutRequest)
        fit();
    return done;
}

void HelpCard::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours().panel);
    painter.drawRoundedRect(rect(), 4, 4);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.fillRect(QRect(0, 0, barWidth, height()), m_tone == Tone::Busy ? colours().accent : colours().of(m_tone));
}

} // namespace timonier

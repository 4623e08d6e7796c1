#include "ui/wizards/log_pane.h"

#include "ui/models/step_tree.h"
#include "ui/wizards/wizard_parts.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QVBoxLayout>

namespace timonier {

LogPane::LogPane(QWidget *parent)
    : QWidget(parent), m_title(wrapped(QStringLiteral("logTitle"))), m_detail(dimmed(QStringLiteral("logDetail"))), m_empty(dimmed(QStringLiteral("logEmpty"))),
      m_search(named(new QLineEdit, QStringLiteral("logSearch"), tr("Search in what was printed"))), m_view(named(new QPlainTextEdit, QStringLiteral("logView"), tr("What the step printed")))
{
    named(this, QStringLiteral("logPane"), tr("What the step printed"));
    m_title->setFont(bigger(font(), 1, QFont::DemiBold));
    m_search->setTextMargins(6, 0, 6, 0);
    m_search->setPlaceholderText(tr("Search"));
    m_search->setClearButtonEnabled(true);
    m_view->setReadOnly(true);
    m_view->setTabChangesFocus(true);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // it wraps
    m_view->setMaximumBlockCount(int(StepTree::linesKept));
    m_view->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setPointSizeF(font().pointSizeF() * 0.92);
    m_view->setFont(fixed);
    m_view->document()->setDocumentMargin(0);
    auto *copy = button(QStringLiteral("logCopy"), tr("Copy"), tr("What is selected, or all of it"), [this] {
        QApplication::clipboard()->setText(m_view->textCursor().hasSelection() ? m_view->textCursor().selectedText().replace(QChar::ParagraphSeparator, u'\n') : m_view->toPlainText());
    });
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(m_title);
    words->addWidget(m_detail);
    auto *tools = new QHBoxLayout;
    tools->setSpacing(8);
    tools->addWidget(m_search, 1);
    tools->addWidget(copy);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(words);
    column->addWidget(m_view, 1);
    column->addWidget(m_empty, 1, Qt::AlignTop);
    column->addLayout(tools);
    connect(m_search, &QLineEdit::textChanged, this, &LogPane::tellFound);
    connect(m_search, &QLineEdit::returnPressed, this, [this] { find(true); });
}

void LogPane::show(const QString &title, const QString &detail, const QStringList &lines)
{
    retitle(title, detail);
    m_view->setPlainText(lines.join(u'\n'));
    m_view->verticalScrollBar()->setValue(m_view->verticalScrollBar()->maximum());
    m_empty->setText(tr("It has printed nothing."));
    m_empty->setVisible(lines.isEmpty());
    m_view->setVisible(!lines.isEmpty());
    tellFound();
}

void LogPane::retitle(const QString &title, const QString &detail)
{
    m_title->setText(title);
    m_detail->setText(detail);
    m_detail->setVisible(!detail.isEmpty());
}

void LogPane::add(const QStringList &lines)
{
    QScrollBar *bar = m_view->verticalScrollBar();
    const bool follows = bar->value() >= bar->maximum() - 2;
    if (m_view->document()->isEmpty())
        m_view->setPlainText(lines.join(u'\n'));
    else
        m_view->appendPlainText(lines.join(u'\n'));
    m_empty->hide();
    m_view->show();
    if (follows)
        bar->setValue(bar->maximum());
}

QString LogPane::text() const { return m_view->toPlainText(); }

void LogPane::find(bool back)
{
    const QTextDocument::FindFlags flags = back ? QTextDocument::FindBackward : QTextDocument::FindFlags();
    if (m_search->text().isEmpty() || m_view->find(m_search->text(), flags))
        return;
    QTextCursor cursor = m_view->textCursor(); // round again
    cursor.movePosition(back ? QTextCursor::End : QTextCursor::Start);
    m_view->setTextCursor(cursor);
    m_view->find(m_search->text(), flags);
}

// All places at once; the newest is gone to.
void LogPane::tellFound()
{
    QList<QTextEdit::ExtraSelection> found;
    const QString wanted = m_search->text();
    if (!wanted.isEmpty())
        for (QTextCursor at = m_view->document()->find(wanted); !at.isNull() && found.size() < 1'000; at = m_view->document()->find(wanted, at)) {
            QTextEdit::ExtraSelection one;
            one.cursor = at;
            one.format.setBackground(palette().color(QPalette::Highlight));
            one.format.setFontUnderline(true);
            found.append(one);
        }
    m_view->setExtraSelections(found);
    m_search->setAccessibleDescription(wanted.isEmpty() ? QString() : tr("%n places", nullptr, int(found.size())));
    if (!found.isEmpty())
        m_view->setTextCursor(found.constLast().cursor);
}

void LogPane::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Find))
        m_search->setFocus(Qt::ShortcutFocusReason);
    else if (event->matches(QKeySequence::FindNext))
        find(false);
    else if (event->matches(QKeySequence::FindPrevious))
        find(true);
    else
        QWidget::keyPressEvent(event);
}

} // namespace timonier

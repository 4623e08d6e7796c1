#include "ui/views/yaml_tab.h"

#include "ui/theme/colours.h"
#include "ui/theme/icons.h"
#include "ui/views/yaml_highlighter.h"

#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QTextBlock>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr std::size_t mostHits = 2000;

} // namespace

YamlTab::YamlTab(QWidget *parent)
    : DetailTab(parent)
    , m_text(new QPlainTextEdit(this))
    , m_highlighter(new YamlHighlighter(m_text->document()))
    , m_bar(new QWidget(this))
    , m_find(new QLineEdit(m_bar))
    , m_count(new QLabel(m_bar))
    , m_reveal(new QPushButton(tr("Show values", "button: of a Secret, which are hidden"), this))
    , m_copy(new QPushButton(tr("Copy"), this))
{
    setObjectName(QStringLiteral("yamlTab"));
    setAccessibleName(title());
    m_text->setObjectName(QStringLiteral("yamlText"));
    m_text->setAccessibleName(title());
    m_bar->setObjectName(QStringLiteral("yamlFindBar"));
    m_find->setObjectName(QStringLiteral("yamlFind"));
    m_count->setObjectName(QStringLiteral("yamlFindCount"));
    m_reveal->setObjectName(QStringLiteral("yamlReveal"));
    m_copy->setObjectName(QStringLiteral("yamlCopy"));
    m_find->setAccessibleName(tr("Find", "accessible name of a field"));
    m_find->setTextMargins(6, 0, 6, 0);
    m_find->setPlaceholderText(tr("Find: Enter for the next, Shift+Enter for the one before"));
    m_reveal->setAccessibleName(m_reveal->text());
    m_copy->setAccessibleName(tr("Copy the YAML"));
    m_copy->setToolTip(tr("Copy all of it, or what is selected"));
    m_text->setReadOnly(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setTabChangesFocus(true);
    m_text->verticalScrollBar()->setBackgroundRole(QPalette::Base);
    m_text->horizontalScrollBar()->setBackgroundRole(QPalette::Base);
    QFont mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    mono.setPointSizeF(font().pointSizeF() * 0.95);
    m_text->setFont(mono);
    m_reveal->setCheckable(true);
    m_reveal->hide();
    m_bar->hide();

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_reveal);
    buttons->addStretch(1);
    buttons->addWidget(m_copy);
    auto *find = new QHBoxLayout(m_bar);
    find->setContentsMargins(0, 0, 0, 0);
    find->setSpacing(8);
    find->addWidget(m_find, 1);
    find->addWidget(m_count);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(8);
    column->addLayout(buttons);
    column->addWidget(m_bar);
    column->addWidget(m_text, 1);
    connect(m_reveal, &QPushButton::toggled, this, [this](bool on) {
        m_reveal->setText(on ? tr("Hide values", "button: of a Secret") : tr("Show values", "button: of a Secret, which are hidden"));
        m_reveal->setAccessibleName(m_reveal->text());
        emit revealWanted(on);
    });
    connect(m_copy, &QPushButton::clicked, this, [this] {
        const QString part = m_text->textCursor().selectedText().replace(QChar::ParagraphSeparator, u'\n');
        QApplication::clipboard()->setText(part.isEmpty() ? m_text->toPlainText() : part);
    });
    connect(m_find, &QLineEdit::textChanged, this, &YamlTab::search);
}

QString YamlTab::title() const
{
    return tr("YAML", "tab of the details pane");
}

void YamlTab::follow(const Subject &subject)
{
    if (!subject.sameObject(m_subject)) {
        // The pane's own reading begins masked: only the button has to follow.
        const QSignalBlocker quiet(m_reveal);
        m_reveal->setChecked(false);
        m_reveal->setText(tr("Show values", "button: of a Secret, which are hidden"));
        m_reveal->setAccessibleName(m_reveal->text());
        m_text->clear();
    }
    m_subject = subject;
}

void YamlTab::describe(const std::shared_ptr<const Description> &description)
{
    m_reveal->setVisible(description && description->hasSecrets);
    const QString text = description ? QString::fromStdString(description->yaml) : QString();
    if (text == m_text->toPlainText())
        return;
    const int at = m_text->verticalScrollBar()->value(), aside = m_text->horizontalScrollBar()->value();
    const int from = m_text->textCursor().anchor(), to = m_text->textCursor().position();
    m_text->setPlainText(text);
    QTextCursor cursor = m_text->textCursor();
    const int last = m_text->document()->characterCount() - 1;
    cursor.setPosition(std::min(from, last));
    cursor.setPosition(std::min(to, last), QTextCursor::KeepAnchor);
    m_text->setTextCursor(cursor);
    m_text->verticalScrollBar()->setValue(at);
    m_text->horizontalScrollBar()->setValue(aside);
    if (m_bar->isVisible())
        search();
}

void YamlTab::rest()
{
    // Nothing is read here; but what was revealed does not lie about behind another tab.
    m_reveal->setChecked(false);
}

bool YamlTab::event(QEvent *event)
{
    // The window's own Ctrl+F is for the table: here the YAML is meant, if it is being read.
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent *>(event)->matches(QKeySequence::Find)) {
        event->accept();
        return true;
    }
    if (event->type() == QEvent::KeyPress) {
        auto *key = static_cast<QKeyEvent *>(event);
        if (key->matches(QKeySequence::Find)) {
            openFind();
            return true;
        }
        if (key->key() == Qt::Key_Escape && m_bar->isVisible()) {
            closeFind();
            return true;
        }
        const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if ((enter && m_find->hasFocus()) || key->key() == Qt::Key_F3) {
            step(key->modifiers() & Qt::ShiftModifier ? -1 : 1);
            return true;
        }
    }
    return DetailTab::event(event);
}

void YamlTab::changeEvent(QEvent *event)
{
    DetailTab::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        m_highlighter->rehighlight();
        mark();
    }
}

void YamlTab::openFind()
{
    m_bar->show();
    if (const QString part = m_text->textCursor().selectedText(); !part.isEmpty() && !part.contains(QChar::ParagraphSeparator))
        m_find->setText(part);
    m_find->setFocus(Qt::ShortcutFocusReason);
    m_find->selectAll();
    search();
}

void YamlTab::closeFind()
{
    m_bar->hide();
    m_hits.clear();
    mark();
    m_text->setFocus(Qt::OtherFocusReason);
}

void YamlTab::search()
{
    m_hits.clear();
    m_hit = -1;
    const QString wanted = m_find->text();
    if (!wanted.isEmpty()) {
        const QString text = m_text->toPlainText();
        for (qsizetype at = text.indexOf(wanted, 0, Qt::CaseInsensitive); at >= 0 && m_hits.size() < mostHits;
             at = text.indexOf(wanted, at + wanted.size(), Qt::CaseInsensitive))
            m_hits.push_back(static_cast<int>(at));
    }
    step(1);
}

void YamlTab::step(int by)
{
    const int count = static_cast<int>(m_hits.size());
    m_hit = count == 0 ? -1 : (m_hit + by + count) % count;
    const QLocale locale;
    m_count->setText(m_find->text().isEmpty() ? QString()
                     : count == 0             ? tr("not found")
                                              : tr("%1 of %2", "which of the places found").arg(locale.toString(m_hit + 1), locale.toString(count)));
    if (m_hit >= 0) {
        QTextCursor cursor = m_text->textCursor();
        cursor.setPosition(m_hits[static_cast<std::size_t>(m_hit)]);
        m_text->setTextCursor(cursor);
        m_text->ensureCursorVisible();
    }
    mark();
}

void YamlTab::mark()
{
    QList<QTextEdit::ExtraSelection> marks;
    for (std::size_t i = 0; i < m_hits.size(); ++i) {
        QTextEdit::ExtraSelection one;
        one.cursor = QTextCursor(m_text->document());
        one.cursor.setPosition(m_hits[i]);
        one.cursor.setPosition(m_hits[i] + static_cast<int>(m_find->text().size()), QTextCursor::KeepAnchor);
        const bool here = static_cast<int>(i) == m_hit;
        one.format.setBackground(here ? colours().accent : colours().selection);
        one.format.setForeground(here ? colours().onAccent : colours().text);
        marks.push_back(one);
    }
    m_text->setExtraSelections(marks);
}

} // namespace timonier

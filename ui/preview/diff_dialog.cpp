#include "ui/preview/diff_dialog.h"

#include "manifest/text_diff.h"
#include "ui/theme/colours.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QFontDatabase>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSyntaxHighlighter>
#include <QVBoxLayout>

namespace timonier {

namespace {

// A line's first character says what it is; the colour only says it again.
class DiffHighlighter final : public QSyntaxHighlighter
{
public:
    using QSyntaxHighlighter::QSyntaxHighlighter;

protected:
    void highlightBlock(const QString &line) override
    {
        const Colours &c = colours();
        QTextCharFormat format;
        if (line.startsWith(QStringLiteral("---")) || line.startsWith(QStringLiteral("+++")))
            format.setFontWeight(QFont::DemiBold);
        else if (line.startsWith(QStringLiteral("@@")))
            format.setForeground(c.accent);
        else if (line.startsWith(u'+') || line.startsWith(u'-')) {
            QColor tint = line.startsWith(u'+') ? c.good : c.bad;
            format.setForeground(tint);
            tint.setAlphaF(0.12f);
            format.setBackground(tint);
        } else {
            format.setForeground(c.dim);
        }
        setFormat(0, static_cast<int>(line.size()), format);
    }
};

} // namespace

DiffDialog::DiffDialog(const QString &title, QWidget *parent) : QDialog(parent), m_note(new QLabel(this)), m_text(new QPlainTextEdit(this))
{
    setObjectName(QStringLiteral("diffDialog"));
    setWindowTitle(tr("What would change in %1", "window title").arg(title));
    setAccessibleName(windowTitle());
    m_note->setObjectName(QStringLiteral("diffNote"));
    m_note->setWordWrap(true);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setText(tr("Asking the server what it would make of it …"));
    m_text->setObjectName(QStringLiteral("diffText"));
    m_text->setAccessibleName(tr("Difference, line by line"));
    m_text->setReadOnly(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    new DiffHighlighter(m_text->document());
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->setObjectName(QStringLiteral("diffButtons"));
    auto *copy = buttons->addButton(tr("Copy"), QDialogButtonBox::ActionRole);
    copy->setObjectName(QStringLiteral("diffCopy"));
    copy->setAccessibleName(tr("Copy the difference"));
    buttons->button(QDialogButtonBox::Close)->setObjectName(QStringLiteral("diffClose"));
    auto *column = new QVBoxLayout(this);
    column->addWidget(m_note);
    column->addWidget(m_text, 1);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(m_text->toPlainText()); });
    resize(720, 520);
}

void DiffDialog::show(const ObjectChange &change, const QString &note)
{
    const std::string diff = unifiedDiff(change.before, change.after, tr("now", "in a diff").toStdString(), tr("after", "in a diff").toStdString());
    m_note->setText(diff.empty() ? tr("Nothing in it would change: name a new image above, or move a slider.") : note);
    m_text->setPlainText(QString::fromStdString(diff));
}

void DiffDialog::fail(const Error &error)
{
    m_note->setText(tr("The server would not take it."));
    m_text->setPlainText(QString::fromStdString(error.text() + (error.hint.empty() ? "" : "\n" + error.hint)));
}

QString DiffDialog::diff() const { return m_text->toPlainText(); }

} // namespace timonier

#include "ui/wizards/field_editors.h"

#include "ui/theme/colours.h"
#include "ui/wizards/choice_editors.h"
#include "ui/wizards/offer_list.h"
#include "ui/wizards/wizard_parts.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace timonier {

namespace {

using form::Parameter;
using form::Type;

constexpr int numberWidth = 128;

QString shown(const std::string &text) { return QString::fromStdString(text); }
QString nameOf(const Parameter &parameter, const char *kind) { return QStringLiteral("field-") + shown(parameter.id) + QLatin1StringView(kind); }

// A field of one line; numbers go up and down with the arrow keys.
class LineEditor final : public FieldEditor
{
public:
    LineEditor(const Parameter &parameter, QWidget *parent) : FieldEditor(parent), m_type(parameter.type), m_edit(named(new QLineEdit, nameOf(parameter, ""), shown(parameter.title)))
    {
        auto *row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(8);
        row->addWidget(m_edit, 100); // up to its greatest width
        m_edit->setTextMargins(6, 0, 6, 0);
        const bool isNumber = m_type == Type::Integer || m_type == Type::Number || m_type == Type::Port || m_type == Type::Quantity;
        m_edit->setMaximumWidth(isNumber ? numberWidth : fieldEditorWidth);
        if (m_type == Type::Integer || m_type == Type::Port)
            m_edit->installEventFilter(this);
        if (m_type == Type::Secret) {
            m_edit->setEchoMode(QLineEdit::Password);
            auto *reveal = button(nameOf(parameter, "-reveal"), FieldEditor::tr("Show", "button: a password, as it is"), FieldEditor::tr("Shows what was typed"), {});
            reveal->setCheckable(true);
            connect(reveal, &QPushButton::toggled, m_edit, [this, reveal](bool on) {
                m_edit->setEchoMode(on ? QLineEdit::Normal : QLineEdit::Password);
                reveal->setText(on ? FieldEditor::tr("Hide", "button: a password") : FieldEditor::tr("Show", "button: a password, as it is"));
            });
            row->addWidget(reveal);
        }
        if (!parameter.unit.empty())
            row->addWidget(dimmed(nameOf(parameter, "-unit"), shown(parameter.unit)));
        if (m_type == Type::File || m_type == Type::Path)
            row->addWidget(button(nameOf(parameter, "-browse"), m_type == Type::Path ? FieldEditor::tr("File…", "button: choose one") : FieldEditor::tr("Browse…"), FieldEditor::tr("Choose it on this computer"),
                                  [this, title = shown(parameter.title)] { take(QFileDialog::getOpenFileName(this, title, m_edit->text())); }));
        if (m_type == Type::Folder || m_type == Type::Path)
            row->addWidget(button(nameOf(parameter, m_type == Type::Path ? "-folder" : "-browse"), m_type == Type::Path ? FieldEditor::tr("Folder…", "button: choose one") : FieldEditor::tr("Browse…"),
                                  FieldEditor::tr("Choose it on this computer"), [this, title = shown(parameter.title)] { take(QFileDialog::getExistingDirectory(this, title, m_edit->text())); }));
        row->addStretch(1);
        m_edit->setMinimumWidth(64);
        connect(m_edit, &QLineEdit::textEdited, this, &FieldEditor::edited);
        setParameter(parameter);
    }
    void setParameter(const Parameter &parameter) override
    {
        if (m_type != Type::Text || (!m_offers && parameter.choices.empty()))
            return;
        if (!m_offers) {
            m_offers = new OfferList(m_edit);
            connect(m_offers, &OfferList::taken, this, [this](const QString &value) { take(value); });
        }
        m_offers->setChoices(parameter.choices);
    }
    void show(const QString &value) override
    {
        if (m_edit->text() != value)
            m_edit->setText(value);
    }
    QWidget *focusTarget() override { return m_edit; }

protected:
    bool eventFilter(QObject *object, QEvent *event) override
    {
        if (event->type() != QEvent::KeyPress)
            return FieldEditor::eventFilter(object, event);
        const int key = static_cast<QKeyEvent *>(event)->key();
        const int by = key == Qt::Key_Up ? 1 : key == Qt::Key_Down ? -1 : 0;
        bool isNumber = false;
        const int value = m_edit->text().toInt(&isNumber);
        if (by == 0 || !isNumber)
            return FieldEditor::eventFilter(object, event);
        m_edit->setText(QString::number(value + by));
        emit edited(m_edit->text());
        return true;
    }

private:
    void take(const QString &chosen)
    {
        if (chosen.isEmpty())
            return;
        m_edit->setText(chosen);
        emit edited(chosen);
    }

    const Type m_type;
    QLineEdit *m_edit;
    OfferList *m_offers = nullptr; // none yet: nothing was ever offered
};

class BooleanEditor final : public FieldEditor
{
public:
    BooleanEditor(const Parameter &parameter, QWidget *parent) : FieldEditor(parent), m_box(named(new QCheckBox(shown(parameter.title)), nameOf(parameter, ""), shown(parameter.title)))
    {
        auto *row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        row->addWidget(m_box);
        connect(m_box, &QCheckBox::toggled, this, [this](bool on) { emit edited(on ? QStringLiteral("true") : QStringLiteral("false")); });
    }
    void show(const QString &value) override
    {
        const QSignalBlocker quiet(m_box);
        m_box->setChecked(value == u"true");
    }
    bool saysItsName() const override { return true; }
    QWidget *focusTarget() override { return m_box; }

private:
    QCheckBox *m_box;
};

// The edge of a field of one line, around one of several.
class LineBox final : public QWidget
{
public:
    explicit LineBox(QWidget *inner) : m_inner(inner)
    {
        auto *row = new QHBoxLayout(this);
        row->setContentsMargins(6, 4, 4, 4);
        row->addWidget(inner);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const bool focus = m_inner->hasFocus();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(focus ? colours().accent : colours().line, focus ? 2 : 1));
        painter.setBrush(colours().background);
        const double half = focus ? 1 : 0.5;
        painter.drawRoundedRect(QRectF(rect()).adjusted(half, half, -half, -half), 6, 6);
    }

private:
    const QWidget *m_inner;
};

class LinesEditor final : public FieldEditor
{
public:
    LinesEditor(const Parameter &parameter, QWidget *parent) : FieldEditor(parent), m_edit(named(new QPlainTextEdit, nameOf(parameter, ""), shown(parameter.title)))
    {
        auto *row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
        font.setPointSizeF(this->font().pointSizeF() * 0.95);
        m_edit->setFont(font);
        m_edit->setTabChangesFocus(true);
        m_edit->setFrameShape(QFrame::NoFrame);
        m_edit->installEventFilter(this);
        auto *box = new LineBox(m_edit);
        box->setObjectName(nameOf(parameter, "-box"));
        box->setMaximumWidth(fieldEditorWidth);
        box->setFixedHeight(3 * m_edit->fontMetrics().lineSpacing() + 20);
        row->addWidget(box, 100);
        row->addStretch(1);
        connect(m_edit, &QPlainTextEdit::textChanged, this, [this] { emit edited(m_edit->toPlainText()); });
    }
    void show(const QString &value) override
    {
        const QSignalBlocker quiet(m_edit);
        if (m_edit->toPlainText() != value)
            m_edit->setPlainText(value);
    }
    QWidget *focusTarget() override { return m_edit; }

protected:
    bool eventFilter(QObject *object, QEvent *event) override
    {
        if (event->type() == QEvent::FocusIn || event->type() == QEvent::FocusOut)
            m_edit->parentWidget()->update(); // its edge says so
        return FieldEditor::eventFilter(object, event);
    }

private:
    QPlainTextEdit *m_edit;
};

} // namespace

FieldEditor *makeEditor(const Parameter &parameter, QWidget *parent)
{
    switch (parameter.type) {
    case Type::Boolean: return new BooleanEditor(parameter, parent);
    case Type::Choice:
    case Type::Choices: return makeChoiceEditor(parameter, parent);
    case Type::Lines: return new LinesEditor(parameter, parent);
    default: return new LineEditor(parameter, parent);
    }
}

} // namespace timonier

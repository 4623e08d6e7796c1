#include "ui/wizards/field_row.h"

#include "ui/views/tone_label.h"
#include "ui/wizards/field_editors.h"
#include "ui/wizards/wizard_parts.h"

#include <QGridLayout>

namespace timonier {

FieldRow::FieldRow(const form::Parameter &parameter, QWidget *parent)
    : QWidget(parent), m_id(parameter.id), m_editor(makeEditor(parameter, this)), m_name(new QLabel(QString::fromStdString(parameter.title), this)),
      m_help(dimmed({}, {}, this)), m_problem(new ToneLabel(this))
{
    const QString key = QString::fromStdString(m_id);
    setObjectName(QStringLiteral("row-") + key);
    setAccessibleName(m_name->text());
    m_name->setObjectName(QStringLiteral("name-") + key);
    m_name->setTextFormat(Qt::PlainText);
    m_name->setWordWrap(true);
    m_name->setBuddy(m_editor->focusTarget());
    m_name->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_name->setContentsMargins(0, 7, 0, 0); // on the line of the field's text
    m_help->setObjectName(QStringLiteral("help-") + key);
    m_help->setFont(bigger(font(), 0.92, QFont::Normal));
    m_problem->setObjectName(QStringLiteral("problem-") + key);
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    m_name->setFixedWidth(nameWidth);
    grid->addWidget(m_name, 0, 0, 3, 1, Qt::AlignTop);
    grid->addWidget(m_editor, 0, 1);
    grid->addWidget(m_problem, 1, 1);
    grid->addWidget(m_help, 2, 1);
    if (m_editor->saysItsName())
        m_name->clear();
    connect(m_editor, &FieldEditor::edited, this, &FieldRow::edited);
    setParameter(parameter);
    tell();
}

void FieldRow::setParameter(const form::Parameter &parameter)
{
    m_editor->setParameter(parameter);
    m_helpText = QString::fromStdString(parameter.help);
    tell();
}

void FieldRow::setNameWidth(int width) { m_name->setFixedWidth(width); }

void FieldRow::show(const QString &value) { m_editor->show(value); }

void FieldRow::setProblem(const QString &problem)
{
    if (problem == m_problemText)
        return;
    m_problemText = problem;
    tell();
}

void FieldRow::tell()
{
    m_problem->show({Tone::Bad, m_problemText});
    m_problem->setVisible(!m_problemText.isEmpty());
    m_help->setText(m_helpText);
    m_help->setVisible(!m_helpText.isEmpty());
    const QString both = m_problemText.isEmpty() ? m_helpText : tr("Wrong: %1. %2", "what is wrong with a field, and its help").arg(m_problemText, m_helpText);
    if (QWidget *target = focusTarget(); target != m_editor)
        target->setAccessibleDescription(both);
}

void FieldRow::takeFocus() { focusTarget()->setFocus(Qt::OtherFocusReason); }
QWidget *FieldRow::focusTarget() const { return m_editor->focusTarget(); }

} // namespace timonier

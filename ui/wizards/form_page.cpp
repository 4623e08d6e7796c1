#include "ui/wizards/form_page.h"

#include "ui/models/wizard_draft.h"
#include "ui/theme/colours.h"
#include "ui/views/tone_label.h"
#include "ui/views/yaml_highlighter.h"
#include "ui/wizards/field_row.h"
#include "ui/wizards/wizard_parts.h"

#include <QEvent>
#include <QFile>
#include <QFileDialog>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr qint64 mostRead = 1 << 20; // bytes of a spec
constexpr int mostWidth = 720;       // of the fields: longer lines are not read

QString textIn(const form::Parameter &parameter, const form::Values &values)
{
    if (parameter.type == form::Type::Secret) {
        const auto given = values.secrets.find(parameter.id);
        return given == values.secrets.end() ? QString() : QString::fromStdString(given->second.reveal());
    }
    return QString::fromStdString(form::valueOf(parameter, values));
}

// What makes a row another one: then all are made anew.
std::string shapeOf(const form::Parameter &parameter)
{
    return parameter.id + '\n' + std::to_string(int(parameter.type)) + parameter.title + parameter.group + (parameter.advanced ? "+" : "") + parameter.unit +
           (parameter.choices.size() > 5 ? ">" : "");
}

} // namespace

FormPage::FormPage(WizardDraft *draft, QWidget *parent) : WizardPage(parent), m_draft(draft), m_scroll(new QScrollArea), m_yaml(new QPlainTextEdit), m_whole(new ToneLabel(this))
{
    setObjectName(QStringLiteral("formPage"));
    setAccessibleName(title());
    named(m_scroll, QStringLiteral("formScroll"), tr("Fields"));
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->viewport()->setBackgroundRole(QPalette::Base);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->installEventFilter(this);
    named(m_yaml, QStringLiteral("formYaml"), tr("The file that says the same"));
    m_yaml->setReadOnly(true);
    m_yaml->setTabChangesFocus(true);
    m_yaml->setFrameShape(QFrame::NoFrame);
    m_yaml->setLineWrapMode(QPlainTextEdit::NoWrap);
    QFont fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    fixed.setPointSizeF(font().pointSizeF() * 0.95);
    m_yaml->setFont(fixed);
    m_yaml->document()->setDocumentMargin(16);
    new YamlHighlighter(m_yaml->document());
    m_yaml->hide();

    auto *split = named(new QSplitter(Qt::Horizontal), QStringLiteral("formSplit"), tr("Fields and file"));
    split->addWidget(m_scroll);
    split->addWidget(m_yaml);
    split->setChildrenCollapsible(false);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    m_yamlButton = button(QStringLiteral("formYamlButton"), tr("Show as YAML"), tr("The file that makes the same, beside the fields"), {});
    m_yamlButton->setCheckable(true);
    connect(m_yamlButton, &QPushButton::toggled, this, &FormPage::setYamlShown);
    auto *load = button(QStringLiteral("formLoad"), tr("Load from file…"), tr("Fills the fields in from a file that was saved before"), [this] { loadFile({}); });
    if (m_draft->subject().changes())
        load->hide();
    m_whole->setObjectName(QStringLiteral("formProblem"));
    auto *tools = new QHBoxLayout;
    tools->setSpacing(8);
    tools->addWidget(load);
    tools->addWidget(m_yamlButton);
    tools->addStretch(1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(split, 1);
    auto *below = new QVBoxLayout;
    below->setContentsMargins(24, 12, 24, 12);
    below->setSpacing(12);
    below->addWidget(m_whole);
    below->addLayout(tools);
    column->addLayout(below);

    connect(m_draft, &WizardDraft::parametersChanged, this, &FormPage::rebuild);
    connect(m_draft, &WizardDraft::problemsChanged, this, &FormPage::refresh);
    connect(m_draft, &WizardDraft::valuesChanged, this, [this] {
        if (m_yaml->isVisible())
            showValues();
    });
    rebuild();
}

QWidget *FormPage::heading(const QString &text)
{
    QLabel *label = dimmed(QStringLiteral("group-") + text, text);
    label->setFont(bigger(font(), 0.92));
    label->setContentsMargins(0, 12, 0, 0);
    return label;
}

void FormPage::rebuild()
{
    std::vector<std::string> shapes;
    for (const form::Parameter &parameter : m_draft->parameters())
        shapes.push_back(shapeOf(parameter));
    if (shapes == m_built) {
        for (std::size_t i = 0; i < m_rows.size(); ++i)
            if (const auto found = std::ranges::find(m_draft->parameters(), m_rows[i]->id(), &form::Parameter::id); found != m_draft->parameters().end())
                m_rows[i]->setParameter(*found);
        return refresh();
    }
    m_built = std::move(shapes);
    std::string focused;
    for (const FieldRow *row : m_rows)
        if (QWidget *focus = window()->focusWidget(); focus && row->isAncestorOf(focus)) // the window need not be the active one
            focused = row->id();
    m_rows.clear();
    m_headings.clear();
    m_fields = named(new QWidget, QStringLiteral("formFields"), tr("Fields"));
    m_fields->setMaximumWidth(mostWidth + 48);
    m_fields->setBackgroundRole(QPalette::Base);
    m_column = new QVBoxLayout(m_fields);
    m_column->setContentsMargins(24, 12, 24, 24);
    m_column->setSpacing(16);
    m_folded = named(new QWidget, QStringLiteral("formAdvanced"), tr("What is rarely changed"));
    auto *foldedColumn = new QVBoxLayout(m_folded);
    foldedColumn->setContentsMargins(0, 0, 0, 0);
    foldedColumn->setSpacing(16);
    for (const bool advanced : {false, true}) {
        std::vector<std::string> groups; // in the order of their first parameter
        for (const form::Parameter &parameter : m_draft->parameters())
            if (parameter.advanced == advanced && std::ranges::find(groups, parameter.group) == groups.end())
                groups.push_back(parameter.group);
        for (const std::string &name : groups) {
            QVBoxLayout *into = advanced ? foldedColumn : m_column;
            std::vector<FieldRow *> rows;
            QWidget *head = nullptr;
            if (!name.empty())
                into->addWidget(head = heading(QString::fromStdString(name)));
            for (const form::Parameter &parameter : m_draft->parameters()) {
                if (parameter.advanced != advanced || parameter.group != name)
                    continue;
                auto *row = new FieldRow(parameter);
                into->addWidget(row);
                rows.push_back(row);
                m_rows.push_back(row);
                connect(row, &FieldRow::edited, this, [this, id = parameter.id, secret = parameter.type == form::Type::Secret](const QString &value) {
                    secret ? m_draft->setSecret(id, value) : m_draft->set(id, value);
                });
            }
            if (head)
                m_headings.emplace_back(head, std::move(rows));
        }
    }
    m_fold = button(QStringLiteral("formFold"), {}, tr("What is rarely changed"), [this] {
        m_unfolded = !m_unfolded;
        refresh();
    });
    m_column->addWidget(m_fold, 0, Qt::AlignLeft);
    m_column->addWidget(m_folded);
    m_column->addStretch(1);
    m_scroll->setWidget(m_fields);
    shareWidth();
    refresh();
    if (FieldRow *again = focused.empty() ? nullptr : row(focused))
        again->takeFocus();
}

FieldRow *FormPage::row(const std::string &id) const
{
    const auto found = std::ranges::find(m_rows, id, &FieldRow::id);
    return found == m_rows.end() ? nullptr : *found;
}

void FormPage::refresh()
{
    int folded = 0;
    bool wrong = false;
    for (FieldRow *row : m_rows) {
        const auto found = std::ranges::find(m_draft->parameters(), row->id(), &form::Parameter::id);
        if (found == m_draft->parameters().end())
            continue;
        const bool asked = m_draft->isAsked(*found);
        row->show(textIn(*found, m_draft->values()));
        row->setProblem(m_draft->problemOf(row->id()));
        row->setVisible(asked);
        folded += found->advanced && asked;
        wrong = wrong || (found->advanced && asked && !row->problem().isEmpty());
    }
    for (const auto &[head, rows] : m_headings)
        head->setVisible(std::ranges::any_of(rows, [](const FieldRow *row) { return !row->isHidden(); }));
    m_fold->setVisible(folded > 0);
    m_fold->setText((m_unfolded ? QStringLiteral("▾  ") : QStringLiteral("▸  ")) + tr("Advanced: %n settings", nullptr, folded) +
                    (wrong && !m_unfolded ? QStringLiteral("  ■  ") + tr("one is wrong") : QString()));
    m_fold->setAccessibleName(tr("Advanced: %n settings", nullptr, folded));
    m_fold->setAccessibleDescription(m_unfolded ? tr("unfolded") : tr("folded away"));
    m_folded->setVisible(m_unfolded && folded > 0);
    const QString problem = m_draft->problemOf({});
    m_whole->show({Tone::Bad, problem});
    m_whole->setVisible(!problem.isEmpty());
    emit changed();
}

QString FormPage::whyNot() const
{
    if (const QString problem = m_draft->firstProblem(); !problem.isEmpty())
        return problem;
    return m_draft->isBeingConsidered() ? tr("It is being checked …") : QString();
}

void FormPage::enter()
{
    refresh();
    if (m_yaml->isVisible())
        showValues();
}

void FormPage::begin()
{
    for (FieldRow *row : m_rows)
        if (!row->isHidden())
            return row->takeFocus();
    setFocus(Qt::OtherFocusReason);
}

// The names give way where there is little room.
void FormPage::shareWidth()
{
    const int names = std::clamp(m_scroll->viewport()->width() * 28 / 100, FieldRow::leastNameWidth, FieldRow::nameWidth);
    for (FieldRow *row : m_rows)
        row->setNameWidth(names);
}

bool FormPage::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_scroll->viewport() && event->type() == QEvent::Resize)
        shareWidth();
    return WizardPage::eventFilter(object, event);
}

void FormPage::showFirstProblem()
{
    for (FieldRow *row : m_rows) {
        if (row->problem().isEmpty())
            continue;
        if (m_folded->isAncestorOf(row) && !m_unfolded) {
            m_unfolded = true;
            refresh();
        }
        m_scroll->ensureWidgetVisible(row, 0, 24);
        return row->takeFocus();
    }
}

void FormPage::setYamlShown(bool shown)
{
    m_yamlButton->setChecked(shown);
    m_yaml->setVisible(shown);
    if (shown)
        showValues();
}

void FormPage::showValues() { m_yaml->setPlainText(QString::fromStdString(m_draft->subject().textOf(m_draft->values()))); }

void FormPage::loadFile(QString file)
{
    if (file.isEmpty())
        file = QFileDialog::getOpenFileName(this, tr("Load from file"), {}, tr("YAML (*.yaml *.yml);;All files (*)"));
    if (file.isEmpty())
        return;
    QFile read(file);
    const auto failed = [this](const QString &why) {
        auto *box = new QMessageBox(QMessageBox::NoIcon, tr("Load from file"), why, QMessageBox::Ok, this);
        box->setObjectName(QStringLiteral("formLoadFailed"));
        box->setTextFormat(Qt::PlainText);
        box->setAttribute(Qt::WA_DeleteOnClose);
        box->open();
    };
    if (!read.open(QIODevice::ReadOnly))
        return failed(tr("%1 cannot be read: %2").arg(file, read.errorString()));
    auto values = m_draft->subject().valuesOf(read.read(mostRead).toStdString(), file.toStdString());
    if (!values) {
        QString where;
        for (const auto &[key, value] : values.error().context)
            where += key == "line" ? tr(" (line %1)").arg(QString::fromStdString(value)) : QString();
        return failed(QString::fromStdString(values.error().text()) + where);
    }
    m_draft->setAll(std::move(*values));
}

} // namespace timonier

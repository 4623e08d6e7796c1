#include "ui/wizards/choice_editors.h"

#include "ui/wizards/wizard_parts.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QRadioButton>
#include <QSignalBlocker>
#include <QStandardItemModel>
#include <QVBoxLayout>

namespace timonier {

namespace {

using form::Choice;
using form::Parameter;
using form::Type;

constexpr std::size_t mostRadios = 5; // beyond that a list that unfolds

QString shown(const std::string &text) { return QString::fromStdString(text); }
QString nameOf(const Parameter &parameter, const char *kind) { return QStringLiteral("field-") + shown(parameter.id) + QLatin1StringView(kind); }
QString titleOf(const Choice &choice) { return shown(choice.title.empty() ? choice.value : choice.title); }

// All choices to be seen, with what each means, and why some cannot be taken.
class ListEditor final : public FieldEditor
{
public:
    ListEditor(const Parameter &parameter, QWidget *parent) : FieldEditor(parent), m_many(parameter.type == Type::Choices), m_group(new QButtonGroup(this)), m_column(new QVBoxLayout(this))
    {
        m_column->setContentsMargins(0, 4, 0, 0);
        m_column->setSpacing(4);
        m_group->setExclusive(!m_many);
        setObjectName(nameOf(parameter, ""));
        setAccessibleName(shown(parameter.title));
        setParameter(parameter);
    }
    void setParameter(const Parameter &parameter) override
    {
        while (QLayoutItem *item = m_column->takeAt(0)) {
            delete item->widget();
            delete item;
        }
        m_buttons.clear();
        for (const Choice &choice : parameter.choices) {
            QAbstractButton *one = m_many ? static_cast<QAbstractButton *>(new QCheckBox(titleOf(choice))) : new QRadioButton(titleOf(choice));
            named(one, nameOf(parameter, "-") + shown(choice.value), titleOf(choice));
            one->setEnabled(choice.refused.empty());
            one->setAccessibleDescription(shown(choice.refused.empty() ? choice.help : choice.refused));
            m_group->addButton(one);
            m_column->addWidget(one);
            const QString note = shown(choice.refused.empty() ? choice.help : choice.refused);
            if (!note.isEmpty()) {
                QLabel *label = dimmed(one->objectName() + QStringLiteral("-note"), note);
                label->setFont(bigger(font(), 0.92, QFont::Normal));
                label->setContentsMargins(25, 0, 0, 4);
                m_column->addWidget(label);
            }
            m_buttons.emplace_back(shown(choice.value), one);
            connect(one, &QAbstractButton::clicked, this, [this] { emit edited(value()); });
        }
        show(m_value);
    }
    void show(const QString &value) override
    {
        m_value = value;
        const QStringList chosen = m_many ? value.split(u'\n') : QStringList{value};
        m_group->setExclusive(false); // or none could be unticked
        for (auto &[name, one] : m_buttons)
            one->setChecked(chosen.contains(name));
        m_group->setExclusive(!m_many);
    }
    QWidget *focusTarget() override
    {
        for (auto &[name, one] : m_buttons)
            if (one->isChecked() && one->isEnabled())
                return one;
        for (auto &[name, one] : m_buttons)
            if (one->isEnabled())
                return one;
        return this;
    }

private:
    QString value()
    {
        QStringList chosen;
        for (const auto &[name, one] : m_buttons)
            if (one->isChecked())
                chosen << name;
        return m_value = chosen.join(u'\n');
    }
    const bool m_many;
    QButtonGroup *m_group;
    QVBoxLayout *m_column;
    QString m_value{};
    std::vector<std::pair<QString, QAbstractButton *>> m_buttons{};
};

class ComboEditor final : public FieldEditor
{
public:
    ComboEditor(const Parameter &parameter, QWidget *parent) : FieldEditor(parent), m_box(named(new QComboBox, nameOf(parameter, ""), shown(parameter.title))), m_note(dimmed(nameOf(parameter, "-note")))
    {
        auto *column = new QVBoxLayout(this);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(4);
        m_box->setMaximumWidth(fieldEditorWidth);
        column->addWidget(m_box);
        column->addWidget(m_note);
        setParameter(parameter);
        connect(m_box, &QComboBox::activated, this, [this](int at) {
            m_value = m_box->itemData(at).toString();
            tellNote();
            emit edited(m_value);
        });
    }
    void setParameter(const Parameter &parameter) override
    {
        const QSignalBlocker quiet(m_box);
        m_box->clear();
        const auto *model = qobject_cast<QStandardItemModel *>(m_box->model());
        for (const Choice &choice : parameter.choices) {
            const bool refused = !choice.refused.empty();
            m_box->addItem(refused ? titleOf(choice) + QStringLiteral(" – ") + shown(choice.refused) : titleOf(choice), shown(choice.value));
            m_box->setItemData(m_box->count() - 1, shown(refused ? choice.refused : choice.help), Qt::ToolTipRole);
            if (model)
                model->item(m_box->count() - 1)->setEnabled(!refused);
        }
        show(m_value);
    }
    void show(const QString &value) override
    {
        m_value = value;
        m_box->setCurrentIndex(m_box->findData(value));
        tellNote();
    }
    QWidget *focusTarget() override { return m_box; }

private:
    void tellNote()
    {
        const auto *model = qobject_cast<const QStandardItemModel *>(m_box->model());
        const auto *item = model ? model->item(m_box->currentIndex()) : nullptr;
        const QString note = item && !item->isEnabled() ? QString() : m_box->currentData(Qt::ToolTipRole).toString(); // why not: the field says it as its problem
        m_note->setText(note);
        m_note->setVisible(!note.isEmpty());
    }
    QComboBox *m_box;
    QLabel *m_note;
    QString m_value{};
};

} // namespace

FieldEditor *makeChoiceEditor(const Parameter &parameter, QWidget *parent)
{
    if (parameter.type == Type::Choice && parameter.choices.size() > mostRadios)
        return new ComboEditor(parameter, parent);
    return new ListEditor(parameter, parent);
}

} // namespace timonier

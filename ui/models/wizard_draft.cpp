#include "ui/models/wizard_draft.h"

#include <QPointer>

namespace timonier {

namespace {

constexpr int typingMs = 250; // after the last key

bool sameChoices(const form::Choice &a, const form::Choice &b) { return a.value == b.value && a.title == b.title && a.help == b.help && a.refused == b.refused; }

bool same(const form::Parameter &a, const form::Parameter &b)
{
    return a.id == b.id && a.title == b.title && a.help == b.help && a.group == b.group && a.type == b.type && a.initial == b.initial && a.required == b.required &&
           a.advanced == b.advanced && a.unit == b.unit && a.onlyIf == b.onlyIf && a.least == b.least && a.most == b.most &&
           std::ranges::equal(a.choices, b.choices, sameChoices);
}

} // namespace

WizardDraft::WizardDraft(std::shared_ptr<WizardSubject> subject, QObject *parent)
    : QObject(parent), m_subject(std::move(subject)), m_parameters(m_subject->parameters())
{
    m_later.setSingleShot(true);
    m_later.setInterval(typingMs);
    connect(&m_later, &QTimer::timeout, this, &WizardDraft::consider);
    checkFields();
    consider();
}

void WizardDraft::set(const std::string &id, const QString &text)
{
    const std::string value = text.toStdString();
    if (const auto at = m_values.texts.find(id); at != m_values.texts.end() && at->second == value)
        return;
    m_values.texts[id] = value;
    m_touched = true;
    touched();
}

void WizardDraft::setSecret(const std::string &id, const QString &text)
{
    m_values.secrets[id] = Secret(text.toStdString());
    m_touched = true;
    touched();
}

void WizardDraft::setAll(form::Values values)
{
    m_values = std::move(values);
    touched();
    emit parametersChanged(); // all fields show what is there now
}

void WizardDraft::touched()
{
    ++m_revision;
    m_considering = true;
    checkFields();
    m_later.start();
    emit valuesChanged();
}

void WizardDraft::checkFields()
{
    m_problems = form::problemsOf(m_parameters, m_values);
    for (const form::Problem &problem : m_answered) {
        const auto asked = std::ranges::find(m_parameters, problem.parameter, &form::Parameter::id);
        if ((asked == m_parameters.end() || isAsked(*asked)) && std::ranges::find(m_problems, problem.parameter, &form::Problem::parameter) == m_problems.end())
            m_problems.push_back(problem);
    }
    emit problemsChanged();
}

void WizardDraft::consider()
{
    m_considering = true;
    m_subject->consider(m_values, [self = QPointer(this), asked = m_revision](WizardAnswer answer) {
        if (!self || self->m_revision != asked)
            return;
        self->m_considering = false;
        self->m_answered = std::move(answer.problems);
        const bool differs = !std::ranges::equal(self->m_parameters, answer.parameters, same);
        self->m_parameters = std::move(answer.parameters);
        self->checkFields();
        if (differs)
            emit self->parametersChanged();
    });
}

QString WizardDraft::problemOf(const std::string &id) const
{
    const auto found = std::ranges::find(m_problems, id, &form::Problem::parameter);
    return found == m_problems.end() ? QString() : QString::fromStdString(found->message);
}

QString WizardDraft::firstProblem() const
{
    if (m_problems.empty())
        return {};
    const form::Problem &problem = m_problems.front();
    const auto parameter = std::ranges::find(m_parameters, problem.parameter, &form::Parameter::id);
    const QString message = QString::fromStdString(problem.message);
    const QString name = QString::fromStdString(parameter == m_parameters.end() ? problem.parameter : parameter->title);
    return name.isEmpty() ? message : tr("%1: %2", "a parameter, and what is wrong with it").arg(name, message);
}

} // namespace timonier

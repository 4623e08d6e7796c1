// What is being filled in: the values, what is wrong with each, and what can be chosen now. Each change is considered by the subject, once
// the typing has paused; answers to earlier values are not heard. GUI thread.
#pragma once

#include "ui/models/wizard_subject.h"

#include <QHash>
#include <QObject>
#include <QTimer>

namespace timonier {

class WizardDraft final : public QObject
{
    Q_OBJECT
public:
    explicit WizardDraft(std::shared_ptr<WizardSubject> subject, QObject *parent = nullptr);

    WizardSubject &subject() const { return *m_subject; }
    const std::vector<form::Parameter> &parameters() const { return m_parameters; }
    const form::Values &values() const { return m_values; }
    // Counts up with each change: what was made of earlier values is old.
    int revision() const { return m_revision; }

    // A person has filled something in.
    bool isTouched() const { return m_touched; }

    void set(const std::string &id, const QString &text);
    void setSecret(const std::string &id, const QString &text);
    void setAll(form::Values values);

    // What is wrong with it; empty: nothing. Of parameters that are not asked: nothing.
    QString problemOf(const std::string &id) const;
    int problems() const { return int(m_problems.size()); }
    bool isAsked(const form::Parameter &parameter) const { return form::isAsked(parameter, m_parameters, m_values); }
    bool isBeingConsidered() const { return m_considering; }
    // The first that is wrong, as "Name: it is needed".
    QString firstProblem() const;

signals:
    void valuesChanged();
    void parametersChanged(); // other ones, or other choices
    void problemsChanged();

private:
    void touched();
    void consider();
    void checkFields();

    const std::shared_ptr<WizardSubject> m_subject;
    std::vector<form::Parameter> m_parameters;
    form::Values m_values{};
    std::vector<form::Problem> m_problems{}, m_answered{};
    QTimer m_later;
    int m_revision = 0;
    bool m_considering = false, m_touched = false;
};

} // namespace timonier

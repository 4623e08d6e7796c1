// One of several things to choose from: its name, what it is, what it costs; or why it cannot be chosen. GUI thread.
#pragma once

#include "ui/models/wizard_choices.h"

#include <QAbstractButton>

namespace timonier {

class ChoiceCard final : public QAbstractButton
{
    Q_OBJECT
public:
    explicit ChoiceCard(WizardChoice choice, QWidget *parent = nullptr);
    const WizardChoice &choice() const { return m_choice; }
    // Empty: it can be chosen.
    void setRefused(const QString &why);
    QString refused() const { return m_refused; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override { return {320, heightForWidth(320)}; }
    QSize minimumSizeHint() const override { return {200, fontMetrics().height() * 2}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QFont bold() const;
    QFont small() const;
    QString factsText() const;
    const WizardChoice m_choice;
    QString m_refused{};
};

} // namespace timonier

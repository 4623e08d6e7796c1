// Where to run, and what for; or which application: cards to choose from, those that cannot work with the reason why.
#pragma once

#include "ui/models/wizard_choices.h"
#include "ui/wizards/wizard_page.h"

class QButtonGroup;
class QComboBox;
class QLabel;
class QLineEdit;
class QScrollArea;

namespace timonier {

class ChoiceCard;

class ChoosePage final : public WizardPage
{
    Q_OBJECT
public:
    explicit ChoosePage(WizardChoices choices, QWidget *parent = nullptr);
    QString title() const override { return m_choices.title; }
    QString whyNot() const override;
    void begin() override;
    void leave() override;
    // What is known of a purpose by now, and with it of what can be chosen for it.
    void setFixes(const QString &purpose, const QString &fixes);
    void setRefusal(std::function<QString(const QString &choice, const QString &purpose)> refusal);
    void choose(const QString &choice, const QString &purpose = {});
    QString chosen() const;
    QString purpose() const;
    ChoiceCard *card(const QString &choice) const;

signals:
    // It is gone on from here with that; not again while it is the same.
    void went(const QString &choice, const QString &purpose);
    void purposeChanged(const QString &purpose);

private:
    void refuse();
    void filter(const QString &text);

    WizardChoices m_choices;
    QComboBox *m_purpose = nullptr;
    QLabel *m_fixes = nullptr;
    QLineEdit *m_filter = nullptr;
    QButtonGroup *m_group;
    QScrollArea *m_scroll = nullptr;
    std::vector<ChoiceCard *> m_cards{};
    std::vector<std::pair<QLabel *, std::vector<ChoiceCard *>>> m_headings{};
    QString m_went{}; // what was gone on with
};

} // namespace timonier

// What will be done, before it is done: the steps, what they make, how long it takes, what it costs; of an application its objects and what
// changes in each.
#pragma once

#include "base/result.h"
#include "ui/wizards/wizard_page.h"

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QScrollArea;

namespace timonier {

class FactList;
class HelpCard;
class PlanTree;
class RowView;
class WizardDraft;
struct WizardPlan;

class PlanPage final : public WizardPage
{
    Q_OBJECT
public:
    explicit PlanPage(WizardDraft *draft, QWidget *parent = nullptr);
    QString title() const override { return tr("Plan"); }
    QString count() const override;
    QString whyNot() const override;
    QString nextText() const override { return tr("Run"); }
    void enter() override;
    void begin() override;
    PlanTree *tree() const { return m_tree; }

private:
    void ask();
    void tell(Result<WizardPlan> plan);
    void tellDiff();
    int worthLooking() const;

    WizardDraft *m_draft;
    PlanTree *m_tree;
    QLabel *m_head, *m_facts;
    QPushButton *m_again;
    RowView *m_view;
    QPlainTextEdit *m_diff;
    QScrollArea *m_costs;
    FactList *m_costList;
    QLabel *m_costsNote;
    HelpCard *m_card;
    int m_asked = -1; // the revision of the values
    bool m_waits = false, m_failed = false;
};

} // namespace timonier

// What was made, how it is opened, and what one would do next.
#pragma once

#include "ui/wizards/wizard_page.h"

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace timonier {

class FactList;
class WizardDraft;
struct WizardNext;
struct WizardResult;

class DonePage final : public WizardPage
{
    Q_OBJECT
public:
    explicit DonePage(WizardDraft *draft, QWidget *parent = nullptr);
    QString title() const override { return tr("Done"); }
    QString nextText() const override { return tr("Close"); }
    void enter() override;
    void begin() override;

signals:
    // A button was pressed that leads elsewhere.
    void left(const QString &id);

private:
    void tell(const WizardResult &result);
    QWidget *lineOf(const WizardNext &next);

    WizardDraft *m_draft;
    QLabel *m_head, *m_notes;
    FactList *m_made;
    QWidget *m_next;
    QVBoxLayout *m_buttons;
};

} // namespace timonier

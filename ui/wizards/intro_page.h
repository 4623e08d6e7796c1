// What one will get, and what it takes: before anything is asked.
#pragma once

#include "ui/wizards/wizard_page.h"

namespace timonier {

struct WizardIntro;

class IntroPage final : public WizardPage
{
    Q_OBJECT
public:
    explicit IntroPage(const WizardIntro &intro, QWidget *parent = nullptr);
    QString title() const override { return tr("What you will get"); }
};

} // namespace timonier

// What a wizard lets one choose from before it knows what it is about: where to run, which application. Plain data.
#pragma once

#include "ui/models/wizard_subject.h"

namespace timonier {

struct WizardChoice {
    QString id{}, title{};
    QString what{};                    // a sentence
    QString group{};                   // those of one group stand together, under this heading
    std::vector<WizardFact> facts{};   // cost, time, needs
    QString refused{};                 // why it cannot be chosen whatever it is for; empty: it can
};

// What it is for: fixes versions and sizes, and refuses what cannot work.
struct WizardPurpose {
    QString id{}, title{};
    QString fixes{};                   // "Kubernetes 1.34 or newer, 8 CPUs, 16 GiB"
};

struct WizardChoices {
    QString title{}, question{};       // of the page; above the choices
    QString purposeQuestion{};
    std::vector<WizardPurpose> purposes{};
    std::vector<WizardChoice> choices{};
    // Why this cannot be for that; empty: it can. May be null.
    std::function<QString(const QString &choice, const QString &purpose)> refusal{};
};

} // namespace timonier

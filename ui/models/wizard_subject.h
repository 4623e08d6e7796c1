// What a wizard is about, and all that its frame knows of it: a provider of clusters, an application. app/ implements it on the core, tests
// with a double. GUI thread: everything returns at once; a `done` is called there once, or never when the subject goes first.
#pragma once

#include "form/check.h"
#include "form/parameter.h"
#include "plan/event.h"
#include "plan/foresee.h"
#include "plan/runner.h"
#include "ui/models/status_words.h"

#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace timonier {

struct WizardFact {
    QString label{}, value{};
};

struct WizardIntro {
    QString title{};                   // "New cluster with kind"
    QString what{};                    // a paragraph or two
    std::vector<WizardFact> gets{};    // what is there afterwards
    std::vector<WizardFact> takes{};   // what it costs: time, room, money
    QString warning{};                 // to be known before; empty: nothing
};

// What the values mean to each other and to this computer; asked again whenever one changes.
struct WizardAnswer {
    std::vector<form::Parameter> parameters{}; // with what can be chosen now
    std::vector<form::Problem> problems{};     // beyond those of the fields by themselves
};

struct WizardStep {
    QString title{};
    plan::Foreseen::Verdict verdict = plan::Foreseen::Verdict::Will;
    plan::Span estimate{0};
    std::vector<plan::Creates> creates{};
    std::optional<Error> error{};      // of Unknown
};

// An object of an application, and what becomes of it.
struct WizardChange {
    enum class Kind { Create, Change, Same, Remove, Later, Refused } kind = Kind::Create; // Later: only its CRD being there will tell
    QString object{};                  // "Deployment recognition/front"
    QString note{};                    // of Later: why
    QString diff{};                    // unified, no secret in it; of Refused: why
};

struct WizardPlan {
    std::vector<WizardStep> steps{};
    plan::Span time{0};                // of all that is to be done, side by side where it may be; 0: one after the other
    std::vector<WizardChange> changes{};
    QString price{};                   // "nothing", "0.29 $ an hour, 214 $ a month"
    std::vector<WizardFact> costs{};   // what it is made of: a price, and of what
    QString costsNote{};               // of when, where, and how far to trust it
    QString notice{};                  // "It stands already: nothing will be changed"
};

struct WizardNext {
    QString id{}, title{}, help{};
    bool stays = false;                // the page stays, and says what becomes of it
};

struct WizardResult {
    QString sentence{};                // "The cluster dev is ready"
    std::vector<WizardFact> made{};
    QStringList notes{};
    std::vector<WizardNext> next{};    // the first is what most people want
};

// Checks that are being made. Dropped: they are stopped.
struct WizardChecking {
    virtual ~WizardChecking() = default;
    virtual std::vector<form::Check> take() = 0; // new states, since the last take; all of them, waiting, come first
    virtual bool isOver() = 0;
};

// A plan that runs here. Dropped: it is stopped; what was made is known, and it can be resumed.
struct WizardRun {
    virtual ~WizardRun() = default;
    virtual std::vector<plan::Event> take() = 0;
    virtual std::optional<Result<plan::Summary>> ended() = 0;
    virtual void stop() = 0;
};

struct WizardSubject {
    template <class T>
    using Done = std::function<void(T)>;
    using Wake = std::function<void()>; // called on any thread, only to wake
    using Tell = std::function<void(const StatusWords &)>; // GUI thread; as often as there is something new

    virtual ~WizardSubject() = default;
    // It changes what is there already: no file fills it in, and nothing of it is taken back.
    virtual bool changes() const { return false; }
    virtual WizardIntro intro() = 0;
    virtual std::vector<form::Parameter> parameters() = 0;
    // "dev", and "1 control plane, 2 workers, v1.36": for the header.
    virtual WizardFact subjectOf(const form::Values &values) = 0;
    virtual void consider(form::Values values, Done<WizardAnswer> done) = 0;

    // The spec or values file that repeats it; never a secret. `file`: for errors.
    virtual std::string textOf(const form::Values &values) = 0;
    virtual Result<form::Values> valuesOf(const std::string &text, const std::string &file) = 0;
    virtual QString fileName(const form::Values &values) = 0; // "dev.yaml"
    virtual QString commandLine(const form::Values &values, const QString &file) = 0;

    virtual std::unique_ptr<WizardChecking> check(form::Values values, Wake wake) = 0;
    // What the person has pressed; what comes back are the values from then on.
    virtual void fix(form::Values values, form::Check check, form::Fix fix, Done<Result<form::Values>> done) = 0;
    virtual void plan(form::Values values, Done<Result<WizardPlan>> done) = 0;

    virtual std::unique_ptr<WizardRun> start(form::Values values, Wake wake) = 0;
    virtual std::unique_ptr<WizardRun> resume(plan::RunId run, form::Values values, Wake wake) = 0;
    // What would go, and its going.
    virtual void foreseeUndo(form::Values values, Done<Result<std::vector<plan::Creates>>> done) = 0;
    virtual std::unique_ptr<WizardRun> undo(form::Values values, Wake wake) = 0;

    // Stops what was made, which keeps what it holds; null where there is no such thing.
    virtual std::unique_ptr<WizardRun> halt(form::Values, Wake) { return nullptr; }

    virtual void result(form::Values values, Done<WizardResult> done) = 0;
    // `tell`: only of what stays.
    virtual void next(const QString &id, const form::Values &values, Tell tell) = 0;
};

} // namespace timonier

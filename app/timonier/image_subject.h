// The wizard of an image of one's own: a Dockerfile built, started once, pushed or loaded (core/image), as `timonierctl image` does it; and on
// from there to the application that it is for.
#pragma once

#include "base/secret_store.h"
#include "base/worker.h"
#include "timonier/cluster_subject.h"
#include "ui/models/wizard_subject.h"

#include "session/session.h"

#include <QObject>

namespace timonier {

class ImageSubject final : public WizardSubject
{
public:
    // A parameter of an application that takes the image.
    struct Use {
        QString entry{}, parameter{}; // ids
        QString title{};              // of the application
        QString what{};               // of the parameter
    };
    struct Tools {
        std::shared_ptr<Session> session;
        std::shared_ptr<ProcessRunner> runner;
        std::shared_ptr<SecretStore> secrets;
        std::shared_ptr<SharedJournal> journal;
        std::shared_ptr<Worker> closing;
        QString context{};                                     // of the cluster that it is meant for
        std::vector<Use> uses{};
        std::function<void(const Use &use, const form::Values &values)> deploy{}; // that application, with these filled in; GUI thread
    };
    explicit ImageSubject(Tools tools);
    ~ImageSubject() override;

    WizardIntro intro() override;
    std::vector<form::Parameter> parameters() override { return m_parameters; }
    WizardFact subjectOf(const form::Values &values) override;
    void consider(form::Values values, Done<WizardAnswer> done) override;
    std::string textOf(const form::Values &values) override;
    Result<form::Values> valuesOf(const std::string &text, const std::string &file) override;
    QString fileName(const form::Values &values) override;
    QString commandLine(const form::Values &values, const QString &file) override;
    std::unique_ptr<WizardChecking> check(form::Values values, Wake wake) override;
    void fix(form::Values values, form::Check check, form::Fix fix, Done<Result<form::Values>> done) override;
    void plan(form::Values values, Done<Result<WizardPlan>> done) override;
    std::unique_ptr<WizardRun> start(form::Values values, Wake wake) override;
    std::unique_ptr<WizardRun> resume(plan::RunId run, form::Values values, Wake wake) override;
    void foreseeUndo(form::Values values, Done<Result<std::vector<plan::Creates>>> done) override;
    std::unique_ptr<WizardRun> undo(form::Values values, Wake wake) override;
    void result(form::Values values, Done<WizardResult> done) override;
    void next(const QString &id, const form::Values &values, Tell tell) override;

private:
    template <class T>
    void ask(std::function<T(std::stop_token)> work, Done<T> done);
    std::unique_ptr<WizardRun> drive(form::Values values, Wake wake, std::function<Result<plan::Summary>(plan::Journal &, plan::Runner &, const plan::Plan &, const plan::Sink &, std::stop_token)> work);
    static Result<plan::Plan> planOf(const Tools &tools, const std::string &spec);
    std::string valueOf(const form::Values &values, const char *id) const;

    const Tools m_tools;
    const std::vector<form::Parameter> m_parameters;
    const std::shared_ptr<QObject> m_here;
    std::stop_source m_stop;
    std::unique_ptr<Worker> m_worker;
};

} // namespace timonier

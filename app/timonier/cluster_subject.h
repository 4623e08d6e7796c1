// The wizard of a cluster: a provider's form (session/cluster_forms.h), and its plan (session/plans.h) on the journal that timonierctl uses too.
#pragma once

#include "base/worker.h"
#include "plan/journal.h"
#include "session/cluster_forms.h"
#include "ui/models/wizard_subject.h"

#include <QObject>

#include <mutex>

namespace timonier {

// The journal, opened by whoever needs it first; on worker threads, for that may wait for the disk.
class SharedJournal
{
public:
    explicit SharedJournal(std::filesystem::path folder) : m_folder(std::move(folder)) {}
    Result<plan::Journal *> open();
    // Null where there is none yet: looking makes none.
    Result<plan::Journal *> openIfThere();

private:
    const std::filesystem::path m_folder;
    std::mutex m_mutex;
    std::unique_ptr<plan::Journal> m_journal{};
};

class ClusterSubject final : public WizardSubject
{
public:
    struct Tools {
        std::shared_ptr<ProcessRunner> runner;
        std::shared_ptr<SharedJournal> journal;
        std::shared_ptr<Worker> closing;                       // joins threads where nobody waits
        std::function<void(const QString &context)> open;      // shows the cluster; GUI thread
        std::function<void()> deploy{};                        // an application on it; GUI thread
        std::function<void(const QString &context)> showHosts{}; // of one on hosts of one's own; GUI thread
        kubeadm::Access hosts{};                               // how those of one's own are reached
    };
    ClusterSubject(ClusterForm form, Tools tools);
    ~ClusterSubject() override;

    bool changes() const override { return m_form.change.has_value(); }
    WizardIntro intro() override;
    std::vector<form::Parameter> parameters() override { return m_form.parameters; }
    WizardFact subjectOf(const form::Values &values) override;
    void consider(form::Values values, Done<WizardAnswer> done) override;
    std::string textOf(const form::Values &values) override { return m_form.text(values); }
    Result<form::Values> valuesOf(const std::string &text, const std::string &file) override { return m_form.values(text, file); }
    QString fileName(const form::Values &values) override;
    QString commandLine(const form::Values &values, const QString &file) override;
    std::unique_ptr<WizardChecking> check(form::Values values, Wake wake) override;
    void fix(form::Values values, form::Check check, form::Fix fix, Done<Result<form::Values>> done) override;
    void plan(form::Values values, Done<Result<WizardPlan>> done) override;
    std::unique_ptr<WizardRun> start(form::Values values, Wake wake) override;
    std::unique_ptr<WizardRun> resume(plan::RunId run, form::Values values, Wake wake) override;
    void foreseeUndo(form::Values values, Done<Result<std::vector<plan::Creates>>> done) override;
    std::unique_ptr<WizardRun> undo(form::Values values, Wake wake) override;
    std::unique_ptr<WizardRun> halt(form::Values values, Wake wake) override;
    void result(form::Values values, Done<WizardResult> done) override;
    void next(const QString &id, const form::Values &values, Tell tell) override;

private:
    // What a plan is made of.
    struct Order {
        std::string provider{}, spec{};
        Result<plan::Plan> plan(const Tools &tools) const;
    };
    Order orderOf(const form::Values &values) const;
    template <class T>
    void ask(std::function<T(std::stop_token)> work, Done<T> done);
    std::unique_ptr<WizardRun> drive(Order order, Wake wake, std::function<Result<plan::Summary>(plan::Runner &, const plan::Plan &, const plan::Sink &, std::stop_token)> work);

    const ClusterForm m_form;
    const Tools m_tools;
    const std::shared_ptr<QObject> m_here;        // answers come back through it
    std::shared_ptr<std::vector<form::Parameter>> m_looked{}; // the worker's: what this computer can do, once looked up
    std::stop_source m_stop;
    std::unique_ptr<Worker> m_worker;
};

} // namespace timonier

// The wizard of an application: an entry of the catalogue on one cluster (core/catalog), as `timonierctl app` deploys it.
#pragma once

#include "base/worker.h"
#include "cluster_subject.h"
#include "hand.h"
#include "session/applications.h"
#include "ui/models/forward_opening.h"
#include "ui/models/wizard_subject.h"

#include <QObject>

namespace timonier {

class AppSubject final : public WizardSubject
{
public:
    struct Tools {
        std::shared_ptr<Session> session;
        QString context{};
        std::string kubeconfig{};                              // as it was given; empty: the usual one
        std::shared_ptr<SharedJournal> journal;
        std::shared_ptr<Worker> closing;                       // joins threads where nobody waits
        std::function<void(const QString &context, const QString &ns)> show; // GUI thread
        std::function<void(ForwardOpening::Wanted wanted, ForwardOpening::Tell tell)> forward{}; // opens it in the browser; GUI thread
    };
    AppSubject(catalog::Entry entry, Tools tools);
    ~AppSubject() override;

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
    // The connection, made by whoever needs it first; on worker threads.
    struct Ground {
        std::mutex mutex;
        std::optional<catalog::Ground> made;
    };
    // What was asked for last time, of the set that was looked at last; the worker's.
    struct Kept {
        SetName set{};
        std::map<std::string, std::string> values{};
    };
    static Result<catalog::Ground> groundOf(const Tools &tools, Ground &ground);
    template <class T>
    void ask(std::function<T(const catalog::Ground &, std::stop_token)> work, Done<T> done);
    std::unique_ptr<WizardRun> drive(Wake wake, std::function<Result<plan::Summary>(const catalog::Ground &, plan::Journal &, plan::Runner &, const plan::Sink &, std::stop_token)> work);
    catalog::AppRequest request(const form::Values &values) const;

    const catalog::Entry m_entry;
    const Tools m_tools;
    const std::vector<form::Parameter> m_parameters; // name and namespace first, then the entry's
    const std::shared_ptr<Ground> m_ground = std::make_shared<Ground>();
    const std::shared_ptr<Kept> m_kept = std::make_shared<Kept>();
    const std::shared_ptr<QObject> m_here;
    const std::shared_ptr<std::map<QString, catalog::Way>> m_ways = std::make_shared<std::map<QString, catalog::Way>>(); // of the last page's buttons
    std::stop_source m_stop;
    std::unique_ptr<Worker> m_worker;
};

template <class T>
void AppSubject::ask(std::function<T(const catalog::Ground &, std::stop_token)> work, Done<T> done)
{
    m_worker->post([here = std::weak_ptr(m_here), stop = m_stop.get_token(), tools = m_tools, ground = m_ground, work = std::move(work), done = std::move(done)] {
        auto made = groundOf(tools, *ground);
        hand<T>(here, done, made ? work(*made, stop) : T(std::unexpected(std::move(made).error())));
    });
}

} // namespace timonier

#include "app_subject.h"

#include "app_values.h"
#include "check_thread.h"
#include "cluster_room.h"
#include "hand.h"
#include "plan_run.h"

#include "base/say.h"
#include "catalog/app_plan.h"
#include "manifest/text_diff.h"
#include "plan/foresee.h"

#include <QCoreApplication>

namespace timonier {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(AppWizard)
};

QString shown(const std::string &text) { return QString::fromStdString(text); }
std::string said(const QString &text) { return text.toStdString(); }

QString named(const ObjectRef &ref) { return shown(ref.kind + " " + (ref.ns.empty() ? "" : ref.ns + "/") + ref.name); }

WizardChange changeOf(const PlannedChange &planned, const ObjectRef &ref)
{
    using Kind = WizardChange::Kind;
    WizardChange change{.object = named(ref)};
    switch (planned.what) {
    case PlannedChange::Create: change.kind = Kind::Create; break;
    case PlannedChange::Change: change.kind = Kind::Change; break;
    case PlannedChange::Leave: change.kind = Kind::Same; break;
    case PlannedChange::Later: change.kind = Kind::Later; break;
    case PlannedChange::Refused: change.kind = Kind::Refused; break;
    }
    if (planned.what == PlannedChange::Later)
        change.note = shown(planned.reason);
    if (planned.error)
        change.diff = shown(planned.error->text() + (planned.error->hint.empty() ? "" : "\n" + planned.error->hint));
    else
        change.diff = shown(unifiedDiff(planned.yaml.before, planned.yaml.after, {}, {}));
    return change;
}

} // namespace

AppSubject::AppSubject(catalog::Entry entry, Tools tools)
    : m_entry(std::move(entry)), m_tools(std::move(tools)), m_parameters(app_values::parametersOf(m_entry)),
      m_here(std::shared_ptr<QObject>(new QObject, [](QObject *object) { object->deleteLater(); })), m_worker(std::make_unique<Worker>("app-wizard"))
{
}

AppSubject::~AppSubject()
{
    m_stop.request_stop();
    m_tools.closing->post([worker = std::move(m_worker)] {});
}

Result<catalog::Ground> AppSubject::groundOf(const Tools &tools, Ground &ground)
{
    const std::scoped_lock lock(ground.mutex);
    if (!ground.made)
        ground.made = TRY(timonier::groundOf(*tools.session, said(tools.context), tools.kubeconfig));
    return *ground.made;
}

catalog::AppRequest AppSubject::request(const form::Values &values) const { return app_values::requestOf(m_entry, m_parameters, values); }

WizardFact AppSubject::subjectOf(const form::Values &values)
{
    const catalog::AppRequest wanted = request(values);
    return {shown(wanted.set.name), Words::tr("in %1 on %2", "a namespace, a cluster").arg(shown(wanted.set.ns), m_tools.context)};
}

// Where it is deployed already, what was asked for last time stands in the fields: an update changes what one changes.
void AppSubject::consider(form::Values values, Done<WizardAnswer> done)
{
    m_worker->post([here = std::weak_ptr(m_here), stop = m_stop.get_token(), tools = m_tools, ground = m_ground, kept = m_kept, parameters = m_parameters, entry = m_entry.id,
                    set = request(values).set, done = std::move(done)] {
        WizardAnswer answer{.parameters = parameters};
        if (kept->set.ns != set.ns || kept->set.name != set.name) {
            kept->set = set;
            kept->values.clear();
            const auto made = groundOf(tools, *ground);
            const auto record = made ? catalog::readRecord(*made->transport, set, stop) : Result<std::optional<catalog::Record>>(std::optional<catalog::Record>());
            if (record && *record && (*record)->entry == entry) // a cluster that does not answer is what the checks say
                kept->values = (*record)->values;
        }
        for (form::Parameter &parameter : answer.parameters)
            if (const auto last = kept->values.find(parameter.id); last != kept->values.end() && parameter.type != form::Type::Secret)
                parameter.initial = last->second;
        hand<WizardAnswer>(here, done, std::move(answer));
    });
}

std::string AppSubject::textOf(const form::Values &values) { return app_values::textOf(m_entry, m_parameters, values); }

Result<form::Values> AppSubject::valuesOf(const std::string &text, const std::string &file) { return app_values::valuesOf(m_entry, m_parameters, text, file); }

QString AppSubject::fileName(const form::Values &values) { return shown(request(values).set.name) + QStringLiteral("-values.yaml"); }

QString AppSubject::commandLine(const form::Values &values, const QString &file) { return app_values::commandLine(request(values), textOf(values), values, m_tools.context, file); }

std::unique_ptr<WizardChecking> AppSubject::check(form::Values values, Wake wake)
{
    return checkOnThread(m_tools.closing, std::move(wake), [tools = m_tools, ground = m_ground, wanted = request(values)](std::stop_token stop, const std::function<void(form::Check)> &tell) {
        form::Check asking{.id = "cluster", .title = said(Words::tr("The cluster")), .state = form::CheckState::Running, .words = said(Words::tr("it is asked what there is and what may be done"))};
        tell(asking);
        const auto made = groundOf(tools, *ground);
        auto prepared = made ? catalog::prepare(made->transport, made->streams, *made->catalog, made->supplier, made->tools, wanted, stop) : Result<catalog::Prepared>(std::unexpected(made.error()));
        if (!prepared) {
            asking.state = form::CheckState::Bad;
            asking.words = prepared.error().message;
            asking.why = prepared.error().hint;
            asking.evidence = prepared.error().text();
            return tell(asking);
        }
        asking.state = form::CheckState::Good;
        asking.words = said(prepared->update ? Words::tr("it answers; the application is there already and will be updated") : Words::tr("it answers"));
        tell(asking);
        for (form::Check &one : prepared->checks)
            tell(std::move(one));
    });
}

void AppSubject::fix(form::Values values, form::Check, form::Fix fix, Done<Result<form::Values>> done)
{
    Result<form::Values> answer = fail(ErrorKind::Unsupported, said(Words::tr("Timonier does not run that by itself")), said(Words::tr("Copy the commands into a terminal, then check again")));
    if (const std::size_t equals = fix.id.find('='); equals != std::string::npos && fix.commands.empty()) {
        values.texts[fix.id.substr(0, equals)] = fix.id.substr(equals + 1);
        answer = std::move(values);
    }
    QMetaObject::invokeMethod(m_here.get(), [done, answer] { done(answer); }, Qt::QueuedConnection);
}

void AppSubject::plan(form::Values values, Done<Result<WizardPlan>> done)
{
    ask<Result<WizardPlan>>(
        [wanted = request(values), shared = m_tools.journal](const catalog::Ground &ground, std::stop_token stop) -> Result<WizardPlan> {
            catalog::FoundView found;
            const plan::Plan plan = TRY(catalog::deployPlan(ground, wanted, &found));
            WizardPlan foreseen;
            plan::Journal *journal = TRY(shared->openIfThere());
            for (const plan::Foreseen &step : TRY(plan::foresee(plan, journal, stop)))
                foreseen.steps.push_back({.title = shown(plan.steps[step.step].title), .verdict = step.verdict, .estimate = step.estimate, .creates = step.creates, .error = step.error});
            // What the first step has looked up is not looked up again: a tree of hundreds of objects takes seconds.
            const auto kept = found();
            if (!kept || kept->plan.objects.empty())
                return foreseen;
            const catalog::Prepared &prepared = *kept;
            const auto changes = TRY(previewPlan(*ground.transport, prepared.plan, setLabel(wanted.set), wanted.force, stop));
            for (std::size_t i = 0; i < changes.size(); ++i)
                foreseen.changes.push_back(changeOf(changes[i], prepared.plan.objects[i].ref));
            for (const SetEntry &gone : prepared.gone)
                foreseen.changes.push_back({.kind = WizardChange::Kind::Remove, .object = named(gone.ref)});
            return foreseen;
        },
        std::move(done));
}

std::unique_ptr<WizardRun> AppSubject::drive(Wake wake, std::function<Result<plan::Summary>(const catalog::Ground &, plan::Journal &, plan::Runner &, const plan::Sink &, std::stop_token)> work)
{
    return runPlan(m_tools.closing, std::move(wake), [tools = m_tools, ground = m_ground, work = std::move(work)](const plan::Sink &sink, std::stop_token stop) -> Result<plan::Summary> {
        const catalog::Ground made = TRY(groundOf(tools, *ground));
        plan::Journal *journal = TRY(tools.journal->open());
        const SystemClock clock;
        plan::Runner runner(*journal, clock);
        return work(made, *journal, runner, sink, stop);
    });
}

std::unique_ptr<WizardRun> AppSubject::start(form::Values values, Wake wake)
{
    return drive(std::move(wake), [wanted = request(values)](const catalog::Ground &ground, plan::Journal &, plan::Runner &runner, const plan::Sink &sink, std::stop_token stop) -> Result<plan::Summary> {
        return runner.run(TRY(catalog::deployPlan(ground, wanted)), sink, stop);
    });
}

std::unique_ptr<WizardRun> AppSubject::resume(plan::RunId run, form::Values values, Wake wake)
{
    return drive(std::move(wake), [run, wanted = request(values)](const catalog::Ground &ground, plan::Journal &journal, plan::Runner &runner, const plan::Sink &sink, std::stop_token stop) -> Result<plan::Summary> {
        const plan::Plan plan = TRY(catalog::deployPlan(ground, wanted));
        const plan::RunRecord record = TRY(journal.run(run));
        return record.target == plan.target && record.direction == plan::Direction::Forward ? runner.resume(record, plan, sink, stop) : runner.run(plan, sink, stop);
    });
}

void AppSubject::foreseeUndo(form::Values values, Done<Result<std::vector<plan::Creates>>> done)
{
    using Answer = Result<std::vector<plan::Creates>>;
    ask<Answer>(
        [wanted = request(values)](const catalog::Ground &ground, std::stop_token stop) -> Answer {
            std::vector<plan::Creates> all;
            if (const auto set = TRY(readSet(*ground.transport, wanted.set, stop)))
                for (const SetEntry &entry : set->entries)
                    all.push_back({entry.ref.kind, (entry.ref.ns.empty() ? "" : entry.ref.ns + "/") + entry.ref.name});
            return all;
        },
        std::move(done));
}

std::unique_ptr<WizardRun> AppSubject::undo(form::Values values, Wake wake)
{
    return drive(std::move(wake), [wanted = request(values)](const catalog::Ground &ground, plan::Journal &, plan::Runner &runner, const plan::Sink &sink, std::stop_token stop) -> Result<plan::Summary> {
        return runner.run(TRY(catalog::removePlan(ground, wanted, false)), sink, stop);
    });
}

} // namespace timonier

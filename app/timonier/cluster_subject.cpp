#include "cluster_subject.h"

#include "check_thread.h"
#include "hand.h"
#include "plan_run.h"

#include "plan/forecast.h"
#include "plan/foresee.h"
#include "plan/ledger.h"
#include "session/cluster_delete.h"
#include "session/plans.h"
#include "ui/models/resource_words.h"

#include <QCoreApplication>
#include <QLocale>

namespace timonier {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ClusterWizard)
};

QString shown(const std::string &text) { return QString::fromStdString(text); }
const char *specName = "the spec";

std::vector<WizardFact> shown(const ClusterForm::Facts &facts)
{
    std::vector<WizardFact> all;
    for (const auto &[label, value] : facts)
        all.push_back({shown(label), shown(value)});
    return all;
}

// Each part by the month, as bills are; the whole also by the hour, as one tries it. Money stands in one column.
void tellCosts(WizardPlan &plan, const form::Costs &costs)
{
    const QLocale locale;
    const auto month = [&](double hour) { return locale.toString(hour * form::hoursOfMonth, 'f', hour * form::hoursOfMonth < 10 ? 2 : 0); };
    const QString whole = Words::tr("%1 $ an hour, %2 $ a month").arg(locale.toString(costs.hour, 'f', 2), month(costs.hour));
    plan.price = costs.complete ? whole : Words::tr("at least %1", "%1: a price").arg(whole);
    for (const form::Cost &one : costs.each)
        plan.costs.push_back({one.hour ? Words::tr("%1 $ a month").arg(month(*one.hour)) : Words::tr("not known", "a price"), shown(one.what)});
    const QString together = Words::tr("%1 $ a month").arg(month(costs.hour));
    plan.costs.push_back({costs.complete ? together : Words::tr("at least %1", "%1: a price").arg(together), Words::tr("together; %1 $ an hour", "%1: a price").arg(locale.toString(costs.hour, 'f', 2))});
    if (costs.stoppedHour > 0)
        plan.costs.push_back({Words::tr("%1 $ a month").arg(month(costs.stoppedHour)), Words::tr("of it while stopped")});
    plan.costsNote = shown(costs.source);
}

// What became of the person's kubeconfig, as the step said it: where it was kept, or why it was left alone.
QStringList kubeconfigNotes(plan::Journal &journal, const std::string &target)
{
    const auto runs = journal.runs(100); // the newest first
    for (const plan::RunRecord &run : runs ? *runs : std::vector<plan::RunRecord>{}) {
        const auto output = run.target == target && run.direction == plan::Direction::Forward ? journal.output(run.id) : Result<std::vector<plan::OutputLine>>{};
        QStringList said;
        for (const plan::OutputLine &line : output ? *output : std::vector<plan::OutputLine>{})
            if (line.step == "kubeconfig")
                said << shown(line.text).trimmed();
        if (!said.isEmpty()) // in a later run there was nothing to do
            return said;
    }
    return {};
}

} // namespace

Result<plan::Journal *> SharedJournal::open()
{
    const std::scoped_lock lock(m_mutex);
    if (!m_journal)
        m_journal = TRY(plan::Journal::open(m_folder, std::make_shared<SystemClock>()));
    return m_journal.get();
}

Result<plan::Journal *> SharedJournal::openIfThere()
{
    std::error_code error;
    if (!std::filesystem::exists(m_folder / "journal.db", error))
        return nullptr;
    return open();
}

ClusterSubject::ClusterSubject(ClusterForm form, Tools tools)
    : m_form(std::move(form)), m_tools(std::move(tools)), m_here(std::shared_ptr<QObject>(new QObject, [](QObject *object) { object->deleteLater(); })),
      m_looked(std::make_shared<std::vector<form::Parameter>>()), m_worker(std::make_unique<Worker>("wizard"))
{
}

ClusterSubject::~ClusterSubject()
{
    m_stop.request_stop();
    m_tools.closing->post([worker = std::move(m_worker)] {});
}

Result<plan::Plan> ClusterSubject::Order::plan(const Tools &tools) const { return planOfProvider(provider, spec, specName, tools.runner, tools.hosts); }

ClusterSubject::Order ClusterSubject::orderOf(const form::Values &values) const
{
    return {.provider = m_form.change ? m_form.change->provider(values) : m_form.provider, .spec = m_form.text(values)};
}

template <class T>
void ClusterSubject::ask(std::function<T(std::stop_token)> work, Done<T> done)
{
    m_worker->post([here = std::weak_ptr(m_here), stop = m_stop.get_token(), work = std::move(work), done = std::move(done)] { hand<T>(here, done, work(stop)); });
}

WizardIntro ClusterSubject::intro()
{
    return {.title = shown(m_form.title), .what = shown(m_form.what), .gets = shown(m_form.gets), .takes = shown(m_form.takes), .warning = shown(m_form.warning)};
}

WizardFact ClusterSubject::subjectOf(const form::Values &values)
{
    const auto [name, detail] = m_form.subject(values);
    return {shown(name), shown(detail)};
}

void ClusterSubject::consider(form::Values values, Done<WizardAnswer> done)
{
    ask<WizardAnswer>(
        [form = m_form, looked = m_looked, tools = m_tools, order = orderOf(values), values](std::stop_token stop) {
            if (looked->empty()) // what is installed does not change with each key
                *looked = form.look(*tools.runner, stop);
            WizardAnswer answer{.parameters = *looked};
            if (form.offer)
                form.offer(answer.parameters, values, stop);
            // What only the spec's reader knows; wrong fields by themselves are said by the form.
            if (form::problemsOf(answer.parameters, values).empty())
                if (const auto plan = order.plan(tools); !plan)
                    answer.problems.push_back({{}, plan.error().message});
            return answer;
        },
        std::move(done));
}

QString ClusterSubject::fileName(const form::Values &values) { return shown(m_form.subject(values).first) + QStringLiteral(".yaml"); }

QString ClusterSubject::commandLine(const form::Values &values, const QString &file)
{
    const QString words = m_form.change ? shown(m_form.change->words(values)) : QStringLiteral("create");
    const bool plain = std::ranges::all_of(file, [](QChar c) { return c.isLetterOrNumber() || QStringLiteral("-_./~").contains(c); });
    return QStringLiteral("timonierctl cluster ") + words + QStringLiteral(" -f ") + (plain ? file : QStringLiteral("'") + QString(file).replace(u'\'', QStringLiteral("'\\''")) + u'\'');
}

std::unique_ptr<WizardChecking> ClusterSubject::check(form::Values values, Wake wake)
{
    return checkOnThread(m_tools.closing, std::move(wake), [form = m_form, runner = m_tools.runner, values = std::move(values)](std::stop_token stop, const ClusterForm::Tell &tell) {
        form.check(values, *runner, stop, tell);
    });
}

void ClusterSubject::fix(form::Values values, form::Check check, form::Fix fix, Done<Result<form::Values>> done)
{
    ask<Result<form::Values>>(
        [form = m_form, looked = m_looked, runner = m_tools.runner, values = std::move(values), check = std::move(check), fix = std::move(fix)](std::stop_token stop) {
            looked->clear(); // it may be installed, or answer, now
            return form.fix(values, check, fix, *runner, stop);
        },
        std::move(done));
}

void ClusterSubject::plan(form::Values values, Done<Result<WizardPlan>> done)
{
    ask<Result<WizardPlan>>(
        [order = orderOf(values), price = shown(m_form.price), tools = m_tools](std::stop_token stop) -> Result<WizardPlan> {
            const plan::Plan plan = TRY(order.plan(tools));
            plan::Journal *journal = TRY(tools.journal->openIfThere());
            WizardPlan foreseen{.price = price};
            std::vector<plan::StepClock> clocks(plan.steps.size());
            for (const plan::Foreseen &step : TRY(plan::foresee(plan, journal, stop))) {
                const bool isDone = step.verdict == plan::Foreseen::Verdict::Already;
                clocks[step.step] = {.estimate = step.estimate, .state = isDone ? plan::StepState::Already : plan::StepState::Waiting};
                foreseen.steps.push_back({.title = shown(plan.steps[step.step].title), .verdict = step.verdict, .estimate = step.estimate, .creates = step.creates, .error = step.error});
            }
            foreseen.time = plan::forecast(plan, plan::Direction::Forward, clocks).left;
            if (const auto cluster = localClusterOfSpec(order.spec, specName, tools.runner, tools.hosts); cluster && cluster->costs)
                tellCosts(foreseen, cluster->costs(stop));
            return foreseen;
        },
        std::move(done));
}

std::unique_ptr<WizardRun> ClusterSubject::drive(Order order, Wake wake,
                                                 std::function<Result<plan::Summary>(plan::Runner &, const plan::Plan &, const plan::Sink &, std::stop_token)> work)
{
    return runPlan(m_tools.closing, std::move(wake),
                   [order = std::move(order), tools = m_tools, work = std::move(work)](const plan::Sink &sink, std::stop_token stop) -> Result<plan::Summary> {
                       const plan::Plan plan = TRY(order.plan(tools));
                       plan::Journal *journal = TRY(tools.journal->open());
                       const SystemClock clock;
                       plan::Runner plans(*journal, clock);
                       return work(plans, plan, sink, stop);
                   });
}

std::unique_ptr<WizardRun> ClusterSubject::start(form::Values values, Wake wake)
{
    return drive(orderOf(values), std::move(wake),
                 [](plan::Runner &runner, const plan::Plan &plan, const plan::Sink &sink, std::stop_token stop) { return runner.run(plan, sink, stop); });
}

std::unique_ptr<WizardRun> ClusterSubject::resume(plan::RunId run, form::Values values, Wake wake)
{
    return drive(orderOf(values), std::move(wake),
                 [run, shared = m_tools.journal](plan::Runner &runner, const plan::Plan &plan, const plan::Sink &sink, std::stop_token stop) -> Result<plan::Summary> {
                     plan::Journal *journal = TRY(shared->open());
                     const plan::RunRecord record = TRY(journal->run(run));
                     // With another name it is another cluster: the run of the old one stays as it is.
                     return record.target == plan.target ? runner.resume(record, plan, sink, stop) : runner.run(plan, sink, stop);
                 });
}

std::unique_ptr<WizardRun> ClusterSubject::undo(form::Values values, Wake wake)
{
    return drive(orderOf(values), std::move(wake),
                 [spec = m_form.text(values), tools = m_tools](plan::Runner &runner, const plan::Plan &plan, const plan::Sink &sink, std::stop_token stop) -> Result<plan::Summary> {
                     const LocalCluster cluster = TRY(localClusterOfSpec(spec, specName, tools.runner, tools.hosts));
                     return TRY(deleteCluster(runner, plan, cluster, sink, stop)).summary;
                 });
}

// No plan: nothing is made or taken away, so that there is nothing to remember. It is told as a run of one step.
std::unique_ptr<WizardRun> ClusterSubject::halt(form::Values values, Wake wake)
{
    return runPlan(m_tools.closing, std::move(wake), [spec = m_form.text(values), runner = m_tools.runner, hosts = m_tools.hosts, name = m_form.subject(values).first](const plan::Sink &sink, std::stop_token stop) -> Result<plan::Summary> {
        using enum plan::Event::Kind;
        const std::string title = Words::tr("Stop the cluster %1").arg(shown(name)).toStdString(), step = "halt";
        const auto tell = [&](plan::Event event) {
            event.at = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
            sink(event);
        };
        tell({.kind = Begun, .title = title, .steps = {{.id = step, .title = title, .estimate = plan::Span(10'000)}}});
        tell({.kind = Step, .step = step, .title = title, .state = plan::StepState::Applying, .attempt = 1});
        std::string rest;
        const auto heard = [&](std::string_view piece) {
            rest += piece;
            for (std::size_t end = rest.find('\n'); end != std::string::npos; end = rest.find('\n')) {
                tell({.kind = Line, .step = step, .text = rest.substr(0, end)});
                rest.erase(0, end + 1);
            }
        };
        const auto cluster = localClusterOfSpec(spec, specName, runner, hosts);
        const auto halted = cluster ? cluster->halt(heard, stop) : Result<>(std::unexpected(cluster.error()));
        const auto error = halted ? std::optional<Error>() : std::optional(halted.error());
        const bool cancelled = error && error->kind == ErrorKind::Cancelled;
        const plan::RunState end = !error ? plan::RunState::Finished : cancelled ? plan::RunState::Cancelled : plan::RunState::Failed;
        tell({.kind = Step, .step = step, .title = title, .state = !error ? plan::StepState::Done : cancelled ? plan::StepState::Cancelled : plan::StepState::Failed, .attempt = 1, .error = error});
        tell({.kind = Progress, .fraction = error ? 0.0 : 1.0});
        tell({.kind = Ended, .title = title, .error = error, .end = end, .changed = error ? 0 : 1});
        return plan::Summary{.end = end, .changed = error ? 0 : 1, .error = error};
    });
}

void ClusterSubject::foreseeUndo(form::Values values, Done<Result<std::vector<plan::Creates>>> done)
{
    using Answer = Result<std::vector<plan::Creates>>;
    ask<Answer>(
        [order = orderOf(values), tools = m_tools, within = m_form.within](std::stop_token) -> Answer {
            const plan::Plan plan = TRY(order.plan(tools));
            std::vector<plan::Creates> all;
            if (plan::Journal *journal = TRY(tools.journal->openIfThere()))
                for (const plan::Foreseen &step : TRY(plan::foreseeUndo(plan, *journal)))
                    std::ranges::copy_if(step.creates, std::back_inserter(all), [&](const plan::Creates &one) { return std::ranges::find(within, one.kind) == within.end(); });
            return all;
        },
        std::move(done));
}

void ClusterSubject::result(form::Values values, Done<WizardResult> done)
{
    const QString name = shown(m_form.subject(values).first), context = shown(m_form.context(values));
    if (m_form.change) {
        WizardResult changed{.sentence = shown(m_form.change->done(values)), .made = {{Words::tr("Cluster"), name}, {Words::tr("Nodes"), shown(m_form.subject(values).second)}}};
        if (m_tools.showHosts)
            changed.next.push_back({QStringLiteral("hosts"), Words::tr("Its hosts…"), Words::tr("Each with its state, its version, and when its certificates end")});
        return done(std::move(changed));
    }
    WizardResult result{.sentence = Words::tr("The cluster %1 is ready").arg(name),
                        .made = {{Words::tr("Context"), context}, {Words::tr("Nodes"), shown(m_form.subject(values).second)}},
                        .next = {{QStringLiteral("open"), Words::tr("Open the cluster"), Words::tr("Its nodes, pods and services, live")}}};
    if (m_tools.deploy)
        result.next.push_back({QStringLiteral("deploy"), Words::tr("Deploy an application…"), Words::tr("From the catalogue, or an image of your own")});
    ask<WizardResult>(
        [order = orderOf(values), tools = m_tools, within = m_form.within, result](std::stop_token) mutable {
            const auto plan = order.plan(tools);
            const auto journal = tools.journal->openIfThere();
            if (!plan || !journal || !*journal)
                return result;
            bool isBeside = false; // the person's kubeconfig could not be written: this window does not read the other file
            std::vector<std::pair<std::string, QString>> made;
            if (const auto there = plan::ledger::there(**journal, plan->target))
                for (const plan::Resource &one : *there) {
                    if (std::ranges::find(within, one.kind) == within.end())
                        made.emplace_back(one.kind, shown(one.outsideId.empty() || one.outsideId == one.name ? one.name : isNameless(one.kind, one.name) ? one.outsideId : one.name + " (" + one.outsideId + ")"));
                    isBeside = isBeside || (one.kind == "kubeconfig-context" && one.outsideId.ends_with("." + one.name + ".yaml"));
                }
            for (const ResourcesOfKind &one : resourcesByKind(made))
                result.made.push_back({one.kind, one.names.join(QStringLiteral(", "))});
            result.notes = kubeconfigNotes(**journal, plan->target);
            if (isBeside) {
                result.notes << Words::tr("Timonier reads it, too, when it is started with that KUBECONFIG.");
                result.next.clear();
            }
            return result;
        },
        std::move(done));
}

void ClusterSubject::next(const QString &id, const form::Values &values, Tell)
{
    if (id == u"open" && m_tools.open)
        m_tools.open(shown(m_form.context(values)));
    else if (id == u"deploy" && m_tools.deploy)
        m_tools.deploy();
    else if (id == u"hosts" && m_tools.showHosts)
        m_tools.showHosts(shown(m_form.context(values)));
}

} // namespace timonier

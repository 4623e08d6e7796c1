#include "app_subject.h"

#include "check_thread.h"
#include "cluster_room.h"
#include "hand.h"
#include "plan_run.h"

#include "base/say.h"
#include "catalog/app_plan.h"
#include "manifest/text_diff.h"
#include "plan/foresee.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QDesktopServices>
#include <QGuiApplication>
#include <QLocale>
#include <QUrl>

#include <yaml-cpp/yaml.h>

namespace timonier {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(AppWizard)
};

constexpr const char *nameId = "name", *namespaceId = "namespace"; // what a template calls ${name} and ${namespace}

QString shown(const std::string &text) { return QString::fromStdString(text); }
std::string said(const QString &text) { return text.toStdString(); }

std::vector<form::Parameter> parametersOf(const catalog::Entry &entry)
{
    std::vector<form::Parameter> all{
        {.id = nameId, .title = said(Words::tr("Name")), .help = said(Words::tr("What this one is called; a second one beside it needs another name.")), .type = form::Type::Name, .initial = entry.id, .required = true}};
    if (entry.ns.empty()) // others live where their makers put them
        all.push_back({.id = namespaceId, .title = said(Words::tr("Namespace")), .help = said(Words::tr("It is made where it is missing.")), .type = form::Type::Name, .initial = "default", .required = true});
    all.insert(all.end(), entry.parameters.begin(), entry.parameters.end());
    return all;
}

std::string textIn(const std::vector<form::Parameter> &all, const form::Values &values, const char *id)
{
    const auto found = std::ranges::find(all, id, &form::Parameter::id);
    return found == all.end() ? std::string() : form::valueOf(*found, values);
}

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
    : m_entry(std::move(entry)), m_tools(std::move(tools)), m_parameters(parametersOf(m_entry)),
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

template <class T>
void AppSubject::ask(std::function<T(const catalog::Ground &, std::stop_token)> work, Done<T> done)
{
    m_worker->post([here = std::weak_ptr(m_here), stop = m_stop.get_token(), tools = m_tools, ground = m_ground, work = std::move(work), done = std::move(done)] {
        auto made = groundOf(tools, *ground);
        hand<T>(here, done, made ? work(*made, stop) : T(std::unexpected(std::move(made).error())));
    });
}

catalog::AppRequest AppSubject::request(const form::Values &values) const
{
    catalog::AppRequest request{.entry = m_entry.id, .set = {.ns = textIn(m_parameters, values, namespaceId), .name = textIn(m_parameters, values, nameId)}, .values = values};
    request.values.texts.erase(nameId);
    request.values.texts.erase(namespaceId);
    return catalog::completed(m_entry, std::move(request));
}

WizardIntro AppSubject::intro()
{
    WizardIntro intro{.title = Words::tr("Deploy %1", "%1: an application").arg(shown(m_entry.title)), .what = shown(m_entry.about.empty() ? m_entry.summary : m_entry.about), .warning = shown(m_entry.warning)};
    intro.gets.push_back({Words::tr("Cluster"), m_tools.context});
    if (!m_entry.versions.empty()) {
        const catalog::Version &version = m_entry.versions.front();
        intro.gets.push_back({Words::tr("Version"), shown(version.name + (version.kubernetes.text().empty() ? "" : ", Kubernetes " + version.kubernetes.text()))});
    }
    for (const catalog::Opening &opening : m_entry.openings)
        intro.gets.push_back({Words::tr("To be opened"), shown(opening.title)});
    if (!m_entry.homepage.empty())
        intro.gets.push_back({Words::tr("From"), shown(m_entry.homepage)});
    const catalog::Needs &needs = m_entry.needs;
    if (needs.cpuMilli > 0)
        intro.takes.push_back({Words::tr("CPU"), QLocale().toString(double(needs.cpuMilli) / 1000)});
    if (needs.memoryBytes > 0)
        intro.takes.push_back({Words::tr("Memory"), gibWords(needs.memoryBytes)});
    if (needs.storageBytes > 0)
        intro.takes.push_back({Words::tr("Storage"), gibWords(needs.storageBytes)});
    for (const std::string &other : needs.entries)
        intro.takes.push_back({Words::tr("Needs"), shown(other)});
    for (const std::string &hand : needs.byHand)
        intro.takes.push_back({Words::tr("To be seen to"), shown(hand)});
    return intro;
}

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

std::string AppSubject::textOf(const form::Values &values)
{
    YAML::Emitter out;
    out << YAML::BeginMap;
    for (const form::Parameter &parameter : m_entry.parameters) {
        const std::string &value = form::valueOf(parameter, values);
        if (parameter.type == form::Type::Secret || !form::isAsked(parameter, m_parameters, values) || value == parameter.initial)
            continue;
        out << YAML::Key << parameter.id << YAML::Value;
        if (value.find('\n') != std::string::npos)
            out << YAML::Literal;
        out << value;
    }
    out << YAML::EndMap;
    return std::string(out.c_str()) + "\n";
}

Result<form::Values> AppSubject::valuesOf(const std::string &text, const std::string &file)
{
    const auto wrong = [&](std::string words, const YAML::Mark &mark) {
        return std::unexpected(Error{.kind = ErrorKind::Invalid, .message = std::move(words), .context = {{"file", file}, {"line", std::to_string(mark.line + 1)}}});
    };
    try {
        const YAML::Node root = YAML::Load(text);
        if (!root.IsMap())
            return wrong(said(Words::tr("it is no file of parameters")), root.Mark());
        form::Values values;
        for (const auto &entry : root) {
            const std::string id = entry.first.as<std::string>();
            const auto parameter = std::ranges::find(m_parameters, id, &form::Parameter::id);
            if (parameter == m_parameters.end())
                return wrong(said(Words::tr("%1 has no parameter %2", "an application").arg(shown(m_entry.title), shown(id))), entry.first.Mark());
            if (parameter->type == form::Type::Secret)
                return wrong(said(Words::tr("%1 is a secret: it does not belong into a file like this").arg(shown(id))), entry.first.Mark());
            if (entry.second.IsSequence()) {
                std::string lines;
                for (const YAML::Node &one : entry.second)
                    lines += (lines.empty() ? "" : "\n") + one.as<std::string>();
                values.texts[id] = lines;
            } else {
                values.texts[id] = entry.second.IsNull() ? std::string() : entry.second.as<std::string>();
            }
        }
        return values;
    } catch (const YAML::Exception &found) {
        return wrong(found.msg, found.mark);
    }
}

QString AppSubject::fileName(const form::Values &values) { return shown(request(values).set.name) + QStringLiteral("-values.yaml"); }

QString AppSubject::commandLine(const form::Values &values, const QString &file)
{
    const catalog::AppRequest wanted = request(values);
    QString line = QStringLiteral("timonierctl --context ") + m_tools.context + QStringLiteral(" app deploy ") + shown(m_entry.id);
    if (wanted.set.name != m_entry.id)
        line += QStringLiteral(" --name ") + shown(wanted.set.name);
    line += QStringLiteral(" -n ") + shown(wanted.set.ns);
    if (textOf(values) != "{}\n" && !textOf(values).starts_with("{}"))
        line += QStringLiteral(" -f ") + file;
    for (const auto &[id, secret] : values.secrets)
        if (!secret.empty())
            line += QStringLiteral(" --set-file ") + shown(id) + QStringLiteral("=-"); // never in an argument
    return line;
}

std::unique_ptr<WizardChecking> AppSubject::check(form::Values values, Wake wake)
{
    return checkOnThread(m_tools.closing, std::move(wake), [tools = m_tools, ground = m_ground, wanted = request(values)](std::stop_token stop, const std::function<void(form::Check)> &tell) {
        form::Check asking{.id = "cluster", .title = said(Words::tr("The cluster")), .state = form::CheckState::Running, .words = said(Words::tr("it is asked what there is and what may be done"))};
        tell(asking);
        const auto made = groundOf(tools, *ground);
        auto prepared = made ? catalog::prepare(*made->transport, *made->catalog, made->supplier, wanted, stop) : Result<catalog::Prepared>(std::unexpected(made.error()));
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
            const plan::Plan plan = TRY(catalog::deployPlan(ground, wanted));
            const catalog::Prepared prepared = TRY(catalog::prepare(*ground.transport, *ground.catalog, ground.supplier, wanted, stop));
            WizardPlan foreseen;
            plan::Journal *journal = TRY(shared->openIfThere());
            for (const plan::Foreseen &step : TRY(plan::foresee(plan, journal, stop)))
                foreseen.steps.push_back({.title = shown(plan.steps[step.step].title), .verdict = step.verdict, .estimate = step.estimate, .creates = step.creates, .error = step.error});
            if (prepared.plan.objects.empty())
                return foreseen;
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

void AppSubject::result(form::Values values, Done<WizardResult> done)
{
    const catalog::AppRequest wanted = request(values);
    struct Found {
        std::vector<catalog::Way> ways{};
        std::vector<std::string> notes{};
    };
    using Answer = Result<Found>;
    // Not through `this`: an answer that is on its way may come when the subject has gone.
    const Done<Answer> told = [urls = m_urls, wanted, done, context = m_tools.context, canShow = bool(m_tools.show)](Answer found) {
        WizardResult result{.sentence = Words::tr("%1 is running").arg(shown(wanted.set.name))};
        urls->clear();
        if (found) {
            for (std::size_t i = 0; i < found->ways.size(); ++i) {
                const catalog::Way &way = found->ways[i];
                const QString id = QStringLiteral("way%1").arg(i);
                (*urls)[id] = shown(way.url.empty() ? way.command : way.url);
                result.next.push_back({id, way.url.empty() ? Words::tr("Copy the way in") : shown(way.title), (*urls)[id]});
            }
            for (const std::string &note : found->notes)
                result.notes << shown(note);
        } else {
            result.notes << shown(found.error().text());
        }
        result.made = {{Words::tr("Cluster"), context}, {Words::tr("Namespace"), shown(wanted.set.ns)}};
        if (canShow)
            result.next.push_back({QStringLiteral("show"), Words::tr("Show its objects"), Words::tr("Its pods and services, live")});
        done(result);
    };
    ask<Answer>(
        [entry = m_entry, wanted](const catalog::Ground &ground, std::stop_token stop) -> Answer {
            const catalog::Filling filling{.name = wanted.set.name, .ns = wanted.set.ns, .values = wanted.values};
            return Found{.ways = TRY(catalog::waysIn(*ground.transport, entry, filling, stop)), .notes = catalog::notesOf(entry, filling)};
        },
        told);
}

void AppSubject::next(const QString &id, const form::Values &values)
{
    if (id == u"show" && m_tools.show)
        return m_tools.show(m_tools.context, shown(request(values).set.ns));
    const QString way = (*m_urls)[id];
    if (way.startsWith(QStringLiteral("http")))
        QDesktopServices::openUrl(QUrl(way));
    else
        QGuiApplication::clipboard()->setText(way);
}

} // namespace timonier

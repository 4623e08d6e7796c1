#include "image_subject.h"

#include "check_thread.h"
#include "hand.h"
#include "plan_run.h"

#include "plan/foresee.h"
#include "session/image_form.h"
#include "session/images.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>

namespace timonier {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ImageWizard)
};

QString shown(const std::string &text) { return QString::fromStdString(text); }
constexpr const char *specName = "the spec";

std::string initialLoad(const QString &context) { return image_form::clusterToLoad(context.toStdString()); }

} // namespace

ImageSubject::ImageSubject(Tools tools)
    : m_tools(std::move(tools)), m_parameters(image_form::looked(image_form::parameters(initialLoad(m_tools.context)))),
      m_here(std::shared_ptr<QObject>(new QObject, [](QObject *object) { object->deleteLater(); })), m_worker(std::make_unique<Worker>("image-wizard"))
{
}

ImageSubject::~ImageSubject()
{
    m_stop.request_stop();
    m_tools.closing->post([worker = std::move(m_worker)] {});
}

template <class T>
void ImageSubject::ask(std::function<T(std::stop_token)> work, Done<T> done)
{
    m_worker->post([here = std::weak_ptr(m_here), stop = m_stop.get_token(), work = std::move(work), done = std::move(done)] { hand<T>(here, done, work(stop)); });
}

std::string ImageSubject::valueOf(const form::Values &values, const char *id) const
{
    const auto found = std::ranges::find(m_parameters, id, &form::Parameter::id);
    return form::isAsked(*found, m_parameters, values) ? form::valueOf(*found, values) : std::string();
}

Result<plan::Plan> ImageSubject::planOf(const Tools &tools, const std::string &spec) { return planOfImage(*tools.session, spec, specName, tools.runner, tools.secrets); }

WizardIntro ImageSubject::intro()
{
    return {.title = Words::tr("An image of your own"),
            .what = Words::tr("A folder with a Dockerfile is built into an image, started once to see that it comes up, and brought to where the cluster finds it: pushed to a registry, or loaded into a cluster on this computer."),
            .gets = {{Words::tr("Image"), Words::tr("built from what lies in the folder; once more only when that has changed")}, {Words::tr("Then"), Words::tr("on to the application that runs it, with its name filled in")}},
            .takes = {{Words::tr("Needs"), Words::tr("Docker or Podman on this computer")}, {Words::tr("Time"), Words::tr("a minute or more for the first build")}}};
}

WizardFact ImageSubject::subjectOf(const form::Values &values)
{
    const std::string load = valueOf(values, "load");
    const bool pushes = valueOf(values, "push") == "true";
    return {shown(valueOf(values, "image")), !load.empty() ? Words::tr("into %1", "a cluster").arg(shown(load)) : pushes ? Words::tr("to its registry") : Words::tr("on this computer")};
}

void ImageSubject::consider(form::Values values, Done<WizardAnswer> done)
{
    ask<WizardAnswer>([all = m_parameters, values = std::move(values)](std::stop_token) { return WizardAnswer{.parameters = all, .problems = image_form::problems(all, values)}; }, std::move(done));
}

std::string ImageSubject::textOf(const form::Values &values)
{
    form::Values whole = values;
    if (!valueOf(values, "pullSecret").empty() && valueOf(values, "cluster").empty())
        whole.texts["cluster"] = m_tools.context.toStdString(); // whichever is the current one when it is run again
    return image_form::text(m_parameters, whole);
}

Result<form::Values> ImageSubject::valuesOf(const std::string &text, const std::string &file) { return image_form::values(text, file); }

QString ImageSubject::fileName(const form::Values &values)
{
    const QString image = shown(valueOf(values, "image"));
    return image.section(u'/', -1).section(u':', 0, 0) + QStringLiteral("-image.yaml");
}

QString ImageSubject::commandLine(const form::Values &, const QString &file)
{
    const bool plain = std::ranges::all_of(file, [](QChar c) { return c.isLetterOrNumber() || QStringLiteral("-_./~").contains(c); });
    return QStringLiteral("timonierctl image build -f ") + (plain ? file : QStringLiteral("'") + QString(file).replace(u'\'', QStringLiteral("'\\''")) + u'\'');
}

std::unique_ptr<WizardChecking> ImageSubject::check(form::Values values, Wake wake)
{
    return checkOnThread(m_tools.closing, std::move(wake), [all = m_parameters, runner = m_tools.runner, secrets = m_tools.secrets, values = std::move(values)](std::stop_token stop, const std::function<void(form::Check)> &tell) {
        image_form::check(all, values, *runner, *secrets, std::move(stop), tell);
    });
}

void ImageSubject::fix(form::Values values, form::Check, form::Fix, Done<Result<form::Values>> done)
{
    QMetaObject::invokeMethod(m_here.get(), [done, values = std::move(values)] { done(values); }, Qt::QueuedConnection);
}

void ImageSubject::plan(form::Values values, Done<Result<WizardPlan>> done)
{
    ask<Result<WizardPlan>>(
        [tools = m_tools, spec = textOf(values), values](std::stop_token stop) mutable -> Result<WizardPlan> {
            // The first step looks for the password in the store, where it only goes when the plan runs.
            if (values.secrets.contains("password")) {
                tools.secrets = std::make_shared<MemorySecretStore>();
                TRY(image_form::keepPassword(values, *tools.secrets));
            }
            const plan::Plan plan = TRY(planOf(tools, spec));
            plan::Journal *journal = TRY(tools.journal->openIfThere());
            WizardPlan foreseen;
            for (const plan::Foreseen &step : TRY(plan::foresee(plan, journal, stop)))
                foreseen.steps.push_back({.title = shown(plan.steps[step.step].title), .verdict = step.verdict, .estimate = step.estimate, .creates = step.creates, .error = step.error});
            return foreseen;
        },
        std::move(done));
}

std::unique_ptr<WizardRun> ImageSubject::drive(form::Values values, Wake wake, std::function<Result<plan::Summary>(plan::Journal &, plan::Runner &, const plan::Plan &, const plan::Sink &, std::stop_token)> work)
{
    return runPlan(m_tools.closing, std::move(wake), [tools = m_tools, spec = textOf(values), values, work = std::move(work)](const plan::Sink &sink, std::stop_token stop) -> Result<plan::Summary> {
        TRY(image_form::keepPassword(values, *tools.secrets));
        const plan::Plan plan = TRY(planOf(tools, spec));
        plan::Journal *journal = TRY(tools.journal->open());
        const SystemClock clock;
        plan::Runner runner(*journal, clock);
        return work(*journal, runner, plan, sink, stop);
    });
}

std::unique_ptr<WizardRun> ImageSubject::start(form::Values values, Wake wake)
{
    return drive(std::move(values), std::move(wake), [](plan::Journal &, plan::Runner &runner, const plan::Plan &plan, const plan::Sink &sink, std::stop_token stop) { return runner.run(plan, sink, stop); });
}

std::unique_ptr<WizardRun> ImageSubject::resume(plan::RunId run, form::Values values, Wake wake)
{
    return drive(std::move(values), std::move(wake), [run](plan::Journal &journal, plan::Runner &runner, const plan::Plan &plan, const plan::Sink &sink, std::stop_token stop) -> Result<plan::Summary> {
        const plan::RunRecord record = TRY(journal.run(run));
        return record.target == plan.target ? runner.resume(record, plan, sink, stop) : runner.run(plan, sink, stop);
    });
}

void ImageSubject::foreseeUndo(form::Values values, Done<Result<std::vector<plan::Creates>>> done)
{
    using Answer = Result<std::vector<plan::Creates>>;
    ask<Answer>(
        [tools = m_tools, spec = textOf(values)](std::stop_token) -> Answer {
            const plan::Plan plan = TRY(planOf(tools, spec));
            std::vector<plan::Creates> all;
            if (plan::Journal *journal = TRY(tools.journal->openIfThere()))
                for (const plan::Foreseen &step : TRY(plan::foreseeUndo(plan, *journal)))
                    all.insert(all.end(), step.creates.begin(), step.creates.end());
            return all;
        },
        std::move(done));
}

std::unique_ptr<WizardRun> ImageSubject::undo(form::Values values, Wake wake)
{
    return drive(std::move(values), std::move(wake), [](plan::Journal &, plan::Runner &runner, const plan::Plan &plan, const plan::Sink &sink, std::stop_token stop) { return runner.undo(plan, sink, stop); });
}

void ImageSubject::result(form::Values values, Done<WizardResult> done)
{
    const QString image = shown(valueOf(values, "image"));
    const WizardFact where = subjectOf(values);
    WizardResult result{.sentence = Words::tr("The image %1 is made").arg(image), .made = {{Words::tr("Image"), image}, {Words::tr("Where"), where.value}}};
    if (const std::string secret = valueOf(values, "pullSecret"); !secret.empty())
        result.made.push_back({Words::tr("Pull secret"), shown(secret)});
    if (m_tools.deploy)
        for (std::size_t i = 0; i < m_tools.uses.size(); ++i)
            result.next.push_back({QStringLiteral("use%1").arg(i), Words::tr("Deploy: %1…", "%1: an application").arg(m_tools.uses[i].title), Words::tr("With it as “%1”", "%1: a parameter of an application").arg(m_tools.uses[i].what)});
    result.next.push_back({.id = QStringLiteral("copy"), .title = Words::tr("Copy its name"), .help = image, .stays = true});
    QMetaObject::invokeMethod(m_here.get(), [done = std::move(done), result = std::move(result)] { done(result); }, Qt::QueuedConnection);
}

void ImageSubject::next(const QString &id, const form::Values &values, Tell tell)
{
    const std::string image = valueOf(values, "image");
    if (id == u"copy") {
        QGuiApplication::clipboard()->setText(shown(image));
        return tell({Tone::Good, Words::tr("Copied: %1").arg(shown(image)), false});
    }
    for (std::size_t i = 0; i < m_tools.uses.size(); ++i)
        if (id == QStringLiteral("use%1").arg(i)) {
            form::Values filled;
            filled.texts[m_tools.uses[i].parameter.toStdString()] = image;
            if (const std::string secret = valueOf(values, "pullSecret"); !secret.empty()) { // a Secret can only be used in its namespace
                filled.texts["namespace"] = secret.substr(0, secret.find('/'));
                filled.texts["pullSecret"] = secret.substr(secret.find('/') + 1);
            }
            return m_tools.deploy(m_tools.uses[i], filled);
        }
}

} // namespace timonier

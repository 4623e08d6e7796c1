// What is there already, in the window: runs that were left unfinished, the list of all, clusters that Timonier has made.
#include "session_wizards.h"

#include "hand.h"

#include "catalog/app_plan.h"
#include "ui/views/main_window.h"
#include "ui/wizards/wizard_window.h"

namespace timonier {

namespace {

constexpr int mostOffered = 3; // of unfinished runs; "Runs…" lists the rest
constexpr int mostListed = 50;

QString shown(const std::string &text) { return QString::fromStdString(text); }

} // namespace

void SessionWizards::offerUnfinished()
{
    using Runs = std::vector<plan::RunRecord>;
    m_worker->post([shared = m_journal, here = std::weak_ptr(m_here), done = std::function<void(Runs)>([this](const Runs &runs) {
                        for (const plan::RunRecord &run : runs)
                            offer(run);
                    })] {
        const auto journal = shared->openIfThere();
        if (!journal || !*journal)
            return;
        Runs unfinished;
        if (const auto runs = (*journal)->runs(100))
            for (const plan::RunRecord &run : *runs)
                if (run.state == plan::RunState::Interrupted && int(unfinished.size()) < mostOffered)
                    unfinished.push_back(run);
        hand<Runs>(here, done, std::move(unfinished));
    });
}

void SessionWizards::offer(const plan::RunRecord &run)
{
    if (!canResume(run, m_forms))
        return;
    m_window.tellNotice(Tone::Careful, run.direction == plan::Direction::Forward ? tr("“%1” was left unfinished", "%1: the title of a plan").arg(shown(run.title)) : tr("Taking back “%1” was left unfinished").arg(shown(run.title)),
                        tr("Resume"), [this, run] { resume(run); }, QStringLiteral("run-%1").arg(run.id));
}

void SessionWizards::resume(const plan::RunRecord &run)
{
    m_window.withdrawNotice(QStringLiteral("run-%1").arg(run.id));
    if (run.provider == catalog::provider)
        return resumeApp(run);
    if (run.provider == "image")
        return resumeImage(run);
    const auto form = std::ranges::find(m_forms, run.provider, &ClusterForm::provider);
    auto values = form->values(run.spec, say("Core", "the spec of run {}", run.id));
    if (!values) // it can still be resumed on the command line, which says why
        return m_window.tellNotice(Tone::Bad, shown(values.error().text()), {}, {});
    WizardWindow *window = newCluster(shown(run.provider));
    window->resume(run.id, std::move(*values));
}

void SessionWizards::resumeImage(const plan::RunRecord &run)
{
    const auto subject = imageOf(m_window.currentContext());
    auto values = subject->valuesOf(run.spec, say("Core", "the spec of run {}", run.id));
    if (!values)
        return m_window.tellNotice(Tone::Bad, shown(values.error().text()), {}, {});
    auto *window = new WizardWindow(tr("An image of your own"), &m_window);
    window->setSubject(subject);
    show(window)->resume(run.id, std::move(*values));
}

void SessionWizards::resumeApp(const plan::RunRecord &run)
{
    readCatalog();
    auto kept = catalog::readSpec(run.spec);
    auto subject = kept ? appOf(shown(kept->request.entry), shown(kept->context)) : nullptr;
    if (!subject)
        return m_window.tellNotice(Tone::Bad, kept ? tr("The catalogue has no %1 any more").arg(shown(kept->request.entry)) : shown(kept.error().text()), {}, {});
    form::Values values = std::move(kept->request.values);
    values.texts["name"] = kept->request.set.name;
    const std::vector<form::Parameter> asked = subject->parameters();
    if (std::ranges::find(asked, "namespace", &form::Parameter::id) != asked.end()) // others live where their makers put them
        values.texts["namespace"] = kept->request.set.ns;
    auto *window = new WizardWindow(tr("Deploy an application"), &m_window);
    window->setSubject(std::move(subject));
    show(window)->resume(run.id, std::move(values));
}

void SessionWizards::lookForMade()
{
    using Made = std::vector<MadeCluster>;
    m_worker->post([shared = m_journal, forms = m_forms, here = std::weak_ptr(m_here), done = std::function<void(Made)>([this](Made made) {
                        m_made = std::move(made);
                        QStringList contexts;
                        for (const MadeCluster &one : m_made)
                            contexts << shown(one.context);
                        m_window.setManaged(contexts);
                    })] {
        const auto journal = shared->openIfThere();
        if (!journal || !*journal)
            return; // what cannot be read offers nothing; whoever runs a plan is told why
        if (auto made = madeClusters(**journal, forms))
            hand<Made>(here, done, std::move(*made));
    });
}

WizardWindow *SessionWizards::manage(const QString &context, ClusterTask task)
{
    const auto made = std::ranges::find(m_made, context.toStdString(), &MadeCluster::context);
    if (made == m_made.end())
        return nullptr;
    const form::Values values = made->values;
    WizardWindow *window = newCluster(shown(made->provider));
    window->manage(values, task);
    return window;
}

RunsDialog *SessionWizards::showRuns()
{
    if (!m_runs) {
        m_runs = new RunsDialog(&m_window);
        connect(m_runs, &RunsDialog::resumeWanted, this, [this](qint64 id) {
            const auto run = std::ranges::find(m_listed, id, &plan::RunRecord::id);
            if (run != m_listed.end())
                resume(plan::RunRecord(*run));
        });
    }
    readRuns();
    m_runs->show();
    m_runs->raise();
    m_runs->activateWindow();
    return m_runs;
}

void SessionWizards::readRuns()
{
    using Runs = Result<std::vector<plan::RunRecord>>;
    m_worker->post([shared = m_journal, here = std::weak_ptr(m_here), done = std::function<void(Runs)>([this](const Runs &runs) {
                        if (!m_runs)
                            return;
                        if (!runs)
                            return m_runs->show({}, shown(runs.error().text()));
                        m_listed = *runs;
                        std::vector<RunLine> lines;
                        for (const plan::RunRecord &run : m_listed)
                            lines.push_back(lineOf(run, m_forms));
                        m_runs->show(lines);
                    })] {
        const auto journal = shared->openIfThere();
        if (!journal)
            return hand<Runs>(here, done, Runs(std::unexpected(journal.error())));
        hand<Runs>(here, done, *journal ? (*journal)->runs(mostListed) : Runs(std::vector<plan::RunRecord>()));
    });
}

} // namespace timonier

// What is there already, in the window: runs that were left unfinished, the list of all, clusters that Timonier has made.
#include "session_wizards.h"

#include "cluster_tools_session.h"
#include "hand.h"

#include "catalog/app_plan.h"
#include "ui/views/main_window.h"
#include "ui/wizards/cluster_tools_dialog.h"
#include "ui/wizards/wizard_window.h"

#include <QDesktopServices>
#include <QUrl>

namespace timonier {

namespace {

constexpr int mostOffered = 3; // of unfinished runs; "Runs…" lists the rest
constexpr int mostListed = 50;

QString shown(const std::string &text) { return QString::fromStdString(text); }

QString sentence(const Error &error) { return shown(error.text() + (error.hint.empty() ? "" : ". " + error.hint)); }

// Of a journal that a newer Timonier wrote, that cannot be read, or that was damaged: what a person is to know. Empty: it is well, or there is none.
QString troubleOf(const Result<plan::Journal *> &journal)
{
    return !journal ? sentence(journal.error()) : *journal ? shown((*journal)->notice()) : QString();
}

// Where the reason stands why it cannot be done with this cluster.
QString &reasonOf(ManagedCluster &cluster, ClusterAbility ability)
{
    switch (ability) {
    case ClusterAbility::Addons: return cluster.cannot[ClusterTool::Addons];
    case ClusterAbility::ServiceUrls: return cluster.cannot[ClusterTool::Services];
    case ClusterAbility::Tunnel: return cluster.cannot[ClusterTool::Tunnel];
    case ClusterAbility::Load: return cluster.cannot[ClusterTool::Images];
    case ClusterAbility::Logs: return cluster.cannot[ClusterTool::Logs];
    case ClusterAbility::Stop: break;
    }
    return cluster.cannotStop;
}

} // namespace

void SessionWizards::offerUnfinished()
{
    using Runs = std::vector<plan::RunRecord>;
    m_worker->post([shared = m_journal, here = std::weak_ptr(m_here), told = std::function<void(QString)>([this](const QString &trouble) {
                        m_window.tellNotice(Tone::Careful, trouble, tr("Runs…"), [this] { showRuns(); }, QStringLiteral("journal"));
                    })] {
        if (const QString trouble = troubleOf(shared->openIfThere()); !trouble.isEmpty())
            hand<QString>(here, told, trouble);
    });
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
    if (form == m_forms.end())
        return resumeOperation(run);
    auto values = form->values(run.spec, say("Core", "the spec of run {}", run.id));
    if (!values) // it can still be resumed on the command line, which says why
        return m_window.tellNotice(Tone::Bad, shown(values.error().text()), {}, {});
    WizardWindow *window = newCluster(shown(run.provider));
    window->resume(run.id, std::move(*values));
}

void SessionWizards::undo(const plan::RunRecord &run)
{
    m_window.withdrawNotice(QStringLiteral("run-%1").arg(run.id));
    const auto form = std::ranges::find(m_forms, run.provider, &ClusterForm::provider);
    auto values = form->values(run.spec, say("Core", "the spec of run {}", run.id));
    if (!values)
        return m_window.tellNotice(Tone::Bad, shown(values.error().text()), {}, {});
    newCluster(shown(run.provider))->manage(std::move(*values), ClusterTask::Delete);
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
    m_worker->post([shared = m_journal, forms = m_forms, here = std::weak_ptr(m_here), done = std::function<void(Made)>([this](Made made) { setMade(std::move(made)); })] {
        const auto journal = shared->openIfThere();
        if (!journal || !*journal)
            return; // what cannot be read offers nothing; whoever runs a plan is told why
        if (auto made = madeClusters(**journal, forms))
            hand<Made>(here, done, std::move(*made));
    });
}

void SessionWizards::setMade(std::vector<MadeCluster> made)
{
    m_made = std::move(made);
    std::vector<ManagedCluster> clusters;
    for (const MadeCluster &one : m_made) {
        ManagedCluster managed{.context = shown(one.context), .hasHosts = one.provider == "kubeadm"};
        const auto form = std::ranges::find(m_forms, one.provider, &ClusterForm::provider);
        if (const auto cluster = localClusterOfSpec(form->text(one.values), one.context, m_runner, m_hosts))
            for (const auto &[ability, why] : cluster->cannot)
                reasonOf(managed, ability) = shown(why.message + ". " + why.hint);
        clusters.push_back(std::move(managed));
    }
    for (auto it = m_tools.begin(); it != m_tools.end();) { // one that is gone has nothing to be done with
        const bool isThere = it->second && std::ranges::find(m_made, it->first.toStdString(), &MadeCluster::context) != m_made.end();
        if (!isThere && it->second)
            it->second->deleteLater();
        it = isThere ? std::next(it) : m_tools.erase(it);
    }
    refreshHosts();
    m_window.setManaged(std::move(clusters));
}

ClusterToolsDialog *SessionWizards::showTools(const QString &context, ClusterTool tool)
{
    QPointer<ClusterToolsDialog> &dialog = m_tools[context];
    if (!dialog) {
        const auto made = std::ranges::find(m_made, context.toStdString(), &MadeCluster::context);
        if (made == m_made.end())
            return nullptr;
        const auto form = std::ranges::find(m_forms, made->provider, &ClusterForm::provider);
        auto cluster = localClusterOfSpec(form->text(made->values), made->context, m_runner, m_hosts);
        if (!cluster) {
            m_window.tellNotice(Tone::Bad, shown(cluster.error().text()), {}, {});
            return nullptr;
        }
        const QString name = shown(cluster->name);
        dialog = new ClusterToolsDialog(name, std::make_unique<SessionClusterTools>(std::move(*cluster), m_closing), &m_window);
        connect(dialog, &ClusterToolsDialog::openWanted, this, [](const QString &url) { QDesktopServices::openUrl(QUrl(url)); });
        connect(dialog, &ClusterToolsDialog::ended, this, [this, shownAgain = dialog, tool](bool good, const QString &words) {
            m_window.tellNotice(good ? Tone::Good : Tone::Bad, words, tr("Show"), [shownAgain, tool] {
                if (shownAgain)
                    shownAgain->show(tool);
            });
        });
    }
    dialog->show(tool);
    return dialog;
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
        connect(m_runs, &RunsDialog::undoWanted, this, [this](qint64 id) {
            const auto run = std::ranges::find(m_listed, id, &plan::RunRecord::id);
            if (run != m_listed.end())
                undo(plan::RunRecord(*run));
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
    struct Read {
        std::vector<plan::RunRecord> runs{};
        std::set<plan::RunId> undoable{};
        QString problem{};
    };
    m_worker->post([shared = m_journal, forms = m_forms, here = std::weak_ptr(m_here), done = std::function<void(Read)>([this](const Read &read) {
                        if (!m_runs)
                            return;
                        m_listed = read.runs;
                        std::vector<RunLine> lines;
                        for (const plan::RunRecord &run : m_listed) {
                            lines.push_back(lineOf(run, m_forms));
                            lines.back().canUndo = read.undoable.contains(run.id);
                        }
                        m_runs->show(lines, read.problem);
                    })] {
        const auto journal = shared->openIfThere();
        Read read{.problem = troubleOf(journal)};
        if (journal && *journal) {
            auto runs = (*journal)->runs(mostListed);
            if (runs) {
                read.undoable = undoable(**journal, *runs, forms).value_or(std::set<plan::RunId>{});
                read.runs = std::move(*runs);
            } else {
                read.problem = sentence(runs.error());
            }
        }
        hand<Read>(here, done, std::move(read));
    });
}

} // namespace timonier

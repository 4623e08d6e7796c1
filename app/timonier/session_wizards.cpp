#include "session_wizards.h"

#include "hand.h"

#include "plan/journal.h"
#include "session/where_to_run.h"
#include "ui/views/main_window.h"
#include "ui/wizards/choose_page.h"
#include "ui/wizards/run_page.h"
#include "ui/wizards/wizard_window.h"

#include <QMessageBox>
#include <QPushButton>

namespace timonier {

namespace {

constexpr int mostOffered = 3; // of unfinished runs; `timonierctl runs` lists the rest

QString shown(const std::string &text) { return QString::fromStdString(text); }

WizardChoices placesToChoose()
{
    WizardChoices choices{.title = SessionWizards::tr("Where to run"), .question = SessionWizards::tr("Where shall it run?"), .purposeQuestion = SessionWizards::tr("What is the cluster for?")};
    for (const RunPurpose &purpose : runPurposes())
        choices.purposes.push_back({shown(purpose.id), shown(purpose.title), shown(needsText(purpose))});
    for (const RunPlace &place : runPlaces())
        choices.choices.push_back({.id = shown(place.provider), .title = shown(place.title), .what = shown(place.what), .group = shown(place.group),
                                   .facts = {{SessionWizards::tr("Price"), shown(place.price)}, {SessionWizards::tr("Time"), shown(place.time)}, {SessionWizards::tr("For"), shown(place.fits)}}});
    choices.refusal = [machine = thisMachine()](const QString &choice, const QString &purpose) {
        const auto place = std::ranges::find(runPlaces(), choice.toStdString(), &RunPlace::provider);
        const auto what = std::ranges::find(runPurposes(), purpose.toStdString(), &RunPurpose::id);
        return place == runPlaces().end() || what == runPurposes().end() ? QString() : shown(refusal(*place, *what, machine));
    };
    return choices;
}

} // namespace

SessionWizards::SessionWizards(MainWindow &window, std::shared_ptr<ProcessRunner> runner, std::filesystem::path folder)
    : m_window(window), m_runner(std::move(runner)), m_journal(std::make_shared<SharedJournal>(std::move(folder))), m_closing(std::make_shared<Worker>("wizards")),
      m_forms(clusterForms()), m_here(std::make_shared<QObject>()), m_worker(std::make_unique<Worker>("runs"))
{
    connect(&window, &MainWindow::newClusterWanted, this, [this] { newCluster(); });
}

SessionWizards::~SessionWizards()
{
    for (const QPointer<WizardWindow> &window : m_windows)
        delete window;
    m_worker->stop();
    m_closing->stop(); // joins what was still on its way to a safe end
}

std::shared_ptr<WizardSubject> SessionWizards::subjectOf(const QString &provider)
{
    const auto form = std::ranges::find(m_forms, provider.toStdString(), &ClusterForm::provider);
    if (form == m_forms.end())
        return nullptr;
    return std::make_shared<ClusterSubject>(*form, ClusterSubject::Tools{.runner = m_runner, .journal = m_journal, .closing = m_closing, .open = [this](const QString &context) {
                                                m_window.openContextSoon(context);
                                                m_window.raise();
                                                m_window.activateWindow();
                                            }});
}

WizardWindow *SessionWizards::show(WizardWindow *window)
{
    m_windows.emplace_back(window);
    connect(window, &WizardWindow::ended, this, [this, window = QPointer(window)](bool good, const QString &words) {
        if (!window || window->isVisible())
            return;
        m_window.tellNotice(good ? Tone::Good : Tone::Bad, words, tr("Show"), [window] {
            if (window) {
                window->show();
                window->raise();
            }
        });
    });
    connect(window, &WizardWindow::finished, this, [this, window] {
        std::erase_if(m_windows, [window](const QPointer<WizardWindow> &one) { return !one || one == window; });
        window->deleteLater();
    });
    window->show();
    return window;
}

WizardWindow *SessionWizards::newCluster()
{
    auto *window = new WizardWindow(tr("New cluster"), &m_window);
    auto *where = new ChoosePage(placesToChoose());
    window->addFirst(where);
    connect(where, &ChoosePage::went, window, [this, window](const QString &provider, const QString &purpose) {
        window->setSubject(subjectOf(provider));
        const auto what = std::ranges::find(runPurposes(), purpose.toStdString(), &RunPurpose::id);
        if (what != runPurposes().end() && !what->advised.empty() ) {
            form::Values values;
            const auto form = std::ranges::find(m_forms, provider.toStdString(), &ClusterForm::provider);
            for (const auto &[id, text] : form->forVersion(what->advised, what->cpus, what->memoryGib))
                values.texts[id] = text;
            window->fill(std::move(values));
        }
    });
    if (runPlaces().size() == 1)
        where->choose(shown(runPlaces().front().provider));
    return show(window);
}

WizardWindow *SessionWizards::newCluster(const QString &provider)
{
    auto subject = subjectOf(provider);
    if (!subject)
        return nullptr;
    auto *window = new WizardWindow(tr("New cluster"), &m_window);
    window->setSubject(std::move(subject));
    return show(window);
}

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
    if (std::ranges::find(m_forms, run.provider, &ClusterForm::provider) == m_forms.end())
        return;
    m_window.tellNotice(Tone::Careful, run.direction == plan::Direction::Forward ? tr("“%1” was left unfinished", "%1: the title of a plan").arg(shown(run.title)) : tr("Taking back “%1” was left unfinished").arg(shown(run.title)),
                        tr("Resume"), [this, run] { resume(run); }, QStringLiteral("run-%1").arg(run.id));
}

void SessionWizards::resume(const plan::RunRecord &run)
{
    m_window.withdrawNotice(QStringLiteral("run-%1").arg(run.id));
    const auto form = std::ranges::find(m_forms, run.provider, &ClusterForm::provider);
    auto values = form->values(run.spec, say("Core", "the spec of run {}", run.id));
    if (!values) // it can still be resumed on the command line, which says why
        return m_window.tellNotice(Tone::Bad, shown(values.error().text()), {}, {});
    WizardWindow *window = newCluster(shown(run.provider));
    window->resume(run.id, std::move(*values));
}

bool SessionWizards::mayClose()
{
    std::erase_if(m_windows, [](const QPointer<WizardWindow> &one) { return !one; });
    const auto running = std::ranges::find_if(m_windows, [](const QPointer<WizardWindow> &one) { return one->isRunning(); });
    if (running == m_windows.end() || m_closingAll)
        return true;
    auto *box = new QMessageBox(QMessageBox::NoIcon, QStringLiteral("Timonier"), tr("The plan for %1 is still running.").arg((*running)->name()), QMessageBox::NoButton, &m_window);
    box->setObjectName(QStringLiteral("quitQuestion"));
    box->setAccessibleName(box->text());
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(tr("It can be stopped here; what was made is known, and Timonier offers to go on when it is started again."));
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton *stop = box->addButton(tr("Stop and quit"), QMessageBox::DestructiveRole);
    QPushButton *look = box->addButton(tr("Show it"), QMessageBox::ActionRole);
    box->setDefaultButton(box->addButton(tr("Stay"), QMessageBox::RejectRole));
    connect(stop, &QPushButton::clicked, this, [this] {
        m_closingAll = true;
        for (const QPointer<WizardWindow> &one : m_windows)
            if (one && one->isRunning())
                one->run()->stop();
        m_window.close();
    });
    connect(look, &QPushButton::clicked, this, [window = *running] {
        if (window)
            window->show();
    });
    box->open();
    return false;
}

} // namespace timonier

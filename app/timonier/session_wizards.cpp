#include "session_wizards.h"

#include "hand.h"

#include "cluster_room.h"
#include "session/hosts.h"
#include "session/where_to_run.h"
#include "ui/views/main_window.h"
#include "ui/wizards/cluster_tools_dialog.h"
#include "ui/wizards/choose_page.h"
#include "ui/wizards/hosts_dialog.h"
#include "ui/wizards/run_page.h"
#include "ui/wizards/wizard_window.h"

#include <QApplication>
#include <QLocale>
#include <QMessageBox>
#include <QPushButton>

namespace timonier {

namespace {

QString shown(const std::string &text) { return QString::fromStdString(text); }

const QString ownImage = QStringLiteral(":image"); // among the applications; no entry can be called so

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

WizardChoice choiceOf(const catalog::Entry &entry)
{
    const QString group = entry.group == "applications" ? SessionWizards::tr("Applications") : entry.group == "platform" ? SessionWizards::tr("Platform") : entry.group == "cluster" ? SessionWizards::tr("For the cluster itself") : shown(entry.group);
    WizardChoice choice{.id = shown(entry.id), .title = shown(entry.title), .what = shown(entry.summary), .group = entry.own ? SessionWizards::tr("Your own") : group};
    if (!entry.versions.empty())
        choice.facts.push_back({SessionWizards::tr("Version"), shown(entry.versions.front().name)});
    if (!entry.versions.empty() && !entry.versions.front().kubernetes.text().empty())
        choice.facts.push_back({QStringLiteral("Kubernetes"), shown(entry.versions.front().kubernetes.text())});
    if (entry.needs.cpuMilli > 0)
        choice.facts.push_back({SessionWizards::tr("CPU"), QLocale().toString(double(entry.needs.cpuMilli) / 1000)});
    if (entry.needs.memoryBytes > 0)
        choice.facts.push_back({SessionWizards::tr("Memory"), gibWords(entry.needs.memoryBytes)});
    for (const std::string &other : entry.needs.entries)
        choice.facts.push_back({SessionWizards::tr("Needs"), shown(other)});
    if (!entry.warning.empty())
        choice.facts.push_back({{}, shown(entry.warning)});
    return choice;
}

} // namespace

SessionWizards::SessionWizards(MainWindow &window, std::shared_ptr<Session> session, std::string kubeconfig, std::shared_ptr<ProcessRunner> runner, std::filesystem::path folder, std::shared_ptr<SecretStore> secrets)
    : m_window(window), m_session(std::move(session)), m_kubeconfig(std::move(kubeconfig)), m_runner(std::move(runner)), m_journal(std::make_shared<SharedJournal>(std::move(folder))), m_closing(std::make_shared<Worker>("wizards")),
      m_questions([this]() -> QWidget * { return asking(); }), m_hosts(hostAccess(m_questions.questions())), m_forms(clusterForms(m_hosts)), m_secrets(std::move(secrets)), m_here(std::make_shared<QObject>()), m_worker(std::make_unique<Worker>("runs"))
{
    connect(&window, &MainWindow::newClusterWanted, this, [this] { newCluster(); });
    connect(&window, &MainWindow::deployWanted, this, [this] { deploy(); });
    connect(&window, &MainWindow::runsWanted, this, [this] { showRuns(); });
    connect(&window, &MainWindow::clusterToolWanted, this, [this](const QString &context, ClusterTool tool) { showTools(context, tool); });
    connect(&window, &MainWindow::clusterHostsWanted, this, [this](const QString &context) { showHosts(context); });
    connect(&window, &MainWindow::clusterTaskWanted, this, [this](const QString &context, ClusterTask task) { manage(context, task); });
    lookForMade();
}

SessionWizards::~SessionWizards()
{
    for (const QPointer<WizardWindow> &window : m_windows)
        delete window;
    for (const auto &[context, dialog] : m_tools)
        delete dialog;
    for (const auto &[context, dialog] : m_hostDialogs)
        delete dialog;
    m_worker->stop();
    m_closing->stop(); // joins what was still on its way to a safe end
}

std::shared_ptr<WizardSubject> SessionWizards::subjectOf(const QString &provider)
{
    const auto form = std::ranges::find(m_forms, provider.toStdString(), &ClusterForm::provider);
    return form == m_forms.end() ? nullptr : subjectOf(*form);
}

std::shared_ptr<WizardSubject> SessionWizards::subjectOf(ClusterForm form)
{
    return std::make_shared<ClusterSubject>(std::move(form), ClusterSubject::Tools{.runner = m_runner, .journal = m_journal, .closing = m_closing, .open = [this](const QString &context) {
                                                m_window.openContextSoon(context);
                                                m_window.raise();
                                                m_window.activateWindow();
                                            }, .deploy = [this] { deploy(); }, .showHosts = [this](const QString &context) { showHosts(context); }, .hosts = m_hosts});
}

// Over the wizard that is looked at: one of them is why a host is reached.
QWidget *SessionWizards::asking()
{
    if (QWidget *active = QApplication::activeWindow())
        return active;
    const auto open = std::ranges::find_if(m_windows, [](const QPointer<WizardWindow> &one) { return one && one->isVisible(); });
    return open == m_windows.end() ? static_cast<QWidget *>(&m_window) : open->data();
}

WizardWindow *SessionWizards::show(WizardWindow *window)
{
    m_windows.emplace_back(window);
    connect(window, &WizardWindow::ended, this, [this, window = QPointer(window)](bool good, const QString &words) {
        lookForMade();
        if (m_runs)
            readRuns();
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

std::shared_ptr<WizardSubject> SessionWizards::appOf(const QString &entry, const QString &context)
{
    const catalog::Entry *found = m_catalog->find(entry.toStdString());
    if (!found)
        return nullptr;
    return std::make_shared<AppSubject>(*found, AppSubject::Tools{.session = m_session, .context = context, .kubeconfig = m_kubeconfig, .journal = m_journal, .closing = m_closing,
                                                                   .show = [this](const QString &cluster, const QString &ns) {
                                                                       m_window.showNamespaceOf(cluster, ns);
                                                                       m_window.raise();
                                                                       m_window.activateWindow();
                                                                   }, .forward = [this](ForwardOpening::Wanted wanted, ForwardOpening::Tell tell) { m_window.openForwarded(std::move(wanted), std::move(tell)); }});
}

// Applications to which an image must be given: of the catalogue and of the person's own.
std::shared_ptr<WizardSubject> SessionWizards::imageOf(const QString &context)
{
    readCatalog();
    std::vector<ImageSubject::Use> uses;
    for (const catalog::Entry &entry : m_catalog->entries)
        for (const form::Parameter &parameter : entry.parameters)
            if (parameter.type == form::Type::Image && parameter.required && parameter.initial.empty())
                uses.push_back({shown(entry.id), shown(parameter.id), shown(entry.title), shown(parameter.title)});
    std::ranges::stable_sort(uses, {}, [](const ImageSubject::Use &use) { return use.entry != u"web"; }); // what most people want first
    return std::make_shared<ImageSubject>(ImageSubject::Tools{.session = m_session, .runner = m_runner, .secrets = m_secrets, .journal = m_journal, .closing = m_closing, .context = context, .uses = std::move(uses),
                                                              .deploy = [this, context](const ImageSubject::Use &use, const form::Values &values) { deployWith(use.entry, context, values); }});
}

WizardWindow *SessionWizards::makeImage(const QString &context)
{
    auto *window = new WizardWindow(tr("An image of your own"), &m_window);
    window->setSubject(imageOf(context));
    return show(window);
}

WizardWindow *SessionWizards::deployWith(const QString &entry, const QString &context, form::Values values)
{
    auto subject = appOf(entry, context);
    if (!subject)
        return nullptr;
    const std::vector<form::Parameter> asked = subject->parameters();
    std::erase_if(values.texts, [&](const auto &one) { return std::ranges::find(asked, one.first, &form::Parameter::id) == asked.end(); });
    auto *window = new WizardWindow(tr("Deploy an application"), &m_window);
    window->setSubject(std::move(subject));
    window->fill(std::move(values));
    return show(window);
}

WizardWindow *SessionWizards::deploy()
{
    readCatalog();
    WizardChoices choices{.title = tr("What to deploy"), .question = tr("Which application?"), .purposeQuestion = tr("On which cluster?")};
    const QString current = m_window.currentContext();
    for (const ContextChoice &context : m_window.fleet().contexts().contexts)
        if (!context.problem)
            choices.purposes.insert(context.name == current ? choices.purposes.begin() : choices.purposes.end(), {context.name, context.name, {}});
    if (choices.purposes.empty())
        return nullptr;
    choices.choices.push_back({.id = ownImage, .title = tr("An image of your own"), .what = tr("A Dockerfile, built and started once, pushed to a registry or loaded into the cluster; then deployed"), .group = tr("Applications"),
                               .facts = {{tr("Needs"), tr("Docker or Podman")}}});
    for (const catalog::Entry &entry : m_catalog->entries)
        choices.choices.push_back(choiceOf(entry));
    auto *window = new WizardWindow(tr("Deploy an application"), &m_window);
    auto *page = new ChoosePage(std::move(choices));
    window->addFirst(page);
    connect(page, &ChoosePage::purposeChanged, this, [this, page](const QString &context) { askForRoom(page, context); });
    connect(page, &ChoosePage::went, window, [this, window](const QString &entry, const QString &context) { window->setSubject(entry == ownImage ? imageOf(context) : appOf(entry, context)); });
    askForRoom(page, page->purpose());
    return show(window);
}

// What the cluster is and has room for; until it has answered, everything can be chosen.
void SessionWizards::askForRoom(ChoosePage *page, const QString &context)
{
    page->setFixes(context, tr("It is asked what it has room for …"));
    m_worker->post([session = m_session, name = context.toStdString(), here = std::weak_ptr(m_here), done = std::function<void(Result<ClusterRoom>)>([this, page = QPointer(page), context](const Result<ClusterRoom> &room) {
                        if (!page)
                            return;
                        page->setFixes(context, room ? wordsOf(*room) : tr("It does not answer: %1").arg(shown(room.error().text())));
                        if (room && page->purpose() == context)
                            page->setRefusal([catalog = m_catalog, room = *room, context](const QString &entry, const QString &on) {
                                const catalog::Entry *found = catalog->find(entry.toStdString());
                                return found && on == context ? refusalOf(*found, room) : QString();
                            });
                    })] { hand<Result<ClusterRoom>>(here, done, roomOf(*session, name)); });
}

void SessionWizards::readCatalog()
{
    if (!m_catalog) // a few dozen small files, most of them compiled in
        m_catalog = std::make_shared<const catalog::Catalog>(catalog::loadCatalog(catalog::ownCatalog()));
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

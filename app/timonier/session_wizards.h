// The wizards of this window: opens them, keeps those whose plan runs while they are closed, offers to resume what was left unfinished. GUI
// thread.
#pragma once

#include "timonier/app_subject.h"
#include "timonier/cluster_subject.h"
#include "timonier/host_questions.h"
#include "timonier/image_subject.h"
#include "timonier/session_runs.h"
#include "ui/models/cluster_task.h"
#include "ui/models/cluster_tools.h"

#include <QObject>
#include <QPointer>

namespace timonier {

class ChoosePage;
class ClusterHosts;
class ClusterToolsDialog;
class HostsDialog;
class MainWindow;
class WizardWindow;

class SessionWizards final : public QObject
{
    Q_OBJECT
public:
    // `window` lives longer. `kubeconfig`: as it was given on the command line. `folder`: of the journal.
    SessionWizards(MainWindow &window, std::shared_ptr<Session> session, std::string kubeconfig, std::shared_ptr<ProcessRunner> runner, std::filesystem::path folder, std::shared_ptr<SecretStore> secrets = systemSecretStore());
    ~SessionWizards() override;

    // Where to run, then the wizard of what was chosen.
    WizardWindow *newCluster();
    // That of one provider; null: there is none of that name.
    WizardWindow *newCluster(const QString &provider);
    // Which application, and on which cluster (first the one that is looked at); then its wizard.
    WizardWindow *deploy();
    // An image of one's own, for that cluster; then the application that runs it.
    WizardWindow *makeImage(const QString &context);
    // Starts, stops or deletes a cluster that Timonier has made; null: it has made none of that context.
    WizardWindow *manage(const QString &context, ClusterTask task);
    // Its add-ons, images, services, tunnel; null: as above.
    ClusterToolsDialog *showTools(const QString &context, ClusterTool tool);
    // The hosts of one on hosts of one's own; null: there is no such cluster.
    HostsDialog *showHosts(const QString &context);
    // What is done with them (session/host_operations.h), with that host where it is about one; null: as above.
    WizardWindow *operate(const QString &context, const QString &verb, const QString &host = {});
    // All runs, and how they ended.
    RunsDialog *showRuns();
    // Tells of runs that were left unfinished.
    void offerUnfinished();
    // The main window wants to go. False: the person stays, for something runs.
    bool mayClose();
    const std::vector<QPointer<WizardWindow>> &windows() const { return m_windows; }

private:
    void askForRoom(ChoosePage *page, const QString &context);
    std::shared_ptr<WizardSubject> appOf(const QString &entry, const QString &context);
    std::shared_ptr<WizardSubject> imageOf(const QString &context);
    WizardWindow *deployWith(const QString &entry, const QString &context, form::Values values);
    std::shared_ptr<WizardSubject> subjectOf(const QString &provider);
    std::shared_ptr<WizardSubject> subjectOf(ClusterForm form);
    std::unique_ptr<ClusterHosts> hostsOf(const MadeCluster &made);
    void refreshHosts();
    WizardWindow *show(WizardWindow *window);
    QWidget *asking();
    void offer(const plan::RunRecord &run);
    void resume(const plan::RunRecord &run);
    void undo(const plan::RunRecord &run);
    void resumeApp(const plan::RunRecord &run);
    void resumeOperation(const plan::RunRecord &run);
    void resumeImage(const plan::RunRecord &run);
    void readCatalog();
    void lookForMade();
    void setMade(std::vector<MadeCluster> made);
    void readRuns();

    MainWindow &m_window;
    const std::shared_ptr<Session> m_session;
    const std::string m_kubeconfig;
    const std::shared_ptr<ProcessRunner> m_runner;
    const std::shared_ptr<SharedJournal> m_journal;
    const std::shared_ptr<Worker> m_closing;
    HostQuestions m_questions;
    const kubeadm::Access m_hosts; // connections are kept as long as the window is
    const std::vector<ClusterForm> m_forms;
    std::shared_ptr<SecretStore> m_secrets; // passwords of registries
    std::shared_ptr<const catalog::Catalog> m_catalog{}; // read when it is first wanted
    std::shared_ptr<QObject> m_here;
    std::vector<QPointer<WizardWindow>> m_windows{};
    std::unique_ptr<Worker> m_worker;
    std::vector<MadeCluster> m_made{};
    std::vector<plan::RunRecord> m_listed{}; // in the dialog
    QPointer<RunsDialog> m_runs{};
    std::map<QString, QPointer<ClusterToolsDialog>> m_tools{}; // by context; what they do goes on while they are closed
    std::map<QString, QPointer<HostsDialog>> m_hostDialogs{}; // by context
    bool m_closingAll = false;
};

} // namespace timonier

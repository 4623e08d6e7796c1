// The window's wizard of a kind cluster from the first page to the last, on the real plans and the real journal, with a kind that is played
// (ctl/double/kind); closed in the middle, left unfinished, gone on with.
#include "../ui/fake_cluster.h"

#include "session/cluster_forms.h"
#include "session/where_to_run.h"
#include "timonier/session_wizards.h"
#include "ui/models/check_rows.h"
#include "ui/models/step_tree.h"
#include "ui/models/wizard_draft.h"
#include "ui/theme/colours.h"
#include "ui/views/main_window.h"
#include "ui/views/notice_stack.h"
#include "ui/views/rail_view.h"
#include "ui/views/tone_label.h"
#include "ui/wizards/check_page.h"
#include "ui/wizards/choose_page.h"
#include "ui/wizards/cluster_tools_dialog.h"
#include "ui/wizards/done_page.h"
#include "ui/wizards/form_page.h"
#include "ui/wizards/plan_page.h"
#include "ui/wizards/run_page.h"
#include "ui/wizards/wizard_parts.h"
#include "ui/wizards/wizard_window.h"

#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTemporaryDir>
#include <QTest>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace timonier;
using namespace Qt::StringLiterals;

class tst_session_wizards : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { applyTheme(ThemeChoice::Light); }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("KIND_DOUBLE", m_folder->path().toUtf8());
        qputenv("MINIKUBE_DOUBLE", m_folder->path().toUtf8());
        qputenv("HOME", m_folder->path().toUtf8());
        QDir().mkpath(path(u"bin"_s));
        for (const char *tool : {"kind", "docker", "minikube"})
            QFile::link(QStringLiteral(TIMONIER_DOUBLES "/%1-double").arg(QLatin1StringView(tool)), path(u"bin/"_s + QLatin1StringView(tool)));
        qputenv("PATH", (path(u"bin"_s) + u":/usr/bin:/bin"_s).toUtf8());
        m_opener = std::make_unique<FakeOpener>();
        m_window = std::make_unique<MainWindow>(*m_opener, fakeKinds(), MainWindow::Start{});
        m_window->show();
        start();
    }
    void cleanup()
    {
        m_wizards.reset();
        m_window.reset();
    }

    void a_cluster_is_made_from_the_first_page_to_the_last()
    {
        WizardWindow *wizard = m_wizards->newCluster();
        QVERIFY(wizard);
        static_cast<ChoosePage *>(wizard->page())->choose(u"kind"_s, u"any"_s);
        wizard->next();
        QVERIFY(wizard->draft());
        wizard->next();
        wizard->draft()->set("name", u"dev"_s);
        wizard->draft()->set("workers", u"1"_s);
        wizard->draft()->set("ports", u"8080:30080"_s);
        QTRY_VERIFY_WITH_TIMEOUT(wizard->form()->whyNot().isEmpty(), 10'000);
        // What is not installed here is refused.
        const auto engine = std::ranges::find(wizard->draft()->parameters(), "engine", &form::Parameter::id);
        QVERIFY(!engine->choices.back().refused.empty());
        wizard->next();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->checks()->isOver(), 10'000);
        QVERIFY2(wizard->checks()->rows()->rowCount() >= 4, qPrintable(wizard->checks()->count()));
        QVERIFY2(wizard->checks()->whyNot().isEmpty(), qPrintable(wizard->checks()->whyNot()));
        wizard->next();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->plan()->whyNot().isEmpty(), 10'000);
        QVERIFY(!QFile::exists(path(u"plans/journal.db"_s))); // a plan changes nothing
        wizard->next();
        QTRY_COMPARE_WITH_TIMEOUT(wizard->page(), wizard->done(), 20'000);
        QVERIFY(QFile::exists(path(u"clusters/dev/ready"_s)));
        QVERIFY2(read(u"config"_s).contains(u"hostPort: 8080"_s) && read(u"config"_s).contains(u"role: worker"_s), qPrintable(read(u"config"_s)));
        QTRY_VERIFY(wizard->done()->findChild<QPushButton *>(u"doneNext-open"_s));
        // And it opens, once the kubeconfig has it.
        wizard->done()->findChild<QPushButton *>(u"doneNext-open"_s)->click();
        ContextList list;
        list.contexts = {{.name = u"other"_s}, {.name = u"kind-dev"_s}};
        list.current = u"other"_s;
        m_window->setContexts(list);
        QVERIFY(m_window->windowTitle().contains(u"kind-dev"_s));
    }

    void a_minikube_cluster_is_made_for_what_it_is_to_be_for()
    {
        WizardWindow *wizard = m_wizards->newCluster();
        auto *where = static_cast<ChoosePage *>(wizard->page());
        where->choose(u"minikube"_s, u"recognition"_s);
        if (where->chosen().isEmpty())
            QSKIP("this computer is too small for it");
        wizard->next();
        QCOMPARE(wizard->draft()->values().texts.at("kubernetes"), "v1.34.0"); // the purpose fixes it
        QTRY_VERIFY_WITH_TIMEOUT(wizard->form()->whyNot().isEmpty(), 10'000);
        const auto driver = std::ranges::find(wizard->draft()->parameters(), "driver", &form::Parameter::id);
        QVERIFY(driver->choices.size() > 3); // those that cannot be taken say why
        QVERIFY(std::ranges::any_of(driver->choices, [](const form::Choice &one) { return !one.refused.empty(); }));
        wizard->draft()->set("force", u"true"_s); // tests may be root
        QTRY_VERIFY_WITH_TIMEOUT(wizard->form()->whyNot().isEmpty(), 10'000);
        wizard->goTo(wizard->plan());
        QTRY_VERIFY_WITH_TIMEOUT(wizard->plan()->whyNot().isEmpty(), 10'000);
        wizard->next();
        QTRY_COMPARE_WITH_TIMEOUT(wizard->page(), wizard->done(), 30'000);
        QVERIFY(QFile::exists(path(u"profiles/minikube.json"_s)));
    }

    void a_minikube_that_runs_has_its_add_ons_images_services_and_tunnel_in_the_menu()
    {
        WizardWindow *wizard = toRun(u"mini"_s, u"minikube"_s);
        QTRY_COMPARE_WITH_TIMEOUT(wizard->page(), wizard->done(), 30'000);
        wizard->close();
        QTRY_VERIFY(choose(u"mini"_s, u"clusterAddons"_s));
        auto *dialog = m_window->findChild<ClusterToolsDialog *>();
        QVERIFY(dialog && dialog->isVisible());
        auto *list = dialog->findChild<QListWidget *>(u"addonList"_s);
        QTRY_COMPARE_WITH_TIMEOUT(list->count(), 3, 10'000);
        QListWidgetItem *ingress = list->findItems(u"ingress"_s, Qt::MatchExactly).front();
        auto *state = dialog->findChild<ToneLabel *>(u"addonState"_s);
        ingress->setCheckState(Qt::Checked);
        QVERIFY(state->text().contains(u"ingress is being switched on"_s) && dialog->isBusy());
        QTRY_COMPARE_WITH_TIMEOUT(state->text(), u"ingress is on"_s, 10'000);
        QVERIFY(read(u"profiles/mini.json"_s).contains(u"\"addons\": [\"ingress\"]"_s));
        // One that does not come up: the box goes back, and it is said why.
        write(u"scenario"_s, "addon-fails");
        list->findItems(u"dashboard"_s, Qt::MatchExactly).front()->setCheckState(Qt::Checked);
        auto *card = dialog->findChild<HelpCard *>(u"addonsCard"_s);
        QTRY_VERIFY_WITH_TIMEOUT(card->isVisible(), 10'000);
        QVERIFY2(card->text().contains(u"did not come up in time"_s), qPrintable(card->text()));
        QCOMPARE(list->findItems(u"dashboard"_s, Qt::MatchExactly).front()->checkState(), Qt::Unchecked);
        picture(*dialog, u"tools-addons"_s);
        write(u"scenario"_s, "ok");

        QVERIFY(choose(u"mini"_s, u"clusterImages"_s));
        auto *image = dialog->findChild<QLineEdit *>(u"imageName"_s);
        auto *load = dialog->findChild<QPushButton *>(u"imageLoad"_s);
        QVERIFY(image->isVisible() && !load->isEnabled());
        image->setText(u"front:dev"_s);
        load->click();
        QTRY_COMPARE_WITH_TIMEOUT(dialog->findChild<ToneLabel *>(u"loadState"_s)->text(), u"front:dev is in mini"_s, 10'000);
        QVERIFY(read(u"profiles/mini.json"_s).contains(u"front:dev"_s));
        image->setText(u"missing:dev"_s);
        load->click();
        QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<HelpCard *>(u"imagesCard"_s)->isVisible(), 10'000);
        QVERIFY(dialog->findChild<HelpCard *>(u"imagesCard"_s)->text().contains(u"missing:dev is not on this computer"_s));
        picture(*dialog, u"tools-images"_s);

        QVERIFY(choose(u"mini"_s, u"clusterServices"_s));
        dialog->findChild<QLineEdit *>(u"serviceName"_s)->setText(u"front"_s);
        dialog->findChild<QPushButton *>(u"serviceFind"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<QPushButton *>(u"serviceOpen"_s)->isVisible(), 10'000);
        QCOMPARE(dialog->findChild<QLabel *>(u"serviceUrls"_s)->text(), u"http://192.0.2.5:30080"_s);
        picture(*dialog, u"tools-services"_s);

        QVERIFY(choose(u"mini"_s, u"clusterLogs"_s));
        dialog->findChild<QPushButton *>(u"logsExport"_s)->click();
        auto *folder = dialog->findChild<QFileDialog *>(u"logsFolderDialog"_s);
        QVERIFY(folder);
        emit folder->fileSelected(path(u"logs"_s));
        folder->close();
        QTRY_COMPARE_WITH_TIMEOUT(dialog->findChild<ToneLabel *>(u"logState"_s)->text(), u"They are in "_s + path(u"logs"_s), 10'000);
        QVERIFY(read(u"logs/mini.log"_s).contains(u"Audit"_s));

        QVERIFY(choose(u"mini"_s, u"clusterTunnel"_s));
        auto *tunnel = dialog->findChild<QPushButton *>(u"tunnelOpen"_s);
        auto *how = dialog->findChild<ToneLabel *>(u"tunnelState"_s);
        tunnel->click();
        QTRY_VERIFY_WITH_TIMEOUT(how->text().startsWith(u"It is open"_s), 10'000);
        picture(*dialog, u"tools-tunnel"_s);
        dialog->close();
        QVERIFY(dialog->isBusy()); // it stays open
        QVERIFY(choose(u"mini"_s, u"clusterTunnel"_s));
        tunnel->click();
        QTRY_COMPARE_WITH_TIMEOUT(how->text(), u"It is closed"_s, 10'000);
        write(u"scenario"_s, "tunnel-asks");
        tunnel->click();
        QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<HelpCard *>(u"tunnelCard"_s)->isVisible(), 10'000);
        QVERIFY(dialog->findChild<HelpCard *>(u"tunnelCard"_s)->text().contains(u"minikube tunnel -p mini"_s));
    }

    void what_kind_cannot_do_is_told_in_the_menu_and_images_are_loaded()
    {
        WizardWindow *wizard = toRun(u"dev"_s);
        QTRY_COMPARE_WITH_TIMEOUT(wizard->page(), wizard->done(), 20'000);
        wizard->close();
        QTRY_VERIFY(choose(u"kind-dev"_s, u"clusterImages"_s));
        emit m_window->findChild<RailView *>()->menuWanted(u"kind-dev"_s, {});
        QMenu *menu = m_window->findChild<QMenu *>(u"contextMenu"_s);
        const QAction *addons = menu->findChild<QAction *>(u"clusterAddons"_s);
        QVERIFY(!addons->isEnabled() && addons->toolTip().contains(u"kind has no add-ons"_s) && addons->toolTip().contains(u"catalogue"_s));
        QVERIFY(!menu->findChild<QAction *>(u"clusterTunnel"_s)->isEnabled());
        menu->close();
        write(u"images"_s, "front:dev\n");
        auto *dialog = m_window->findChild<ClusterToolsDialog *>();
        dialog->findChild<QLineEdit *>(u"imageName"_s)->setText(u"front:dev"_s);
        dialog->findChild<QPushButton *>(u"imageLoad"_s)->click();
        dialog->close(); // it goes on, and is told
        QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<NoticeStack *>()->told().join(u'\n').contains(u"front:dev is in dev"_s), 10'000);
        QVERIFY(QFile::exists(path(u"clusters/dev/images/front:dev"_s)));
    }

    void the_kubernetes_of_docker_desktop_is_found_switched_on_by_hand_and_opened()
    {
        qputenv("KUBECONFIG", path(u"kubeconfig"_s).toUtf8());
        QDir().mkpath(path(u".docker/desktop"_s));
        write(u".docker/desktop/settings-store.json"_s, R"({"KubernetesEnabled": false})");
        write(u"desktop"_s, "");
        WizardWindow *wizard = m_wizards->newCluster();
        static_cast<ChoosePage *>(wizard->page())->choose(u"desktop"_s, u"any"_s);
        wizard->next();
        wizard->next();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->form()->whyNot().isEmpty(), 10'000);
        const auto program = std::ranges::find(wizard->draft()->parameters(), "program", &form::Parameter::id);
        QVERIFY(program->choices.front().refused.empty() && !program->choices.back().refused.empty()); // the other is not here
        wizard->next();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->checks()->isOver(), 10'000);
        auto *card = wizard->checks()->findChild<HelpCard *>(u"checkCard"_s);
        QVERIFY2(!wizard->checks()->whyNot().isEmpty() && card->text().contains(u"Settings, Kubernetes, Enable Kubernetes"_s), qPrintable(card->text()));
        picture(*wizard, u"desktop-off"_s);
        // The person switches it on; the program enters its context.
        write(u".docker/desktop/settings-store.json"_s, R"({"KubernetesEnabled": true})");
        write(u"kubeconfig"_s, "apiVersion: v1\nkind: Config\nclusters: [{name: docker-desktop, cluster: {server: 'https://127.0.0.1:6443'}}]\ncontexts: [{name: docker-desktop, context: {cluster: docker-desktop, user: docker-desktop}}]\nusers: [{name: docker-desktop, user: {token: x}}]\n");
        wizard->checks()->checkAgain();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->checks()->whyNot().isEmpty(), 10'000);
        wizard->next();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->plan()->whyNot().isEmpty(), 10'000);
        wizard->next();
        QTRY_COMPARE_WITH_TIMEOUT(wizard->page(), wizard->done(), 20'000);
        QTRY_VERIFY(wizard->done()->findChild<QPushButton *>(u"doneNext-open"_s));
        wizard->done()->findChild<QPushButton *>(u"doneNext-open"_s)->click();
        ContextList list;
        list.contexts = {{.name = u"docker-desktop"_s}};
        m_window->setContexts(list);
        QVERIFY(m_window->windowTitle().contains(u"docker-desktop"_s));
        qunsetenv("KUBECONFIG");
    }

    void an_engine_that_is_down_stops_the_way_and_says_so()
    {
        write(u"down"_s, "");
        WizardWindow *wizard = m_wizards->newCluster(u"kind"_s);
        wizard->next();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->form()->whyNot().isEmpty(), 10'000);
        wizard->next();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->checks()->isOver(), 10'000);
        QVERIFY(!wizard->checks()->whyNot().isEmpty());
        QVERIFY(wizard->checks()->rows()->bad() >= 1);
        QFile::remove(path(u"down"_s));
        wizard->checks()->checkAgain();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->checks()->whyNot().isEmpty(), 10'000);
    }

    void a_port_that_is_taken_is_changed_by_a_button()
    {
        const int other = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        QVERIFY(::bind(other, reinterpret_cast<sockaddr *>(&address), size) == 0 && ::listen(other, 1) == 0 && ::getsockname(other, reinterpret_cast<sockaddr *>(&address), &size) == 0);
        const QString port = QString::number(ntohs(address.sin_port));
        WizardWindow *wizard = m_wizards->newCluster(u"kind"_s);
        wizard->next();
        wizard->draft()->set("ports", port + u":30080"_s);
        QTRY_VERIFY_WITH_TIMEOUT(wizard->form()->whyNot().isEmpty(), 10'000);
        wizard->next();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->checks()->isOver(), 10'000);
        auto *card = wizard->checks()->findChild<HelpCard *>(u"checkCard"_s);
        QVERIFY2(card->text().contains(u"taken on this computer: "_s + port), qPrintable(card->text()));
        picture(*wizard, u"checks-port"_s);
        card->findChild<QPushButton *>(u"checkCardFix-ports"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->checks()->isOver() && wizard->checks()->whyNot().isEmpty(), 10'000);
        const std::string now = wizard->draft()->values().texts.at("ports");
        QVERIFY2(now != port.toStdString() + ":30080" && now.ends_with(":30080"), now.c_str());
        ::close(other);
    }

    void stopped_in_the_middle_it_is_resumed_and_taken_back()
    {
        write(u"slow"_s, "30");
        WizardWindow *wizard = toRun(u"dev"_s);
        QTRY_VERIFY_WITH_TIMEOUT(QDir(path(u"clusters/dev"_s)).exists(), 10'000);
        wizard->run()->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!wizard->isRunning(), 10'000);
        QCOMPARE(*wizard->run()->steps()->end(), plan::RunState::Cancelled);
        QFile::remove(path(u"slow"_s));
        wizard->run()->findChild<QPushButton *>(u"runCardResume"_s)->click();
        QTRY_COMPARE_WITH_TIMEOUT(wizard->page(), wizard->done(), 20'000);
        QVERIFY(QFile::exists(path(u"clusters/dev/ready"_s)));
        wizard->findChild<QPushButton *>(u"wizardUndo"_s)->click();
        QTRY_VERIFY(wizard->findChild<QMessageBox *>(u"undoQuestion"_s));
        auto *box = wizard->findChild<QMessageBox *>(u"undoQuestion"_s);
        QVERIFY(box->informativeText().contains(u"dev"_s));
        for (QAbstractButton *one : box->buttons())
            if (box->buttonRole(one) == QMessageBox::DestructiveRole)
                one->click();
        QTRY_VERIFY_WITH_TIMEOUT(!wizard->isRunning() && !QDir(path(u"clusters/dev"_s)).exists(), 20'000);
    }

    void what_a_run_has_made_is_taken_back_from_the_list_of_runs()
    {
        WizardWindow *wizard = toRun(u"dev"_s);
        QTRY_COMPARE_WITH_TIMEOUT(wizard->page(), wizard->done(), 20'000);
        wizard->close();
        RunsDialog *runs = m_wizards->showRuns();
        QTRY_COMPARE_WITH_TIMEOUT(runs->findChildren<QPushButton *>(u"runUndo"_s).size(), 1, 5'000);
        picture(*runs, u"runs"_s);
        runs->findChild<QPushButton *>(u"runUndo"_s)->click();
        wizard = m_wizards->windows().back();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->findChild<QMessageBox *>(u"undoQuestion"_s), 5'000);
        auto *box = wizard->findChild<QMessageBox *>(u"undoQuestion"_s);
        QVERIFY(QDir(path(u"clusters/dev"_s)).exists() && box->informativeText().contains(u"dev"_s)); // asked first
        for (QAbstractButton *one : box->buttons())
            if (box->buttonRole(one) == QMessageBox::DestructiveRole)
                one->click();
        QTRY_VERIFY_WITH_TIMEOUT(!wizard->isRunning() && !QDir(path(u"clusters/dev"_s)).exists(), 20'000);
        QTRY_VERIFY_WITH_TIMEOUT(runs->findChildren<QPushButton *>(u"runUndo"_s).isEmpty(), 5'000); // nothing is left of it
    }

    void a_run_that_was_left_is_offered_at_the_next_start()
    {
        leaveRun("left");
        start();
        m_wizards->offerUnfinished();
        auto *notices = m_window->findChild<NoticeStack *>();
        QTRY_VERIFY_WITH_TIMEOUT(notices->told().join(u'\n').contains(u"The kind cluster left"_s), 5'000);
        QPushButton *resume = nullptr;
        for (auto *one : notices->findChildren<QPushButton *>())
            if (one->text() == u"Resume")
                resume = one;
        QVERIFY(resume);
        resume->click();
        QCOMPARE(m_wizards->windows().size(), std::size_t(1));
        WizardWindow *wizard = m_wizards->windows().front();
        QTRY_COMPARE_WITH_TIMEOUT(wizard->page(), wizard->done(), 20'000);
        QVERIFY(QFile::exists(path(u"clusters/left/ready"_s)));
    }

    void what_was_begun_with_hosts_goes_on_from_the_list_of_runs()
    {
        m_wizards.reset();
        leave({.provider = "kubeadm upgrade", .target = "kubeadm/lab", .title = "Upgrade the cluster lab to 1.36.3", .spec = "provider: kubeadm\nname: lab\nkubernetes: \"1.36.3\"\ncontrolPlanes: [{host: 127.0.0.1, port: 1}]\n"});
        start();
        RunsDialog *runs = m_wizards->showRuns();
        QTRY_COMPARE_WITH_TIMEOUT(runs->findChildren<QPushButton *>(u"runResume"_s).size(), 1, 5'000);
        QVERIFY(runs->findChildren<QPushButton *>(u"runUndo"_s).isEmpty()); // an upgrade is not taken back
        runs->findChild<QPushButton *>(u"runResume"_s)->click();
        WizardWindow *wizard = m_wizards->windows().front();
        QCOMPARE(wizard->windowTitle(), u"Upgrade the cluster lab"_s);
        QCOMPARE(QString::fromStdString(wizard->draft()->values().texts.at("kubernetes")), u"1.36.3"_s);
        QVERIFY(wizard->isRunning() && wizard->page() == wizard->run());
        QTRY_VERIFY_WITH_TIMEOUT(wizard->run()->steps()->rowCount() > 4, 10'000); // host by host
        wizard->run()->stop(); // nobody listens there: it would be tried for half a minute
        QTRY_VERIFY_WITH_TIMEOUT(!wizard->isRunning(), 20'000);
        QVERIFY(!wizard->findChild<QPushButton *>(u"wizardUndo"_s)->isVisible());
        // One that asks for nothing has no page of settings.
        QVERIFY(wizard->form());
        leave({.provider = "kubeadm renew-certs", .target = "kubeadm/other", .title = "Renew", .spec = "provider: kubeadm\nname: other\ncontrolPlanes: [{host: 127.0.0.1, port: 1}]\n"});
        m_wizards->showRuns();
        QTRY_COMPARE_WITH_TIMEOUT(runs->findChildren<QPushButton *>(u"runResume"_s).size(), 2, 5'000);
        runs->findChild<QPushButton *>(u"runResume"_s)->click();
        wizard = m_wizards->windows().back();
        QVERIFY(!wizard->form());
        wizard->run()->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!wizard->isRunning(), 20'000);
        wizard->run()->findChild<QPushButton *>(u"runCardSettings"_s)->click();
        QCOMPARE(wizard->page(), wizard->checks());
    }

    void a_journal_of_a_newer_timonier_is_said_to_be_one_and_left_alone()
    {
        m_wizards.reset();
        leaveRun("left");
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"newer"_s);
            database.setDatabaseName(path(u"plans/journal.db"_s));
            QVERIFY(database.open());
            QSqlQuery(database).exec(u"PRAGMA user_version=99"_s);
        }
        QSqlDatabase::removeDatabase(u"newer"_s);
        const QString before = bytes();
        start();
        m_wizards->offerUnfinished();
        auto *notices = m_window->findChild<NoticeStack *>();
        QTRY_VERIFY_WITH_TIMEOUT(notices->told().join(u'\n').contains(u"was written by a newer Timonier"_s), 5'000);
        RunsDialog *runs = m_wizards->showRuns();
        auto *words = runs->findChild<QLabel *>(u"runsNone"_s);
        QTRY_VERIFY_WITH_TIMEOUT(words->text().contains(u"newer Timonier"_s), 5'000);
        QVERIFY(words->isVisible() && words->text().contains(u"the file was not changed"_s));
        picture(*runs, u"runs-newer"_s);
        // A wizard comes as far as the plan, which says it too: nothing is begun that could not be written down.
        WizardWindow *wizard = m_wizards->newCluster(u"kind"_s);
        wizard->next();
        QTRY_VERIFY_WITH_TIMEOUT(wizard->form()->whyNot().isEmpty(), 10'000);
        wizard->goTo(wizard->plan());
        auto *card = wizard->plan()->findChild<HelpCard *>(u"planCard"_s);
        QTRY_VERIFY_WITH_TIMEOUT(card->isVisible(), 10'000);
        QVERIFY2(card->text().contains(u"newer Timonier"_s), qPrintable(card->text()));
        QVERIFY(!wizard->plan()->whyNot().isEmpty());
        picture(*wizard, u"plan-newer"_s);
        QCOMPARE(bytes(), before);
        QVERIFY(!QDir(path(u"clusters"_s)).exists());
    }

    void a_damaged_journal_is_put_aside_and_what_could_be_read_is_listed()
    {
        m_wizards.reset(); // what it holds open would keep the newest pages elsewhere (WAL)
        for (int i = 0; i < 60; ++i)
            leaveRun(("left" + std::to_string(i)).c_str());
        QFile file(path(u"plans/journal.db"_s));
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.seek(file.size() / 2 / 4096 * 4096);
        file.write(QByteArray(4096, '\xff'));
        file.close();
        start();
        m_wizards->offerUnfinished();
        auto *notices = m_window->findChild<NoticeStack *>();
        QTRY_VERIFY_WITH_TIMEOUT(notices->told().join(u'\n').contains(u"was damaged"_s), 5'000);
        RunsDialog *runs = m_wizards->showRuns();
        auto *words = runs->findChild<QLabel *>(u"runsNone"_s);
        QTRY_VERIFY_WITH_TIMEOUT(words->text().contains(u"was damaged"_s), 5'000);
        QVERIFY(words->isVisible());
        QTRY_VERIFY(!runs->findChildren<QPushButton *>(u"runResume"_s).isEmpty()); // they can still go on
        QCOMPARE(QDir(path(u"plans"_s)).entryList({u"journal-damaged-*"_s}).size(), 1);
        picture(*runs, u"runs-damaged"_s);
    }

    void a_kubeconfig_that_cannot_be_written_is_told_on_the_last_page_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("readOnly");
        QTest::addColumn<QString>("why");
        QTest::newRow("broken") << u"clusters: [\n"_s << false << u"it is broken"_s;
        QTest::newRow("read-only") << u"apiVersion: v1\nkind: Config\n"_s << true << u"is read-only"_s;
    }
    void a_kubeconfig_that_cannot_be_written_is_told_on_the_last_page()
    {
        QFETCH(QString, text);
        QFETCH(bool, readOnly);
        QFETCH(QString, why);
        qputenv("KUBECONFIG", path(u"kubeconfig"_s).toUtf8());
        write(u"kubeconfig"_s, text.toUtf8());
        if (readOnly)
            QFile::setPermissions(path(u"kubeconfig"_s), QFile::ReadOwner);
        WizardWindow *wizard = toRun(u"dev"_s);
        QTRY_COMPARE_WITH_TIMEOUT(wizard->page(), wizard->done(), 20'000);
        auto *notes = wizard->done()->findChild<QLabel *>(u"doneNotes"_s);
        QTRY_VERIFY_WITH_TIMEOUT(notes->isVisible(), 5'000);
        const QString beside = path(u"kubeconfig.kind-dev.yaml"_s);
        QVERIFY2(notes->text().contains(u"was left alone"_s) && notes->text().contains(why) && notes->text().contains(beside), qPrintable(notes->text()));
        QVERIFY(notes->text().contains(u"KUBECONFIG="_s + path(u"kubeconfig:"_s) + beside));
        QVERIFY(!wizard->done()->findChild<QPushButton *>(u"doneNext-open"_s)); // this window does not read that file
        QCOMPARE(read(u"kubeconfig"_s), text);
        QVERIFY(QFile::exists(beside));
        picture(*wizard, u"done-kubeconfig-"_s + QLatin1StringView(QTest::currentDataTag()));
        qunsetenv("KUBECONFIG");
    }
    void a_kubeconfig_that_kubectl_holds_fails_the_step_and_it_goes_on_from_there()
    {
        qputenv("KUBECONFIG", path(u"kubeconfig"_s).toUtf8());
        write(u"kubeconfig.lock"_s, "");
        WizardWindow *wizard = toRun(u"dev"_s);
        QTRY_VERIFY_WITH_TIMEOUT(!wizard->isRunning() && wizard->run()->steps()->isOver(), 40'000);
        auto *card = wizard->run()->findChild<HelpCard *>(u"runCard"_s);
        QVERIFY2(card->isVisible() && card->text().contains(u"is locked by another program"_s) && card->text().contains(u"kubeconfig.lock"_s), qPrintable(card->text()));
        picture(*wizard, u"run-locked"_s);
        QFile::remove(path(u"kubeconfig.lock"_s));
        wizard->run()->findChild<QPushButton *>(u"runCardResume"_s)->click();
        QTRY_COMPARE_WITH_TIMEOUT(wizard->page(), wizard->done(), 20'000);
        QCOMPARE(read(u"calls"_s).count(u"create cluster"_s), 1); // what was made stays made
        QTRY_VERIFY(wizard->done()->findChild<QLabel *>(u"doneNotes"_s)->text().contains(u"was written"_s));
        qunsetenv("KUBECONFIG");
    }

    void quitting_while_it_runs_asks()
    {
        write(u"slow"_s, "30");
        WizardWindow *wizard = toRun(u"dev"_s);
        QTRY_VERIFY_WITH_TIMEOUT(QDir(path(u"clusters/dev"_s)).exists(), 10'000);
        m_window->setCloseGuard([this] { return m_wizards->mayClose(); });
        QVERIFY(!m_window->close());
        auto *box = m_window->findChild<QMessageBox *>(u"quitQuestion"_s);
        QVERIFY(box && box->text().contains(u"dev"_s));
        box->close();
        wizard->run()->stop();
        QTRY_VERIFY_WITH_TIMEOUT(!wizard->isRunning(), 10'000);
    }

    void an_image_of_ones_own_is_built_loaded_and_handed_on_to_its_application()
    {
        WizardWindow *wizard = imageWizard({{"image", u"shop:2"_s}, {"context", m_folder->path()}});
        QTRY_VERIFY_WITH_TIMEOUT(wizard->form()->whyNot().contains(u"no Dockerfile"_s), 10'000);
        wizard->draft()->set("context", path(u"shop"_s));
        QTRY_VERIFY_WITH_TIMEOUT(wizard->form()->whyNot().isEmpty(), 10'000);
        QCOMPARE(textIn(*wizard, "load"), u"kind/dev"_s); // as the chosen cluster wants it
        imagePicture(*wizard, "form");
        QVERIFY(runs(wizard));
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(wizard->run()->findChild<HelpCard *>(u"runCard"_s)->text()));
        QVERIFY(QFile::exists(path(u"labels/shop:2"_s)) && !QFile::exists(path(u"trial"_s)) && !QFile::exists(path(u"pushed"_s)));
        QVERIFY2(read(u"calls"_s).contains(u"load docker-image shop:2 --name dev"_s), qPrintable(read(u"calls"_s)));
        QTRY_VERIFY(wizard->done()->findChild<QPushButton *>(u"doneNext-use0"_s));
        imagePicture(*wizard, "done");
        // Built again, nothing is built.
        const qsizetype built = read(u"calls"_s).count(u"docker build"_s);
        wizard->goTo(wizard->form());
        wizard->draft()->set("trial", u"2"_s);
        QVERIFY(runs(wizard));
        QCOMPARE(read(u"calls"_s).count(u"docker build"_s), built);
        handsOn(*wizard, "doneNext-use1", "backendImage", u"shop:2"_s);
    }

    void a_build_that_fails_says_why_and_goes_on_once_it_is_mended()
    {
        write(u"broken"_s, "");
        WizardWindow *wizard = imageWizard({{"image", u"shop:3"_s}});
        QVERIFY(runs(wizard));
        auto *card = wizard->run()->findChild<HelpCard *>(u"runCard"_s);
        QVERIFY2(!wizard->run()->hasFinished() && card->text().contains(u"\"/app\": not found"_s), qPrintable(card->text()));
        imagePicture(*wizard, "failed");
        QFile::remove(path(u"broken"_s));
        write(u"ends"_s, "false 127 false\n"); // it builds, and does not start
        card->findChild<QPushButton *>(u"runCardResume"_s)->click();
        QTRY_VERIFY_WITH_TIMEOUT(!wizard->isRunning() && card->text().contains(u"ended with 127"_s), 20'000);
        QVERIFY(!QFile::exists(path(u"trial"_s))); // nothing of the trial is left
        QFile::remove(path(u"ends"_s));
        card->findChild<QPushButton *>(u"runCardResume"_s)->click();
        QTRY_COMPARE_WITH_TIMEOUT(wizard->page(), wizard->done(), 20'000);
        handsOn(*wizard, "doneNext-use0", "image", u"shop:3"_s);
    }

    void a_registrys_password_goes_into_the_store_when_it_is_pushed_and_nowhere_else()
    {
        WizardWindow *wizard = imageWizard({{"image", u"registry.example.com/shop:4"_s}, {"push", u"true"_s}, {"load", u""_s}, {"user", u"ann"_s}});
        QTRY_VERIFY_WITH_TIMEOUT(wizard->form()->whyNot().isEmpty(), 10'000);
        wizard->goTo(wizard->checks());
        QTRY_VERIFY_WITH_TIMEOUT(wizard->checks()->isOver(), 10'000);
        QVERIFY(wizard->checks()->rows()->bad() == 1); // no password is kept
        wizard->goTo(wizard->form());
        wizard->draft()->setSecret("password", u"correct-horse"_s);
        QTRY_VERIFY_WITH_TIMEOUT(wizard->form()->whyNot().isEmpty(), 10'000);
        wizard->goTo(wizard->plan());
        QTRY_VERIFY_WITH_TIMEOUT(wizard->plan()->whyNot().isEmpty(), 10'000);
        QVERIFY(!m_secrets->read("registry/registry.example.com/ann").value()); // a plan changes nothing
        QVERIFY(runs(wizard));
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(wizard->run()->findChild<HelpCard *>(u"runCard"_s)->text()));
        QVERIFY(m_secrets->read("registry/registry.example.com/ann").value());
        QCOMPARE(read(u"pushed"_s), u"registry.example.com/shop:4\n"_s);
        QVERIFY(read(u"signed-in"_s).contains(QString::fromLatin1(QByteArray("ann:correct-horse").toBase64())));
        m_wizards.reset(); // the journal is closed
        for (const QString &file : QDir(path(u"plans"_s)).entryList(QDir::Files))
            QVERIFY2(!read(u"plans/"_s + file).contains(u"correct-horse"_s), qPrintable(file));
        QVERIFY(!read(u"calls"_s).contains(u"correct-horse"_s));
    }

    void a_file_that_is_loaded_and_saved_again_loses_nothing()
    {
        for (const ClusterForm &form : clusterForms({})) {
            const std::string text = "provider: " + form.provider + "\nname: dev\nnobodyAsksForThis:\n  - a: 1\n    b: \"x: y\"\nkubeconfig: /tmp/with blank\n";
            const auto values = form.values(text, "f.yaml");
            if (form.provider == "kubeadm" || form.provider == "eks" || form.provider == "ec2" || form.provider == "aks") { // their forms have every field of their specs: another one is a mistake, which is said (tst_cluster_form* has the rest)
                QVERIFY(!values && values.error().message.find("nobodyAsksForThis") != std::string::npos);
                continue;
            }
            QVERIFY2(values.has_value(), values ? "" : values.error().text().c_str());
            const std::string again = form.text(*values);
            const auto twice = form.values(again, "f.yaml");
            QVERIFY2(twice.has_value(), again.c_str());
            for (const auto &[id, value] : values->texts)
                QVERIFY2(twice->texts.at(id) == value, again.c_str());
            QVERIFY2(again.find("nobodyAsksForThis") != std::string::npos && again.find("x: y") != std::string::npos, again.c_str());
            QVERIFY(!form.values("provider: nobody\nname: x\n", "f.yaml").has_value());
            QVERIFY(!form.values("- a\n", "f.yaml").has_value());
            QVERIFY(!form.values("a: [", "f.yaml").has_value());
            QVERIFY2(form::problemsOf(form.parameters, *values).empty(), form.provider.c_str());
        }
    }

    void pictures_to_look_at()
    {
        for (const char *provider : {"kind", "minikube"}) {
            WizardWindow *wizard = m_wizards->newCluster(QLatin1StringView(provider));
            wizard->resize(1120, 720);
            const auto picture = [&](const char *page) {
                QTest::qWait(60);
                QVERIFY(wizard->grab().save(QCoreApplication::applicationDirPath() + u"/wizard-real-%1-%2.png"_s.arg(QLatin1StringView(provider), QLatin1StringView(page))));
            };
            wizard->next();
            QTRY_VERIFY_WITH_TIMEOUT(wizard->form()->whyNot().isEmpty(), 10'000);
            picture("form");
            wizard->goTo(wizard->checks());
            QTRY_VERIFY_WITH_TIMEOUT(wizard->checks()->isOver(), 10'000);
            picture("checks");
            wizard->goTo(wizard->plan());
            QTRY_VERIFY_WITH_TIMEOUT(!wizard->plan()->count().isEmpty(), 10'000);
            picture("plan");
        }
    }

    void pairs_that_cannot_work_are_refused()
    {
        const auto placeOf = [](const char *provider) { return *std::ranges::find(runPlaces(), provider, &RunPlace::provider); };
        const auto purposeOf = [](const char *id) { return *std::ranges::find(runPurposes(), id, &RunPurpose::id); };
        const Machine large{.cpus = 16, .memoryGib = 64}, small{.cpus = 2, .memoryGib = 8};
        QCOMPARE(refusal(placeOf("kind"), purposeOf("any"), small), "");
        QCOMPARE(refusal(placeOf("kind"), purposeOf("kubeflow-1.11"), large), "");
        QVERIFY(refusal(placeOf("kind"), purposeOf("kubeflow-1.11"), small).find("8 CPUs") != std::string::npos);
        QVERIFY(refusal(placeOf("kind"), purposeOf("kfctl-1.2"), large).find("v1beta1") != std::string::npos);
        QVERIFY(needsText(purposeOf("kubeflow-1.10")).find("1.32 to 1.33") != std::string::npos);
    }

private:
    // On to the application, with its image filled in.
    void handsOn(WizardWindow &wizard, const char *button, const char *parameter, const QString &image)
    {
        QTRY_VERIFY(wizard.done()->findChild<QPushButton *>(QLatin1StringView(button)));
        wizard.done()->findChild<QPushButton *>(QLatin1StringView(button))->click();
        WizardWindow *next = m_wizards->windows().back();
        QVERIFY(next != &wizard);
        QCOMPARE(textIn(*next, parameter), image);
        QVERIFY(textIn(*next, "name") == u"web"_s || textIn(*next, "name") == u"recognition"_s);
    }
    static QString textIn(const WizardWindow &wizard, const char *id)
    {
        const auto &all = wizard.draft()->parameters();
        const auto found = std::ranges::find(all, id, &form::Parameter::id);
        return found == all.end() ? QString() : QString::fromStdString(form::valueOf(*found, wizard.draft()->values()));
    }
    static void imagePicture(WizardWindow &wizard, const char *page)
    {
        wizard.resize(1120, 720);
        QTest::qWait(60);
        QVERIFY(wizard.grab().save(QCoreApplication::applicationDirPath() + u"/wizard-image-%1.png"_s.arg(QLatin1StringView(page))));
    }
    void start()
    {
        m_wizards.reset();
        m_wizards = std::make_unique<SessionWizards>(*m_window, std::make_shared<Session>(path(u"kubeconfig"_s).toStdString(), false, false), path(u"kubeconfig"_s).toStdString(), std::make_shared<SystemProcessRunner>(), std::filesystem::path(path(u"plans"_s).toStdString()), m_secrets);
    }
    // The wizard of an image for the kind cluster "dev", its settings filled in.
    WizardWindow *imageWizard(const std::map<const char *, QString> &settings)
    {
        for (const char *part : {"nodes", "images"})
            QDir().mkpath(path(u"clusters/dev/"_s + QLatin1StringView(part)));
        QDir().mkpath(path(u"shop"_s));
        write(u"shop/Dockerfile"_s, "FROM busybox:1.37\nCOPY . .\n");
        ContextList list;
        list.contexts = {{.name = u"kind-dev"_s}};
        list.current = u"kind-dev"_s;
        m_window->setContexts(list);
        WizardWindow *wizard = m_wizards->deploy();
        static_cast<ChoosePage *>(wizard->page())->choose(u":image"_s, u"kind-dev"_s);
        wizard->next();
        wizard->next();
        wizard->draft()->set("context", path(u"shop"_s));
        wizard->draft()->set("trial", u"1"_s);
        for (const auto &[id, value] : settings)
            wizard->draft()->set(id, value);
        return wizard;
    }
    static bool runs(WizardWindow *wizard)
    {
        const auto on = [&](WizardPage *page) { return QTest::qWaitFor([&] { return page->whyNot().isEmpty(); }, 10'000); };
        bool good = on(wizard->form());
        wizard->goTo(wizard->checks());
        good = good && on(wizard->checks());
        wizard->goTo(wizard->plan());
        good = good && on(wizard->plan());
        wizard->next();
        return good && QTest::qWaitFor([&] { return !wizard->isRunning(); }, 20'000);
    }
    // By the rail's menu, as a person would; false: it has no such entry, or none that can be chosen.
    bool choose(const QString &context, const QString &action)
    {
        emit m_window->findChild<RailView *>()->menuWanted(context, {});
        QMenu *menu = m_window->findChild<QMenu *>(u"contextMenu"_s);
        QAction *found = menu ? menu->findChild<QAction *>(action) : nullptr;
        const bool can = found && found->isEnabled();
        if (can)
            found->trigger();
        if (menu)
            menu->close();
        QTest::qWait(10); // it goes by itself
        return can;
    }
    static void picture(QWidget &widget, const QString &name)
    {
        QTest::qWait(60);
        QVERIFY(widget.grab().save(QCoreApplication::applicationDirPath() + u"/wizard-real-%1.png"_s.arg(name)));
    }
    WizardWindow *toRun(const QString &name, const QString &provider = u"kind"_s)
    {
        WizardWindow *wizard = m_wizards->newCluster(provider);
        wizard->draft()->set("name", name);
        if (provider == u"minikube"_s)
            wizard->draft()->set("force", u"true"_s); // tests may be root
        const auto on = [&](WizardPage *page) { return QTest::qWaitFor([&] { return page->whyNot().isEmpty(); }, 10'000); };
        wizard->next();
        if (!on(wizard->form()))
            qWarning("the form is not complete");
        wizard->next();
        if (!on(wizard->checks()))
            qWarning("a check stands against it");
        wizard->next();
        if (!on(wizard->plan()))
            qWarning("there is no plan");
        wizard->next();
        return wizard;
    }
    // What a program that died leaves: a run that says it is running, and nobody who holds its lock.
    void leaveRun(const char *name) { leave({.provider = "kind", .target = std::string("kind/") + name, .title = std::string("The kind cluster ") + name, .spec = std::string("provider: kind\nname: ") + name + "\n"}); }
    void leave(const plan::Plan &plan)
    {
        auto journal = plan::Journal::open(std::filesystem::path(path(u"plans"_s).toStdString()), std::make_shared<SystemClock>());
        QVERIFY(journal.has_value());
        QVERIFY((*journal)->begin(plan, plan::Direction::Forward).has_value());
    }
    QString bytes() const
    {
        QFile file(path(u"plans/journal.db"_s));
        return file.open(QIODevice::ReadOnly) ? QString::fromLatin1(file.readAll()) : QString();
    }
    QString path(const QString &name) const { return m_folder->filePath(name); }
    void write(const QString &name, const QByteArray &text)
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }
    QString read(const QString &name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FakeOpener> m_opener;
    std::shared_ptr<MemorySecretStore> m_secrets = std::make_shared<MemorySecretStore>();
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<SessionWizards> m_wizards;
};

QTEST_MAIN(tst_session_wizards)
#include "tst_session_wizards.moc"

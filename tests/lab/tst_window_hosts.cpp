// Three bare hosts become a cluster in the window: asked about their keys, looked at, prepared, joined, opened in the live views; an application is deployed on them, answers,
// and all is taken back. tst_kubeadm.py starts the hosts and runs this; alone it is skipped.
#include "window_stage.h"

#include "app/timonier/session_wizards.h"
#include "core/base/paths.h"
#include "ui/models/check_grid.h"
#include "ui/models/wizard_draft.h"
#include "ui/theme/colours.h"
#include "ui/views/rail_view.h"
#include "ui/wizards/check_page.h"
#include "ui/wizards/choose_page.h"
#include "ui/wizards/done_page.h"
#include "ui/wizards/form_page.h"
#include "ui/wizards/host_dialogs.h"
#include "ui/wizards/plan_page.h"
#include "ui/wizards/run_page.h"
#include "ui/wizards/wizard_parts.h"
#include "ui/wizards/wizard_window.h"

#include <QJsonArray>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QTimer>

namespace {

void picture(QWidget &widget, const QString &name)
{
    for (const ThemeChoice theme : {ThemeChoice::Dark, ThemeChoice::Light}) {
        applyTheme(theme);
        QTest::qWait(80);
        widget.grab().save(QCoreApplication::applicationDirPath() + u"/wizard-hosts-"_s + name + (theme == ThemeChoice::Dark ? u"-dark.png"_s : u"-light.png"_s));
    }
}

QString failure(WizardWindow &wizard) { return wizard.run()->findChild<HelpCard *>(u"runCard"_s)->text(); }

// The person at the keyboard: trusts a host whose fingerprint is the one that was promised, knows the password of sudo.
class Person final : public QObject
{
    Q_OBJECT
public:
    Person()
    {
        m_look.setInterval(50);
        connect(&m_look, &QTimer::timeout, this, &Person::look);
        m_look.start();
    }
    QStringList trusted, refused, passwords;

private:
    void look()
    {
        for (QWidget *widget : QApplication::topLevelWidgets()) {
            if (!widget->isVisible() || m_seen.contains(widget))
                continue;
            if (auto *key = qobject_cast<HostKeyDialog *>(widget)) {
                m_seen << widget;
                const QString print = key->findChild<QLabel *>(u"hostKeyPrint"_s)->text();
                if (trusted.isEmpty())
                    picture(*key, u"host-key"_s);
                const bool isPromised = qEnvironmentVariable("TIMONIER_HOSTS_FINGERPRINTS").contains(print);
                (isPromised ? trusted : refused) << print;
                key->findChild<QPushButton *>(isPromised ? u"hostKeyTrust"_s : u"hostKeyRefuse"_s)->click();
            } else if (auto *secret = qobject_cast<HostSecretDialog *>(widget)) {
                m_seen << widget;
                if (passwords.isEmpty())
                    picture(*secret, u"password"_s);
                passwords << secret->windowTitle();
                secret->findChild<QLineEdit *>(u"hostSecretEdit"_s)->setText(qEnvironmentVariable("TIMONIER_HOSTS_PASSWORD"));
                secret->accept();
            }
        }
    }
    QTimer m_look;
    QSet<QWidget *> m_seen;
};

int ready(Stage &stage)
{
    const TableModel &model = stage.model();
    int all = 0;
    for (int row = 0; row < model.rowCount(); ++row)
        for (int column = 0; column < model.columnCount(); ++column)
            all += model.index(row, column).data().toString() == u"Ready"_s;
    return all;
}

} // namespace

class tst_window_hosts : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (!qEnvironmentVariableIsSet("TIMONIER_HOSTS_SPEC"))
            QSKIP("tst_kubeadm.py runs it, with hosts");
        applyTheme(ThemeChoice::Light);
    }

    void hosts_become_a_cluster_that_serves_an_application_and_are_bare_again()
    {
        const QString context = qEnvironmentVariable("TIMONIER_HOSTS_CONTEXT");
        const int hosts = qEnvironmentVariableIntValue("TIMONIER_HOSTS_COUNT");
        Person person;
        Stage stage(qEnvironmentVariable("KUBECONFIG"));
        SessionWizards wizards(stage.window, stage.session, {}, std::make_shared<SystemProcessRunner>(), dataDir() / "plans");
        WizardWindow *wizard = wizards.newCluster();
        static_cast<ChoosePage *>(wizard->page())->choose(u"kubeadm"_s);
        wizard->next();
        QFile spec(qEnvironmentVariable("TIMONIER_HOSTS_SPEC"));
        QVERIFY(spec.open(QIODevice::ReadOnly));
        auto values = wizard->draft()->subject().valuesOf(spec.readAll().toStdString(), "spec");
        QVERIFY2(values.has_value(), values ? "" : values.error().text().c_str());
        wizard->fill(std::move(*values));
        wizard->next();
        QVERIFY2(stage.waits([&] { return wizard->form()->whyNot().isEmpty(); }), qPrintable(wizard->form()->whyNot()));
        picture(*wizard, u"2-form"_s);
        wizard->next();
        QVERIFY(stage.waits([&] { return wizard->checks()->isOver(); }, 90'000));
        QCOMPARE(wizard->checks()->grid()->columnCount(), hosts);
        QCOMPARE(person.trusted.size(), hosts); // each was asked about once, with the fingerprint that the lab gave it
        QVERIFY(person.refused.isEmpty());
        QVERIFY(!person.passwords.isEmpty());
        picture(*wizard, u"3-checks"_s);
        QVERIFY2(wizard->checks()->whyNot().isEmpty(), qPrintable(wizard->checks()->findChild<HelpCard *>(u"checkCard"_s)->text()));
        wizard->next();
        QVERIFY2(stage.waits([&] { return wizard->plan()->whyNot().isEmpty(); }, 60'000), qPrintable(wizard->plan()->whyNot()));
        picture(*wizard, u"4-plan"_s);
        wizard->next();
        QTest::qWait(10'000);
        picture(*wizard, u"5-run"_s);
        QVERIFY2(stage.waits([&] { return !wizard->isRunning(); }, 400'000), "it does not come to an end");
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(failure(*wizard)));
        QTest::qWait(300);
        picture(*wizard, u"6-done"_s);
        QCOMPARE(person.trusted.size(), hosts);

        wizard->findChild<QPushButton *>(u"doneNext-open"_s)->click();
        QVERIFY(stage.waits([&] { return stage.entry(context) && stage.entry(context)->state == ContextState::Open; }));
        const KindSpec *nodes = stage.window.fleet().kindNamed(context, u"nodes"_s);
        QVERIFY(nodes);
        stage.window.showKind(*nodes);
        QVERIFY2(stage.waits([&] { return ready(stage) == hosts; }, 60'000), qPrintable(QString::number(ready(stage))));
        picture(stage.window, u"7-nodes"_s);

        // The frontend of the recognition product, by the wizard of applications; a stand-in image.
        WizardWindow *deploying = wizards.deploy();
        auto *page = static_cast<ChoosePage *>(deploying->page());
        page->choose(u"recognition"_s);
        deploying->next();
        for (const auto &[id, text] : {std::pair("namespace", u"recognition"_s), std::pair("services", u"frontend"_s), std::pair("expose", u"NodePort"_s), std::pair("nodePort", u"30555"_s),
                                       std::pair("frontReplicas", QString::number(hosts)), std::pair("frontImage", qEnvironmentVariable("TIMONIER_HOSTS_WEB_IMAGE")),
                                       std::pair("frontContainerPort", qEnvironmentVariable("TIMONIER_HOSTS_WEB_PORT"))})
            deploying->draft()->set(id, text);
        deploying->next();
        QVERIFY2(stage.waits([&] { return deploying->form()->whyNot().isEmpty(); }), qPrintable(deploying->form()->whyNot()));
        deploying->next();
        QVERIFY(stage.waits([&] { return deploying->checks()->isOver(); }, 60'000));
        QVERIFY2(deploying->checks()->whyNot().isEmpty(), qPrintable(deploying->checks()->findChild<HelpCard *>(u"checkCard"_s)->text()));
        deploying->next();
        QVERIFY2(stage.waits([&] { return deploying->plan()->whyNot().isEmpty(); }, 60'000), qPrintable(deploying->plan()->whyNot()));
        deploying->next();
        QVERIFY(stage.waits([&] { return !deploying->isRunning(); }, 180'000));
        QVERIFY2(deploying->run()->hasFinished(), qPrintable(failure(*deploying)));
        picture(*deploying, u"8-deployed"_s);
        // kube-proxy writes its rules a moment after the pods are ready.
        QVERIFY(stage.waits([] { return !run(u"curl"_s, {u"-fsS"_s, u"--max-time"_s, u"5"_s, u"http://"_s + qEnvironmentVariable("TIMONIER_HOSTS_ADDRESS") + u":30555/"_s}).isEmpty(); }, 20'000));
        const KindSpec *pods = stage.window.fleet().kindNamed(context, u"pods"_s);
        QVERIFY(pods);
        stage.window.showKind(*pods);
        QTest::qWait(1'000);
        picture(stage.window, u"9-pods"_s);
        deploying->close();

        // And away: what goes is named before.
        const auto menu = [&] {
            emit stage.window.findChild<RailView *>()->menuWanted(context, {});
            return stage.window.findChild<QMenu *>(u"contextMenu"_s);
        };
        QVERIFY(stage.waits([&] { return menu()->findChild<QAction *>(u"clusterDelete"_s) != nullptr; }));
        QVERIFY(!menu()->findChild<QAction *>(u"clusterStop"_s)->isEnabled()); // hosts are not stopped from here
        menu()->findChild<QAction *>(u"clusterDelete"_s)->trigger();
        wizard = wizards.windows().back();
        QVERIFY(stage.waits([&] { return wizard->findChild<QMessageBox *>(u"undoQuestion"_s) != nullptr; }));
        auto *question = wizard->findChild<QMessageBox *>(u"undoQuestion"_s);
        picture(*question, u"10-delete-question"_s);
        for (QAbstractButton *one : question->buttons())
            if (question->buttonRole(one) == QMessageBox::DestructiveRole)
                one->click();
        QVERIFY(stage.waits([&] { return !wizard->isRunning(); }, 240'000));
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(failure(*wizard)));
        picture(*wizard, u"11-deleted"_s);
    }
};

QTEST_MAIN(tst_window_hosts)
#include "tst_window_hosts.moc"

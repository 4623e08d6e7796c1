// Bare hosts become a cluster in the window: asked about their keys, looked at, prepared, joined, opened in the live views; one is added; an application is deployed on them,
// answers; one is removed, certificates are renewed, and all is taken back. What is wrong with other hosts is read on the page of checks. tst_kubeadm.py starts the hosts and
// runs each case; alone it is skipped.
#include "window_person.h"

#include "app/timonier/session_wizards.h"
#include "core/base/paths.h"
#include "ui/models/check_grid.h"
#include "ui/models/check_tree.h"
#include "ui/models/host_table.h"
#include "ui/models/wizard_draft.h"
#include "ui/views/rail_view.h"
#include "ui/wizards/check_page.h"
#include "ui/wizards/choose_page.h"
#include "ui/wizards/done_page.h"
#include "ui/wizards/form_page.h"
#include "ui/wizards/hosts_dialog.h"
#include "ui/wizards/plan_page.h"
#include "ui/wizards/run_page.h"
#include "ui/wizards/wizard_parts.h"
#include "ui/wizards/wizard_window.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QTreeView>

namespace {

QString failure(WizardWindow &wizard) { return wizard.run()->findChild<HelpCard *>(u"runCard"_s)->text(); }
QString card(WizardWindow &wizard) { return wizard.checks()->findChild<HelpCard *>(u"checkCard"_s)->text(); }

int ready(Stage &stage)
{
    const TableModel &model = stage.model();
    int all = 0;
    for (int row = 0; row < model.rowCount(); ++row)
        for (int column = 0; column < model.columnCount(); ++column)
            all += model.index(row, column).data().toString() == u"Ready"_s;
    return all;
}

// From its first page to the end of its run; what stood in the way, or nothing.
QString carriedOut(Stage &stage, WizardWindow &wizard, const QString &name)
{
    wizard.next();
    if (wizard.form()) {
        if (!stage.waits([&] { return wizard.form()->whyNot().isEmpty(); }))
            return wizard.form()->whyNot();
        picture(wizard, name + u"-1-form"_s);
        wizard.next();
    }
    if (!stage.waits([&] { return wizard.checks()->isOver(); }, 90'000) || !wizard.checks()->whyNot().isEmpty())
        return wizard.checks()->whyNot() + card(wizard);
    picture(wizard, name + u"-2-checks"_s);
    wizard.next();
    if (!stage.waits([&] { return wizard.plan()->whyNot().isEmpty(); }, 60'000))
        return wizard.plan()->whyNot();
    picture(wizard, name + u"-3-plan"_s);
    wizard.next();
    if (!stage.waits([&] { return !wizard.isRunning(); }, 240'000) || !wizard.run()->hasFinished())
        return u"it did not come to its end: "_s + failure(wizard);
    picture(wizard, name + u"-4-done"_s);
    return {};
}

// What the table of hosts says, a line a host.
QStringList linesOf(HostsDialog &list)
{
    QStringList lines;
    for (int row = 0; row < list.table()->rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < list.table()->columnCount(); ++column)
            cells << list.table()->index(row, column).data().toString();
        lines << cells.join(u" | "_s);
    }
    return lines;
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

    void hosts_become_a_cluster_that_serves_an_application_changes_and_they_are_bare_again()
    {
        const QString context = qEnvironmentVariable("TIMONIER_HOSTS_CONTEXT");
        const int hosts = qEnvironmentVariableIntValue("TIMONIER_HOSTS_COUNT");
        Person person;
        person.forAll = true;
        Stage stage(qEnvironmentVariable("KUBECONFIG"));
        SessionWizards wizards(stage.window, stage.session, {}, std::make_shared<SystemProcessRunner>(), dataDir() / "plans");
        WizardWindow *wizard = wizards.newCluster();
        static_cast<ChoosePage *>(wizard->page())->choose(u"kubeadm"_s);
        wizard->next();
        wizard->fill(valuesIn(*wizard, qEnvironmentVariable("TIMONIER_HOSTS_SPEC")));
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
        QVERIFY2(wizard->checks()->whyNot().isEmpty(), qPrintable(card(*wizard)));
        wizard->next();
        QVERIFY2(stage.waits([&] { return wizard->plan()->whyNot().isEmpty(); }, 60'000), qPrintable(wizard->plan()->whyNot()));
        picture(*wizard, u"4-plan"_s);
        wizard->next();
        QTest::qWait(5'000);
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

        // One more, from the list of its hosts; the password that sudo wants there is known.
        const QString more = qEnvironmentVariable("TIMONIER_HOSTS_MORE");
        const auto menu = [&] {
            emit stage.window.findChild<RailView *>()->menuWanted(context, {});
            return stage.window.findChild<QMenu *>(u"contextMenu"_s);
        };
        QVERIFY(stage.waits([&] { return menu()->findChild<QAction *>(u"clusterHosts"_s) != nullptr; }));
        menu()->findChild<QAction *>(u"clusterHosts"_s)->trigger();
        auto *list = stage.window.findChild<HostsDialog *>();
        QVERIFY(list && list->isVisible());
        const auto says = [&](const QString &words) {
            const bool said = stage.waits([&] { return !list->isLooking() && linesOf(*list).join(u'\n').contains(words); });
            return said ? QString() : linesOf(*list).join(u'\n');
        };
        const auto begin = [&](const char *action) {
            list->findChild<QPushButton *>(u"hostAction-"_s + QLatin1StringView(action))->click();
            return wizards.windows().back().data();
        };
        QCOMPARE(says(u"h1 | Control plane"_s), QString());
        QCOMPARE(says(u"days left"_s), QString());
        QCOMPARE(list->table()->rowCount(), hosts);
        WizardWindow *adding = begin("add-host");
        adding->draft()->set("hosts", u"ops@"_s + more);
        QElapsedTimer clock;
        clock.start();
        QCOMPARE(carriedOut(stage, *adding, u"add"_s), QString());
        qInfo("added in %lld s", clock.elapsed() / 1'000);
        QVERIFY2(stage.waits([&] { return ready(stage) == hosts + 1; }, 60'000), qPrintable(QString::number(ready(stage))));
        QCOMPARE(says(more + u" | Worker"_s), QString());
        picture(*list, u"list"_s);
        QCOMPARE(person.trusted.size(), hosts + 1);
        QCOMPARE(person.passwords.size(), 1); // it was given for all hosts of that user
        adding->close();

        // The frontend of the recognition product, by the wizard of applications; a stand-in image.
        WizardWindow *deploying = wizards.deploy();
        auto *page = static_cast<ChoosePage *>(deploying->page());
        page->choose(u"recognition"_s);
        deploying->next();
        for (const auto &[id, text] : {std::pair("namespace", u"recognition"_s), std::pair("services", u"frontend"_s), std::pair("expose", u"NodePort"_s), std::pair("nodePort", u"30555"_s),
                                       std::pair("frontReplicas", u"3"_s), std::pair("frontImage", qEnvironmentVariable("TIMONIER_HOSTS_WEB_IMAGE")),
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

        // One less: its pods are named before, and move.
        list->choose(u"h1"_s);
        QVERIFY(!list->findChild<QPushButton *>(u"hostAction-remove-host"_s)->isEnabled()); // the others are reached through it
        list->choose(more);
        WizardWindow *removing = begin("remove-host");
        clock.start();
        QCOMPARE(carriedOut(stage, *removing, u"remove"_s), QString());
        qInfo("removed in %lld s", clock.elapsed() / 1'000);
        const QModelIndex moved = removing->checks()->rows()->index(0);
        QVERIFY2(moved.data(CheckRows::WordsRole).toString().contains(u"recognition/recognition-frontend"_s), qPrintable(moved.data(CheckRows::WordsRole).toString()));
        QVERIFY(stage.waits([&] { return list->table()->rowCount() == hosts; }));
        removing->close();

        // Certificates that end soon are seen, and are new afterwards.
        const QJsonArray age = QJsonDocument::fromJson(qEnvironmentVariable("TIMONIER_HOSTS_AGE").toUtf8()).array();
        QStringList words;
        for (const auto &word : age)
            words << word.toString();
        QVERIFY(stage.waits([&] { return !list->isLooking(); }));
        const QString program = words.takeFirst();
        run(program, words);
        list->lookAgain();
        QCOMPARE(says(u"20 days left (apiserver)"_s), QString());
        picture(*list, u"list-certificates"_s);
        WizardWindow *renewing = begin("renew-certs");
        clock.start();
        QCOMPARE(carriedOut(stage, *renewing, u"renew"_s), QString());
        qInfo("renewed in %lld s", clock.elapsed() / 1'000);
        QCOMPARE(says(u"364 days left"_s), QString());
        renewing->close();

        // And away: what goes is named before.
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

    // With the arrow keys from the first row to the last: what stands in each, and below them.
    void what_is_wrong_with_hosts_is_said_on_the_page_of_checks()
    {
        if (!qEnvironmentVariableIsSet("TIMONIER_HOSTS_SAID"))
            QSKIP("tst_kubeadm.py runs it, with hosts that have faults");
        Person person;
        person.forAll = true;
        Stage stage(qEnvironmentVariable("KUBECONFIG"));
        SessionWizards wizards(stage.window, stage.session, {}, std::make_shared<SystemProcessRunner>(), dataDir() / "plans");
        WizardWindow *wizard = wizards.newCluster(u"kubeadm"_s);
        wizard->fill(valuesIn(*wizard, qEnvironmentVariable("TIMONIER_HOSTS_SPEC")));
        wizard->next();
        QVERIFY2(stage.waits([&] { return wizard->form()->whyNot().isEmpty(); }), qPrintable(wizard->form()->whyNot()));
        wizard->next();
        QElapsedTimer clock;
        clock.start();
        QVERIFY(stage.waits([&] { return wizard->checks()->isOver(); }, 120'000));
        qInfo("looked at in %lld s, %lld passwords asked", clock.elapsed() / 1'000, person.passwords.size());
        QCOMPARE(wizard->checks()->look(), CheckPage::Look::ByHost); // so many have no room beside each other
        picture(*wizard, u"faults-by-host"_s);
        auto *view = wizard->checks()->findChild<QTreeView *>(u"checkTree"_s);
        QVERIFY(view->isVisible());
        QStringList read;
        QTest::keyClick(view, Qt::Key_Home);
        for (QModelIndex at, now = view->currentIndex(); at != now; at = now, QTest::keyClick(view, Qt::Key_Down), now = view->currentIndex()) {
            if (!now.parent().isValid()) {
                if (!view->isExpanded(now))
                    QTest::keyClick(view, Qt::Key_Right);
                continue;
            }
            QTest::keyClick(view, Qt::Key_Return); // those that are well are one row until then
            now = view->currentIndex();
            read << now.parent().data().toString() + u": "_s + now.data().toString() + u", "_s + now.data(CheckRows::WordsRole).toString() + u"; "_s + card(*wizard);
        }
        int missing = 0;
        for (const auto &one : QJsonDocument::fromJson(qEnvironmentVariable("TIMONIER_HOSTS_SAID").toUtf8()).array()) {
            const QString host = one[0].toString(), words = one[3].toString();
            if (std::ranges::any_of(read, [&](const QString &line) { return line.startsWith(host + u":"_s) && line.contains(words); }))
                continue;
            ++missing;
            qWarning("%s: “%s” is not said", qPrintable(host), qPrintable(words));
        }
        QVERIFY2(missing == 0, qPrintable(read.join(u'\n')));
        for (const char *how : {"checkByCheck", "checkAsTable"}) {
            wizard->checks()->findChild<QPushButton *>(QLatin1StringView(how))->click();
            picture(*wizard, u"faults-"_s + QLatin1StringView(how));
        }
    }
};

QTEST_MAIN(tst_window_hosts)
#include "tst_window_hosts.moc"

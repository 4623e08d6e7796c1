// A real kind cluster in the window, from "New cluster…" to its end: made by the wizard, opened in the live views, stopped, started and deleted
// from the rail. tst_kind.py starts the container engine and runs this in its network namespace; alone it is skipped.
#include "window_stage.h"

#include "app/timonier/session_wizards.h"
#include "core/base/paths.h"
#include "ui/models/check_rows.h"
#include "ui/models/plan_tree.h"
#include "ui/models/step_tree.h"
#include "ui/models/wizard_draft.h"
#include "ui/theme/colours.h"
#include "ui/views/rail_view.h"
#include "ui/wizards/check_page.h"
#include "ui/wizards/choose_page.h"
#include "ui/wizards/done_page.h"
#include "ui/wizards/form_page.h"
#include "ui/wizards/plan_page.h"
#include "ui/wizards/run_page.h"
#include "ui/wizards/wizard_parts.h"
#include "ui/wizards/wizard_window.h"

#include <QMenu>
#include <QMessageBox>
#include <QPushButton>

namespace {

const QString context = u"kind-lab"_s;

void picture(QWidget &widget, const QString &name)
{
    for (const ThemeChoice theme : {ThemeChoice::Dark, ThemeChoice::Light}) {
        applyTheme(theme);
        QTest::qWait(80);
        widget.grab().save(QCoreApplication::applicationDirPath() + u"/wizard-kind-"_s + name + (theme == ThemeChoice::Dark ? u"-dark.png"_s : u"-light.png"_s));
    }
}

QString failure(WizardWindow &wizard) { return wizard.run()->findChild<HelpCard *>(u"runCard"_s)->text(); }

} // namespace

class tst_window_kind : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (!qEnvironmentVariableIsSet("TIMONIER_KIND_SPEC"))
            QSKIP("tst_kind.py runs it, with a container engine");
        applyTheme(ThemeChoice::Light);
    }

    void a_cluster_is_made_opened_stopped_started_and_deleted_in_the_window()
    {
        Stage stage(qEnvironmentVariable("KUBECONFIG"));
        SessionWizards wizards(stage.window, stage.session, {}, std::make_shared<SystemProcessRunner>(), dataDir() / "plans");
        WizardWindow *wizard = wizards.newCluster();
        auto *page = static_cast<ChoosePage *>(wizard->page());
        picture(*wizard, u"0-choose"_s);
        page->choose(u"kind"_s);
        wizard->next();
        picture(*wizard, u"1-intro"_s);
        // Two nodes; what this engine needs beside it is read from the file, as a person would load it.
        QFile spec(qEnvironmentVariable("TIMONIER_KIND_SPEC"));
        QVERIFY(spec.open(QIODevice::ReadOnly));
        auto values = wizard->draft()->subject().valuesOf(spec.readAll().toStdString(), "spec");
        QVERIFY(values);
        wizard->fill(std::move(*values));
        wizard->next();
        QVERIFY2(stage.waits([&] { return wizard->form()->whyNot().isEmpty(); }), qPrintable(wizard->form()->whyNot()));
        picture(*wizard, u"2-form"_s);
        wizard->next();
        QVERIFY(stage.waits([&] { return wizard->checks()->isOver(); }, 60'000));
        picture(*wizard, u"3-checks"_s);
        QVERIFY2(wizard->checks()->whyNot().isEmpty(), qPrintable(wizard->checks()->findChild<HelpCard *>(u"checkCard"_s)->text()));
        wizard->next();
        QVERIFY(stage.waits([&] { return wizard->plan()->whyNot().isEmpty(); }, 60'000));
        picture(*wizard, u"4-plan"_s);
        wizard->next();
        QTest::qWait(8'000);
        picture(*wizard, u"5-run"_s);
        QVERIFY2(stage.waits([&] { return !wizard->isRunning(); }, 300'000), "it does not come to an end");
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(failure(*wizard)));
        QTest::qWait(300);
        picture(*wizard, u"6-done"_s);
        // It opens in the live views, and its two nodes become ready.
        wizard->findChild<QPushButton *>(u"doneNext-open"_s)->click();
        QVERIFY(stage.waits([&] { return stage.entry(context) && stage.entry(context)->state == ContextState::Open; }));
        const KindSpec *nodes = stage.window.fleet().kindNamed(context, u"nodes"_s);
        QVERIFY(nodes);
        stage.window.showKind(*nodes);
        QVERIFY2(stage.waits([&] { return readyNodes(stage) == 2; }, 120'000), qPrintable(QString::number(readyNodes(stage))));
        picture(stage.window, u"7-nodes"_s);

        // Stopped from the rail: it is said before what ends.
        QVERIFY(stage.waits([&] { return menuHas(stage, u"clusterStop"_s); }));
        choose(stage, u"clusterStop"_s);
        wizard = wizards.windows().back();
        auto *question = wizard->findChild<QMessageBox *>(u"haltQuestion"_s);
        QVERIFY(question);
        press(*question, QMessageBox::DestructiveRole);
        QVERIFY(stage.waits([&] { return !wizard->isRunning(); }, 60'000));
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(failure(*wizard)));
        picture(*wizard, u"8-stopped"_s);
        wizard->close();
        choose(stage, u"clusterStart"_s);
        wizard = wizards.windows().back();
        QVERIFY(stage.waits([&] { return !wizard->isRunning(); }, 120'000));
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(failure(*wizard)));
        wizard->close();
        QVERIFY2(stage.waits([&] { return readyNodes(stage) == 2; }, 120'000), qPrintable(QString::number(readyNodes(stage))));

        // And away: what goes is named.
        choose(stage, u"clusterDelete"_s);
        wizard = wizards.windows().back();
        QVERIFY(stage.waits([&] { return wizard->findChild<QMessageBox *>(u"undoQuestion"_s) != nullptr; }));
        question = wizard->findChild<QMessageBox *>(u"undoQuestion"_s);
        QVERIFY2(question->informativeText().contains(u"Cluster of kind lab"_s), qPrintable(question->informativeText()));
        picture(*question, u"9-delete-question"_s);
        press(*question, QMessageBox::DestructiveRole);
        QVERIFY(stage.waits([&] { return !wizard->isRunning(); }, 120'000));
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(failure(*wizard)));
        picture(*wizard, u"9-deleted"_s);
        QVERIFY(stage.waits([&] { return !menuHas(stage, u"clusterDelete"_s); }));
        QVERIFY(stage.waits([&] { return stage.window.fleet().info(context) == nullptr; })); // the kubeconfig has it no more
        RunsDialog *runs = wizards.showRuns();
        QVERIFY(stage.waits([&] { return runs->findChildren<QLabel *>(u"runWhen"_s).size() >= 2; }));
        picture(*runs, u"10-runs"_s);
    }

    void with_an_engine_that_does_not_answer_the_checks_say_so_and_lead_no_further()
    {
        const QByteArray host = qgetenv("DOCKER_HOST");
        qputenv("DOCKER_HOST", "unix:///nowhere/docker.sock");
        Stage stage(qEnvironmentVariable("KUBECONFIG"));
        SessionWizards wizards(stage.window, stage.session, {}, std::make_shared<SystemProcessRunner>(), dataDir() / "plans");
        WizardWindow *wizard = wizards.newCluster(u"kind"_s);
        wizard->next();
        QVERIFY2(stage.waits([&] { return wizard->form()->whyNot().isEmpty(); }), qPrintable(wizard->form()->whyNot()));
        wizard->next();
        QVERIFY(stage.waits([&] { return wizard->checks()->isOver(); }, 60'000));
        picture(*wizard, u"3-checks-bad"_s);
        const QString words = wizard->checks()->findChild<HelpCard *>(u"checkCard"_s)->text();
        QVERIFY2(!wizard->checks()->whyNot().isEmpty(), qPrintable(words));
        QVERIFY2(words.contains(u"/nowhere/docker.sock"_s), qPrintable(words));
        wizard->close();
        qputenv("DOCKER_HOST", host);
    }

private:
    static int readyNodes(Stage &stage)
    {
        const TableModel &model = stage.model();
        int ready = 0;
        for (int row = 0; row < model.rowCount(); ++row)
            for (int column = 0; column < model.columnCount(); ++column)
                ready += model.index(row, column).data().toString() == u"Ready"_s;
        return ready;
    }
    static QMenu *menu(Stage &stage)
    {
        auto *rail = stage.window.findChild<RailView *>();
        emit rail->menuWanted(context, rail->mapToGlobal(QPoint(10, 10)));
        return stage.window.findChild<QMenu *>(u"contextMenu"_s);
    }
    static bool menuHas(Stage &stage, const QString &name)
    {
        QMenu *opened = menu(stage);
        const bool has = opened->findChild<QAction *>(name) != nullptr;
        opened->close();
        QTest::qWait(20);
        return has;
    }
    static void choose(Stage &stage, const QString &name)
    {
        QMenu *opened = menu(stage);
        opened->grab().save(QCoreApplication::applicationDirPath() + u"/wizard-kind-8-menu.png"_s);
        opened->findChild<QAction *>(name)->trigger();
        opened->close(); // it goes by itself
        QTest::qWait(20);
    }
    static void press(QMessageBox &box, QMessageBox::ButtonRole role)
    {
        for (QAbstractButton *one : box.buttons())
            if (box.buttonRole(one) == role)
                return one->click();
    }
};

QTEST_MAIN(tst_window_kind)
#include "tst_window_kind.moc"

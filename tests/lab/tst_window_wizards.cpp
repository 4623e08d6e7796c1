// An application of the catalogue deployed from the window onto a real control plane, as a person does it: chosen, filled in, checked,
// planned, run, updated as a diff, and removed without a trace.
#include "window_stage.h"

#include "app/timonier/session_wizards.h"
#include "ui/models/check_rows.h"
#include "ui/models/plan_tree.h"
#include "ui/models/step_tree.h"
#include "ui/models/wizard_draft.h"
#include "ui/theme/colours.h"
#include "ui/wizards/check_page.h"
#include "ui/wizards/choice_card.h"
#include "ui/wizards/choose_page.h"
#include "ui/wizards/done_page.h"
#include "ui/wizards/form_page.h"
#include "ui/wizards/plan_page.h"
#include "ui/wizards/run_page.h"
#include "ui/wizards/wizard_parts.h"
#include "ui/wizards/wizard_window.h"

#include <QComboBox>
#include <QMessageBox>
#include <QPushButton>
#include <QTemporaryDir>

namespace {

const QString ns = u"window-wizards"_s;

QString objects()
{
    return QString::fromUtf8(kubectl({u"get"_s, u"deploy,svc,configmap"_s, u"-n"_s, ns, u"-o"_s, u"name"_s}));
}

} // namespace

class tst_window_wizards : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void cleanupTestCase() { kubectl({u"delete"_s, u"namespace"_s, ns, u"--ignore-not-found"_s, u"--wait=false"_s}); }

    void an_application_is_deployed_updated_and_removed()
    {
        Stage stage(direct(), {.context = u"admin"_s, .ns = {}, .kind = {}, .select = {}});
        QVERIFY(stage.waits([&] { return !stage.window.fleet().contexts().contexts.empty(); }));
        QTemporaryDir folder;
        SessionWizards wizards(stage.window, stage.session, direct().toStdString(), std::make_shared<SystemProcessRunner>(), std::filesystem::path(folder.path().toStdString()) / "plans");
        WizardWindow *wizard = wizards.deploy();
        QVERIFY(wizard);
        auto *page = static_cast<ChoosePage *>(wizard->page());
        QCOMPARE(page->purpose(), u"admin"_s);
        auto *fixes = page->findChild<QLabel *>(u"choosePurposeFixes"_s);
        QVERIFY2(stage.waits([&] { return fixes->text().contains(u"CPUs"_s) && fixes->text().contains(u"Kubernetes 1."_s); }), qPrintable(fixes->text()));
        picture(*wizard, "0-choose");
        page->choose(u"nginx"_s);
        QCOMPARE(page->chosen(), u"nginx"_s);
        wizard->next();
        QVERIFY(wizard->draft());
        picture(*wizard, "1-intro");
        toPlan(stage, *wizard);
        QVERIFY2(wizard->plan()->tree()->objects(WizardChange::Kind::Create) + wizard->plan()->tree()->objects(WizardChange::Kind::Later) >= 2, "nothing would be created");
        QVERIFY(!objects().contains(u"nginx"_s)); // nothing has been changed
        picture(*wizard, "4-plan");
        wizard->next();
        QVERIFY2(stage.waits([&] { return !wizard->isRunning(); }, 120'000), "it does not come to an end");
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(wizard->run()->findChild<HelpCard *>(u"runCard"_s)->text()));
        picture(*wizard, "7-done");
        QVERIFY2(objects().contains(u"deployment.apps/nginx"_s) && objects().contains(u"service/nginx"_s), qPrintable(objects()));
        // Its parts were told.
        StepTree *steps = wizard->run()->steps();
        int parts = 0;
        for (int i = 0; i < steps->rowCount(); ++i)
            parts += steps->rowCount(steps->index(i, 0));
        QVERIFY2(parts >= 2, qPrintable(QString::number(parts)));
        // Again with another number of replicas: a diff.
        wizard->goTo(wizard->form());
        const auto replicas = std::ranges::find(wizard->draft()->parameters(), "replicas", &form::Parameter::id);
        QVERIFY(replicas != wizard->draft()->parameters().end());
        wizard->draft()->set("replicas", u"3"_s);
        toPlan(stage, *wizard);
        QVERIFY(wizard->plan()->tree()->objects(WizardChange::Kind::Change) >= 1);
        wizard->next();
        QVERIFY(stage.waits([&] { return !wizard->isRunning(); }, 120'000));
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(wizard->run()->findChild<HelpCard *>(u"runCard"_s)->text()));
        QCOMPARE(kubectl({u"get"_s, u"deploy"_s, u"nginx"_s, u"-n"_s, ns, u"-o"_s, u"jsonpath={.spec.replicas}"_s}), "3");
        // Another window, another day: what was asked for last time stands in its fields.
        WizardWindow *later = wizards.deploy();
        static_cast<ChoosePage *>(later->page())->choose(u"nginx"_s);
        later->next();
        later->draft()->set("namespace", ns);
        QVERIFY(stage.waits([&] {
            const auto found = std::ranges::find(later->draft()->parameters(), "replicas", &form::Parameter::id);
            return found != later->draft()->parameters().end() && found->initial == "3";
        }));
        later->close();
        // And away.
        wizard->findChild<QPushButton *>(u"wizardUndo"_s)->click();
        QVERIFY(stage.waits([&] { return wizard->findChild<QMessageBox *>(u"undoQuestion"_s) != nullptr; }));
        auto *box = wizard->findChild<QMessageBox *>(u"undoQuestion"_s);
        QVERIFY2(box->informativeText().contains(u"nginx"_s), qPrintable(box->informativeText()));
        for (QAbstractButton *one : box->buttons())
            if (box->buttonRole(one) == QMessageBox::DestructiveRole)
                one->click();
        QVERIFY(stage.waits([&] { return !wizard->isRunning(); }, 120'000));
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(wizard->run()->findChild<HelpCard *>(u"runCard"_s)->text()));
        QVERIFY2(!objects().contains(u"nginx"_s), qPrintable(objects()));
    }

private:
    static void toPlan(Stage &stage, WizardWindow &wizard)
    {
        wizard.goTo(wizard.form());
        if (std::ranges::find(wizard.draft()->parameters(), "namespace", &form::Parameter::id) != wizard.draft()->parameters().end())
            wizard.draft()->set("namespace", ns);
        QVERIFY2(stage.waits([&] { return wizard.form()->whyNot().isEmpty(); }), qPrintable(wizard.form()->whyNot()));
        picture(wizard, "2-form");
        wizard.next();
        QVERIFY(stage.waits([&] { return wizard.checks()->isOver(); }, 60'000));
        picture(wizard, "3-checks");
        QVERIFY2(wizard.checks()->whyNot().isEmpty(), qPrintable(wizard.checks()->findChild<HelpCard *>(u"checkCard"_s)->text()));
        wizard.next();
        QVERIFY2(stage.waits([&] { return wizard.plan()->whyNot().isEmpty(); }, 60'000), qPrintable(wizard.plan()->whyNot() + wizard.plan()->findChild<HelpCard *>(u"planCard"_s)->text()));
    }
    static void picture(WizardWindow &wizard, const char *name)
    {
        QTest::qWait(50);
        wizard.grab().save(QCoreApplication::applicationDirPath() + u"/wizard-app-"_s + QLatin1StringView(name) + u".png"_s);
    }
};

QTEST_MAIN(tst_window_wizards)
#include "tst_window_wizards.moc"

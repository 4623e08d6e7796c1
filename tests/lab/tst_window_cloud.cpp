// A cluster in a cloud, in the window: its price first, then made, opened in the live views, stopped and started, and away. tests/cloud/tst_eks_cluster.py, tst_aks.py and
// tst_ec2_cluster.py run it, with an emulated account and a real API server; alone it is skipped.
#include "window_stage.h"

#include "app/session/language.h"
#include "app/timonier/session_wizards.h"
#include "core/base/paths.h"
#include "ui/models/check_rows.h"
#include "ui/models/wizard_draft.h"
#include "ui/theme/colours.h"
#include "ui/views/rail_view.h"
#include "ui/wizards/check_page.h"
#include "ui/wizards/choose_page.h"
#include "ui/wizards/fact_list.h"
#include "ui/wizards/field_row.h"
#include "ui/wizards/form_page.h"
#include "ui/wizards/plan_page.h"
#include "ui/wizards/run_page.h"
#include "ui/wizards/wizard_parts.h"
#include "ui/wizards/wizard_window.h"

#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QStandardItemModel>

namespace {

void picture(QWidget &widget, const QString &name)
{
    for (const ThemeChoice theme : {ThemeChoice::Dark, ThemeChoice::Light}) {
        applyTheme(theme);
        QTest::qWait(80);
        widget.grab().save(QCoreApplication::applicationDirPath() + u"/wizard-"_s + qEnvironmentVariable("TIMONIER_CLOUD_PROVIDER") + u'-' + name + (theme == ThemeChoice::Dark ? u"-dark.png"_s : u"-light.png"_s));
    }
}

// Of a page as small and as large as people have it.
void pictures(QWidget &window, const QString &name)
{
    const QSize before = window.size();
    for (const QSize size : {QSize(1000, 700), QSize(1600, 1000)}) {
        window.resize(size);
        picture(window, name + u'-' + QString::number(size.width()));
    }
    window.resize(before);
}

QString failure(WizardWindow &wizard) { return wizard.run()->findChild<HelpCard *>(u"runCard"_s)->text(); }

QString textsOf(const QWidget &widget)
{
    QString all;
    for (const QLabel *label : widget.findChildren<QLabel *>())
        all += label->text() + u'\n';
    return all;
}

QString context() { return qEnvironmentVariable("TIMONIER_CLOUD_CONTEXT"); }

int readyNodes(Stage &stage)
{
    int all = 0;
    for (int row = 0; row < stage.model().rowCount(); ++row)
        for (int column = 0; column < stage.model().columnCount(); ++column)
            all += stage.model().index(row, column).data().toString() == u"Ready"_s;
    return all;
}

// An action of the rail's menu, once it is offered.
bool choose(Stage &stage, const QString &action)
{
    auto *rail = stage.window.findChild<RailView *>();
    return stage.waits([&] {
        emit rail->menuWanted(context(), rail->mapToGlobal(QPoint(10, 10)));
        auto *menu = stage.window.findChild<QMenu *>(u"contextMenu"_s);
        auto *found = menu->findChild<QAction *>(action);
        if (found && found->isEnabled())
            found->trigger();
        menu->close();
        return found && found->isEnabled();
    });
}

void press(QMessageBox &question, QMessageBox::ButtonRole role)
{
    for (QAbstractButton *one : question.buttons())
        if (question.buttonRole(one) == role)
            one->click();
}

// How long a run may take here.
int patience() { return qEnvironmentVariableIsSet("TIMONIER_CLOUD_SECONDS") ? qEnvironmentVariableIntValue("TIMONIER_CLOUD_SECONDS") * 1'000 : 200'000; }

} // namespace

class tst_window_cloud : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (!qEnvironmentVariableIsSet("TIMONIER_CLOUD_PROVIDER"))
            QSKIP("tests/cloud/tst_eks_cluster.py, tst_aks.py and tst_ec2_cluster.py run it, with an account and an API server");
        installLanguage(qEnvironmentVariable("TIMONIER_CLOUD_LANG", u"en"_s));
        applyTheme(ThemeChoice::Light);
    }

    // TIMONIER_CLOUD_OFFERS: "subscription=1111|location=uksouth": what fields offer, as the account has it.
    void what_the_account_has_is_offered()
    {
        Stage stage(qEnvironmentVariable("KUBECONFIG"));
        SessionWizards wizards(stage.window, stage.session, {}, std::make_shared<SystemProcessRunner>(), dataDir() / "plans");
        WizardWindow *wizard = toForm(stage, wizards);
        QVERIFY(wizard);
        for (const QString &one : qEnvironmentVariable("TIMONIER_CLOUD_OFFERS").split(u'|', Qt::SkipEmptyParts)) {
            const auto *field = wizard->findChild<QLineEdit *>(u"field-"_s + one.section(u'=', 0, 0));
            QVERIFY2(field, qPrintable(one));
            QVERIFY2(stage.waits([&] {
                const auto *offers = field->findChild<QStandardItemModel *>();
                return offers && !offers->match(offers->index(0, 0), Qt::UserRole, one.section(u'=', 1), 1, Qt::MatchExactly).isEmpty();
            }, 30'000), qPrintable(one));
        }
        auto *field = wizard->findChild<QLineEdit *>(u"field-"_s + qEnvironmentVariable("TIMONIER_CLOUD_OFFERS").section(u'=', 0, 0));
        field->setFocus();
        QTest::keyClick(field, Qt::Key_Down);
        pictures(*wizard, u"2-form-offers"_s);
        wizard->close();
    }

    // TIMONIER_CLOUD_WORDS: what must be said, by "|"; TIMONIER_CLOUD_STOPS: it leads no further.
    void what_is_missing_is_named_by_the_checks()
    {
        Stage stage(qEnvironmentVariable("KUBECONFIG"));
        SessionWizards wizards(stage.window, stage.session, {}, std::make_shared<SystemProcessRunner>(), dataDir() / "plans");
        WizardWindow *wizard = toChecks(stage, wizards);
        QVERIFY(wizard);
        picture(*wizard, u"3-checks-"_s + qEnvironmentVariable("TIMONIER_CLOUD_FAULT"));
        QString words = textsOf(*wizard->checks());
        for (int row = 0; row < wizard->checks()->rows()->rowCount(); ++row)
            words += QString::fromStdString(wizard->checks()->rows()->at(row).words + " " + wizard->checks()->rows()->at(row).why + "\n");
        for (const QString &one : qEnvironmentVariable("TIMONIER_CLOUD_WORDS").split(u'|'))
            QVERIFY2(words.contains(one), qPrintable(one + u" in "_s + words));
        QCOMPARE(!wizard->checks()->whyNot().isEmpty(), qEnvironmentVariableIsSet("TIMONIER_CLOUD_STOPS"));
        wizard->close();
    }

    // By the table, and by one that is typed in. TIMONIER_CLOUD_SMALL: a type of the cloud's.
    void a_machine_that_is_too_small_is_refused_with_the_reason()
    {
        const QString small = qEnvironmentVariable("TIMONIER_CLOUD_SMALL");
        Stage stage(qEnvironmentVariable("KUBECONFIG"));
        SessionWizards wizards(stage.window, stage.session, {}, std::make_shared<SystemProcessRunner>(), dataDir() / "plans");
        WizardWindow *wizard = wizards.newCluster(qEnvironmentVariable("TIMONIER_CLOUD_PROVIDER"));
        wizard->next();
        QVERIFY(stage.waits([&] { return wizard->form()->whyNot().isEmpty(); }));
        const QStringList words = qEnvironmentVariable("TIMONIER_CLOUD_WORDS").split(u'|');
        const auto isSaid = [&](const QString &where) { return std::ranges::all_of(words, [&](const QString &one) { return where.contains(one); }); };
        // In the list it stands with the reason, and cannot be chosen; a value from elsewhere is refused in the same words.
        wizard->draft()->set("type", small);
        QVERIFY2(stage.waits([&] { return isSaid(wizard->form()->row("type")->problem()); }), qPrintable(wizard->form()->row("type")->problem()));
        QVERIFY(!wizard->form()->whyNot().isEmpty());
        pictures(*wizard, u"2-form-small"_s);
        wizard->draft()->set("type", u"other"_s);
        wizard->draft()->set("otherType", small);
        QVERIFY2(stage.waits([&] { return isSaid(wizard->form()->whyNot()); }), qPrintable(wizard->form()->whyNot()));
        picture(*wizard, u"2-form-other-small"_s);
        wizard->next();
        QCOMPARE(wizard->page(), static_cast<WizardPage *>(wizard->form())); // it leads no further
        wizard->close();
    }

    void its_price_is_told_it_is_made_and_opened()
    {
        Stage stage(qEnvironmentVariable("KUBECONFIG"));
        SessionWizards wizards(stage.window, stage.session, {}, std::make_shared<SystemProcessRunner>(), dataDir() / "plans");
        WizardWindow *wizard = toPlan(stage, wizards);
        QVERIFY(wizard);
        const QString costs = textsOf(*wizard->plan()->findChild<FactList *>(u"planCostList"_s));
        for (const QString &one : qEnvironmentVariable("TIMONIER_CLOUD_WORDS").split(u'|'))
            QVERIFY2(costs.contains(one), qPrintable(one + u" in "_s + costs));
        wizard->next();
        QTest::qWait(1'500);
        pictures(*wizard, u"5-run"_s);
        QVERIFY2(stage.waits([&] { return !wizard->isRunning(); }, patience()), "it does not come to an end");
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(failure(*wizard)));
        QTest::qWait(300);
        pictures(*wizard, u"6-done"_s);
        wizard->findChild<QPushButton *>(u"doneNext-open"_s)->click();
        toNodes(stage);
        picture(stage.window, u"7-nodes"_s);
    }

    // From the rail; what goes on costing is said.
    void it_is_stopped_and_started_again()
    {
        Stage stage(qEnvironmentVariable("KUBECONFIG"));
        SessionWizards wizards(stage.window, stage.session, {}, std::make_shared<SystemProcessRunner>(), dataDir() / "plans");
        QVERIFY(choose(stage, u"clusterStop"_s));
        WizardWindow *wizard = wizards.windows().back();
        auto *question = wizard->findChild<QMessageBox *>(u"haltQuestion"_s);
        QVERIFY(question);
        picture(*question, u"8-stop-question"_s);
        press(*question, QMessageBox::DestructiveRole);
        QVERIFY(stage.waits([&] { return !wizard->isRunning(); }, patience()));
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(failure(*wizard)));
        pictures(*wizard, u"8-stopped"_s);
        wizard->close();
        QVERIFY(choose(stage, u"clusterStart"_s));
        wizard = wizards.windows().back();
        QVERIFY(stage.waits([&] { return !wizard->isRunning(); }, patience()));
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(failure(*wizard)));
        wizard->close();
        stage.window.openContextSoon(context());
        toNodes(stage);
    }

    void it_is_taken_away()
    {
        Stage stage(qEnvironmentVariable("KUBECONFIG"));
        SessionWizards wizards(stage.window, stage.session, {}, std::make_shared<SystemProcessRunner>(), dataDir() / "plans");
        QVERIFY(choose(stage, u"clusterDelete"_s));
        WizardWindow *wizard = wizards.windows().back();
        QVERIFY(stage.waits([&] { return wizard->findChild<QMessageBox *>(u"undoQuestion"_s) != nullptr; }));
        auto *question = wizard->findChild<QMessageBox *>(u"undoQuestion"_s);
        picture(*question, u"9-delete-question"_s);
        press(*question, QMessageBox::DestructiveRole);
        QVERIFY(stage.waits([&] { return !wizard->isRunning(); }, patience()));
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(failure(*wizard)));
        pictures(*wizard, u"9-deleted"_s);
        QVERIFY(stage.waits([&] { return stage.window.fleet().info(context()) == nullptr; })); // the kubeconfig has it no more
    }

    // README.md of tests/cloud has how; nothing is made.
    void pages_to_look_at()
    {
        if (!qEnvironmentVariableIsSet("TIMONIER_CLOUD_PICTURES"))
            QSKIP("for eyes: TIMONIER_CLOUD_PICTURES=1");
        Stage stage(qEnvironmentVariable("KUBECONFIG"));
        SessionWizards wizards(stage.window, stage.session, {}, std::make_shared<SystemProcessRunner>(), dataDir() / "plans");
        WizardWindow *wizard = toPlan(stage, wizards);
        QVERIFY(wizard);
        wizard->goTo(wizard->form()); // all of it
        wizard->findChild<QPushButton *>(u"formFold"_s)->click();
        wizard->resize(1000, 2900);
        QTest::qWait(100);
        picture(*wizard, u"2-form-whole"_s);
    }

private:
    // Its nodes, all ready, in the live views.
    void toNodes(Stage &stage)
    {
        QVERIFY(stage.waits([&] { return stage.entry(context()) && stage.entry(context())->state == ContextState::Open; }));
        stage.window.showKind(*stage.window.fleet().kindNamed(context(), u"nodes"_s));
        const int nodes = qEnvironmentVariableIntValue("TIMONIER_CLOUD_NODES");
        QVERIFY2(stage.waits([&] { return stage.model().rowCount() == nodes && readyNodes(stage) == nodes; }, 120'000), qPrintable(stage.status() + u", ready: "_s + QString::number(readyNodes(stage))));
    }

    // The wizard on its plan, which is told; null where something stands in the way.
    WizardWindow *toPlan(Stage &stage, SessionWizards &wizards)
    {
        WizardWindow *wizard = toChecks(stage, wizards, true);
        if (!wizard || !wizard->checks()->whyNot().isEmpty()) {
            qWarning("%s", wizard ? qPrintable(wizard->checks()->findChild<HelpCard *>(u"checkCard"_s)->text()) : "no checks");
            return nullptr;
        }
        wizard->next();
        if (!stage.waits([&] { return wizard->plan()->whyNot().isEmpty(); }, 60'000)) {
            qWarning("%s", qPrintable(wizard->plan()->whyNot()));
            return nullptr;
        }
        pictures(*wizard, u"4-plan"_s);
        return wizard;
    }

    // The wizard with the spec in its form; null where it does not come to that.
    WizardWindow *toForm(Stage &stage, SessionWizards &wizards, bool seen = false)
    {
        WizardWindow *wizard = wizards.newCluster();
        static_cast<ChoosePage *>(wizard->page())->choose(qEnvironmentVariable("TIMONIER_CLOUD_PROVIDER"));
        if (seen)
            pictures(*wizard, u"0-choose"_s);
        wizard->next();
        if (seen)
            pictures(*wizard, u"1-intro"_s);
        QFile spec(qEnvironmentVariable("TIMONIER_CLOUD_SPEC"));
        if (!spec.open(QIODevice::ReadOnly))
            return nullptr;
        auto values = wizard->draft()->subject().valuesOf(spec.readAll().toStdString(), "spec");
        if (!values)
            return nullptr;
        wizard->fill(std::move(*values));
        wizard->next();
        if (!stage.waits([&] { return wizard->form()->whyNot().isEmpty(); })) {
            qWarning("%s", qPrintable(wizard->form()->whyNot()));
            return nullptr;
        }
        return wizard;
    }

    // And on its page of checks, which are over; null where it does not come to that.
    WizardWindow *toChecks(Stage &stage, SessionWizards &wizards, bool seen = false)
    {
        WizardWindow *wizard = toForm(stage, wizards, seen);
        if (!wizard)
            return nullptr;
        if (seen)
            pictures(*wizard, u"2-form"_s);
        wizard->next();
        if (!stage.waits([&] { return wizard->checks()->isOver(); }, 60'000))
            return nullptr;
        if (seen)
            pictures(*wizard, u"3-checks"_s);
        return wizard;
    }
};

QTEST_MAIN(tst_window_cloud)
#include "tst_window_cloud.moc"

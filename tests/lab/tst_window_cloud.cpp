// A cluster in a cloud, in the window: its price first, then made, opened in the live views, and away. tests/cloud/tst_eks_cluster.py and tst_aks.py run it, with an
// emulated account and a real API server; alone it is skipped.
#include "window_stage.h"

#include "app/timonier/session_wizards.h"
#include "core/base/paths.h"
#include "ui/models/check_rows.h"
#include "ui/models/wizard_draft.h"
#include "ui/theme/colours.h"
#include "ui/views/rail_view.h"
#include "ui/wizards/check_page.h"
#include "ui/wizards/choose_page.h"
#include "ui/wizards/fact_list.h"
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

QString failure(WizardWindow &wizard) { return wizard.run()->findChild<HelpCard *>(u"runCard"_s)->text(); }

QString textsOf(const QWidget &widget)
{
    QString all;
    for (const QLabel *label : widget.findChildren<QLabel *>())
        all += label->text() + u'\n';
    return all;
}

} // namespace

class tst_window_cloud : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (!qEnvironmentVariableIsSet("TIMONIER_CLOUD_PROVIDER"))
            QSKIP("tests/cloud/tst_eks_cluster.py and tst_aks.py run it, with an account and an API server");
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
        picture(*wizard, u"2-form-offers"_s);
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

    void its_price_is_told_it_is_made_opened_and_taken_away()
    {
        const QString context = qEnvironmentVariable("TIMONIER_CLOUD_CONTEXT");
        const int nodes = qEnvironmentVariableIntValue("TIMONIER_CLOUD_NODES");
        Stage stage(qEnvironmentVariable("KUBECONFIG"));
        SessionWizards wizards(stage.window, stage.session, {}, std::make_shared<SystemProcessRunner>(), dataDir() / "plans");
        WizardWindow *wizard = toChecks(stage, wizards, true);
        QVERIFY(wizard);
        QVERIFY2(wizard->checks()->whyNot().isEmpty(), qPrintable(wizard->checks()->findChild<HelpCard *>(u"checkCard"_s)->text()));
        wizard->next();
        QVERIFY(stage.waits([&] { return wizard->plan()->whyNot().isEmpty(); }, 60'000));
        const QString costs = textsOf(*wizard->plan()->findChild<FactList *>(u"planCostList"_s));
        for (const QString &one : qEnvironmentVariable("TIMONIER_CLOUD_WORDS").split(u'|'))
            QVERIFY2(costs.contains(one), qPrintable(one + u" in "_s + costs));
        picture(*wizard, u"4-plan"_s);
        wizard->resize(900, 600);
        picture(*wizard, u"4-plan-small"_s);
        wizard->resize(1180, 780);
        wizard->next();
        QVERIFY2(stage.waits([&] { return !wizard->isRunning(); }, 200'000), "it does not come to an end");
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(failure(*wizard)));
        QTest::qWait(300);
        picture(*wizard, u"6-done"_s);
        wizard->findChild<QPushButton *>(u"doneNext-open"_s)->click();
        QVERIFY(stage.waits([&] { return stage.entry(context) && stage.entry(context)->state == ContextState::Open; }));
        stage.window.showKind(*stage.window.fleet().kindNamed(context, u"nodes"_s));
        QVERIFY2(stage.waits([&] { return stage.model().rowCount() == nodes; }), qPrintable(stage.status()));
        picture(stage.window, u"7-nodes"_s);

        auto *rail = stage.window.findChild<RailView *>();
        QAction *away = nullptr;
        QVERIFY(stage.waits([&] {
            emit rail->menuWanted(context, rail->mapToGlobal(QPoint(10, 10)));
            auto *menu = stage.window.findChild<QMenu *>(u"contextMenu"_s);
            away = menu->findChild<QAction *>(u"clusterDelete"_s);
            if (!away)
                menu->close();
            return away != nullptr;
        }));
        away->trigger();
        stage.window.findChild<QMenu *>(u"contextMenu"_s)->close();
        wizard = wizards.windows().back();
        QVERIFY(stage.waits([&] { return wizard->findChild<QMessageBox *>(u"undoQuestion"_s) != nullptr; }));
        auto *question = wizard->findChild<QMessageBox *>(u"undoQuestion"_s);
        picture(*question, u"9-delete-question"_s);
        for (QAbstractButton *one : question->buttons())
            if (question->buttonRole(one) == QMessageBox::DestructiveRole)
                one->click();
        QVERIFY(stage.waits([&] { return !wizard->isRunning(); }, 200'000));
        QVERIFY2(wizard->run()->hasFinished(), qPrintable(failure(*wizard)));
        picture(*wizard, u"9-deleted"_s);
        QVERIFY(stage.waits([&] { return stage.window.fleet().info(context) == nullptr; })); // the kubeconfig has it no more
    }

private:
    // The wizard with the spec in its form; null where it does not come to that.
    WizardWindow *toForm(Stage &stage, SessionWizards &wizards, bool pictures = false)
    {
        WizardWindow *wizard = wizards.newCluster();
        static_cast<ChoosePage *>(wizard->page())->choose(qEnvironmentVariable("TIMONIER_CLOUD_PROVIDER"));
        if (pictures)
            picture(*wizard, u"0-choose"_s);
        wizard->next();
        if (pictures)
            picture(*wizard, u"1-intro"_s);
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
    WizardWindow *toChecks(Stage &stage, SessionWizards &wizards, bool pictures = false)
    {
        WizardWindow *wizard = toForm(stage, wizards, pictures);
        if (!wizard)
            return nullptr;
        if (pictures)
            picture(*wizard, u"2-form"_s);
        wizard->next();
        if (!stage.waits([&] { return wizard->checks()->isOver(); }, 60'000))
            return nullptr;
        if (pictures)
            picture(*wizard, u"3-checks"_s);
        return wizard;
    }
};

QTEST_MAIN(tst_window_cloud)
#include "tst_window_cloud.moc"

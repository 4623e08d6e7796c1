// The deploy wizard walked through as a person does, for the lab's tests of the window.
#pragma once

#include "window_stage.h"

#include "app/timonier/session_wizards.h"
#include "ui/models/check_rows.h"
#include "ui/models/plan_tree.h"
#include "ui/models/wizard_draft.h"
#include "ui/wizards/check_page.h"
#include "ui/wizards/choose_page.h"
#include "ui/wizards/done_page.h"
#include "ui/wizards/form_page.h"
#include "ui/wizards/plan_page.h"
#include "ui/wizards/run_page.h"
#include "ui/wizards/wizard_parts.h"
#include "ui/wizards/wizard_window.h"

#include <QMessageBox>
#include <QPushButton>

inline void picture(WizardWindow &wizard, const char *name)
{
    QTest::qWait(50);
    wizard.grab().save(QCoreApplication::applicationDirPath() + u"/wizard-app-"_s + QLatin1StringView(name) + u".png"_s);
}

// From wherever it is to its plan, in that namespace where one is asked for; empty: where it says itself.
inline void toPlan(Stage &stage, WizardWindow &wizard, const QString &ns)
{
    wizard.goTo(wizard.form());
    if (!ns.isEmpty() && std::ranges::find(wizard.draft()->parameters(), "namespace", &form::Parameter::id) != wizard.draft()->parameters().end())
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

// From its plan to its end.
inline void carryOut(Stage &stage, WizardWindow &wizard)
{
    wizard.next();
    QVERIFY2(stage.waits([&] { return !wizard.isRunning(); }, 240'000), "it does not come to an end");
    QVERIFY2(wizard.run()->hasFinished(), qPrintable(wizard.run()->findChild<HelpCard *>(u"runCard"_s)->text()));
}

// And away; what was said before.
inline QString takeBack(Stage &stage, WizardWindow &wizard)
{
    wizard.findChild<QPushButton *>(u"wizardUndo"_s)->click();
    if (!stage.waits([&] { return wizard.findChild<QMessageBox *>(u"undoQuestion"_s) != nullptr; }))
        return {};
    auto *box = wizard.findChild<QMessageBox *>(u"undoQuestion"_s);
    const QString words = box->informativeText();
    for (QAbstractButton *one : box->buttons())
        if (box->buttonRole(one) == QMessageBox::DestructiveRole)
            one->click();
    if (!stage.waits([&] { return !wizard.isRunning(); }, 120'000) || !wizard.run()->hasFinished())
        QTest::qFail(qPrintable(u"it was not taken back: "_s + wizard.run()->findChild<HelpCard *>(u"runCard"_s)->text()), __FILE__, __LINE__);
    return words;
}

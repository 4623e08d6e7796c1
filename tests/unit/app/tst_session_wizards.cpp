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
#include "ui/wizards/check_page.h"
#include "ui/wizards/choose_page.h"
#include "ui/wizards/done_page.h"
#include "ui/wizards/form_page.h"
#include "ui/wizards/plan_page.h"
#include "ui/wizards/run_page.h"
#include "ui/wizards/wizard_parts.h"
#include "ui/wizards/wizard_window.h"

#include <QDir>
#include <QFile>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

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

    void a_run_that_was_left_is_offered_at_the_next_start()
    {
        { // what a program that died leaves: a run that says it is running, and nobody who holds its lock
            auto journal = plan::Journal::open(std::filesystem::path(path(u"plans"_s).toStdString()), std::make_shared<SystemClock>());
            QVERIFY(journal.has_value());
            plan::Plan plan{.provider = "kind", .target = "kind/left", .title = "The kind cluster left", .spec = "provider: kind\nname: left\n"};
            QVERIFY((*journal)->begin(plan, plan::Direction::Forward).has_value());
        }
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
        for (const ClusterForm &form : clusterForms()) {
            const std::string text = "provider: " + form.provider + "\nname: dev\nnobodyAsksForThis:\n  - a: 1\n    b: \"x: y\"\nkubeconfig: /tmp/with blank\n";
            const auto values = form.values(text, "f.yaml");
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
    WizardWindow *toRun(const QString &name)
    {
        WizardWindow *wizard = m_wizards->newCluster(u"kind"_s);
        wizard->draft()->set("name", name);
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
    QString path(const QString &name) const { return m_folder->filePath(name); }
    void write(const QString &name, const char *text)
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

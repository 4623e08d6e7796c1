// The frame of all wizards, with a subject that is played: by keyboard from the first page to the last, what fails and how one goes on, and
// pictures of each page to look at (written beside this test: wizard-*.png).
#include "played_subject.h"

#include "ui/models/check_rows.h"
#include "ui/models/plan_tree.h"
#include "ui/models/step_tree.h"
#include "ui/models/wizard_draft.h"
#include "ui/theme/colours.h"
#include "ui/views/elided_label.h"
#include "ui/wizards/check_page.h"
#include "ui/wizards/choice_card.h"
#include "ui/wizards/choose_page.h"
#include "ui/wizards/cluster_tools_dialog.h"
#include "ui/wizards/done_page.h"
#include "ui/wizards/field_editors.h"
#include "ui/wizards/field_row.h"
#include "ui/wizards/form_page.h"
#include "ui/wizards/page_list.h"
#include "ui/wizards/plan_page.h"
#include "ui/wizards/row_view.h"
#include "ui/wizards/run_page.h"
#include "ui/wizards/wizard_header.h"
#include "ui/wizards/wizard_parts.h"
#include "ui/views/tone_label.h"
#include "ui/wizards/wizard_window.h"

#include <fmt/format.h>

#include <QAbstractItemModelTester>
#include <QAbstractItemView>
#include <QClipboard>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

using namespace timonier;
using namespace Qt::StringLiterals;
using plan::PartState;
using plan::RunState;
using plan::StepState;

namespace {

struct Stage {
    explicit Stage(QSize size = {1120, 720}, std::shared_ptr<PlayedSubject> played = std::make_shared<PlayedSubject>()) : subject(std::move(played)), window(u"New cluster"_s)
    {
        window.setSubject(subject);
        window.resize(size);
        window.show();
        window.activateWindow();
        (void)QTest::qWaitForWindowActive(&window);
    }
    template <class W = QPushButton>
    W *find(const QString &name)
    {
        auto *found = window.findChild<W *>(name);
        if (!found)
            qFatal("there is no %s", qPrintable(name));
        return found;
    }
    void toChecks()
    {
        window.next();
        QTRY_VERIFY(window.form()->whyNot().isEmpty());
        window.next();
        QTRY_VERIFY(window.checks()->isOver());
    }
    void toPlan()
    {
        toChecks();
        window.next();
        QTRY_VERIFY(window.plan()->whyNot().isEmpty());
    }
    void toRun()
    {
        toPlan();
        window.next();
        QVERIFY(window.isRunning());
    }
    void type(const std::string &id, const QString &text)
    {
        auto *edit = qobject_cast<QLineEdit *>(window.form()->row(id)->focusTarget());
        edit->selectAll();
        QTest::keyClicks(edit, text);
    }
    void picture(const QString &name)
    {
        QTest::qWait(60);
        QVERIFY(window.grab().save(QCoreApplication::applicationDirPath() + u"/wizard-"_s + name + u".png"_s));
    }
    std::shared_ptr<PlayedSubject> subject;
    WizardWindow window;
};

const Error engineDown{.kind = ErrorKind::Unreachable, .message = "docker does not answer", .hint = "Start docker, then resume the run",
                       .cause = std::make_shared<const Error>(Error{.kind = ErrorKind::Process, .message = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?"})};

form::Check badEngine()
{
    return {.id = "engine", .title = "Container engine", .state = form::CheckState::Bad, .words = "Docker is installed and does not answer",
            .why = "A node is a container: without an engine there is nothing to run it.", .evidence = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock",
            .fixes = {{.id = "start", .title = "Start Docker", .commands = {"systemctl --user start docker"}}, {.id = "podman", .title = "Use Podman", .commands = {}}}};
}

WizardChoices somePlaces()
{
    WizardChoices choices{.title = u"Where to run"_s, .question = u"Where shall it run?"_s, .purposeQuestion = u"What is the cluster for?"_s,
                          .purposes = {{u"any"_s, u"Trying things out"_s, {}}, {u"kubeflow"_s, u"Kubeflow 1.11"_s, u"Kubernetes 1.34 or newer, 8 CPUs, 16 GiB of memory"_s}}};
    choices.choices = {{.id = u"kind"_s, .title = u"kind"_s, .what = u"Nodes are containers. Quickly there and quickly gone."_s, .group = u"This computer"_s,
                        .facts = {{u"Price"_s, u"nothing"_s}, {u"Time"_s, u"2 minutes"_s}}},
                       {.id = u"minikube"_s, .title = u"minikube"_s, .what = u"One machine or several, with add-ons that are switched on by name."_s, .group = u"This computer"_s,
                        .facts = {{u"Price"_s, u"nothing"_s}, {u"Time"_s, u"4 minutes"_s}}},
                       {.id = u"kubeadm"_s, .title = u"kubeadm"_s, .what = u"A real cluster on hosts that you reach by ssh."_s, .group = u"Your own hosts"_s,
                        .facts = {{u"Time"_s, u"10 minutes"_s}}},
                       {.id = u"eks"_s, .title = u"Amazon EKS"_s, .what = u"The control plane is Amazon's."_s, .group = u"A cloud"_s, .facts = {{u"Price"_s, u"0.10 $/h and the nodes"_s}}, .refused = u"No account is signed in"_s}};
    choices.refusal = [](const QString &choice, const QString &purpose) {
        return purpose == u"kubeflow" && choice == u"kind" ? u"Kubeflow 1.11 needs 8 CPUs; this computer has 2"_s : QString();
    };
    return choices;
}

void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(QApplication::focusWidget(), key, modifiers); }

// A cluster whose provider gives a Service no address; an image that is not there, a tunnel without rights.
struct PlayedTools final : ClusterTools {
    QString asked{};
    Tell tell{};
    Done<Result<>> switched{};

    std::optional<Error> cannot(ClusterTool tool) const override
    {
        return tool == ClusterTool::Services ? std::optional(Error{.kind = ErrorKind::Unsupported, .message = "kind gives a Service no address of this computer", .hint = "Use port-forward; or name the port in the spec before the cluster is made"}) : std::nullopt;
    }
    void addons(Done<Result<std::vector<Addon>>> done) override
    {
        std::vector<Addon> all;
        for (int i = 0; i < 36; ++i)
            all.push_back({u"add-on-%1"_s.arg(i), i % 5 == 0 && i != 5});
        done(std::move(all));
    }
    void setAddon(const QString &name, bool on, Tell said, Done<Result<>> done) override
    {
        asked = name + (on ? u" on"_s : u" off"_s);
        tell = std::move(said);
        switched = std::move(done);
    }
    void load(const QString &image, Tell, Done<Result<>> done) override
    {
        done(std::unexpected(Error{.kind = ErrorKind::NotFound, .message = "the image " + image.toStdString() + " is not on this computer", .hint = "Build or pull it with docker first"}));
    }
    void stopLoad() override {}
    void exportLogs(const QString &, Tell, Done<Result<>> done) override { done({}); }
    void serviceUrls(const QString &, const QString &, Done<Result<QStringList>>) override {}
    void openTunnel(Tell, Done<Result<>> closed) override
    {
        closed(std::unexpected(Error{.kind = ErrorKind::Forbidden, .message = "minikube tunnel wants root's rights, to set routes", .hint = "Type `minikube tunnel -p mini` in a terminal, or use port-forward"}));
    }
    void closeTunnel() override {}
};

} // namespace

class tst_wizards : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { applyTheme(ThemeChoice::Light); }

    void by_keyboard_alone_one_comes_from_the_first_page_to_the_last()
    {
        Stage stage;
        QVERIFY(QApplication::focusWidget());
        key(Qt::Key_Right, Qt::AltModifier);
        QCOMPARE(stage.window.page(), stage.window.form());
        QCOMPARE(QApplication::focusWidget()->objectName(), u"field-name"_s);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(QApplication::focusWidget(), u"lab"_s);
        QTRY_VERIFY(stage.window.form()->whyNot().isEmpty());
        key(Qt::Key_Return);
        QCOMPARE(stage.window.page(), stage.window.checks());
        QTRY_COMPARE(stage.window.checks()->count(), u"2 of 2"_s);
        QVERIFY(QApplication::focusWidget());
        key(Qt::Key_Return);
        QCOMPARE(stage.window.page(), stage.window.plan());
        QTRY_VERIFY(stage.window.plan()->whyNot().isEmpty());
        QCOMPARE(stage.find(u"wizardNext"_s)->text(), u"Run"_s);
        key(Qt::Key_Return);
        QCOMPARE(stage.window.page(), stage.window.run());
        stage.subject->begun({"cluster"});
        stage.subject->step("cluster", StepState::Done);
        stage.subject->end(RunState::Finished);
        QTRY_COMPARE(stage.window.page(), stage.window.done());
        QTRY_VERIFY(QApplication::focusWidget() && QApplication::focusWidget()->objectName() == u"doneNext-open");
        QSignalSpy left(&stage.window, &WizardWindow::left);
        key(Qt::Key_Space);
        QCOMPARE(left.size(), 1);
        QCOMPARE(stage.subject->nexts, QStringList{u"open"_s});
        QCOMPARE(stage.subject->checkedValues.texts.at("name"), "lab");
    }

    void what_cannot_work_is_refused_with_the_reason_and_the_rest_leads_on()
    {
        WizardWindow window(u"New cluster"_s);
        auto *page = new ChoosePage(somePlaces());
        window.addFirst(page);
        window.show();
        QSignalSpy went(page, &ChoosePage::went);
        QVERIFY(!page->whyNot().isEmpty());
        page->choose(u"kind"_s);
        QCOMPARE(page->chosen(), u"kind"_s);
        page->choose(u"eks"_s); // refused whatever it is for
        QCOMPARE(page->chosen(), u"kind"_s);
        page->choose({}, u"kubeflow"_s);
        QVERIFY(page->chosen().isEmpty());
        QVERIFY(page->card(u"kind"_s)->accessibleDescription().contains(u"needs 8 CPUs"_s));
        QVERIFY(window.findChild<QLabel *>(u"choosePurposeFixes"_s)->text().contains(u"1.34"_s));
        page->choose(u"minikube"_s);
        window.next();
        QCOMPARE(went.size(), 1);
        QCOMPARE(went.front(), (QVariantList{u"minikube"_s, u"kubeflow"_s}));
        auto subject = std::make_shared<PlayedSubject>();
        window.setSubject(subject);
        QCOMPARE(window.pageCount(), 7);
        window.back();
        QCOMPARE(window.page(), page);
        window.next(); // the same again: what was filled in stays
        QCOMPARE(went.size(), 1);
        QVERIFY(window.page() != page);
    }

    void a_wrong_value_is_said_at_its_field_and_leads_back_to_it()
    {
        Stage stage;
        stage.window.next();
        stage.type("name", u"No Good"_s);
        FieldRow *row = stage.window.form()->row("name");
        QVERIFY2(row->problem().contains(u"lower-case"_s), qPrintable(row->problem()));
        row->parentWidget()->setFocus();
        stage.window.next();
        QCOMPARE(stage.window.page(), stage.window.form());
        QCOMPARE(QApplication::focusWidget(), row->focusTarget());
        stage.type("name", u"taken"_s); // only the subject knows
        QTRY_VERIFY(row->problem().contains(u"already"_s));
        stage.type("name", u"lab"_s);
        QTRY_VERIFY(row->problem().isEmpty() && stage.window.form()->whyNot().isEmpty());
        QVERIFY(row->focusTarget()->accessibleDescription().contains(u"called"_s));
    }

    void what_is_wrong_with_no_field_by_itself_stands_in_full()
    {
        Stage stage;
        stage.window.next();
        stage.type("name", u"overlaps"_s);
        auto *problem = stage.window.form()->findChild<ToneLabel *>(u"formProblem"_s);
        QTRY_VERIFY(problem->isVisible());
        QCOMPARE(problem->text(), u"the addresses of pods and of services overlap, and no field by itself is wrong"_s);
        stage.type("name", u"lab"_s);
        QTRY_VERIFY(!problem->isVisible());
    }

    void what_cannot_be_chosen_says_why()
    {
        Stage stage;
        stage.window.next();
        auto *refused = stage.find<QRadioButton>(u"field-engine-nerdctl"_s);
        QVERIFY(!refused->isEnabled());
        QCOMPARE(refused->accessibleDescription(), u"It is not installed here"_s);
        QCOMPARE(stage.find<QLabel>(u"field-engine-nerdctl-note"_s)->text(), u"It is not installed here"_s);
        QVERIFY(stage.find<QRadioButton>(u"field-engine-docker"_s)->isChecked());
        stage.find<QRadioButton>(u"field-engine-podman"_s)->click();
        QCOMPARE(stage.window.draft()->values().texts.at("engine"), "podman");
    }

    void a_field_of_text_offers_what_there_is_and_takes_anything_else()
    {
        const form::Parameter subscription{.id = "subscription", .title = "Subscription", .type = form::Type::Text, .choices = {{.value = "1111", .title = "Azure for Students"}, {.value = "2222", .title = "Work"}}};
        QWidget page;
        FieldEditor *editor = makeEditor(subscription, &page);
        page.show();
        QSignalSpy edited(editor, &FieldEditor::edited);
        auto *edit = page.findChild<QLineEdit *>(u"field-subscription"_s);
        const auto list = [] {
            const auto all = QApplication::topLevelWidgets();
            const auto found = std::ranges::find(all, u"field-subscription-offers"_s, &QWidget::objectName);
            return found == all.end() ? nullptr : qobject_cast<QAbstractItemView *>(*found);
        };
        edit->setFocus();
        QTest::keyClick(edit, Qt::Key_Down);
        QTRY_VERIFY(list() && list()->isVisible());
        QCOMPARE(list()->model()->rowCount(), 2);
        QTest::keyClick(list(), Qt::Key_Down);
        QTest::keyClick(list(), Qt::Key_Return);
        QCOMPARE(edited.last().at(0).toString(), u"1111"_s);
        QCOMPARE(edit->text(), u"1111"_s);
        edit->clear();
        QTest::keyClicks(edit, u"work"_s); // by its name too
        QTRY_VERIFY(list()->isVisible());
        QCOMPARE(list()->model()->rowCount(), 1);
        QTest::keyClick(list(), Qt::Key_Escape);
        edit->clear();
        QTest::keyClicks(edit, u"9999"_s);
        QVERIFY(!list()->isVisible());
        QCOMPARE(edited.last().at(0).toString(), u"9999"_s);
        form::Parameter none = subscription;
        none.choices.clear();
        editor->setParameter(none); // the account is another one
        QTest::keyClick(edit, Qt::Key_Down);
        QVERIFY(!list()->isVisible());
    }

    void a_field_is_asked_only_while_it_matters_and_advanced_ones_are_folded()
    {
        Stage stage;
        stage.window.next();
        QVERIFY(stage.window.form()->row("port")->isHidden());
        stage.find<QAbstractButton>(u"field-open"_s)->click();
        QVERIFY(!stage.window.form()->row("port")->isHidden());
        QVERIFY(!stage.window.form()->row("image")->isVisible());
        QVERIFY(stage.find(u"formFold"_s)->text().contains(u"5"_s));
        stage.find(u"formFold"_s)->click();
        QVERIFY(stage.window.form()->row("image")->isVisible());
        auto *password = stage.find<QLineEdit>(u"field-password"_s);
        QCOMPARE(password->echoMode(), QLineEdit::Password);
        stage.find(u"field-password-reveal"_s)->click();
        QCOMPARE(password->echoMode(), QLineEdit::Normal);
        stage.type("password", u"hunter2"_s);
        stage.window.form()->setYamlShown(true);
        QVERIFY(!stage.find<QPlainTextEdit>(u"formYaml"_s)->toPlainText().contains(u"hunter2"_s));
        auto *workers = stage.find<QLineEdit>(u"field-workers"_s);
        QTest::keyClick(workers, Qt::Key_Up);
        QCOMPARE(workers->text(), u"3"_s);
        QVERIFY(stage.find<QPlainTextEdit>(u"formYaml"_s)->toPlainText().contains(u"workers: 3"_s));
    }

    void it_is_filled_in_from_a_file_and_one_that_is_none_is_said()
    {
        Stage stage;
        stage.window.next();
        QTemporaryDir folder;
        const QString good = folder.filePath(u"good.yaml"_s), bad = folder.filePath(u"bad.yaml"_s);
        for (const auto &[file, text] : {std::pair(good, "provider: kind\nname: filed\nworkers: 5\n"), std::pair(bad, "hello")}) {
            QFile out(file);
            QVERIFY(out.open(QIODevice::WriteOnly));
            out.write(text);
        }
        stage.window.form()->loadFile(good);
        QCOMPARE(stage.find<QLineEdit>(u"field-workers"_s)->text(), u"5"_s);
        QCOMPARE(stage.find<QLineEdit>(u"field-name"_s)->text(), u"filed"_s);
        stage.window.form()->loadFile(bad);
        auto *box = stage.find<QMessageBox>(u"formLoadFailed"_s);
        QVERIFY(box->text().contains(u"no spec"_s));
        box->close();
    }

    void checks_appear_as_they_come_and_one_that_stands_against_it_stops_the_way()
    {
        auto subject = std::make_shared<PlayedSubject>();
        subject->checksAtOnce = false;
        Stage stage({1120, 720}, subject);
        stage.window.next();
        QTRY_VERIFY(stage.window.form()->whyNot().isEmpty());
        stage.window.next();
        using form::CheckState;
        subject->checkNow({{.id = "engine", .title = "Container engine", .state = CheckState::Running}, {.id = "memory", .title = "Memory", .state = CheckState::Waiting}});
        QTRY_COMPARE(stage.window.checks()->count(), u"0 of 2"_s);
        QVERIFY(!stage.find(u"wizardNext"_s)->isEnabled());
        subject->checkNow({badEngine()});
        QTRY_COMPARE(stage.window.checks()->count(), u"1 of 2"_s);
        subject->checkNow({{.id = "memory", .title = "Memory", .state = CheckState::Good, .words = "5 GiB free"}}, true);
        QTRY_VERIFY(stage.window.checks()->isOver());
        QVERIFY(stage.window.checks()->whyNot().contains(u"1"_s));
        QVERIFY(!stage.find(u"wizardNext"_s)->isEnabled());
        // What is wrong is shown by itself: what it means, their own words, and what will be run.
        auto *card = stage.find<HelpCard>(u"checkCard"_s);
        QVERIFY(card->isVisible());
        QVERIFY(card->text().contains(u"A node is a container"_s) && card->text().contains(u"docker.sock"_s));
        QCOMPARE(stage.find<QLabel>(u"checkCardCommands"_s)->text(), u"$ systemctl --user start docker"_s);
        stage.find(u"checkCardFix-podman"_s)->click();
        QTRY_COMPARE(subject->checked, 2);
        QCOMPARE(subject->fixed, std::vector<std::string>{"podman"});
        subject->checkNow({{.id = "engine", .title = "Container engine", .state = CheckState::Good}}, true);
        QTRY_VERIFY(stage.window.checks()->whyNot().isEmpty());
    }

    void a_changed_value_makes_checks_and_plan_anew()
    {
        Stage stage;
        stage.toPlan();
        const int checked = stage.subject->checked, planned = stage.subject->planned;
        stage.window.back();
        stage.window.back();
        QCOMPARE(stage.window.page(), stage.window.form());
        stage.type("workers", u"9"_s);
        QCOMPARE(stage.find<PageList>(u"wizardPages"_s)->stateOf(2), PageList::State::Later);
        QTRY_VERIFY(stage.window.form()->whyNot().isEmpty());
        stage.window.next();
        QTRY_COMPARE(stage.subject->checked, checked + 1);
        QTRY_VERIFY(stage.window.checks()->isOver());
        stage.window.next();
        QTRY_COMPARE(stage.subject->planned, planned + 1);
    }

    void a_slow_plan_blocks_nothing_and_an_old_answer_is_not_heard()
    {
        auto subject = std::make_shared<PlayedSubject>();
        subject->planSlowly = true;
        Stage stage({1120, 720}, subject);
        stage.toChecks();
        stage.window.next();
        QTRY_VERIFY(subject->heldPlan);
        QVERIFY(!stage.find(u"wizardNext"_s)->isEnabled());
        const auto old = subject->heldPlan;
        stage.window.back();
        stage.window.back();
        stage.type("workers", u"4"_s);
        QTRY_VERIFY(stage.window.form()->whyNot().isEmpty());
        stage.window.next();
        QTRY_VERIFY(stage.window.checks()->isOver());
        stage.window.next();
        old(fail(ErrorKind::Invalid, "of earlier values"));
        QVERIFY(stage.window.plan()->whyNot().contains(u"being made"_s));
        subject->heldPlan(subject->thePlan);
        QVERIFY(stage.window.plan()->whyNot().isEmpty());
    }

    void a_step_that_fails_says_what_and_why_and_goes_on()
    {
        Stage stage;
        stage.toRun();
        stage.subject->begun({"image", "cluster"});
        stage.subject->step("image", StepState::Done);
        stage.subject->step("cluster", StepState::Applying);
        stage.subject->line("cluster", "Creating cluster \"dev\" ...");
        stage.subject->line("cluster", "ERROR: failed to create cluster");
        stage.subject->step("cluster", StepState::Failed, engineDown);
        stage.subject->end(RunState::Failed, engineDown);
        QTRY_VERIFY(!stage.window.isRunning());
        auto *card = stage.find<HelpCard>(u"runCard"_s);
        QVERIFY(card->isVisible());
        QVERIFY2(card->text().contains(u"cluster"_s) && card->text().contains(u"docker does not answer"_s) && card->text().contains(u"Start docker"_s) && card->text().contains(u"docker.sock"_s), qPrintable(card->text()));
        QVERIFY(stage.find<QPlainTextEdit>(u"logView"_s)->toPlainText().contains(u"ERROR: failed"_s));
        stage.find(u"runCardResume"_s)->click();
        QCOMPARE(stage.subject->begins, (std::vector<std::string>{"start", "resume"}));
        QVERIFY(stage.window.isRunning() && !card->isVisible());
        stage.subject->begun({"image", "cluster"});
        stage.subject->step("cluster", StepState::Done);
        stage.subject->end(RunState::Finished);
        QTRY_COMPARE(stage.window.page(), stage.window.done());
    }

    void what_opens_the_application_stays_on_the_page_and_says_how_it_is()
    {
        Stage stage;
        stage.subject->opens = true;
        stage.toRun();
        stage.subject->begun({"one"});
        stage.subject->step("one", StepState::Done);
        stage.subject->end(RunState::Finished);
        QTRY_COMPARE(stage.window.page(), static_cast<WizardPage *>(stage.window.done()));
        QTRY_VERIFY(stage.window.findChild<QPushButton *>(u"doneNext-forward0"_s));
        auto *open = stage.find(u"doneNext-forward0"_s);
        auto *said = stage.find<ToneLabel>(u"doneNextSaid-forward0"_s);
        QVERIFY(!said->isVisible());
        QTest::mouseClick(open, Qt::LeftButton);
        QCOMPARE(stage.subject->nexts, QStringList{u"forward0"_s});
        QVERIFY(stage.window.isVisible());
        stage.subject->told({Tone::Careful, u"It cannot be opened yet: no pod is ready (front-7d9: ImagePullBackOff). Try again in a while."_s, false});
        QVERIFY(said->isVisible());
        QVERIFY(said->text().contains(u"front-7d9: ImagePullBackOff"_s));
        QCOMPARE(said->tone(), Tone::Careful);
        stage.picture(u"opening-light"_s);
        stage.subject->told({Tone::Good, u"http://127.0.0.1:41233/ – Ready; connections go to front-7d9"_s, false});
        QCOMPARE(said->tone(), Tone::Good);
        applyTheme(ThemeChoice::Dark);
        stage.picture(u"opening-dark"_s);
        applyTheme(ThemeChoice::Light);
        const auto late = stage.subject->told;
        stage.window.setSubject(std::make_shared<PlayedSubject>());
        late({Tone::Good, u"nobody hears it any more"_s, false});
    }

    void a_thousand_parts_are_counted_and_paint_in_no_time()
    {
        Stage stage;
        stage.toRun();
        stage.subject->begun({"apply"});
        stage.subject->step("apply", StepState::Applying);
        for (int i = 0; i < 1'000; ++i)
            stage.subject->part("apply", fmt::format("Deployment kubeflow/part-{}", i), PartState::Waiting);
        StepTree *steps = stage.window.run()->steps();
        QTRY_COMPARE(steps->rowCount(steps->index(0, 0)), 1'000);
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 600; ++i)
            stage.subject->part("apply", fmt::format("Deployment kubeflow/part-{}", i), PartState::Done);
        stage.subject->part("apply", "Deployment kubeflow/part-600", PartState::Running, "waits for 2 pods");
        QTRY_COMPARE(steps->detailOf(0), u"600 of 1,000"_s);
        stage.window.grab();
        QVERIFY2(timer.elapsed() < 500, qPrintable(QString::number(timer.elapsed())));
        // The one that runs is looked at.
        auto *view = stage.find<RowView>(u"runTree"_s);
        QTRY_COMPARE(view->currentIndex().data().toString(), u"Deployment kubeflow/part-600"_s);
        QVERIFY(view->viewport()->rect().intersects(view->visualRect(view->currentIndex())));
        stage.subject->part("apply", "Deployment kubeflow/part-600", PartState::Failed, "the image cannot be pulled: no such tag");
        stage.subject->step("apply", StepState::Failed, Error{.kind = ErrorKind::Invalid, .message = "1 of 1000 objects failed"});
        stage.subject->end(RunState::Failed, Error{.kind = ErrorKind::Invalid, .message = "1 of 1000 objects failed"});
        QTRY_VERIFY(stage.find<HelpCard>(u"runCard"_s)->isVisible());
        QVERIFY(stage.find<HelpCard>(u"runCard"_s)->text().contains(u"Deployment kubeflow/part-600: the image cannot be pulled"_s));
    }

    void stopping_is_said_and_what_was_made_can_be_taken_back()
    {
        Stage stage;
        stage.toRun();
        stage.subject->begun({"cluster"});
        stage.subject->step("cluster", StepState::Applying);
        QTRY_COMPARE(stage.window.run()->steps()->rowCount(), 1);
        QVERIFY(!stage.find(u"wizardUndo"_s)->isEnabled());
        stage.find(u"wizardStop"_s)->click();
        QVERIFY(stage.subject->run->stopped);
        QVERIFY(!stage.find(u"wizardStop"_s)->isEnabled());
        stage.subject->step("cluster", StepState::Cancelled);
        stage.subject->end(RunState::Cancelled);
        QTRY_VERIFY(!stage.window.isRunning());
        QVERIFY(stage.find<HelpCard>(u"runCard"_s)->text().contains(u"stopped"_s));
        stage.find(u"wizardUndo"_s)->click();
        QTRY_VERIFY(stage.window.findChild<QMessageBox *>(u"undoQuestion"_s));
        auto *box = stage.find<QMessageBox>(u"undoQuestion"_s);
        QVERIFY(box->informativeText().contains(u"Cluster of kind dev"_s));
        for (QAbstractButton *one : box->buttons())
            if (box->buttonRole(one) == QMessageBox::DestructiveRole)
                one->click();
        QCOMPARE(stage.subject->begins.back(), "undo");
        stage.subject->begun({"cluster"}, plan::Direction::Back);
        stage.subject->step("cluster", StepState::Undone);
        stage.subject->end(RunState::Finished, {}, plan::Direction::Back);
        QTRY_VERIFY(!stage.window.isRunning());
        QCOMPARE(stage.window.page(), stage.window.run());
        QVERIFY(stage.find<HelpCard>(u"runCard"_s)->text().contains(u"taken back"_s));
    }

    void escape_asks_before_what_was_filled_in_is_lost_and_only_then()
    {
        Stage stage;
        stage.window.next();
        QTRY_VERIFY(stage.window.form()->whyNot().isEmpty());
        stage.type("name", u"shop"_s);
        key(Qt::Key_Escape);
        auto *box = stage.window.findChild<QMessageBox *>(u"leaveQuestion"_s);
        QVERIFY(box);
        QVERIFY(stage.window.isVisible());
        QTest::keyClick(box, Qt::Key_Return); // stays
        QVERIFY(stage.window.isVisible());
        QCOMPARE(form::valueOf(stage.subject->all[0], stage.window.draft()->values()), "shop");
        Stage untouched;
        untouched.window.next();
        QTest::keyClick(&untouched.window, Qt::Key_Escape);
        QVERIFY(!untouched.window.isVisible());
        QVERIFY(!untouched.window.findChild<QMessageBox *>(u"leaveQuestion"_s));
    }

    void closing_while_it_runs_asks_and_the_run_goes_on_without_the_window()
    {
        Stage stage;
        stage.toRun();
        stage.subject->begun({"cluster"});
        QSignalSpy ended(&stage.window, &WizardWindow::ended), finished(&stage.window, &WizardWindow::finished);
        stage.window.close();
        auto *box = stage.find<QMessageBox>(u"closeQuestion"_s);
        QVERIFY(stage.window.isVisible());
        box->defaultButton()->click();
        QVERIFY(!stage.window.isVisible() && stage.window.isRunning() && finished.isEmpty());
        stage.subject->end(RunState::Finished);
        QTRY_COMPARE(ended.size(), 1);
        QCOMPARE(ended.front().at(0).toBool(), true);
        QCOMPARE(finished.size(), 1);
    }

    void the_file_and_the_command_line_repeat_it()
    {
        Stage stage;
        stage.window.next();
        stage.find(u"wizardCopy"_s)->click();
        QCOMPARE(QApplication::clipboard()->text(), u"timonierctl cluster create -f dev.yaml"_s);
        QVERIFY(stage.find<ElidedLabel>(u"wizardHint"_s)->whole().contains(u"save the file first"_s));
    }

    void every_widget_that_takes_the_focus_has_names()
    {
        Stage stage;
        stage.toPlan();
        stage.find(u"formFold"_s)->click();
        for (const QWidget *widget : stage.window.findChildren<QWidget *>())
            if (widget->focusPolicy() & Qt::TabFocus && !widget->focusProxy()) {
                QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
                QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
            }
    }

    void the_models_keep_the_rules()
    {
        StepTree steps;
        const QAbstractItemModelTester tester(&steps, QAbstractItemModelTester::FailureReportingMode::QtTest);
        using plan::Event;
        steps.take({{.kind = Event::Kind::Begun, .run = 1, .at = 1'000, .title = "x", .steps = {{"a", "A", plan::Span(10)}, {"b", "B", plan::Span(10)}}}});
        steps.take({{.kind = Event::Kind::Step, .at = 2'000, .step = "a", .state = StepState::Applying},
                    {.kind = Event::Kind::Part, .at = 2'000, .step = "a", .title = "One", .part = "1", .partState = PartState::Running, .text = "waits"},
                    {.kind = Event::Kind::Part, .at = 2'000, .step = "b", .title = "Two", .part = "2", .partState = PartState::Waiting},
                    {.kind = Event::Kind::Part, .at = 3'500, .step = "a", .title = "One", .part = "1", .partState = PartState::Done},
                    {.kind = Event::Kind::Part, .at = 3'500, .step = "nobody", .title = "x", .part = "1"},
                    {.kind = Event::Kind::Line, .at = 3'600, .step = "a", .text = "hello"}});
        const QModelIndex a = steps.index(0, 0), one = steps.index(0, 0, a);
        QCOMPARE(one.data().toString(), u"One"_s);
        QCOMPARE(one.data(StepTree::TimeRole).toString(), u"2 s"_s);
        QCOMPARE(a.data(StepTree::DetailRole).toString(), u"1 of 1"_s);
        QCOMPARE(steps.linesOf(0).back(), u"hello"_s);
        QVERIFY(one.data(Qt::AccessibleTextRole).toString().contains(u"done"_s));
        steps.take({{.kind = Event::Kind::Begun, .run = 1, .at = 9'000, .title = "x", .steps = {{"a", "A", plan::Span(10)}}}});
        QCOMPARE(steps.rowCount(), 1);
        QCOMPARE(steps.rowCount(steps.index(0, 0)), 0);

        CheckRows checks;
        const QAbstractItemModelTester checkTester(&checks, QAbstractItemModelTester::FailureReportingMode::QtTest);
        checks.take({{.id = "a", .title = "A", .subject = "h1"}, {.id = "a", .title = "A", .subject = "h2"}});
        checks.take({{.id = "a", .title = "A", .subject = "h2", .state = form::CheckState::Bad}});
        QCOMPARE(checks.rowCount(), 2);
        QCOMPARE(checks.worst(), 1);

        PlanTree plan;
        const QAbstractItemModelTester planTester(&plan, QAbstractItemModelTester::FailureReportingMode::QtTest);
        plan.show({.steps = {{.title = u"s"_s, .estimate = plan::Span(90'000), .creates = {{"k", "n"}}}}, .changes = {{.object = u"Deployment a/b"_s, .diff = u"+x"_s}}});
        QCOMPARE(plan.rowCount(), 2);
        QCOMPARE(plan.index(0, 0, plan.index(0, 0)).data().toString(), u"n"_s);
        QCOMPARE(plan.index(1, 0).data(PlanTree::DiffRole).toString(), u"+x"_s);
    }

    void of_many_add_ons_those_that_are_named_are_shown_and_one_that_is_gone_meanwhile_does_no_harm()
    {
        auto played = std::make_unique<PlayedTools>();
        PlayedTools *tools = played.get();
        ClusterToolsDialog dialog(u"mini"_s, std::move(played));
        dialog.show(ClusterTool::Addons);
        auto *list = dialog.findChild<QListWidget *>(u"addonList"_s);
        QCOMPARE(list->count(), 36);
        dialog.findChild<QLineEdit *>(u"addonFilter"_s)->setText(u"add-on-3"_s);
        int seen = 0;
        for (int i = 0; i < list->count(); ++i)
            seen += !list->item(i)->isHidden();
        QCOMPARE(seen, 7); // 3, 30 to 35
        list->item(3)->setCheckState(Qt::Checked);
        QCOMPARE(tools->asked, u"add-on-3 on"_s);
        QVERIFY(!(list->item(3)->flags() & Qt::ItemIsEnabled) && dialog.isBusy()); // not twice
        tools->tell(u"* Verifying …"_s);
        list->clear();
        tools->switched({});
        QVERIFY(!dialog.isBusy());
        dialog.show(ClusterTool::Addons);
        QCOMPARE(list->count(), 36);
        list->item(5)->setCheckState(Qt::Unchecked);
        QCOMPARE(tools->asked, u"add-on-3 on"_s); // it was off
    }

    void pictures_to_look_at_data()
    {
        QTest::addColumn<QString>("look");
        for (const char *look : {"light", "dark", "small", "french", "large"})
            QTest::newRow(look) << QString::fromLatin1(look);
    }
    void pictures_to_look_at();
};

void tst_wizards::pictures_to_look_at()
{
    QFETCH(QString, look);
    applyTheme(look == u"dark" ? ThemeChoice::Dark : ThemeChoice::Light);
    QTranslator translator;
    const bool speaksFrench = look == u"french";
    QVERIFY(translator.load(speaksFrench ? u":/i18n/timonier_fr.qm"_s : u":/i18n/timonier_en.qm"_s));
    QCoreApplication::installTranslator(&translator);
    if (speaksFrench)
        QLocale::setDefault(QLocale(QLocale::French));
    const QSize size = look == u"small" || look == u"french" ? QSize(800, 600) : look == u"large" ? QSize(1600, 1000) : QSize(1120, 720);
    {
        auto subject = std::make_shared<PlayedSubject>();
        Stage stage(size, subject);
        stage.picture(look + u"-1-intro"_s);
        {
            WizardWindow first(u"New cluster"_s);
            first.addFirst(new ChoosePage(somePlaces()));
            first.resize(size);
            first.show();
            QTest::qWait(60);
            QVERIFY(first.grab().save(QCoreApplication::applicationDirPath() + u"/wizard-"_s + look + u"-0-choose.png"_s));
        }
        stage.window.next();
        stage.type("name", u"lab-3-nodes"_s);
        stage.find<QAbstractButton>(u"field-open"_s)->click();
        stage.picture(look + u"-2-form"_s);
        stage.find(u"formFold"_s)->click();
        stage.type("name", u"Lab 3"_s);
        stage.window.form()->setYamlShown(true);
        stage.picture(look + u"-2b-form-wrong"_s);
        stage.type("name", u"lab-3-nodes"_s);
        stage.window.form()->setYamlShown(false);
        using form::CheckState;
        subject->checks = {badEngine(),
                           {.id = "memory", .title = "Memory", .state = CheckState::Good, .words = "5.4 GiB free, 2.1 GiB wanted"},
                           {.id = "disk", .title = "Disk", .state = CheckState::Careful, .words = "9 GiB free", .why = "Images of a few applications fill that."},
                           {.id = "port", .title = "Port 8080", .state = CheckState::Good, .words = "free"},
                           {.id = "proxy", .title = "Proxy", .state = CheckState::Skipped, .words = "none is set"},
                           {.id = "kind", .title = "kind", .state = CheckState::Running}};
        QTRY_VERIFY(stage.window.form()->whyNot().isEmpty());
        stage.window.next();
        QTRY_VERIFY(stage.window.checks()->isOver());
        stage.picture(look + u"-3-checks"_s);
        subject->checks.resize(0);
        for (int i = 0; i < 42; ++i)
            subject->checks.push_back({.id = std::to_string(i), .title = "Port " + std::to_string(6'443 + i), .subject = "worker-" + std::to_string(i % 3), .state = CheckState::Good, .words = "free"});
        stage.window.checks()->checkAgain();
        QTRY_VERIFY(stage.window.checks()->whyNot().isEmpty());
        subject->thePlan.changes = {{.object = u"Namespace recognition"_s},
                                    {.kind = WizardChange::Kind::Change, .object = u"Deployment recognition/front"_s, .diff = u"   spec:\n-    replicas: 1\n+    replicas: 3\n     template:\n       spec:\n         containers:\n-        - image: front:1.0\n+        - image: front:1.1"_s},
                                    {.kind = WizardChange::Kind::Same, .object = u"Service recognition/front"_s}};
        stage.window.next();
        QTRY_VERIFY(stage.window.plan()->whyNot().isEmpty());
        auto *view = stage.find<RowView>(u"planTree"_s);
        view->setCurrentIndex(view->model()->index(3, 0));
        stage.picture(look + u"-4-plan"_s);
        stage.window.next();
        subject->begun({"Prepare the hosts", "Start the control plane", "Pod network", "Join the workers", "Wait for CoreDNS", "metrics-server"});
        subject->now = QDateTime::currentMSecsSinceEpoch() - 97'000;
        subject->begun({"Prepare the hosts", "Start the control plane", "Pod network", "Join the workers", "Wait for CoreDNS", "metrics-server"});
        subject->step("Prepare the hosts", StepState::Applying);
        for (const char *host : {"cp-1", "worker-1", "worker-2"})
            subject->part("Prepare the hosts", host, PartState::Running);
        subject->now += 41'000;
        for (const char *host : {"cp-1", "worker-1", "worker-2"})
            subject->part("Prepare the hosts", host, PartState::Done, std::string(host) == "worker-2" ? "swap was on, now off" : "");
        subject->step("Prepare the hosts", StepState::Done);
        subject->step("Start the control plane", StepState::Applying);
        subject->now += 19'000;
        subject->step("Start the control plane", StepState::Done);
        subject->step("Pod network", StepState::Already);
        subject->step("Join the workers", StepState::Applying);
        subject->part("Join the workers", "worker-1", PartState::Done, "Ready");
        subject->part("Join the workers", "worker-2", PartState::Running, "waiting for the kubelet's certificate");
        for (const char *line : {"[preflight] Running pre-flight checks", "[preflight] Reading configuration from the \"kubeadm-config\" ConfigMap",
                                 "[kubelet-start] Writing kubelet configuration to file", "[kubelet-check] The kubelet is healthy after 1.0 s"})
            subject->line("Join the workers", line);
        subject->progress(0.68, 45);
        QTRY_COMPARE(stage.window.run()->steps()->fraction(), 0.68);
        stage.picture(look + u"-5-run"_s);
        subject->part("Join the workers", "worker-2", PartState::Failed, "it cannot reach cp-1 on port 6443");
        const Error why{.kind = ErrorKind::Unreachable, .message = "1 of 2 workers did not join", .hint = "Open port 6443 of cp-1 for worker-2, then resume",
                        .cause = std::make_shared<const Error>(Error{.kind = ErrorKind::Unreachable, .message = "dial tcp 10.0.0.10:6443: i/o timeout"})};
        subject->step("Join the workers", StepState::Failed, why);
        subject->end(RunState::Failed, why);
        QTRY_VERIFY(!stage.window.isRunning());
        stage.picture(look + u"-6-failed"_s);
        stage.find(u"runCardResume"_s)->click();
        subject->begun({"Create the cluster"});
        subject->step("Create the cluster", StepState::Done);
        subject->end(RunState::Finished);
        QTRY_COMPARE(stage.window.page(), stage.window.done());
        stage.picture(look + u"-7-done"_s);
    }
    {
        ClusterToolsDialog dialog(u"mini"_s, std::make_unique<PlayedTools>());
        if (look == u"large")
            dialog.resize(1000, 800);
        for (const ClusterTool tool : {ClusterTool::Addons, ClusterTool::Images, ClusterTool::Services, ClusterTool::Tunnel, ClusterTool::Logs}) {
            dialog.show(tool);
            if (tool == ClusterTool::Images) {
                dialog.findChild<QLineEdit *>(u"imageName"_s)->setText(u"registry.example.com/team/front:2026.11.26"_s);
                dialog.findChild<QPushButton *>(u"imageLoad"_s)->click();
            }
            if (tool == ClusterTool::Tunnel)
                dialog.findChild<QPushButton *>(u"tunnelOpen"_s)->click();
            QTest::qWait(60);
            QVERIFY(dialog.grab().save(QCoreApplication::applicationDirPath() + u"/wizard-%1-8-tools-%2.png"_s.arg(look).arg(int(tool))));
        }
    }
    QCoreApplication::removeTranslator(&translator);
    QLocale::setDefault(QLocale::c());
}

QTEST_MAIN(tst_wizards)
#include "tst_wizards.moc"

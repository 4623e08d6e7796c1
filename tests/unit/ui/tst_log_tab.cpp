// The tab with the logs, in front of logs that the test writes.
#include "typed_rows.h"
#include "ui/theme/colours.h"
#include "ui/views/log_tab.h"
#include "ui/views/log_view.h"
#include "ui/views/tone_label.h"

#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QShortcut>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QVBoxLayout>

using namespace timonier;
using namespace Qt::StringLiterals;

namespace {

using State = ContainerBrief::State;

ContainerBrief container(const char *name, State state = State::Running, const char *reason = "", std::int64_t exitCode = 0,
                         std::int64_t restarts = 0)
{
    return {.state = state, .name = name, .reason = reason, .exitCode = exitCode, .restarts = restarts};
}

std::string stamped(int number, const std::string &text)
{
    return fmt::format("2026-11-22T07:{:02}:{:02}.5Z {}", number / 60 % 60, number % 60, text);
}

struct Stage {
    Stage() : cluster(std::make_shared<FakeOpen>(tables, answers)), tab(new LogTab(&window))
    {
        auto *layout = new QVBoxLayout(&window);
        layout->addWidget(tab);
        window.resize(420, 500);
        window.show();
        window.activateWindow();
        std::ignore = QTest::qWaitForWindowActive(&window);
    }
    void lookAtPod(const std::string &name, std::vector<ContainerBrief> containers)
    {
        answers.containers["team-a/" + name] = std::move(containers);
        tab->follow({cluster, *typedKind("pods"), typedPod(name)});
    }
    void write(int from, int to, std::uint32_t source = 0)
    {
        for (int i = from; i < to; ++i)
            logs().write(source, stamped(i, fmt::format("line {}", i)));
        QTRY_VERIFY(logs().waiting.lines.empty());
        QTest::qWait(40);
    }
    FakeLogs &logs() { return *answers.logs; }
    QString status() { return tab->findChild<ToneLabel *>(u"logStatus"_s)->text(); }
    QString last() { return tab->view()->visibleTexts().value(tab->view()->visibleTexts().size() - 1); }
    void search(const QString &text)
    {
        auto *field = tab->findChild<QLineEdit *>(u"logSearch"_s);
        field->setFocus();
        field->clear();
        QTest::keyClicks(field, text);
        QTest::qWait(20);
    }
    QString count() { return tab->findChild<QLabel *>(u"logMatches"_s)->text(); }
    void trigger(const char *action) { tab->findChild<QAction *>(QLatin1StringView(action))->trigger(); }

    std::map<std::string, FakeTable> tables;
    FakeAnswers answers;
    std::shared_ptr<FakeOpen> cluster;
    QWidget window;
    LogTab *tab;
};

} // namespace

class tst_log_tab : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { applyTheme(ThemeChoice::Light); }

    void it_asks_for_the_last_thousand_lines_and_stays_at_the_newest()
    {
        Stage stage;
        stage.lookAtPod("web-1", {container("app")});
        QCOMPARE(stage.logs().asked.size(), std::size_t(1));
        const LogOptions &asked = stage.logs().asked.front();
        QVERIFY(asked.follow && asked.timestamps && !asked.previous);
        QCOMPARE(asked.ns + "/" + asked.pod + "/" + asked.container, std::string("team-a/web-1/app"));
        QCOMPARE(asked.tail.value(), std::int64_t(1000));
        stage.write(0, 200);
        QCOMPARE(stage.last(), u"line 199"_s);
        stage.write(200, 205);
        QCOMPARE(stage.last(), u"line 204"_s);
        QCOMPARE(stage.status(), u"Live"_s);
    }

    void who_scrolls_up_is_left_alone_until_they_come_back()
    {
        Stage stage;
        stage.lookAtPod("web-1", {container("app")});
        stage.write(0, 200);
        LogView *view = stage.tab->view();
        view->setFocus();
        QTest::keyClick(view, Qt::Key_PageUp);
        const QStringList seen = view->visibleTexts();
        QVERIFY(!seen.contains(u"line 199"_s));
        stage.write(200, 230);
        QCOMPARE(view->visibleTexts(), seen);
        auto *newest = stage.tab->findChild<QPushButton *>(u"logNewest"_s);
        QVERIFY(newest->isVisible());
        QCOMPARE(newest->text(), u"30 new"_s);
        QTest::mouseClick(newest, Qt::LeftButton);
        QCOMPARE(stage.last(), u"line 229"_s);
        QVERIFY(!newest->isVisible());
        QTest::keyClick(view, Qt::Key_Home);
        QCOMPARE(view->visibleTexts().constFirst(), u"line 0"_s);
        QTest::keyClick(view, Qt::Key_End);
        QCOMPARE(stage.last(), u"line 229"_s);
        view->verticalScrollBar()->setValue(3);
        QCOMPARE(view->visibleTexts().constFirst(), u"line 3"_s);
        view->verticalScrollBar()->setValue(view->verticalScrollBar()->maximum());
        QVERIFY(view->isFollowing());
    }

    void long_lines_are_wrapped_and_can_be_walked_through()
    {
        Stage stage;
        stage.lookAtPod("web-1", {container("app")});
        stage.logs().write(0, stamped(0, "first"));
        stage.logs().write(0, stamped(1, std::string(3500, 'x')));
        stage.logs().write(0, stamped(2, "last"));
        QTRY_COMPARE(stage.last(), u"last"_s);
        LogView *view = stage.tab->view();
        view->setFocus();
        int steps = 0;
        while (view->visibleTexts().constFirst() != u"first"_s && ++steps < 200)
            QTest::keyClick(view, Qt::Key_Up);
        QVERIFY2(steps > 20 && steps < 150, std::to_string(steps).c_str());
        while (stage.last() != u"last"_s && --steps > -50)
            QTest::keyClick(view, Qt::Key_Down);
        QVERIFY(view->isFollowing());
        stage.trigger("logWrap");
        QCOMPARE(view->visibleTexts().size(), 3);
        QTRY_VERIFY(view->horizontalScrollBar()->maximum() > 1000);
    }

    void a_search_counts_marks_and_goes_from_match_to_match()
    {
        Stage stage;
        stage.lookAtPod("web-1", {container("app")});
        stage.write(0, 300);
        stage.search(u"line 1"_s);
        QCOMPARE(stage.count(), u"111 of 111"_s); // 1, 10–19, 100–199; none is seen, so the last
        QCOMPARE(stage.tab->view()->currentMatch().value(), 199u);
        QTest::keyClick(stage.tab->findChild<QLineEdit *>(u"logSearch"_s), Qt::Key_F3);
        QCOMPARE(stage.count(), u"1 of 111"_s);
        QCOMPARE(stage.tab->view()->currentMatch().value(), 1u);
        QTest::keyClick(stage.tab->view(), Qt::Key_F3, Qt::ShiftModifier);
        QCOMPARE(stage.count(), u"111 of 111"_s);
        stage.search(u"/LINE 2[05]0$/"_s);
        QCOMPARE(stage.count().section(u' ', -1), u"2"_s);
        stage.write(1250, 1251); // "line 1250" does not match, nor disturb
        QCOMPARE(stage.count().section(u' ', -1), u"2"_s);
        stage.search(u"/(/"_s);
        QCOMPARE(stage.count(), u"no regex"_s);
    }

    void only_matching_lines_can_be_shown_and_new_ones_join()
    {
        Stage stage;
        stage.lookAtPod("web-1", {container("app")});
        stage.write(0, 100);
        stage.search(u"5"_s);
        auto *only = stage.tab->findChild<QToolButton *>(u"logOnlyMatches"_s);
        QTest::mouseClick(only, Qt::LeftButton);
        for (const QString &line : stage.tab->view()->visibleTexts())
            QVERIFY2(line.contains(u'5'), qPrintable(line));
        stage.tab->view()->toEnd();
        stage.write(100, 200);
        QCOMPARE(stage.last(), u"line 195"_s);
        stage.search({});
        QVERIFY(!only->isChecked() && !only->isVisible());
        stage.tab->view()->toEnd();
        QCOMPARE(stage.last(), u"line 199"_s);
    }

    void ctrl_f_is_the_logs_own_here()
    {
        Stage stage;
        bool windows = false;
        QShortcut shortcut(QKeySequence::Find, &stage.window);
        connect(&shortcut, &QShortcut::activated, this, [&] { windows = true; });
        stage.lookAtPod("web-1", {container("app")});
        stage.tab->view()->setFocus();
        QTest::keyClick(stage.tab->view(), Qt::Key_F, Qt::ControlModifier);
        QVERIFY(!windows);
        auto *field = stage.tab->findChild<QLineEdit *>(u"logSearch"_s);
        QCOMPARE(QApplication::focusWidget(), field);
        QTest::keyClicks(field, u"x"_s);
        QTest::keyClick(field, Qt::Key_Escape);
        QVERIFY(field->text().isEmpty());
        QCOMPARE(QApplication::focusWidget(), stage.tab->view());
    }

    void several_containers_are_told_apart_and_one_can_be_chosen()
    {
        Stage stage;
        ContainerBrief init = container("migrate", State::Ended);
        init.type = ContainerBrief::Type::Init;
        stage.lookAtPod("web-1", {init, container("app"), container("proxy")});
        QCOMPARE(stage.logs().asked.size(), std::size_t(3));
        auto *choice = stage.tab->findChild<QComboBox *>(u"logContainer"_s);
        QCOMPARE(choice->count(), 4);
        QCOMPARE(choice->itemText(1), u"migrate (init)"_s);
        for (std::uint32_t i = 0; i < 3; ++i)
            stage.logs().write(i, stamped(10 - static_cast<int>(i), "of " + std::to_string(i)));
        // Lines that come together at the beginning are in order of time.
        QTRY_COMPARE(stage.tab->view()->visibleTexts(), QStringList({"of 2", "of 1", "of 0"}));
        QCOMPARE(stage.tab->reader()->label(1), u"app"_s);
        choice->setFocus();
        QTest::keyClick(choice, Qt::Key_Down);
        QTest::keyClick(choice, Qt::Key_Down);
        QCOMPARE(stage.logs().asked.size(), std::size_t(1));
        QCOMPARE(stage.logs().asked[0].container, std::string("app"));
        QVERIFY(stage.tab->view()->visibleTexts().isEmpty());
    }

    void the_line_below_says_how_it_goes()
    {
        Stage stage;
        stage.lookAtPod("web-1", {container("app", State::Waiting, "ImagePullBackOff")});
        QCOMPARE(stage.status(), u"No logs yet: the container waits (ImagePullBackOff)"_s);
        QCOMPARE(stage.logs().feeds, 0);
        stage.lookAtPod("web-1", {container("app")}); // a newer row of the same pod
        QCOMPARE(stage.logs().feeds, 1);
        stage.write(0, 3);
        QCOMPARE(stage.status(), u"Live"_s);
        stage.logs().tell(0, LogNews::Type::Interrupted, Error{ErrorKind::Unreachable, "reset by peer"});
        QTRY_COMPARE(stage.status(), u"Connection lost, asked again: reset by peer"_s);
        stage.write(3, 4);
        QCOMPARE(stage.status(), u"Live"_s);
        stage.answers.containers["team-a/web-1"] = std::vector{container("app", State::Ended, "Error", 1)};
        stage.logs().tell(0, LogNews::Type::Ended);
        QTRY_COMPARE(stage.status(), u"Ended (exit 1)"_s);
        // It starts again: what was seen is not shown twice, and the restart is told.
        stage.lookAtPod("web-1", {container("app", State::Running, "", 0, 1)});
        QCOMPARE(stage.logs().asked.size(), std::size_t(2));
        QVERIFY(stage.logs().asked[1].since && !stage.logs().asked[1].tail);
        stage.logs().write(1, stamped(3, "line 3"));
        stage.logs().write(1, stamped(4, "a new life"));
        QTRY_COMPARE(stage.last(), u"a new life"_s);
        QCOMPARE(stage.tab->view()->visibleTexts(),
                 QStringList({"line 0", "line 1", "line 2", "line 3", "web-1/app has started again", "a new life"}));
    }

    void refusals_are_said_in_words()
    {
        Stage stage;
        stage.lookAtPod("web-1", {container("app")});
        stage.logs().tell(0, LogNews::Type::Failed, Error{ErrorKind::Forbidden, "pods \"web-1\" is forbidden"});
        QTRY_COMPARE(stage.status(), u"You may not read logs in the namespace team-a"_s);
        stage.answers.containers.insert_or_assign("team-a/web-2", std::unexpected(Error{ErrorKind::Forbidden, "no"}));
        stage.tab->follow({stage.cluster, *typedKind("pods"), typedPod("web-2")});
        QCOMPARE(stage.status(), u"You may not read pods in the namespace team-a"_s);
    }

    void the_last_life_is_read_to_its_end()
    {
        Stage stage;
        stage.lookAtPod("web-1", {container("app")});
        stage.trigger("logPrevious");
        QVERIFY(stage.logs().asked[0].previous && !stage.logs().asked[0].follow);
        stage.write(0, 3);
        stage.logs().tell(0, LogNews::Type::Ended);
        QTRY_COMPARE(stage.status(), u"The last life of the container, up to its end"_s);
        stage.trigger("logPrevious");
        stage.trigger("logPrevious");
        stage.logs().tell(0, LogNews::Type::Failed,
                          Error{ErrorKind::Invalid, "previous terminated container \"app\" in pod \"web-1\" not found"});
        QTRY_COMPARE(stage.status(), u"There is no earlier life of this container"_s);
    }

    void new_pods_of_a_workload_join_and_gone_ones_are_told()
    {
        Stage stage;
        const std::string labels = "\"app\":\"web\"";
        stage.answers.containers["team-a/web-a1"] = std::vector{container("app")};
        stage.answers.containers["team-a/web-b2"] = std::vector{container("app")};
        stage.tab->follow({stage.cluster, *typedKind("deployments"), typedDeployment("web", labels)});
        FakeTable &pods = stage.tables["pods/team-a?app=web"];
        QVERIFY(pods.isLookedAt());
        pods.put(batchOf({typedPod("web-a1", labels)}));
        pods.state(ReflectorState::Watching, true);
        QTRY_COMPARE(stage.logs().asked.size(), std::size_t(1));
        stage.write(0, 2);
        pods.put(batchOf({typedPod("web-b2", labels)}));
        QTRY_COMPARE(stage.logs().asked.size(), std::size_t(2));
        QTest::qWait(500); // the lines of a new pod are put in order first
        stage.write(2, 3, 1);
        QCOMPARE(stage.tab->view()->visibleTexts(), QStringList({"line 0", "line 1", "web-b2 has joined", "line 2"}));
        QCOMPARE(stage.tab->reader()->label(1), u"b2"_s);
        Batch gone;
        gone.changes[typedPod("web-a1")->uid] = nullptr;
        pods.put(std::move(gone));
        QTRY_COMPARE(stage.last(), u"web-a1 has gone"_s);
        QCOMPARE(stage.status(), u"Live: 1 of 1"_s);
    }

    void nobody_looks_nothing_is_read_and_nothing_is_lost()
    {
        Stage stage;
        stage.lookAtPod("web-1", {container("app")});
        stage.write(0, 5);
        stage.tab->rest();
        QVERIFY(!stage.logs().wake);
        stage.lookAtPod("web-1", {container("app")});
        QVERIFY(stage.logs().wake);
        QVERIFY(stage.logs().asked[0].since && !stage.logs().asked[0].tail);
        stage.write(2, 8);
        QCOMPARE(stage.tab->view()->visibleTexts().size(), 8);
        QCOMPARE(stage.last(), u"line 7"_s);
    }

    void paused_it_leaves_the_lines_where_they_are()
    {
        Stage stage;
        stage.lookAtPod("web-1", {container("app")});
        stage.write(0, 5);
        auto *pause = stage.tab->findChild<QToolButton *>(u"logPause"_s);
        pause->setFocus();
        QTest::keyClick(pause, Qt::Key_Space);
        const int takes = stage.logs().takes;
        stage.logs().write(0, stamped(5, "line 5"));
        QTest::qWait(100);
        QCOMPARE(stage.logs().takes, takes);
        QVERIFY(stage.status().startsWith(u"Paused"_s));
        QTest::keyClick(pause, Qt::Key_Space);
        QTRY_COMPARE(stage.last(), u"line 5"_s);
    }

    void text_is_selected_and_copied()
    {
        Stage stage;
        stage.lookAtPod("web-1", {container("app")});
        stage.write(0, 4);
        LogView *view = stage.tab->view();
        const int row = QFontMetrics(view->font()).height() + 2;
        const int character = QFontMetrics(view->font()).horizontalAdvance(u'0');
        const auto at = [&](int line, int column) { return QPoint(8 + column * character, line * row + row / 2); };
        QTest::mousePress(view->viewport(), Qt::LeftButton, {}, at(1, 5));
        QTest::mouseMove(view->viewport(), at(2, 4));
        QTest::mouseRelease(view->viewport(), Qt::LeftButton, {}, at(2, 4));
        QCOMPARE(view->selectedText(), u"1\nline"_s);
        view->setFocus();
        QTest::keyClick(view, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), u"1\nline"_s);
        QTest::mouseDClick(view->viewport(), Qt::LeftButton, {}, at(3, 1));
        QCOMPARE(view->selectedText(), u"line"_s);
        QTest::keyClick(view, Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(view->selectedText(), u"line 0\nline 1\nline 2\nline 3"_s);
    }

    void everything_that_is_held_is_saved()
    {
        Stage stage;
        stage.lookAtPod("web-1", {container("app")});
        stage.write(0, 3000);
        QTemporaryDir folder;
        stage.tab->saveTo(folder.filePath(u"a.log"_s));
        QTRY_VERIFY(stage.status().startsWith(u"3,000 lines saved to a.log"_s));
        QFile file(folder.filePath(u"a.log"_s));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QCOMPARE(text.count('\n'), 3000);
        QVERIFY(text.startsWith("2026-11-22T07:00:00.5Z line 0\n"));
        stage.tab->saveTo(folder.filePath(u"none/a.log"_s));
        QVERIFY2(stage.status().contains(u"cannot be written"_s), qPrintable(stage.status()));
    }

    void another_object_begins_anew()
    {
        Stage stage;
        stage.lookAtPod("web-1", {container("app")});
        stage.write(0, 5);
        stage.lookAtPod("web-2", {container("app")});
        QVERIFY(stage.tab->view()->visibleTexts().isEmpty());
        QCOMPARE(stage.logs().asked[0].pod, std::string("web-2"));
        stage.tab->follow({});
        QVERIFY(!stage.logs().wake);
    }

    void it_suits_what_has_pods()
    {
        Stage stage;
        const auto suits = [&](const char *kind, RowPtr row) { return stage.tab->suits({stage.cluster, *typedKind(kind), std::move(row)}); };
        QVERIFY(suits("pods", typedPod("a")));
        QVERIFY(suits("deployments", typedDeployment("a", "\"app\":\"a\"")));
        QVERIFY(suits("services", typedService("a", "\"app\":\"a\"")));
        QVERIFY(!suits("services", typedService("a", "")));
        QVERIFY(!suits("ingresses", typedRow("ingresses", "{" + typedMeta("a") + "}")));
    }

    void every_widget_has_a_name_and_tab_reaches_it()
    {
        Stage stage;
        stage.lookAtPod("web-1", {container("app"), container("proxy")});
        stage.write(0, 100);
        QTRY_COMPARE(stage.last(), u"line 99"_s);
        stage.search(u"line"_s);
        stage.tab->view()->setFocus();
        QTest::keyClick(stage.tab->view(), Qt::Key_Home);
        QSet<QWidget *> expected, seen;
        for (QWidget *widget : stage.tab->findChildren<QWidget *>()) {
            if (!widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus) || widget->focusProxy())
                continue;
            expected.insert(widget);
            QVERIFY2(!widget->objectName().isEmpty() && !widget->accessibleName().isEmpty(), widget->metaObject()->className());
        }
        QVERIFY2(expected.size() >= 9, qPrintable([&] { QStringList all; for (QWidget *w : expected) all << w->objectName(); return all.join(u' '); }()));
        for (int i = 0; i < 2 * expected.size(); ++i) {
            seen.insert(QApplication::focusWidget());
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        }
        for (QWidget *widget : expected)
            QVERIFY2(seen.contains(widget), qPrintable(widget->objectName()));
        QAccessibleInterface *told = QAccessible::queryAccessibleInterface(stage.tab->view());
        QVERIFY(told->text(QAccessible::Value).startsWith(u"line 0\nline 1\n"_s));
    }
};

QTEST_MAIN(tst_log_tab)
#include "tst_log_tab.moc"

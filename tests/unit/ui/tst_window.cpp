// The window with a made-up cluster behind it: what it says in each state, by keyboard, and pictures of it to look at
// (written beside this test: window-*.png).
#include "fake_cluster.h"
#include "typed_rows.h"
#include "ui/theme/colours.h"
#include "ui/views/main_window.h"
#include "ui/views/details_pane.h"
#include "ui/views/message_page.h"
#include "ui/views/notice_stack.h"
#include "ui/views/overview_page.h"
#include "ui/views/palette.h"
#include "ui/views/rail_view.h"
#include "ui/views/status_line.h"
#include "ui/views/table_page.h"
#include "ui/views/table_view.h"
#include "ui/views/verdict_card.h"

#include <QAction>
#include <QApplication>
#include <QDateTime>
#include <QHeaderView>
#include <QScrollBar>
#include <QLabel>
#include <QDialog>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QTranslator>

using namespace timonier;
using namespace Qt::StringLiterals;

namespace {

ContextList someContexts()
{
    ContextList list;
    list.contexts = {{.name = u"lab-3-nodes"_s, .server = u"https://127.0.0.1:6443"_s},
                     {.name = u"production-eu"_s, .server = u"https://10.0.0.1"_s, .insecure = true},
                     {.name = u"broken"_s, .problem = Error{ErrorKind::Io, "The file /home/a/ca.crt cannot be read"}}};
    list.current = u"lab-3-nodes"_s;
    list.searched = u"/home/a/.kube/config"_s;
    return list;
}

Batch somePods(int count)
{
    std::mt19937 random(42);
    const std::int64_t shift = QDateTime::currentSecsSinceEpoch() - 1'700'000'000;
    Batch batch;
    for (int i = 0; i < count; ++i) {
        FakePod pod = fakePod(i, random);
        pod.created += shift;
        batch.changes[fakeUid(i)] = makeRow(fakeUid(i), pod);
    }
    return batch;
}

MetricsPtr someMetrics(const Batch &batch)
{
    std::mt19937 random(7);
    auto metrics = std::make_shared<MetricsSnapshot>();
    for (const auto &[uid, row] : batch.changes) {
        if (row->cells[0].text.starts_with("1"))
            metrics->usage[std::string(row->ns) + "/" + std::string(row->name)] =
                Usage{static_cast<std::int64_t>(random() % 500), static_cast<std::int64_t>(random() % 1200) << 20};
    }
    return metrics;
}

struct Stage {
    explicit Stage(QSize size = {1280, 800}) : window(opener, fakeKinds(), {.context = {}, .ns = {}, .kind = u"pods"_s, .select = {}})
    {
        window.resize(size);
        window.show();
    }
    FakeTable &pods() { return opener.tables["pods/"]; }
    void open()
    {
        window.setContexts(someContexts());
        opener.answer();
    }
    void fill(int count = 10'000)
    {
        Batch batch = somePods(count);
        pods().metrics = someMetrics(batch);
        pods().put(std::move(batch));
        pods().state(ReflectorState::Watching, true);
        QTRY_COMPARE(window.tablePage()->model().total(), count);
        QTest::qWait(60);
    }
    MessagePage *page() { return window.findChild<MessagePage *>(u"messagePage"_s); }
    QString status() const { return window.findChild<StatusLine *>()->text(); }
    void picture(const QString &name)
    {
        QTest::qWait(50);
        const QString scale = qEnvironmentVariable("QT_SCALE_FACTOR").isEmpty() ? QString() : u"-200"_s;
        QVERIFY(window.grab().save(QCoreApplication::applicationDirPath() + u"/window-"_s + name + scale + u".png"_s));
    }
    FakeOpener opener;
    MainWindow window;
};

} // namespace

class tst_window : public QObject
{
    Q_OBJECT
private slots:
    void cleanup();
    void without_a_kubeconfig_it_welcomes();
    void ten_thousand_pods_are_shown_live();
    void a_filter_is_typed_and_left_by_keyboard();
    void a_stale_table_says_since_when_and_why();
    void a_refusal_asks_for_a_namespace();
    void an_answer_to_an_old_opening_is_ignored();
    void a_context_with_a_problem_shows_it_and_blocks_nothing();
    void a_failure_to_open_offers_another_try();
    void the_rail_opens_kinds_by_keyboard();
    void every_widget_has_a_name();
    void tab_reaches_whatever_takes_the_focus_data();
    void tab_reaches_whatever_takes_the_focus();
    void the_header_sorts_by_keyboard();
    void rows_that_come_above_do_not_move_what_is_looked_at();
    void a_filter_gives_the_selection_back();
    void a_narrow_window_needs_no_scrolling_aside();
    void the_theme_stays_ours_when_the_desktops_changes();
    void the_main_road_needs_no_mouse();
    void a_command_that_cannot_be_run_says_so_in_the_palette();
    void the_overview_says_what_is_there_and_leads_to_it();
    void warnings_of_one_reason_are_one_line();
    void what_may_not_be_seen_is_said_in_the_overview();
    void a_cluster_that_never_answered_says_why_and_nothing_else();
    void a_service_that_leads_nowhere_says_so_in_its_details();
    void a_node_that_goes_is_told();
    void notices_go_by_themselves();
    void metrics_server_is_offered_and_installed();
    void a_jump_opens_the_object_and_the_way_back_is_kept();
    void a_cluster_that_is_closed_is_let_go();
    void pictures_data();
    void pictures();
};

void tst_window::cleanup()
{
    applyTheme(ThemeChoice::Light);
}

void tst_window::without_a_kubeconfig_it_welcomes()
{
    Stage stage;
    QSignalSpy settled(&stage.window, &MainWindow::settled);
    ContextList none;
    none.searched = u"/home/a/.kube/config"_s;
    stage.window.setContexts(none);
    QCOMPARE(settled.count(), 1);
    QVERIFY(stage.window.isSettled());
    QVERIFY(!stage.window.isGood());
    QCOMPARE(stage.page()->findChild<QLabel *>(u"messageTitle"_s)->text(), u"Welcome to Timonier"_s);
    QCOMPARE(stage.opener.asked, 0);
}

void tst_window::ten_thousand_pods_are_shown_live()
{
    Stage stage;
    stage.open();
    QVERIFY(!stage.window.isSettled());
    stage.pods().state(ReflectorState::Listing, false);
    stage.pods().put(somePods(3200));
    QTRY_COMPARE(stage.status(), u"Loading … 3,200 rows"_s);
    stage.fill();
    QCOMPARE(stage.status(), u"Live"_s);
    QVERIFY(stage.window.isGood());
    QCOMPARE(stage.window.findChild<QLabel *>(u"count"_s)->text(), u"10,000"_s);
    Batch change;
    change.changes[fakeUid(0)] = nullptr;
    stage.pods().put(std::move(change));
    QTRY_COMPARE(stage.window.tablePage()->model().total(), 9'999);
    const RailModel *rail = stage.window.findChild<RailView *>()->rail();
    QCOMPARE(rail->index(rail->rowOfKind(stage.window.tablePage()->kind().resource)).data(RailModel::CountRole).toLongLong(), 9'999);
}

void tst_window::a_filter_is_typed_and_left_by_keyboard()
{
    Stage stage;
    stage.open();
    stage.fill(1000);
    QTest::keyClick(&stage.window, Qt::Key_F, Qt::ControlModifier);
    auto *filter = stage.window.findChild<QLineEdit *>(u"filter"_s);
    QTRY_VERIFY(filter->hasFocus());
    QTest::keyClicks(filter, u"backend crash"_s);
    const TableModel &model = stage.window.tablePage()->model();
    QVERIFY(model.shown() > 0 && model.shown() < 100);
    QTest::keyClick(filter, Qt::Key_Down);
    QVERIFY(stage.window.findChild<TableView *>()->hasFocus());
    QTRY_VERIFY(stage.window.findChild<DetailsPane *>()->isVisible()); // of the first
    QTest::keyClick(&stage.window, Qt::Key_F, Qt::ControlModifier);
    QTest::keyClick(filter, Qt::Key_Escape);
    QCOMPARE(model.shown(), 1000);
}

void tst_window::a_stale_table_says_since_when_and_why()
{
    Stage stage;
    stage.open();
    stage.fill(100);
    stage.pods().state(ReflectorState::Stale, true, Error{ErrorKind::Unreachable, "the server cannot be reached"},
                       std::chrono::seconds(8));
    QTRY_VERIFY(stage.status().startsWith(u"Stale since "_s));
    QVERIFY2(stage.status().contains(u": the server cannot be reached. Retrying in 8 s"_s), qPrintable(stage.status()));
    QCOMPARE(stage.window.tablePage()->model().total(), 100);
    QTest::mouseClick(stage.window.findChild<QPushButton *>(u"retryButton"_s), Qt::LeftButton);
    QVERIFY(stage.pods().retries >= 1); // by the page, and by who watches the cluster
}

void tst_window::a_refusal_asks_for_a_namespace()
{
    Stage stage;
    stage.open();
    stage.pods().state(ReflectorState::Forbidden, false, Error{ErrorKind::Forbidden, "pods is forbidden"});
    auto *field = stage.window.tablePage()->findChild<QLineEdit *>(u"messageField"_s);
    QTRY_VERIFY(field->isVisible());
    QCOMPARE(stage.status(), u"You may not list pods in all namespaces"_s);
    QVERIFY(stage.window.isSettled());
    QTest::keyClicks(field, u"team-a"_s);
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(stage.opener.tables.contains("pods/team-a"));
    stage.opener.tables["pods/team-a"].state(ReflectorState::Watching, true);
    QTRY_COMPARE(stage.status(), u"Live"_s);
}

void tst_window::an_answer_to_an_old_opening_is_ignored()
{
    Stage stage;
    stage.window.setContexts(someContexts());
    auto old = stage.opener.waiting;
    stage.window.openContext(u"production-eu"_s);
    old(std::unexpected(Error{ErrorKind::Unreachable, "too late"}));
    QVERIFY(!stage.window.isSettled());
    stage.opener.answer();
    stage.fill(10);
    QVERIFY(stage.window.findChild<QLabel *>(u"insecureBadge"_s)->isVisible());
}

void tst_window::a_context_with_a_problem_shows_it_and_blocks_nothing()
{
    Stage stage;
    stage.open();
    stage.window.openContext(u"broken"_s);
    QCOMPARE(stage.opener.asked, 1);
    QVERIFY(stage.page()->findChild<QLabel *>(u"messageEvidence"_s)->isVisible());
    stage.window.openContext(u"lab-3-nodes"_s);
    QCOMPARE(stage.opener.asked, 1); // it has stayed open
    stage.fill(10);
}

void tst_window::a_failure_to_open_offers_another_try()
{
    Stage stage;
    stage.window.setContexts(someContexts());
    stage.opener.refuse({ErrorKind::Process, "The exec plugin aws is not there", "Install it"});
    auto *button = stage.page()->findChild<QPushButton *>(u"messageButton"_s);
    QTRY_VERIFY(button->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(stage.opener.asked, 2);
}

void tst_window::the_rail_opens_kinds_by_keyboard()
{
    Stage stage;
    stage.open();
    auto *rail = stage.window.findChild<RailView *>();
    rail->setFocus();
    QCOMPARE(rail->currentIndex().data().toString(), u"Pods"_s);
    QTest::keyClick(rail, Qt::Key_Down);
    QTest::keyClick(rail, Qt::Key_Return);
    QVERIFY(stage.opener.tables.contains("deployments/"));
    rail->setFocus();
    QTest::keyClick(rail, Qt::Key_Down); // Stateful sets
    QTest::keyClick(rail, Qt::Key_Down);
    QTest::keyClick(rail, Qt::Key_Down);
    QTest::keyClick(rail, Qt::Key_Down); // the title of a group, which can be folded
    QTest::keyClick(rail, Qt::Key_Left);
    QTest::keyClick(rail, Qt::Key_Right);
    QTest::keyClick(rail, Qt::Key_Down);
    QTest::keyClick(rail, Qt::Key_Return);
    QVERIFY(stage.opener.tables.contains("services/"));
}

void tst_window::every_widget_has_a_name()
{
    Stage stage;
    stage.open();
    for (const QWidget *widget : stage.window.findChildren<QWidget *>()) {
        if (widget->objectName().startsWith(u"qt_") || !QByteArray(widget->metaObject()->className()).startsWith("timonier"))
            continue;
        QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
        if (widget->focusPolicy() != Qt::NoFocus)
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
    }
}

void tst_window::tab_reaches_whatever_takes_the_focus_data()
{
    QTest::addColumn<QString>("page");
    for (const char *page : {"table", "refusal", "failure", "stale", "overview", "details"})
        QTest::newRow(page) << QString::fromLatin1(page);
}

void tst_window::tab_reaches_whatever_takes_the_focus()
{
    QFETCH(QString, page);
    Stage stage;
    stage.open();
    if (page == u"refusal")
        stage.pods().state(ReflectorState::Forbidden, false, Error{ErrorKind::Forbidden, "pods is forbidden"});
    else
        stage.fill(20);
    if (page == u"stale")
        stage.pods().state(ReflectorState::Stale, true, Error{ErrorKind::Unreachable, "nobody answers"});
    if (page == u"failure")
        stage.window.openContext(u"broken"_s);
    if (page == u"overview")
        stage.window.showOverview();
    if (page == u"details") {
        auto *view = stage.window.findChild<TableView *>(u"table"_s);
        view->setFocus();
        view->selectRow(3);
    }
    QTest::qWait(100);
    QSet<QWidget *> expected, seen;
    for (QWidget *widget : stage.window.findChildren<QWidget *>()) {
        if (widget->isVisibleTo(&stage.window) && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) && !widget->focusProxy() &&
            widget->window() == &stage.window)
            expected.insert(widget);
    }
    QVERIFY(expected.size() >= 2);
    stage.window.findChild<RailView *>()->setFocus();
    for (int i = 0; i < 2 * expected.size() + 4; ++i) {
        seen.insert(QApplication::focusWidget());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    for (QWidget *widget : expected) {
        const bool reached = seen.contains(widget) || (widget->parentWidget() && seen.contains(widget->parentWidget()));
        QVERIFY2(reached, qPrintable(widget->objectName()));
    }
    for (const QWidget *widget : seen) {
        QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
        QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
    }
}

void tst_window::the_header_sorts_by_keyboard()
{
    Stage stage;
    stage.open();
    stage.fill(50);
    auto *view = stage.window.findChild<TableView *>();
    view->setFocus();
    QTest::keyClick(view, Qt::Key_Tab, Qt::ShiftModifier);
    QCOMPARE(QApplication::focusWidget(), view->horizontalHeader());
    QTest::keyClick(view->horizontalHeader(), Qt::Key_Right); // Namespace
    QTest::keyClick(view->horizontalHeader(), Qt::Key_Space);
    QCOMPARE(stage.window.tablePage()->model().sortColumn(), 1);
    QCOMPARE(stage.window.tablePage()->model().sortOrder(), Qt::AscendingOrder);
    QTest::keyClick(view->horizontalHeader(), Qt::Key_Return);
    QCOMPARE(stage.window.tablePage()->model().sortOrder(), Qt::DescendingOrder);
    QTest::keyClick(view->horizontalHeader(), Qt::Key_Down);
    QVERIFY(view->hasFocus());
}

void tst_window::rows_that_come_above_do_not_move_what_is_looked_at()
{
    Stage stage;
    stage.open();
    stage.fill(1000);
    auto *view = stage.window.findChild<TableView *>();
    view->scrollTo(view->model()->index(500, 0), QAbstractItemView::PositionAtTop);
    view->verticalScrollBar()->setValue(view->verticalScrollBar()->value() + 9);
    const auto atTop = [view]() -> QString { return view->indexAt({5, 1}).data().toString() + QString::number(view->rowViewportPosition(view->rowAt(1))); };
    const QString before = atTop();
    Batch batch;
    for (int i = 0; i < 60; ++i)
        batch.changes[fakeUid(5000 + i)] = makeRow(fakeUid(5000 + i), {.name = fmt::format("aa-{}", i)});
    for (int i = 0; i < 10; ++i)
        batch.changes[stage.window.tablePage()->model().rowAt(i * 3)->uid] = nullptr;
    stage.pods().put(std::move(batch));
    QTRY_COMPARE(stage.window.tablePage()->model().total(), 1050);
    QCOMPARE(atTop(), before);
    view->verticalScrollBar()->setValue(0);
    Batch one;
    one.changes[fakeUid(6000)] = makeRow(fakeUid(6000), {.name = "a"});
    stage.pods().put(std::move(one));
    QTRY_COMPARE(stage.window.tablePage()->model().total(), 1051);
    QCOMPARE(view->indexAt({5, 1}).data().toString(), u"a"_s); // at the very top new rows are seen
}

void tst_window::a_filter_gives_the_selection_back()
{
    Stage stage;
    stage.open();
    stage.fill(200);
    auto *view = stage.window.findChild<TableView *>();
    auto *filter = stage.window.findChild<QLineEdit *>(u"filter"_s);
    view->selectRow(7);
    const Uid uid = stage.window.tablePage()->model().rowAt(7)->uid;
    filter->setText(u"no such thing"_s);
    QCOMPARE(stage.window.tablePage()->model().shown(), 0);
    filter->setText(u"no such"_s);
    filter->clear();
    const QModelIndexList selected = view->selectionModel()->selectedRows();
    QCOMPARE(selected.size(), 1);
    QCOMPARE(stage.window.tablePage()->model().rowAt(selected.first().row())->uid, uid);
    QCOMPARE(view->currentIndex().row(), selected.first().row());
}

void tst_window::a_narrow_window_needs_no_scrolling_aside()
{
    Stage stage({1024, 700});
    stage.open();
    stage.fill(300);
    auto *view = stage.window.findChild<TableView *>();
    QCOMPARE(view->horizontalScrollBar()->maximum(), 0);
    stage.window.resize(1920, 1080);
    QTest::qWait(60);
    QCOMPARE(view->horizontalScrollBar()->maximum(), 0);
    for (int column = 0; column < view->model()->columnCount(); ++column)
        QVERIFY(!view->isColumnHidden(column));
}

void tst_window::the_theme_stays_ours_when_the_desktops_changes()
{
    Stage stage;
    applyTheme(ThemeChoice::System);
    const QPalette before = QApplication::palette();
    QEvent event(QEvent::ThemeChange);
    QApplication::sendEvent(&stage.window, &event);
    QTest::qWait(30);
    QCOMPARE(QApplication::palette().color(QPalette::Window), before.color(QPalette::Window));
    QCOMPARE(QApplication::palette().color(QPalette::Base), colours().background);
}

void tst_window::the_main_road_needs_no_mouse()
{
    Stage stage;
    stage.open();
    stage.fill(50);
    const auto key = [](Qt::Key which, Qt::KeyboardModifiers with = {}) { QTest::keyClick(QApplication::focusWidget(), which, with); };
    auto *view = stage.window.findChild<TableView *>(u"table"_s);
    QVERIFY(view->hasFocus());
    // Find a pod, look at it, go to its details and back.
    key(Qt::Key_F, Qt::ControlModifier);
    QTest::keyClicks(QApplication::focusWidget(), u"minio"_s);
    QCOMPARE(stage.window.tablePage()->model().shown(), 5);
    key(Qt::Key_Return);
    QVERIFY(view->hasFocus());
    key(Qt::Key_Down);
    auto *details = stage.window.findChild<DetailsPane *>();
    QTRY_VERIFY(details->isVisible());
    QVERIFY(details->subject().row->name.starts_with("minio"));
    key(Qt::Key_F6);
    QVERIFY(details->hasFocus() || details->isAncestorOf(QApplication::focusWidget()));
    key(Qt::Key_Escape);
    QTRY_VERIFY(!details->isVisible());
    QVERIFY(view->hasFocus());
    // The palette, left again, gives the focus back.
    key(Qt::Key_K, Qt::ControlModifier);
    auto *palette = stage.window.findChild<Palette *>();
    QVERIFY(palette->isVisible());
    key(Qt::Key_Escape);
    QVERIFY(view->hasFocus());
    // Another kind, by its name.
    key(Qt::Key_K, Qt::ControlModifier);
    QVERIFY(palette->isVisible());
    QTest::keyClicks(QApplication::focusWidget(), u"serv"_s);
    key(Qt::Key_Return);
    QVERIFY(!palette->isVisible());
    QCOMPARE(stage.window.tablePage()->kind().resource.name, std::string("services"));
    // And back, where the filter still stands.
    key(Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(stage.window.tablePage()->kind().resource.name, std::string("pods"));
    QCOMPARE(stage.window.tablePage()->filter(), u"minio"_s);
    key(Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(stage.window.tablePage()->kind().resource.name, std::string("services"));
    // The overview, and from its first tile to the nodes.
    key(Qt::Key_0, Qt::ControlModifier);
    QTRY_VERIFY(stage.window.findChild<OverviewPage *>()->isVisible());
    key(Qt::Key_Tab);
    QCOMPARE(QApplication::focusWidget()->objectName(), u"nodesTile"_s);
    key(Qt::Key_Space);
    QCOMPARE(stage.window.tablePage()->kind().resource.name, std::string("nodes"));
}

void tst_window::a_command_that_cannot_be_run_says_so_in_the_palette()
{
    Stage stage;
    stage.open();
    stage.window.openPalette();
    auto *list = stage.window.findChild<QListView *>(u"paletteList"_s);
    auto *field = stage.window.findChild<QLineEdit *>(u"paletteField"_s);
    QTest::keyClicks(field, u"back"_s);
    QVERIFY(!(list->model()->flags(list->model()->index(0, 0)) & Qt::ItemIsEnabled));
    QTest::keyClick(field, Qt::Key_Return);
    QVERIFY(stage.window.findChild<Palette *>()->isVisible()); // nothing was done
    QTest::keyClick(field, Qt::Key_Escape);
    QVERIFY(!stage.window.findChild<Palette *>()->isVisible());
}

void tst_window::the_overview_says_what_is_there_and_leads_to_it()
{
    Stage stage;
    stage.opener.answers.health = {.version = "v1.36.3", .checks = {{"ping", true}, {"etcd", false, "failed: reason withheld"}}};
    stage.open();
    stage.fill(10);
    stage.opener.tables["nodes/"].put([] {
        Batch batch;
        batch.changes[fakeUid(1)] = typedRow("nodes", "{\"metadata\":{\"name\":\"n1\",\"uid\":\"n1\"},\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}");
        batch.changes[fakeUid(2)] = typedRow("nodes", "{\"metadata\":{\"name\":\"n2\",\"uid\":\"n2\"},\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\"}]}}");
        return batch;
    }());
    stage.opener.tables["nodes/"].state(ReflectorState::Watching, true);
    stage.window.showOverview();
    const auto named = [&](const QString &name) { return stage.window.findChild<QAbstractButton *>(name); };
    QTRY_VERIFY(named(u"nodesTile"_s)->accessibleName().contains(u"1 of 2 ready"_s));
    QVERIFY(named(u"check0"_s)->accessibleName().contains(u"Not ready"_s));
    QVERIFY(named(u"check1"_s)->accessibleName().contains(u"etcd"_s));
    QVERIFY(stage.window.findChild<QLabel *>(u"overviewAbout"_s)->text().contains(u"v1.36.3"_s));
    QTest::mouseClick(named(u"nodesTile"_s), Qt::LeftButton);
    QCOMPARE(stage.window.tablePage()->kind().resource.name, std::string("nodes"));
    // Enter presses whatever button has the focus, as Space does.
    for (const auto key : {Qt::Key_Return, Qt::Key_Enter, Qt::Key_Space}) {
        stage.window.showOverview();
        named(u"podsTile"_s)->setFocus();
        QTest::keyClick(QApplication::focusWidget(), key);
        QTRY_VERIFY(stage.window.tablePage()->isVisible());
        QCOMPARE(stage.window.tablePage()->kind().resource.name, std::string("pods"));
    }
}

void tst_window::warnings_of_one_reason_are_one_line()
{
    Stage stage;
    stage.open();
    stage.fill(10);
    const auto event = [](const std::string &pod, const std::string &reason, int second) {
        return typedRow("events", fmt::format("{{{},\"type\":\"Warning\",\"reason\":\"{}\",\"message\":\"no\",\"lastTimestamp\":"
                                              "\"2026-11-20T10:00:{:02}Z\",\"involvedObject\":{{\"kind\":\"Pod\",\"name\":\"{}\"}}}}",
                                              typedMeta(pod + reason + std::to_string(second)), reason, second, pod));
    };
    FakeTable &warnings = stage.opener.tables["events/?type=Warning"];
    warnings.put(batchOf({event("web-1", "Failed", 10), event("web-2", "Failed", 30), event("web-3", "Failed", 20), event("web-3", "Failed", 21),
                          event("web-1", "BackOff", 25)}));
    warnings.state(ReflectorState::Watching, true);
    stage.window.showOverview();
    const auto line = [&](const char *name) { return stage.window.findChild<QAbstractButton *>(QString::fromLatin1(name)); };
    QTRY_VERIFY(line("warning1") && line("warning1")->accessibleName().contains(u"BackOff"_s));
    QVERIFY2(line("warning0")->accessibleName().startsWith(u"Failed, web-2 and 2 other(s): no"_s), qPrintable(line("warning0")->accessibleName()));
    QVERIFY(line("warning1")->accessibleName().startsWith(u"BackOff, web-1: no"_s));
    line("warning0")->click();
    QCOMPARE(QString::fromStdString(stage.window.tablePage()->kind().resource.name), u"events"_s);
    QCOMPARE(stage.window.tablePage()->filter(), u"Failed"_s);
}

void tst_window::what_may_not_be_seen_is_said_in_the_overview()
{
    Stage stage;
    stage.opener.answers.health.unknown = Error{ErrorKind::Forbidden, "no path"};
    stage.open();
    stage.fill(10);
    stage.opener.tables["nodes/"].state(ReflectorState::Forbidden, false, Error{ErrorKind::Forbidden, "nodes is forbidden"});
    stage.window.showOverview();
    const auto named = [&](const QString &name) { return stage.window.findChild<QAbstractButton *>(name); };
    QTRY_VERIFY(named(u"nodesTile"_s)->accessibleName().contains(u"may not list"_s));
    QVERIFY(named(u"check0"_s)->accessibleName().contains(u"may not"_s));
}

void tst_window::a_cluster_that_never_answered_says_why_and_nothing_else()
{
    Stage stage;
    stage.open();
    const auto all = [&](ReflectorState state, const std::optional<Error> &error, bool complete = false) {
        for (const char *kind : {"nodes/", "pods/", "deployments/", "statefulsets/", "daemonsets/"})
            stage.opener.tables[kind].state(state, complete, error);
    };
    all(ReflectorState::Stale, Error{ErrorKind::Tls, "the certificate of 10.0.0.1 has expired", "Renew it.", {{"curl", "SSL problem (60)"}}});
    QTest::qWait(50);
    stage.window.showOverview();
    auto *card = stage.window.findChild<VerdictCard *>(u"overviewProblem"_s);
    auto *tile = stage.window.findChild<QWidget *>(u"podsTile"_s);
    QTRY_VERIFY(card->isVisible() && !tile->isVisible());
    QCOMPARE(card->words().sentence, u"The certificate of 10.0.0.1 has expired"_s);
    QCOMPARE(card->words().reason, u"Renew it."_s);
    QCOMPARE(card->words().evidence, u"SSL problem (60)"_s);
    const int before = stage.pods().retries;
    stage.window.findChild<QPushButton *>(u"overviewProblemButton"_s)->click();
    QVERIFY(stage.pods().retries > before);
    // Whoever is not known has not been refused a kind.
    all(ReflectorState::Forbidden, Error{ErrorKind::Unauthorized, "Unauthorized", "Sign in again."});
    QTRY_COMPARE(card->words().sentence, u"The server does not accept your credentials"_s);
    all(ReflectorState::Watching, {}, true);
    QTRY_VERIFY(!card->isVisible() && tile->isVisible());
    // What was there once stays to be read, old as it is.
    all(ReflectorState::Stale, Error{ErrorKind::Unreachable, "it is gone"}, true);
    QTest::qWait(700);
    QVERIFY(!card->isVisible() && tile->isVisible());
}

void tst_window::a_service_that_leads_nowhere_says_so_in_its_details()
{
    Stage stage;
    stage.open();
    stage.window.showKind(fakeKinds()[4]);
    FakeTable &pods = stage.opener.tables["pods/"];
    const auto told = [&](const char *table, Batch batch) {
        stage.opener.tables[table].put(std::move(batch));
        stage.opener.tables[table].state(ReflectorState::Watching, true);
    };
    told("services/", batchOf({typedService("web", "\"app\":\"web\"")}));
    QTRY_COMPARE(stage.window.tablePage()->model().total(), 1);
    told("endpointslices/", {});
    told("pods/", batchOf({typedPod("other", "\"app\":\"other\"")}));
    stage.window.tablePage()->select(u"team-a"_s, u"web"_s);
    auto *card = stage.window.findChild<VerdictCard *>(u"detailsVerdict"_s);
    QTRY_VERIFY(card->isVisible());
    QVERIFY(card->words().sentence.contains(u"selector matches no pod"_s));
    QVERIFY(card->words().reason.contains(u"app=web"_s));
    // And takes it back when a pod comes: now nothing is ready, or there is no endpoint yet.
    pods.put(batchOf({typedPod("web-1", "\"app\":\"web\"")}));
    QTRY_VERIFY(!card->words().sentence.contains(u"selector"_s));
}

void tst_window::a_node_that_goes_is_told()
{
    Stage stage;
    stage.open();
    stage.fill(10);
    Batch batch;
    batch.changes[fakeUid(1)] = typedRow("nodes", "{\"metadata\":{\"name\":\"n1\",\"uid\":\"n1\"}}");
    FakeTable &nodes = stage.opener.tables["nodes/"];
    nodes.put(std::move(batch));
    nodes.state(ReflectorState::Watching, true);
    stage.window.showOverview();
    QTRY_VERIFY(stage.window.findChild<QAbstractButton *>(u"nodesTile"_s)->accessibleName().contains(u"0 of 1"_s));
    Batch gone;
    gone.changes[fakeUid(1)] = nullptr;
    nodes.put(std::move(gone));
    QTRY_VERIFY(stage.window.findChild<QLabel *>(u"noticeText"_s));
    QCOMPARE(stage.window.findChild<QLabel *>(u"noticeText"_s)->text(), u"lab-3-nodes: the node n1 is gone"_s);
}

void tst_window::notices_go_by_themselves()
{
    QWidget over;
    over.setFocusPolicy(Qt::StrongFocus);
    over.resize(600, 400);
    over.show();
    over.setFocus();
    NoticeStack notices(&over, 80);
    notices.tell({Tone::Bad, u"one"_s, u"Show"_s, [] {}});
    notices.tell({Tone::Bad, u"two"_s, u"Show"_s, [] {}});
    QCOMPARE(notices.findChildren<QFrame *>(u"notice"_s).size(), 2);
    QVERIFY(notices.isVisible());
    QTRY_COMPARE(notices.findChildren<QFrame *>(u"notice"_s).size(), 0);
    QTRY_VERIFY(!notices.isVisible());
    QCOMPARE(notices.told().size(), 2);
}

void tst_window::metrics_server_is_offered_and_installed()
{
    Stage stage;
    stage.open();
    auto missing = std::make_shared<MetricsSnapshot>();
    missing->unavailable = Error{ErrorKind::NotFound, "no metrics-server"};
    stage.opener.tables["nodes/"].metrics = missing;
    stage.fill(10);
    stage.window.showOverview();
    auto *offer = stage.window.findChild<QAbstractButton *>(u"installMetrics"_s);
    QTRY_VERIFY(offer->isVisible());
    QTest::mouseClick(offer, Qt::LeftButton);
    auto *dialog = stage.window.findChild<QDialog *>(u"metricsServerDialog"_s);
    QVERIFY(dialog && dialog->isVisible());
    stage.opener.answers.applying = std::unexpected(Error{ErrorKind::Forbidden, "deployments.apps is forbidden"});
    QTest::mouseClick(dialog->findChild<QPushButton *>(u"metricsServerInstall"_s), Qt::LeftButton);
    QVERIFY(dialog->findChild<QLabel *>(u"metricsServerEvidence"_s)->text().contains(u"is forbidden"_s));
    QVERIFY(dialog->findChild<QLabel *>(u"metricsServerState"_s)->text().contains(u"may not"_s));
    stage.opener.answers.applying = {};
    stage.opener.answers.applied.clear();
    QTest::mouseClick(dialog->findChild<QPushButton *>(u"metricsServerInstall"_s), Qt::LeftButton);
    QCOMPARE(stage.opener.answers.applied.size(), std::size_t(9));
    QVERIFY(!dialog->findChild<QPushButton *>(u"metricsServerInstall"_s)->isVisible());
}

void tst_window::a_jump_opens_the_object_and_the_way_back_is_kept()
{
    Stage stage;
    stage.open();
    stage.fill(50);
    stage.window.jump({"", "Node", "", "worker-7"});
    QCOMPARE(stage.window.tablePage()->kind().resource.name, std::string("nodes"));
    Batch batch;
    for (int i = 0; i < 300; ++i)
        batch.changes[fakeUid(i)] = makeRow(fakeUid(i), {.name = fmt::format("worker-{}", i), .ns = ""});
    stage.opener.tables["nodes/"].put(std::move(batch));
    stage.opener.tables["nodes/"].state(ReflectorState::Watching, true);
    auto *details = stage.window.findChild<DetailsPane *>();
    QTRY_VERIFY(details->subject());
    QCOMPARE(details->subject().row->name, std::string_view("worker-7"));
    auto *view = stage.window.findChild<TableView *>(u"table"_s);
    QTRY_VERIFY(view->viewport()->rect().contains(view->visualRect(view->currentIndex()).center()));
    stage.window.back();
    QCOMPARE(stage.window.tablePage()->kind().resource.name, std::string("pods"));
    // An object that is not there is said.
    stage.window.jump({"", "Node", "", "worker-999"});
    QTRY_VERIFY(stage.window.findChild<QLabel *>(u"noticeText"_s));
    QVERIFY(stage.window.findChild<QLabel *>(u"noticeText"_s)->text().contains(u"worker-999"_s));
    QTest::mouseClick(stage.window.findChild<QToolButton *>(u"noticeClose"_s), Qt::LeftButton);
    QTRY_VERIFY(!stage.window.findChild<QLabel *>(u"noticeText"_s));
    stage.window.back();
    // A kind that the cluster does not have is said, and nothing else happens.
    stage.window.jump({"acme.example", "Widget", "x", "y"});
    QCOMPARE(stage.window.tablePage()->kind().resource.name, std::string("pods"));
    QVERIFY(stage.window.findChild<QLabel *>(u"noticeText"_s)->text().contains(u"Widget"_s));
}

void tst_window::a_cluster_that_is_closed_is_let_go()
{
    Stage stage;
    stage.open();
    stage.fill(50);
    stage.window.findChild<TableView *>(u"table"_s)->selectRow(3);
    QTest::qWait(300); // the details ask, and nobody answers
    stage.window.showOverview();
    stage.window.back();
    const std::weak_ptr<OpenCluster> cluster = stage.window.fleet().entry(u"lab-3-nodes"_s)->cluster;
    QVERIFY(!cluster.expired());
    stage.window.findChild<QAction *>(u"closeCluster"_s)->trigger();
    QTRY_VERIFY(cluster.expired());
    QVERIFY(stage.page()->isVisible());
    for (auto &[name, table] : stage.opener.tables)
        QVERIFY2(!table.isLookedAt(), name.c_str());
}

void tst_window::pictures_data()
{
    QTest::addColumn<bool>("dark");
    QTest::addColumn<QString>("language");
    QTest::addColumn<QSize>("size");
    QTest::newRow("light-en") << false << u"en"_s << QSize(1280, 800);
    QTest::newRow("dark-en") << true << u"en"_s << QSize(1280, 800);
    QTest::newRow("light-fr-small") << false << u"fr"_s << QSize(1024, 700);
    QTest::newRow("dark-fr") << true << u"fr"_s << QSize(1280, 800);
}

void tst_window::pictures()
{
    QFETCH(bool, dark);
    QFETCH(QString, language);
    QFETCH(QSize, size);
    QTranslator translator;
    QLocale::setDefault(QLocale(language));
    QVERIFY(translator.load(QLocale(language), u"timonier"_s, u"_"_s, u":/i18n"_s));
    QCoreApplication::installTranslator(&translator);
    applyTheme(dark ? ThemeChoice::Dark : ThemeChoice::Light);
    const QString name = QString::fromLatin1(QTest::currentDataTag());
    {
        Stage stage(size);
        ContextList none;
        none.searched = u"/home/a/.kube/config"_s;
        stage.window.setContexts(none);
        stage.picture(name + u"-welcome"_s);
    }
    Stage stage(size);
    stage.open();
    stage.fill();
    auto *view = stage.window.findChild<TableView *>();
    view->setFocus();
    view->selectRow(3);
    stage.picture(name);
    stage.pods().state(ReflectorState::Stale, true, Error{ErrorKind::Unreachable, "the server cannot be reached: connection refused"},
                       std::chrono::seconds(8));
    QTest::qWait(60);
    stage.window.findChild<QLineEdit *>(u"filter"_s)->setText(u"backend -running"_s);
    stage.picture(name + u"-stale"_s);
    stage.window.openContext(u"production-eu"_s);
    stage.opener.answer();
    stage.pods().state(ReflectorState::Forbidden, false,
                       Error{ErrorKind::Forbidden, "pods is forbidden: User \"jane\" cannot list resource \"pods\" in API "
                                                   "group \"\" at the cluster scope"});
    QTest::qWait(60);
    stage.picture(name + u"-forbidden"_s);
    stage.window.openContext(u"broken"_s);
    stage.picture(name + u"-broken"_s);
    QLocale::setDefault(QLocale(u"en"_s));
}

int main(int argc, char **argv)
{
    QLocale::setDefault(QLocale(u"en"_s));
    QApplication application(argc, argv);
    applyTheme(ThemeChoice::Light);
    tst_window test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_window.moc"

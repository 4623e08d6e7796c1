// A live table in the hands of a person: what stays selected, which columns there are, what is copied, several namespaces.
#include "fake_cluster.h"
#include "ui/models/row_text.h"
#include "ui/models/table_settings.h"
#include "ui/theme/colours.h"
#include "ui/views/check_popup.h"
#include "ui/views/message_page.h"
#include "ui/views/namespace_field.h"
#include "ui/views/notice_strip.h"
#include "ui/views/table_page.h"
#include "ui/views/table_view.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QFile>
#include <QHeaderView>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace timonier;
using namespace Qt::StringLiterals;

namespace {

struct Stage {
    explicit Stage(const QString &ns = {}, const char *kind = "pods") : Stage(ns, fakeKind(kind, kind, "Pod")) {}
    Stage(const QString &ns, const KindSpec &kind)
    {
        page.setNamespaceKind(fakeKind("namespaces", "namespace", "Namespace", false));
        QObject::connect(&page, &TablePage::subjectChanged, &page, [this](const Subject &now) {
            subject = now;
            ++told;
        });
        QObject::connect(&page, &TablePage::statusWords, &page, [this](const StatusWords &now) { words = now.text; });
        page.resize(1100, 600);
        page.QWidget::show();
        cluster = std::make_shared<FakeOpen>(tables, answers);
        page.show(cluster, kind, ns.split(u',', Qt::SkipEmptyParts));
    }
    FakeTable &pods(const std::string &ns = {}) { return tables["pods/" + ns]; }
    void put(int number, FakePod pod, const std::string &table = {})
    {
        Batch batch;
        batch.changes[fakeUid(number)] = makeRow(fakeUid(number), pod);
        pods(table).put(std::move(batch));
    }
    void fill(int count)
    {
        Batch batch;
        for (int i = 0; i < count; ++i)
            batch.changes[fakeUid(i)] = makeRow(fakeUid(i), {.name = fmt::format("p-{:05}", i), .restarts = i % 7});
        pods().put(std::move(batch));
        pods().state(ReflectorState::Watching, true);
        QTRY_COMPARE(page.model().total(), count);
    }
    void remove(int number)
    {
        Batch batch;
        batch.changes[fakeUid(number)] = nullptr;
        pods().put(std::move(batch));
    }
    void namespaces(const QStringList &names)
    {
        Batch batch;
        batch.reset = true;
        for (const QString &name : names) {
            const Uid uid = Uid::of(name.toStdString());
            batch.changes[uid] = makeRow(uid, {.name = name.toStdString(), .ns = ""});
        }
        tables["namespaces/"].put(std::move(batch));
        tables["namespaces/"].state(ReflectorState::Watching, true);
    }
    TableView *view() { return page.findChild<TableView *>(); }
    bool has(const char *column) { return isShown(QString::fromLatin1(column)); }
    bool isShown(const QString &column)
    {
        for (const int index : view()->visibleColumns()) {
            if (page.model().columns()[static_cast<std::size_t>(index)].id == column)
                return true;
        }
        return false;
    }
    QStringList order()
    {
        QStringList ids;
        for (const int index : view()->visibleColumns())
            ids << page.model().columns()[static_cast<std::size_t>(index)].id;
        return ids;
    }
    CheckPopup *chooser() { return page.findChild<CheckPopup *>(u"columnChooser"_s); }
    NamespaceField *field() { return page.findChild<NamespaceField *>(); }
    CheckPopup *namespaceList() { return page.findChild<CheckPopup *>(u"namespaceList"_s); }
    MessagePage *message() { return page.findChild<MessagePage *>(); }

    std::map<std::string, FakeTable> tables;
    FakeAnswers answers;
    std::shared_ptr<FakeOpen> cluster;
    Subject subject;
    int told = 0;
    QString words;
    TablePage page;
};

} // namespace

class tst_table_page : public QObject
{
    Q_OBJECT
private slots:
    void cleanup() { TableSettings::setFile({}); }

    void a_deleted_row_leaves_nothing_selected_and_its_last_words_stay()
    {
        Stage stage;
        stage.fill(20);
        stage.view()->selectRow(5);
        QCOMPARE(stage.subject.row->name, "p-00005");
        stage.remove(5);
        QTRY_VERIFY(stage.subject.gone);
        QCOMPARE(stage.subject.row->name, "p-00005");
        QVERIFY(stage.view()->selectedRows().empty());
        QVERIFY(!stage.view()->currentIndex().isValid());
        const int told = stage.told;
        stage.put(3, {.name = "p-00003", .restarts = 9});
        QTest::qWait(60);
        QCOMPARE(stage.told, told); // the one that has gone is not told again and again
        QTest::keyClick(stage.view(), Qt::Key_Down); // and arrows go on from there
        QCOMPARE(stage.subject.row->name, "p-00006");
        QVERIFY(!stage.subject.gone);
    }
    void a_deleted_row_among_many_changes_too()
    {
        Stage stage;
        stage.fill(2000);
        stage.view()->sortByColumn(4, Qt::DescendingOrder);
        stage.view()->selectRow(50);
        const Uid uid = stage.subject.row->uid;
        Batch batch;
        for (int i = 0; i < 2000; i += 2)
            batch.changes[fakeUid(i)] = nullptr;
        batch.changes[uid] = nullptr;
        stage.pods().put(std::move(batch));
        QTRY_VERIFY(stage.subject.gone);
        QVERIFY(stage.subject.row->uid == uid);
        QVERIFY(stage.view()->selectedRows().empty());
    }
    void a_filter_that_hides_the_selected_row_keeps_it_in_sight()
    {
        Stage stage;
        stage.fill(20);
        stage.view()->selectRow(5);
        auto *filter = stage.page.findChild<QLineEdit *>(u"filter"_s);
        filter->setText(u"p-00007"_s);
        QVERIFY(stage.subject && !stage.subject.gone);
        QCOMPARE(stage.subject.row->name, "p-00005");
        stage.put(5, {.name = "p-00005", .status = "CrashLoopBackOff"});
        QTRY_COMPARE(stage.subject.row->cells[1].text, "CrashLoopBackOff"); // with its newest contents
        stage.remove(5);
        QTRY_VERIFY(stage.subject.gone);
        filter->clear();
        QVERIFY(stage.subject.gone);
    }
    void deselecting_and_another_kind_leave_nothing()
    {
        Stage stage;
        stage.fill(20);
        stage.view()->selectRow(5);
        stage.view()->clearSelection();
        QVERIFY(!stage.subject);
        stage.view()->selectRow(6);
        QVERIFY(stage.subject);
        stage.page.show(stage.cluster, fakeKind("deployments", "deployment", "Deployment", true, "apps"), {});
        QVERIFY(!stage.subject && !stage.subject.gone);
    }

    void columns_are_chosen_by_keyboard_and_remembered()
    {
        QTemporaryDir folder;
        TableSettings::setFile(folder.filePath(u"sub/tables.ini"_s));
        {
            Stage stage;
            stage.fill(5);
            QVERIFY(stage.has("restarts"));
            QTest::keyClick(stage.view(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
            QVERIFY(stage.chooser()->isVisible());
            auto *list = stage.chooser()->findChild<QListView *>();
            while (list->currentIndex().data().toString() != u"Restarts")
                QTest::keyClick(list, Qt::Key_Down);
            QTest::keyClick(list, Qt::Key_Space);
            QVERIFY(!stage.has("restarts"));
            QVERIFY(stage.chooser()->isVisible());
            QTest::keyClick(list, Qt::Key_Escape);
            QVERIFY(!stage.chooser()->isVisible());
            stage.view()->horizontalHeader()->setFocus();
            QTest::keyClick(stage.view()->horizontalHeader(), Qt::Key_Right);
            QTest::keyClick(stage.view()->horizontalHeader(), Qt::Key_Right, Qt::ControlModifier);
            QCOMPARE(stage.order().mid(0, 3), (QStringList{u"name"_s, u"ready"_s, u"namespace"_s}));
            stage.view()->setColumnWidth(stage.view()->visibleColumns()[1], 133);
            stage.view()->sortByColumn(stage.view()->visibleColumns()[1], Qt::DescendingOrder);
        }
        Stage stage;
        stage.fill(5);
        QVERIFY(!stage.has("restarts"));
        QCOMPARE(stage.order().mid(0, 3), (QStringList{u"name"_s, u"ready"_s, u"namespace"_s}));
        QCOMPARE(stage.view()->columnWidth(stage.view()->visibleColumns()[1]), 133);
        QCOMPARE(stage.page.model().sortOrder(), Qt::DescendingOrder);
        QCOMPARE(stage.page.model().columns()[static_cast<std::size_t>(stage.page.model().sortColumn())].id, u"ready"_s);
        stage.page.show(stage.cluster, fakeKind("jobs", "job", "Job", true, "batch"), {});
        QVERIFY(stage.has("restarts")); // another kind has its own
        stage.page.show(stage.cluster, fakeKind("pods", "pod", "Pod"), {});
        QVERIFY(!stage.has("restarts"));
        stage.chooser()->findChild<QPushButton *>()->click();
        QVERIFY(stage.has("restarts"));
        QCOMPARE(stage.order().mid(0, 3), (QStringList{u"name"_s, u"namespace"_s, u"ready"_s}));
    }
    void broken_settings_break_nothing_data()
    {
        QTest::addColumn<QByteArray>("contents");
        QTest::newRow("no settings at all") << QByteArray("\x00\xff{]%%%[[[", 11);
        QTest::newRow("unknown columns") << QByteArray("[tables]\npods\\columns=x:1:5, y:z, ready:1:-7, ready:1:99999999, :::, name:0:0\npods\\sort=-nothing\n");
        QTest::newRow("nothing shown") << QByteArray("[tables]\npods\\columns=name:0:0, namespace:0:0, ready:0:0, status:0:0\n");
        QTest::newRow("of another type") << QByteArray("[tables]\npods\\columns=@Invalid()\npods\\sort=@Variant(\\0\\0)\n");
    }
    void broken_settings_break_nothing()
    {
        QFETCH(QByteArray, contents);
        QTemporaryDir folder;
        QFile file(folder.filePath(u"tables.ini"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(contents);
        file.close();
        TableSettings::setFile(file.fileName());
        Stage stage;
        stage.fill(5);
        QVERIFY(stage.has("name"));
        QCOMPARE(stage.order().front(), u"name"_s);
        for (const int column : stage.view()->visibleColumns())
            QVERIFY(stage.view()->columnWidth(column) <= 4000);
    }

    void rows_are_copied_as_text_and_as_csv()
    {
        Stage stage;
        stage.fill(3);
        stage.put(7, {.name = "=cmd|' /C calc'!A0"});
        QTRY_COMPARE(stage.page.model().total(), 4);
        for (const char *column : {"namespace", "age", "cpu", "memory", "node", "status", "labels"})
            stage.view()->showColumn(QString::fromLatin1(column), false);
        stage.view()->setFocus();
        QTest::keyClick(stage.view(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClick(stage.view(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"Name                 Ready   Restarts\n=cmd|' /C calc'!A0   1/1     0\n"
                                                       "p-00000              1/1     0\np-00001              1/1     1\n"
                                                       "p-00002              1/1     2\n"_s);
        QTest::keyClick(stage.view(), Qt::Key_V, Qt::ControlModifier | Qt::AltModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), u"Name,Ready,Restarts\r\n'=cmd|' /C calc'!A0,1/1,0\r\np-00000,1/1,0\r\n"
                                                       "p-00001,1/1,1\r\np-00002,1/1,2\r\n"_s);
        QVERIFY(stage.page.findChild<NoticeStrip *>(u"tableNotice"_s)->text().contains(u"CSV"));
    }
    void a_field_of_csv_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("field");
        QTest::newRow("plain") << u"web"_s << u"web"_s;
        QTest::newRow("quote and comma") << u"a \"b\", c"_s << u"\"a \"\"b\"\", c\""_s;
        QTest::newRow("lines") << u"a\nb"_s << u"\"a\nb\""_s;
        QTest::newRow("formula") << u"=1+1"_s << u"'=1+1"_s;
        QTest::newRow("at") << u"@SUM(A1)"_s << u"'@SUM(A1)"_s;
        QTest::newRow("formula in quotes") << u"-2+\"x\""_s << u"\"'-2+\"\"x\"\"\""_s;
        QTest::newRow("a negative number") << u"-5"_s << u"-5"_s;
        QTest::newRow("tab") << u"\t=1"_s << u"'\t=1"_s;
        QTest::newRow("empty") << QString() << QString();
    }
    void a_field_of_csv()
    {
        QFETCH(QString, text);
        QFETCH(QString, field);
        QCOMPARE(csvField(text), field);
    }
    void yaml_is_read_from_the_server()
    {
        Stage stage;
        stage.fill(3);
        for (const char *name : {"p-00000", "p-00001", "p-00002"})
            stage.answers.descriptions[std::string("pods/default/") + name].yaml = std::string("name: ") + name + "\n";
        stage.view()->setFocus();
        stage.view()->selectAll();
        QTest::keyClick(stage.view(), Qt::Key_Y, Qt::ControlModifier | Qt::AltModifier);
        QTRY_COMPARE(QGuiApplication::clipboard()->text(), u"name: p-00000\n---\nname: p-00001\n---\nname: p-00002\n"_s);
    }
    void reading_yaml_can_be_cancelled_and_has_a_limit()
    {
        Stage stage;
        stage.fill(300);
        QGuiApplication::clipboard()->setText(u"before"_s);
        stage.view()->setFocus();
        stage.view()->selectAll();
        auto *notice = stage.page.findChild<NoticeStrip *>(u"tableNotice"_s);
        QTest::keyClick(stage.view(), Qt::Key_Y, Qt::ControlModifier | Qt::AltModifier);
        QVERIFY(notice->text().contains(u"300"));
        stage.view()->clearSelection();
        stage.view()->selectRow(0); // the double has no answer for it
        QTest::keyClick(stage.view(), Qt::Key_Y, Qt::ControlModifier | Qt::AltModifier);
        QVERIFY2(notice->text().contains(u"0 of 1"), qPrintable(notice->text()));
        notice->findChild<QPushButton *>()->click();
        QVERIFY(notice->text().isEmpty());
        QCOMPARE(QGuiApplication::clipboard()->text(), u"before"_s);
    }
    void the_menu_of_a_row_has_its_actions_with_their_keys()
    {
        Stage stage;
        stage.fill(3);
        stage.view()->selectRow(1);
        QContextMenuEvent event(QContextMenuEvent::Keyboard, {5, 5}, stage.view()->mapToGlobal(QPoint(5, 5)));
        QApplication::sendEvent(stage.view(), &event);
        QPointer<QMenu> menu = stage.page.findChild<QMenu *>(u"rowMenu"_s);
        QVERIFY(menu && menu->isVisible());
        QStringList names;
        for (QAction *action : menu->actions()) {
            if (action->isSeparator())
                continue;
            names << action->objectName();
            QVERIFY(action->isEnabled() && !action->shortcut().isEmpty());
        }
        QCOMPARE(names, (QStringList{u"rowForward"_s, u"copyText"_s, u"copyName"_s, u"copyCsv"_s, u"copyYaml"_s}));
        stage.page.findChild<QAction *>(u"copyName"_s)->trigger();
        QCOMPARE(QGuiApplication::clipboard()->text(), u"p-00001"_s);
        menu->close();
    }
    void everything_is_selected_in_no_time_and_stays_quick_while_rows_change()
    {
        Stage stage;
        stage.fill(10'000);
        stage.view()->sortByColumn(4, Qt::AscendingOrder);
        QElapsedTimer timer;
        timer.start();
        QTest::keyClick(stage.view(), Qt::Key_A, Qt::ControlModifier);
        const qint64 all = timer.restart();
        QVERIFY2(all < 200, qPrintable(QString::number(all)));
        for (int round = 0; round < 3; ++round) {
            for (int i = 0; i < 50; ++i)
                stage.put(i * 13 + round, {.name = fmt::format("p-{:05}", i * 13 + round), .restarts = 20 + i});
            stage.put(20'000 + round, {.name = fmt::format("q-{}", round)});
            QTRY_COMPARE(stage.page.model().total(), 10'001 + round);
            timer.restart();
            const_cast<TableModel &>(stage.page.model()).settle();
            const qint64 settled = timer.elapsed();
            QVERIFY2(settled < 150, qPrintable(QString::number(settled)));
        }
        QCOMPARE(stage.view()->selectedRows().size(), std::size_t(10'000));
    }

    void several_namespaces_are_one_table()
    {
        Stage stage(u"team-a,team-b"_s);
        stage.put(1, {.name = "a", .ns = "team-a"}, "team-a");
        stage.put(2, {.name = "b", .ns = "team-b"}, "team-b");
        stage.pods("team-a").state(ReflectorState::Watching, true);
        QTRY_COMPARE(stage.page.model().total(), 2);
        QVERIFY(!stage.page.isSettled());
        stage.pods("team-b").state(ReflectorState::Watching, true);
        QTRY_VERIFY(stage.page.isSettled());
        QVERIFY(stage.has("namespace"));
        QCOMPARE(stage.words, u"Live"_s);
        // The list of one is read anew: the other's rows stay.
        Batch relist;
        relist.reset = true;
        relist.changes[fakeUid(3)] = makeRow(fakeUid(3), {.name = "c", .ns = "team-b"});
        stage.pods("team-b").put(std::move(relist));
        QTRY_COMPARE(stage.page.model().index(1, 0).data().toString(), u"c"_s);
        QCOMPARE(stage.page.model().total(), 2);
        QCOMPARE(stage.page.model().index(0, 0).data().toString(), u"a"_s);
        stage.pods("team-b").state(ReflectorState::Stale, true, Error{ErrorKind::Unreachable, "nobody answers"});
        QTRY_VERIFY(stage.words.startsWith(u"team-b: "));
    }
    void one_namespace_that_may_not_be_seen_hides_no_other()
    {
        Stage stage(u"team-a,team-b"_s);
        stage.put(1, {.name = "a", .ns = "team-a"}, "team-a");
        stage.pods("team-a").state(ReflectorState::Watching, true);
        stage.pods("team-b").state(ReflectorState::Forbidden, false, Error{ErrorKind::Forbidden, "no"});
        QTRY_VERIFY(stage.page.isSettled());
        QVERIFY(stage.words.contains(u"team-b"));
        QVERIFY(stage.view()->isVisible());
        QCOMPARE(stage.page.model().total(), 1);
        stage.pods("team-a").state(ReflectorState::Forbidden, false, Error{ErrorKind::Forbidden, "no"});
        QTRY_VERIFY(stage.message()->isVisible());
    }
    void namespaces_are_chosen_by_keyboard()
    {
        Stage stage;
        stage.fill(5);
        stage.namespaces({u"kube-system"_s, u"team-a"_s, u"team-b"_s});
        QTRY_COMPARE(stage.field()->known().size(), 3);
        QSignalSpy changed(&stage.page, &TablePage::namespacesChanged);
        stage.page.focusNamespace();
        QVERIFY(stage.namespaceList()->isVisible());
        auto *field = stage.namespaceList()->findChild<QLineEdit *>();
        QTest::keyClicks(field, u"team"_s);
        QTest::keyClick(field, Qt::Key_Space);
        QTest::keyClick(field, Qt::Key_Down);
        QTest::keyClick(field, Qt::Key_Space);
        QTest::keyClick(field, Qt::Key_Escape);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(stage.page.namespaces(), (QStringList{u"team-a"_s, u"team-b"_s}));
        QCOMPARE(stage.field()->accessibleName(), u"Namespaces: team-a, team-b"_s);
        stage.page.focusNamespace();
        QTest::keyClicks(field, u"kube"_s);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(stage.page.namespaces(), QStringList{u"kube-system"_s});
        stage.page.focusNamespace();
        QTest::keyClicks(field, u"a, unheard-of"_s); // "a" is in the words for all of them
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(stage.page.namespaces(), (QStringList{u"a"_s, u"unheard-of"_s}));
    }
    void five_thousand_namespaces_are_quiet()
    {
        Stage stage;
        stage.fill(5);
        QStringList names;
        for (int i = 0; i < 5000; ++i)
            names << u"team-%1"_s.arg(i, 4, 10, QLatin1Char(48));
        stage.namespaces(names);
        QTRY_COMPARE(stage.field()->known().size(), 5000);
        QElapsedTimer timer;
        timer.start();
        stage.page.focusNamespace();
        QTest::keyClicks(stage.namespaceList()->findChild<QLineEdit *>(), u"team-49"_s);
        const qint64 took = timer.elapsed();
        QVERIFY2(took < 1000, qPrintable(QString::number(took)));
        auto *list = stage.namespaceList()->findChild<QListView *>();
        QCOMPARE(list->model()->rowCount(), 100);
        QTest::qWait(20);
        QVERIFY(list->viewport()->rect().contains(list->visualRect(list->currentIndex()))); // what Enter would take
    }
    void a_namespace_that_goes_while_it_is_shown_is_missed()
    {
        Stage stage(u"team-a"_s);
        stage.put(1, {.name = "a", .ns = "team-a"}, "team-a");
        stage.pods("team-a").state(ReflectorState::Watching, true);
        stage.page.model();
        QTRY_COMPARE(stage.page.model().total(), 1);
        stage.namespaces({u"team-a"_s, u"team-b"_s});
        QTRY_COMPARE(stage.field()->known().size(), 2);
        QVERIFY(stage.view()->isVisible());
        Batch gone;
        gone.changes[fakeUid(1)] = nullptr;
        stage.pods("team-a").put(std::move(gone));
        stage.namespaces({u"team-b"_s});
        QTRY_VERIFY(stage.message()->isVisible());
        QVERIFY(stage.message()->title().contains(u"team-a"));
        stage.namespaces({u"team-a"_s, u"team-b"_s}); // it comes back
        QTRY_VERIFY(stage.view()->isVisible());
    }

    void a_missing_metrics_server_is_said_once_and_can_be_mended()
    {
        Stage stage;
        auto metrics = std::make_shared<MetricsSnapshot>();
        metrics->unavailable = Error{ErrorKind::NotFound, "This cluster has no metrics-server"};
        stage.pods().metrics = metrics;
        stage.fill(5);
        auto *strip = stage.page.findChild<NoticeStrip *>(u"metricsNotice"_s);
        QTRY_VERIFY(strip->isVisible());
        QVERIFY(stage.has("cpu") && !stage.has("memory")); // one word for both is enough
        QSignalSpy wanted(&stage.page, &TablePage::metricsServerWanted);
        strip->findChild<QPushButton *>()->click();
        QCOMPARE(wanted.size(), 1);
        strip->findChild<QToolButton *>()->click();
        QVERIFY(strip->isHidden());
        stage.page.show(stage.cluster, fakeKind("pods", "pod", "Pod"), {});
        stage.fill(5);
        QTest::qWait(60);
        QVERIFY(strip->isHidden());
    }
    void labels_can_be_shown_and_sorted_by()
    {
        Stage stage;
        stage.put(1, {.name = "a", .labels = "app=z"});
        stage.put(2, {.name = "b", .labels = "app=y"});
        QTRY_COMPARE(stage.page.model().total(), 2);
        stage.view()->showColumn(u"labels"_s, true);
        QVERIFY(stage.has("labels"));
        const int labels = stage.view()->visibleColumns().back();
        stage.view()->sortByColumn(labels, Qt::AscendingOrder);
        QCOMPARE(stage.page.model().index(0, 0).data().toString(), u"b"_s);
        QCOMPARE(stage.page.model().index(0, labels).data().toString(), u"app=y"_s);
    }
    void pictures()
    {
        for (const bool dark : {false, true}) {
            applyTheme(dark ? ThemeChoice::Dark : ThemeChoice::Light);
            const QString folder = QCoreApplication::applicationDirPath() + (dark ? u"/table-dark-"_s : u"/table-light-"_s);
            Stage stage;
            auto metrics = std::make_shared<MetricsSnapshot>();
            metrics->unavailable = Error{ErrorKind::NotFound, "This cluster has no metrics-server"};
            stage.pods().metrics = metrics;
            stage.fill(12);
            stage.namespaces({u"kube-system"_s, u"kubeflow"_s, u"recognition"_s, u"team-a"_s});
            QTRY_COMPARE(stage.field()->known().size(), 4);
            QTest::qWait(50);
            QVERIFY(stage.page.grab().save(folder + u"no-metrics.png"_s));
            stage.page.focusNamespace();
            QVERIFY(stage.namespaceList()->grab().save(folder + u"namespaces.png"_s));
            stage.namespaceList()->hide();
            QTest::keyClick(stage.view(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
            QVERIFY(stage.chooser()->grab().save(folder + u"columns.png"_s));
            stage.chooser()->hide();
        }
        applyTheme(ThemeChoice::Light);
    }
};

int main(int argc, char **argv)
{
    QLocale::setDefault(QLocale(u"en"_s));
    QApplication application(argc, argv);
    applyTheme(ThemeChoice::Light);
    tst_table_page test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_table_page.moc"

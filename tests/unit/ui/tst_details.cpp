// The details pane with a made-up cluster: that it follows the selection and nothing else, what it says when an object goes
// or cannot be read, and that all of it is there by keyboard. Pictures of it are written beside this test: details-*.png.
#include "fake_cluster.h"
#include "ui/models/ago_words.h"
#include "ui/models/description_feed.h"
#include "ui/theme/colours.h"
#include "ui/views/details_pane.h"
#include "ui/views/related_table.h"
#include "ui/views/text_page.h"
#include "ui/views/verdict_card.h"

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QTest>
#include <QToolButton>

using namespace timonier;
using namespace Qt::StringLiterals;
using namespace std::string_view_literals;

namespace {

// Keeps every question until the test answers it.
struct AskedCluster final : FakeOpen {
    using FakeOpen::FakeOpen;
    struct Question {
        std::string name;
        bool reveal = false;
        Done<Result<std::shared_ptr<const Description>>> done;
    };
    void describe(const KindSpec &, const std::string &, const std::string &name, bool reveal,
                  Done<Result<std::shared_ptr<const Description>>> done) override
    {
        questions.push_back({name, reveal, std::move(done)});
    }
    void answer(const Description &description) { take().done(std::make_shared<const Description>(description)); }
    void fail(ErrorKind kind, const char *message) { take().done(timonier::fail(kind, message, "Look again")); }
    Question take()
    {
        Question first = std::move(questions.front());
        questions.erase(questions.begin());
        return first;
    }
    std::vector<Question> questions;
};

Description description(const std::string &name)
{
    Description out;
    out.object = {"", "Pod", "shop", name};
    out.created = QDateTime::currentSecsSinceEpoch() - 3;
    out.facts = {{"Status", {{.text = "Running", .note = "1 of 1 ready", .tone = Tone::Good}}},
                 {"Node", {{.text = "node-of-" + name, .to = ObjectRef{"", "Node", "", "node-of-" + name}}}},
                 {"Created", {{.time = out.created}}}};
    out.conditions = {{"Ready", Tone::Good, "Ready for requests", "", "", out.created}};
    out.containers = {{.name = "web", .image = "nginx:1.27", .tone = Tone::Good, .state = "running", .since = out.created}};
    out.labels = {{"app", "web", 0}};
    out.owners = {{"apps", "ReplicaSet", "shop", "web-7c9d4"}};
    out.yaml = "kind: Pod\nmetadata:\n  name: " + name + "\n";
    return out;
}

struct Stage {
    Stage() : cluster(std::make_shared<AskedCluster>(tables, answers))
    {
        pane.resize(380, 700);
        pane.setVisible(true);
        QObject::connect(&pane, &DetailsPane::jump, &pane, [this](const ObjectRef &to) { jumped.push_back(to); });
    }
    Subject subject(int number, const char *name, std::uint64_t revision = 1, const char *kind = "pods")
    {
        auto row = std::const_pointer_cast<Row>(makeRow(fakeUid(number), {.name = name, .ns = "shop"}));
        row->revision = revision;
        return {cluster, kind == "secrets"sv ? fakeKind("secrets", "secret", "Secret") : *typedKind(kind), row};
    }
    QString text(const char *page) const { return pane.findChild<TextPage *>(QString::fromLatin1(page))->text(); }
    QTabWidget *tabs() const { return pane.findChild<QTabWidget *>(u"detailsTabs"_s); }
    VerdictCard *notice() const { return pane.findChild<VerdictCard *>(u"detailsNotice"_s); }
    VerdictCard *verdict() const { return pane.findChild<VerdictCard *>(u"detailsVerdict"_s); }
    QPlainTextEdit *yaml() const { return pane.findChild<QPlainTextEdit *>(u"yamlText"_s); }
    void openTab(const QString &title)
    {
        for (int i = 0; i < tabs()->count(); ++i)
            if (tabs()->tabText(i).startsWith(title))
                tabs()->setCurrentIndex(i);
    }
    // Chooses an object and answers for it.
    void choose(int number, const Description &with, const char *kind = "pods")
    {
        pane.show(subject(number, with.object.name.c_str(), 1, kind));
        QTRY_COMPARE(cluster->questions.size(), std::size_t(1));
        cluster->answer(with);
    }
    std::size_t watched(const std::string &table) { return tables[table].inboxes.size(); }

    std::map<std::string, FakeTable> tables;
    FakeAnswers answers;
    std::shared_ptr<AskedCluster> cluster;
    std::vector<ObjectRef> jumped;
    DetailsPane pane;
};

RowPtr eventRow(int number, const char *type, const char *reason, const char *message, std::int64_t seen)
{
    auto row = std::make_shared<Row>();
    row->uid = fakeUid(number);
    row->name = reason;
    row->ns = "shop";
    row->cells.resize(typedKind("events")->columns.size());
    const auto put = [&](std::string_view id, Cell cell) {
        const Columns &columns = typedKind("events")->columns;
        row->cells[static_cast<std::size_t>(std::ranges::find(columns, id, &Column::id) - columns.begin())] = cell;
    };
    put("last-seen", {{}, seen});
    put("type", {type, 0});
    put("reason", {reason, 0});
    put("message", {message, 0});
    put("count", {{}, 4});
    return row;
}

} // namespace

class tst_details : public QObject
{
    Q_OBJECT
private slots:
    void init() { applyTheme(ThemeChoice::Light); }
    void it_shows_the_chosen_object();
    void walking_over_rows_asks_for_the_last_one();
    void a_late_answer_is_dropped();
    void a_busy_object_is_read_twice_a_second();
    void the_same_revision_is_not_read_again();
    void what_is_deleted_says_so();
    void one_that_is_not_there_any_more_was_deleted();
    void another_of_the_same_name_is_not_the_same();
    void a_failure_offers_another_try_and_keeps_what_is_known();
    void a_forbidden_object_says_so();
    void values_of_a_secret_are_shown_on_request_only();
    void links_jump_by_keyboard();
    void what_belongs_to_it_is_live_while_it_is_looked_at();
    void the_pod_that_is_ill_comes_first();
    void events_are_told_newest_first();
    void yaml_is_searched_by_keyboard();
    void escape_closes();
    void ages_tick_and_leave_the_selection_alone();
    void nothing_is_read_as_html();
    void long_names_do_not_widen_it();
    void every_widget_has_a_name();
    void tab_reaches_all_of_it();
    void pictures_data();
    void pictures();
};

void tst_details::it_shows_the_chosen_object()
{
    Stage stage;
    stage.choose(1, description("web-1"));
    QCOMPARE(stage.pane.findChild<QLabel *>(u"detailsName"_s)->text(), u"web-1"_s);
    QCOMPARE(stage.text("detailsWhat"), u"Pod in shop, owned by web-7c9d4"_s);
    QVERIFY2(stage.text("summaryFacts").contains(u"node-of-web-1"_s), qPrintable(stage.text("summaryFacts")));
    QVERIFY(stage.text("summaryFacts").contains(u"nginx:1.27"_s));
    QVERIFY(stage.text("summaryRest").contains(u"Ready for requests"_s));
    QVERIFY(stage.text("summaryRest").contains(u"app=web"_s));
    QVERIFY(!stage.verdict()->isVisible());
    QVERIFY(!stage.notice()->isVisible());
    Description ill = description("web-2");
    ill.verdict = Verdict{Tone::Bad, "The image cannot be pulled", "Container web", "401 Unauthorized"};
    stage.choose(2, ill);
    QVERIFY(stage.verdict()->isVisible());
    QVERIFY(stage.text("detailsVerdictText").contains(u"The image cannot be pulled"_s));
    QVERIFY(stage.text("detailsVerdictText").contains(u"401 Unauthorized"_s));
    QVERIFY(!stage.text("summaryFacts").contains(u"node-of-web-1"_s));
}

void tst_details::walking_over_rows_asks_for_the_last_one()
{
    Stage stage;
    stage.choose(1, description("web-1"));
    for (int i = 2; i < 12; ++i) {
        stage.pane.show(stage.subject(i, ("web-" + std::to_string(i)).c_str()));
        QTest::qWait(30);
    }
    QVERIFY2(stage.cluster->questions.empty(), "asked while the selection walks");
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    QCOMPARE(stage.cluster->questions[0].name, std::string("web-11"));
}

void tst_details::a_late_answer_is_dropped()
{
    Stage stage;
    stage.pane.show(stage.subject(1, "web-1"));
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    stage.pane.show(stage.subject(2, "web-2"));
    QTest::qWait(300);
    QCOMPARE(stage.cluster->questions.size(), std::size_t(1)); // never two at once
    stage.cluster->answer(description("web-1"));
    QVERIFY(!stage.text("summaryFacts").contains(u"node-of-web-1"_s));
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    stage.cluster->answer(description("web-2"));
    QVERIFY(stage.text("summaryFacts").contains(u"node-of-web-2"_s));
}

void tst_details::a_busy_object_is_read_twice_a_second()
{
    Stage stage;
    stage.choose(1, description("web-1"));
    int asked = 0;
    for (std::uint64_t revision = 2; revision < 60; ++revision) {
        stage.pane.show(stage.subject(1, "web-1", revision));
        QTest::qWait(20);
        if (!stage.cluster->questions.empty()) {
            ++asked;
            stage.cluster->answer(description("web-1"));
        }
    }
    QVERIFY2(asked >= 1 && asked <= 4, qPrintable(QString::number(asked)));
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1)); // and the last change is not missed
}

void tst_details::the_same_revision_is_not_read_again()
{
    Stage stage;
    stage.choose(1, description("web-1"));
    stage.pane.show(stage.subject(1, "web-1", 1)); // the same, from a list that was read again
    QTest::qWait(700);
    QVERIFY(stage.cluster->questions.empty());
}

void tst_details::what_is_deleted_says_so()
{
    Stage stage;
    Description ill = description("web-1");
    ill.verdict = Verdict{Tone::Bad, "The image cannot be pulled"};
    stage.choose(1, ill);
    Subject gone = stage.subject(1, "web-1", 2);
    gone.gone = true;
    stage.pane.show(gone);
    QVERIFY(stage.notice()->isVisible());
    QCOMPARE(stage.notice()->words().sentence, u"This object was deleted"_s);
    QVERIFY(!stage.verdict()->isVisible());
    QVERIFY(stage.text("summaryFacts").contains(u"node-of-web-1"_s)); // how it was last
    QTest::qWait(600);
    QVERIFY(stage.cluster->questions.empty());
}

void tst_details::one_that_is_not_there_any_more_was_deleted()
{
    Stage stage;
    stage.choose(1, description("web-1"));
    stage.pane.show(stage.subject(1, "web-1", 2));
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    stage.cluster->fail(ErrorKind::NotFound, "pods web-1 not found");
    QCOMPARE(stage.notice()->words().sentence, u"This object was deleted"_s);
    QVERIFY(stage.text("summaryFacts").contains(u"node-of-web-1"_s));
}

void tst_details::another_of_the_same_name_is_not_the_same()
{
    Stage stage;
    stage.choose(1, description("web-1"));
    stage.pane.show(stage.subject(1, "web-1", 2));
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    Description other = description("web-1");
    other.uid = "6f1c7a52-0b7e-4f0d-9a55-0f2f1f6f2b11";
    other.facts = {{"Status", {{.text = "Brand new"}}}};
    stage.cluster->answer(other);
    QCOMPARE(stage.notice()->words().sentence, u"This object was deleted"_s);
    QVERIFY(!stage.text("summaryFacts").contains(u"Brand new"_s));
}

void tst_details::a_failure_offers_another_try_and_keeps_what_is_known()
{
    Stage stage;
    stage.pane.show(stage.subject(1, "web-1"));
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    stage.cluster->fail(ErrorKind::Unreachable, "nobody answers");
    QCOMPARE(stage.notice()->words().sentence, u"The object could not be read"_s);
    QCOMPARE(stage.notice()->words().evidence, u"nobody answers"_s);
    auto *again = stage.pane.findChild<QPushButton *>(u"detailsNoticeButton"_s);
    QVERIFY(again->isVisible());
    again->setFocus();
    QTest::keyClick(again, Qt::Key_Space);
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    stage.cluster->answer(description("web-1"));
    QVERIFY(!stage.notice()->isVisible());
    stage.pane.show(stage.subject(1, "web-1", 2));
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    stage.cluster->fail(ErrorKind::Timeout, "too slow");
    QCOMPARE(stage.notice()->words().sentence, u"The object could not be read anew"_s);
    QVERIFY(stage.notice()->words().since > 0);
    QVERIFY(stage.text("summaryFacts").contains(u"node-of-web-1"_s));
}

void tst_details::a_forbidden_object_says_so()
{
    Stage stage;
    stage.pane.show(stage.subject(1, "web-1"));
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    stage.cluster->fail(ErrorKind::Forbidden, "pods \"web-1\" is forbidden");
    QCOMPARE(stage.notice()->words().sentence, u"You may not read this object"_s);
}

void tst_details::values_of_a_secret_are_shown_on_request_only()
{
    const auto secret = [](const char *name, bool revealed) {
        Description out = description(name);
        out.hasSecrets = true;
        out.revealed = revealed;
        out.yaml = revealed ? "stringData:\n  password: hunter2\n" : "data:\n  password: (hidden, 7 bytes)\n";
        return out;
    };
    Stage stage;
    stage.choose(1, secret("db", false), "secrets");
    stage.openTab(u"YAML"_s);
    auto *button = stage.pane.findChild<QPushButton *>(u"yamlReveal"_s);
    QTRY_VERIFY(button->isVisible());
    QVERIFY(!stage.yaml()->toPlainText().contains(u"hunter2"_s));
    button->click();
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    QVERIFY(stage.cluster->questions[0].reveal);
    stage.cluster->answer(secret("db", true));
    QVERIFY(stage.yaml()->toPlainText().contains(u"hunter2"_s));
    // Off again: at once, and not when the server has answered.
    button->click();
    QVERIFY(!stage.yaml()->toPlainText().contains(u"hunter2"_s));
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    QVERIFY(!stage.cluster->questions[0].reveal);
    stage.cluster->answer(secret("db", false));
    button->click();
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    stage.cluster->answer(secret("db", true));
    // The next object begins hidden.
    stage.choose(2, secret("other", false), "secrets");
    QVERIFY(!button->isChecked());
    QVERIFY(!stage.yaml()->toPlainText().contains(u"hunter2"_s));
    // An answer that reveals and comes too late shows nothing.
    button->click();
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    button->click();
    stage.cluster->answer(secret("other", true));
    QVERIFY(!stage.yaml()->toPlainText().contains(u"hunter2"_s));
    // Nor does it lie about behind another tab.
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    stage.cluster->answer(secret("other", false));
    button->click();
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    stage.cluster->answer(secret("other", true));
    QVERIFY(stage.yaml()->toPlainText().contains(u"hunter2"_s));
    stage.openTab(u"Summary"_s);
    stage.openTab(u"YAML"_s);
    QVERIFY(!stage.yaml()->toPlainText().contains(u"hunter2"_s));
}

void tst_details::links_jump_by_keyboard()
{
    Stage stage;
    stage.choose(1, description("web-1"));
    QApplication::setActiveWindow(&stage.pane);
    auto *what = stage.pane.findChild<TextPage *>(u"detailsWhat"_s);
    what->setFocus(Qt::TabFocusReason);
    QTest::keyClick(what, Qt::Key_Tab);
    QTest::keyClick(what, Qt::Key_Return);
    QCOMPARE(stage.jumped.size(), std::size_t(1));
    QCOMPARE(stage.jumped[0], (ObjectRef{"", "Namespace", "", "shop"}));
    QTest::keyClick(what, Qt::Key_Tab);
    QTest::keyClick(what, Qt::Key_Return);
    QCOMPARE(stage.jumped.size(), std::size_t(2));
    QCOMPARE(stage.jumped[1], (ObjectRef{"apps", "ReplicaSet", "shop", "web-7c9d4"}));
    auto *facts = stage.pane.findChild<TextPage *>(u"summaryFacts"_s);
    facts->setFocus(Qt::TabFocusReason);
    QTest::keyClick(facts, Qt::Key_Tab);
    QTest::keyClick(facts, Qt::Key_Return);
    QCOMPARE(stage.jumped.size(), std::size_t(3));
    QCOMPARE(stage.jumped[2], (ObjectRef{"", "Node", "", "node-of-web-1"}));
}

void tst_details::the_pod_that_is_ill_comes_first()
{
    Stage stage;
    Description deployment = description("web");
    deployment.related = {{"Pods", "pods", {.ns = "shop", .labelSelector = "app=web"}}};
    stage.choose(1, deployment, "deployments");
    FakeTable &pods = stage.tables["pods/shop?app=web"];
    const auto put = [&](int number, const char *name, const char *status, const char *ready) {
        const Columns &columns = typedKind("pods")->columns;
        auto row = std::make_shared<Row>();
        row->uid = fakeUid(number);
        row->name = name;
        row->ns = "shop";
        row->cells.resize(columns.size());
        row->cells[cellOf(columns, "status")].text = status;
        row->cells[cellOf(columns, "ready")].text = ready;
        Batch batch;
        batch.changes[row->uid] = row;
        pods.put(std::move(batch));
    };
    put(1, "web-1", "Running", "1/1");
    put(2, "web-2", "CrashLoopBackOff", "0/1");
    put(3, "web-3", "Running", "1/1");
    pods.state(ReflectorState::Watching, true);
    auto *view = stage.pane.findChild<QTableView *>(u"related0View"_s);
    const auto names = [view] {
        QStringList all;
        for (int row = 0; row < view->model()->rowCount(); ++row)
            all << view->model()->index(row, 0).data().toString();
        return all.join(u' ');
    };
    QTRY_COMPARE(names(), u"web-2 web-1 web-3"_s);
    put(2, "web-2", "Running", "1/1");
    put(3, "web-3", "ImagePullBackOff", "0/1");
    QTRY_COMPARE(names(), u"web-3 web-1 web-2"_s);
}

void tst_details::what_belongs_to_it_is_live_while_it_is_looked_at()
{
    Stage stage;
    Description deployment = description("web");
    deployment.related = {{"Pods", "pods", {.ns = "shop", .labelSelector = "app=web"}}};
    stage.choose(1, deployment, "deployments");
    const std::string table = "pods/shop?app=web";
    QCOMPARE(stage.watched(table), std::size_t(1));
    Batch batch;
    auto row = std::make_shared<Row>();
    row->uid = fakeUid(7);
    row->name = "web-1";
    row->ns = "shop";
    row->cells.resize(typedKind("pods")->columns.size());
    batch.changes[row->uid] = row;
    stage.tables[table].put(std::move(batch));
    stage.tables[table].state(ReflectorState::Watching, true);
    auto *view = stage.pane.findChild<QTableView *>(u"related0View"_s);
    QTRY_COMPARE(view->model()->rowCount(), 1);
    QVERIFY(stage.pane.findChild<QLabel *>(u"related0Title"_s)->text().endsWith(u'1'));
    QApplication::setActiveWindow(&stage.pane);
    view->setFocus(Qt::TabFocusReason);
    QTest::keyClick(view, Qt::Key_Return);
    QCOMPARE(stage.jumped.size(), std::size_t(1));
    QCOMPARE(stage.jumped[0], (ObjectRef{"", "Pod", "shop", "web-1"}));
    stage.openTab(u"YAML"_s);
    QCOMPARE(stage.watched(table), std::size_t(0));
    stage.openTab(u"Summary"_s);
    QCOMPARE(stage.watched(table), std::size_t(1));
    // The same description again keeps the same look.
    stage.pane.show(stage.subject(1, "web", 2, "deployments"));
    QTRY_COMPARE(stage.cluster->questions.size(), std::size_t(1));
    stage.cluster->answer(deployment);
    QCOMPARE(stage.watched(table), std::size_t(1));
    stage.pane.show(Subject{});
    QCOMPARE(stage.watched(table), std::size_t(0));
}

void tst_details::events_are_told_newest_first()
{
    Stage stage;
    Description pod = description("web-1");
    pod.uid = "00000000-0000-0007-0000-000000000002"; // fakeUid(1)
    QCOMPARE(Uid::of(pod.uid), fakeUid(1));
    stage.choose(1, pod);
    const std::string table = "events/shop?involvedObject.uid=" + pod.uid;
    QCOMPARE(stage.watched(table), std::size_t(0)); // nobody looks
    stage.openTab(u"Events"_s);
    QCOMPARE(stage.watched(table), std::size_t(1));
    const std::int64_t now = QDateTime::currentSecsSinceEpoch();
    Batch batch;
    batch.changes[fakeUid(20)] = eventRow(20, "Normal", "Pulling", "Pulling image", now - 600);
    batch.changes[fakeUid(21)] = eventRow(21, "Warning", "BackOff", "Back-off restarting failed container", now - 30);
    stage.tables[table].put(std::move(batch));
    stage.tables[table].state(ReflectorState::Watching, true);
    QTRY_VERIFY(stage.text("eventsText").contains(u"Back-off restarting failed container"_s));
    const QString text = stage.text("eventsText");
    QVERIFY2(text.indexOf(u"BackOff"_s) < text.indexOf(u"Pulling"_s), qPrintable(text));
    QVERIFY(text.contains(u"warning"_s));
    QVERIFY(text.contains(u"4 times"_s));
    QTRY_COMPARE(stage.tabs()->tabText(stage.tabs()->currentIndex()), u"Events 2"_s);
    stage.openTab(u"Summary"_s);
    QCOMPARE(stage.watched(table), std::size_t(0));
    // What was counted for one object is not said of the next, though nobody looks at the tab.
    stage.choose(2, description("web-2"));
    for (int i = 0; i < stage.tabs()->count(); ++i)
        QVERIFY(stage.tabs()->tabText(i) != u"Events 2"_s);
}

void tst_details::yaml_is_searched_by_keyboard()
{
    Stage stage;
    Description pod = description("web-1");
    for (int i = 0; i < 300; ++i)
        pod.yaml += "line" + std::to_string(i) + ": value\n";
    pod.yaml += "needle: 1\nother: NEEDLE\n";
    stage.choose(1, pod);
    stage.openTab(u"YAML"_s);
    QApplication::setActiveWindow(&stage.pane);
    stage.yaml()->setFocus();
    QTest::keyClick(stage.yaml(), Qt::Key_F, Qt::ControlModifier);
    auto *find = stage.pane.findChild<QLineEdit *>(u"yamlFind"_s);
    QTRY_VERIFY(find->hasFocus());
    QTest::keyClicks(find, u"needle"_s);
    auto *count = stage.pane.findChild<QLabel *>(u"yamlFindCount"_s);
    QCOMPARE(count->text(), u"1 of 2"_s);
    QVERIFY(stage.yaml()->verticalScrollBar()->value() > 200);
    QTest::keyClick(find, Qt::Key_Return);
    QCOMPARE(count->text(), u"2 of 2"_s);
    QTest::keyClick(find, Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(count->text(), u"1 of 2"_s);
    QSignalSpy closed(&stage.pane, &DetailsPane::closed);
    QTest::keyClick(find, Qt::Key_Escape);
    QVERIFY(!find->isVisible());
    QCOMPARE(closed.count(), 0);
    QVERIFY(stage.yaml()->hasFocus());
    stage.pane.findChild<QPushButton *>(u"yamlCopy"_s)->click();
    QVERIFY(QApplication::clipboard()->text().endsWith(u"other: NEEDLE\n"_s));
}

void tst_details::escape_closes()
{
    Stage stage;
    stage.choose(1, description("web-1"));
    QSignalSpy closed(&stage.pane, &DetailsPane::closed);
    QApplication::setActiveWindow(&stage.pane);
    int count = 0;
    for (QWidget *from : std::initializer_list<QWidget *>{stage.tabs()->tabBar(), stage.pane.findChild<TextPage *>(u"summaryFacts"_s)}) {
        from->setFocus();
        QTest::keyClick(from, Qt::Key_Escape);
        QCOMPARE(closed.count(), ++count);
    }
    stage.openTab(u"YAML"_s);
    stage.yaml()->setFocus();
    QTest::keyClick(stage.yaml(), Qt::Key_Escape);
    QCOMPARE(closed.count(), ++count);
    stage.pane.findChild<QToolButton *>(u"detailsClose"_s)->click();
    QCOMPARE(closed.count(), ++count);
}

void tst_details::ages_tick_and_leave_the_selection_alone()
{
    TextPage page;
    page.resize(300, 200);
    page.begin();
    page.paragraph();
    page.age(1'000'000, u"since %1"_s);
    page.paragraph();
    page.write(u"something to select"_s);
    page.end();
    page.tick(1'000'005);
    QVERIFY2(page.text().startsWith(u"since 5 s ago"_s), qPrintable(page.text()));
    page.selectAll();
    QTextCursor cursor = page.textCursor();
    cursor.setPosition(static_cast<int>(page.text().indexOf(u"something"_s)));
    cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
    page.setTextCursor(cursor);
    page.tick(1'000'300);
    QVERIFY2(page.text().startsWith(u"since 5 min ago"_s), qPrintable(page.text()));
    QCOMPARE(page.textCursor().selectedText(), u"something to select"_s);
    page.tick(1'000'360);
    QVERIFY2(page.text().startsWith(u"since 6 min ago"_s), qPrintable(page.text()));
    QCOMPARE(agoWords(100, 50), u"just now"_s); // the server's clock is ahead
}

void tst_details::nothing_is_read_as_html()
{
    Stage stage;
    Description odd = description("web-1");
    odd.labels = {{"a", "<b>bold</b><img src='http://10.0.0.1/x'>", 0}};
    odd.verdict = Verdict{Tone::Bad, "<h1>loud</h1>", "&amp;", "<a href='x'>y</a>"};
    stage.choose(1, odd);
    QVERIFY(stage.text("summaryRest").contains(u"<b>bold</b><img src='http://10.0.0.1/x'>"_s));
    QVERIFY(stage.text("detailsVerdictText").contains(u"<h1>loud</h1>"_s));
    QVERIFY(stage.text("detailsVerdictText").contains(u"&amp;"_s));
}

void tst_details::long_names_do_not_widen_it()
{
    Stage stage;
    const std::string name(253, 'x');
    Description odd = description(name);
    odd.labels = {{std::string(253, 'k') + "/" + std::string(63, 'n'), std::string(63, 'v'), 0}};
    odd.annotations = {{"title", "عنوان طويل 🚢🚢 مع نص mixed", 0}, {"long", std::string(200, 'y'), 250'000}};
    odd.containers[0].image = std::string(400, 'i');
    odd.facts.push_back({std::string(80, 'l'), {{.text = std::string(300, 'z'), .note = std::string(200, 'n')}}});
    odd.verdict = Verdict{Tone::Bad, "The image cannot be pulled", std::string(300, 'r'), std::string(3000, 'e')};
    stage.pane.resize(280, 600);
    stage.choose(1, odd);
    QTest::qWait(20);
    QCOMPARE(stage.pane.width(), 280);
    auto *scroll = stage.pane.findChild<QScrollArea *>(u"summaryScroll"_s);
    QCOMPARE(scroll->horizontalScrollBar()->maximum(), 0);
    QVERIFY(scroll->widget()->width() <= scroll->viewport()->width());
    for (const TextPage *page : stage.pane.findChildren<TextPage *>()) {
        QVERIFY2(page->document()->size().width() <= page->viewport()->width() + 1, qPrintable(page->objectName()));
        QVERIFY2(page->horizontalScrollBar()->maximum() == 0, qPrintable(page->objectName()));
    }
    QVERIFY2(stage.verdict()->height() < 260, "a long message takes all the room");
    auto *label = stage.pane.findChild<QLabel *>(u"detailsName"_s);
    QVERIFY(label->text().size() < 100);
    QCOMPARE(label->toolTip().size(), 253);
    QVERIFY(stage.text("summaryRest").contains(u"244 KiB"_s));
}

void tst_details::every_widget_has_a_name()
{
    Stage stage;
    Description deployment = description("web");
    deployment.verdict = Verdict{Tone::Bad, "x"};
    deployment.related = {{"Pods", "pods", {.ns = "shop", .labelSelector = "app=web"}}};
    stage.choose(1, deployment, "deployments");
    for (const QWidget *widget : stage.pane.findChildren<QWidget *>()) {
        if (widget->objectName().startsWith(u"qt_") || !QByteArray(widget->metaObject()->className()).startsWith("timonier"))
            continue;
        QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
        if (widget->focusPolicy() != Qt::NoFocus)
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
    }
}

void tst_details::tab_reaches_all_of_it()
{
    Stage stage;
    Description deployment = description("web");
    deployment.verdict = Verdict{Tone::Bad, "x"};
    deployment.related = {{"Pods", "pods", {.ns = "shop", .labelSelector = "app=web"}}};
    stage.choose(1, deployment, "deployments");
    QApplication::setActiveWindow(&stage.pane);
    for (const QString &tab : {u"Summary"_s, u"YAML"_s, u"Events"_s}) {
        stage.openTab(tab);
        QSet<QWidget *> expected, seen;
        for (QWidget *widget : stage.pane.findChildren<QWidget *>())
            if (widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) && !widget->focusProxy())
                expected.insert(widget);
        QVERIFY(expected.size() >= 4);
        stage.tabs()->tabBar()->setFocus();
        for (int i = 0; i < 40; ++i) {
            seen.insert(QApplication::focusWidget());
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        }
        for (QWidget *widget : expected)
            QVERIFY2(seen.contains(widget), qPrintable(tab + u": "_s + widget->objectName()));
    }
}

void tst_details::pictures_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
}

void tst_details::pictures()
{
    QFETCH(bool, dark);
    applyTheme(dark ? ThemeChoice::Dark : ThemeChoice::Light);
    const QString name = QString::fromLatin1(QTest::currentDataTag()) + (qEnvironmentVariable("QT_SCALE_FACTOR").isEmpty() ? u""_s : u"-200"_s);
    const auto picture = [&](Stage &stage, const QString &what) {
        QTest::qWait(60);
        QVERIFY(stage.pane.grab().save(QCoreApplication::applicationDirPath() + u"/details-"_s + name + u'-' + what + u".png"_s));
    };
    Stage stage;
    stage.pane.resize(280, 600);
    Description odd = description("recognition-backend-with-quite-a-long-name-7c9d4-lq2vm");
    odd.verdict = Verdict{Tone::Bad, "The image cannot be pulled", "Container web: the registry asks for other credentials",
                          "Back-off pulling image \"ml/backend:2.1\": 401 Unauthorized", QDateTime::currentSecsSinceEpoch() - 240};
    odd.annotations = {{"title", "عنوان طويل 🚢🚢 مع نص mixed", 0}, {"long", std::string(200, 'y'), 250'000}};
    stage.choose(1, odd);
    picture(stage, u"narrow"_s);
    Subject gone = stage.subject(1, odd.object.name.c_str(), 2);
    gone.gone = true;
    stage.pane.show(gone);
    picture(stage, u"gone"_s);
    stage.pane.resize(400, 600);
    Description secret = description("db");
    secret.hasSecrets = true;
    secret.yaml = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  labels:\n    \"on\": \"true\"\ndata:\n  password: (hidden, 7 bytes)\n  text: |\n    key: in a text\n  last: 1\n# cut\n";
    stage.choose(2, secret, "secrets");
    stage.openTab(u"YAML"_s);
    stage.yaml()->setFocus();
    QTest::keyClick(stage.yaml(), Qt::Key_F, Qt::ControlModifier);
    QTest::keyClicks(stage.pane.findChild<QLineEdit *>(u"yamlFind"_s), u"text"_s);
    picture(stage, u"yaml"_s);
}

int main(int argc, char **argv)
{
    QLocale::setDefault(QLocale(u"en"_s));
    QApplication application(argc, argv);
    applyTheme(ThemeChoice::Light);
    tst_details test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_details.moc"

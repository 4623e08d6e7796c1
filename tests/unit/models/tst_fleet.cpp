// Several clusters at once: opening, failing, closing, what kinds they have; and the rail that shows them.
#include "../ui/fake_cluster.h"
#include "ui/models/fleet.h"
#include "ui/models/incident_words.h"
#include "ui/models/kind_counter.h"
#include "ui/models/palette_model.h"
#include "ui/models/places.h"
#include "ui/models/rail_model.h"
#include "ui/models/trouble_words.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace timonier;
using namespace Qt::StringLiterals;

namespace {

// Each context is answered when the test says so.
struct ManyOpener final : ClusterOpener {
    void open(const QString &context, Done done) override { waiting[context] = std::move(done); }
    void answer(const QString &context) { waiting.at(context)(std::make_shared<FakeOpen>(tables[context], answers[context])); }
    void refuse(const QString &context, Error error) { waiting.at(context)(std::unexpected(std::move(error))); }

    std::map<QString, Done> waiting;
    std::map<QString, std::map<std::string, FakeTable>> tables;
    std::map<QString, FakeAnswers> answers;
};

ContextList contexts(int count)
{
    ContextList list;
    for (int i = 0; i < count; ++i)
        list.contexts.push_back({.name = u"c"_s + QString::number(i), .server = u"https://10.0.0."_s + QString::number(i)});
    list.current = u"c0"_s;
    return list;
}

Resource custom(const char *name, const char *kind, const char *group)
{
    Resource resource;
    resource.group = group;
    resource.version = "v1";
    resource.name = name;
    resource.kind = kind;
    resource.verbs = {"list", "watch"};
    return resource;
}

struct Stage {
    explicit Stage(int count = 3)
    {
        rail.rebuild();
        fleet.setContexts(contexts(count));
        rail.rebuild();
        QObject::connect(&fleet, &Fleet::stateChanged, &rail, &RailModel::rebuild);
        QObject::connect(&fleet, &Fleet::kindsChanged, &rail, &RailModel::rebuild);
    }
    QStringList shown() const
    {
        QStringList all;
        for (int row = 0; row < rail.rowCount(); ++row)
            all << rail.index(row).data().toString();
        return all;
    }
    ManyOpener opener;
    Fleet fleet{opener, fakeKinds()};
    RailModel rail{&fleet};
    QAbstractItemModelTester tester{&rail, QAbstractItemModelTester::FailureReportingMode::QtTest};
};

} // namespace

class tst_fleet : public QObject
{
    Q_OBJECT
private slots:
    void a_cluster_that_hangs_holds_up_no_other();
    void a_failure_says_why_and_can_be_tried_again();
    void a_late_answer_to_a_closed_cluster_is_dropped();
    void a_context_that_changes_is_opened_anew();
    void custom_kinds_stand_in_groups_of_their_own();
    void a_group_that_cannot_be_read_hides_no_other();
    void the_rail_counts_and_folds();
    void kinds_are_counted_one_after_another_and_refusals_are_blank();
    void a_context_says_how_it_can_be_reached();
    void palette_ranks_data();
    void palette_ranks();
    void palette_offers_what_can_be_done_before_objects();
    void the_way_back_leads_through_what_was_chosen();
    void many_incidents_are_one_sentence();
    void troubles_have_plain_words();
};

void tst_fleet::a_cluster_that_hangs_holds_up_no_other()
{
    Stage stage;
    for (const char *name : {"c0", "c1", "c2"})
        stage.fleet.open(QString::fromLatin1(name));
    stage.opener.answer(u"c2"_s); // c0 and c1 never answer
    QCOMPARE(stage.fleet.entry(u"c2"_s)->state, ContextState::Open);
    QCOMPARE(stage.fleet.entry(u"c0"_s)->state, ContextState::Opening);
    stage.rail.setCurrent(u"c2"_s);
    QVERIFY(stage.shown().contains(u"Pods"_s));
    QCOMPARE(stage.rail.index(stage.rail.rowOfContext(u"c0"_s)).data(RailModel::ToneRole).toInt(), static_cast<int>(Tone::Busy));
}

void tst_fleet::a_failure_says_why_and_can_be_tried_again()
{
    Stage stage;
    stage.fleet.open(u"c1"_s);
    stage.opener.refuse(u"c1"_s, {ErrorKind::Process, "The plugin aws is not there"});
    const FleetEntry *entry = stage.fleet.entry(u"c1"_s);
    QCOMPARE(entry->state, ContextState::Failed);
    QVERIFY(entry->since.isValid());
    const QString told = stage.rail.index(stage.rail.rowOfContext(u"c1"_s)).data(Qt::AccessibleTextRole).toString();
    QVERIFY2(told.contains(u"The plugin aws is not there"_s), qPrintable(told));
    stage.fleet.close(u"c1"_s);
    stage.fleet.open(u"c1"_s);
    stage.opener.answer(u"c1"_s);
    QCOMPARE(entry->state, ContextState::Open);
    QVERIFY(!entry->error);
}

void tst_fleet::a_late_answer_to_a_closed_cluster_is_dropped()
{
    Stage stage;
    stage.fleet.open(u"c1"_s);
    stage.fleet.close(u"c1"_s);
    stage.opener.answer(u"c1"_s);
    QCOMPARE(stage.fleet.entry(u"c1"_s)->state, ContextState::Closed);
    QVERIFY(!stage.fleet.entry(u"c1"_s)->cluster);
}

void tst_fleet::a_context_that_changes_is_opened_anew()
{
    Stage stage;
    stage.fleet.open(u"c0"_s);
    stage.opener.answer(u"c0"_s);
    const auto before = stage.fleet.entry(u"c0"_s)->cluster;
    stage.fleet.setContexts(contexts(3)); // nothing has changed
    QCOMPARE(stage.fleet.entry(u"c0"_s)->cluster, before);
    ContextList renewed = contexts(3);
    renewed.contexts[0].fingerprint = 7;
    stage.fleet.setContexts(renewed);
    QCOMPARE(stage.fleet.entry(u"c0"_s)->state, ContextState::Opening);
    stage.opener.answer(u"c0"_s);
    QVERIFY(stage.fleet.entry(u"c0"_s)->cluster != before);
}

void tst_fleet::custom_kinds_stand_in_groups_of_their_own()
{
    Stage stage;
    Resource status = custom("componentstatuses", "ComponentStatus", "");
    status.verbs = {"list"}; // cannot be watched
    stage.opener.answers[u"c0"_s].discovery.resources = {custom("certificates", "Certificate", "cert-manager.io"),
                                                         custom("events", "Event", "events.k8s.io"), status,
                                                         custom("pods", "Pod", "")};
    stage.fleet.open(u"c0"_s);
    stage.opener.answer(u"c0"_s);
    stage.rail.setCurrent(u"c0"_s);
    stage.fleet.discover(u"c0"_s);
    const QStringList shown = stage.shown();
    QCOMPARE(shown.count(u"Events"_s), 1);
    QCOMPARE(shown.count(u"Pods"_s), 1);
    QVERIFY(!shown.contains(u"ComponentStatus"_s));
    QCOMPARE(shown.indexOf(u"Certificate"_s), shown.indexOf(u"cert-manager.io"_s) + 1);
    QVERIFY(stage.fleet.kindOf(u"c0"_s, "cert-manager.io", "Certificate"));
    QVERIFY(stage.fleet.kindNamed(u"c0"_s, u"certificates.cert-manager.io"_s));
    QVERIFY(!stage.fleet.kindOf(u"c0"_s, "cert-manager.io", "Issuer"));
}

void tst_fleet::a_group_that_cannot_be_read_hides_no_other()
{
    Stage stage;
    stage.opener.answers[u"c0"_s].discovery.resources = {custom("certificates", "Certificate", "cert-manager.io")};
    stage.opener.answers[u"c0"_s].discovery.warnings = {"metrics.k8s.io/v1beta1 does not answer"};
    stage.fleet.open(u"c0"_s);
    stage.opener.answer(u"c0"_s);
    stage.fleet.discover(u"c0"_s);
    QVERIFY(stage.fleet.kindNamed(u"c0"_s, u"certificates"_s));
    QCOMPARE(stage.fleet.entry(u"c0"_s)->missing, QStringList{u"metrics.k8s.io/v1beta1 does not answer"_s});
}

void tst_fleet::the_rail_counts_and_folds()
{
    Stage stage;
    stage.fleet.open(u"c0"_s);
    stage.opener.answer(u"c0"_s);
    stage.rail.setCurrent(u"c0"_s);
    const KindSpec pods = *stage.fleet.knownNamed("pods");
    stage.rail.setCount(pods.resource, 10'000);
    const int row = stage.rail.rowOfKind(pods.resource);
    QCOMPARE(stage.rail.index(row).data(RailModel::CountRole).toLongLong(), 10'000);
    QVERIFY(stage.rail.index(row).data(Qt::AccessibleTextRole).toString().contains(u"10,000"_s));
    const int group = row - 1;
    QVERIFY(stage.rail.toggle(group));
    QCOMPARE(stage.rail.rowOfKind(pods.resource), -1);
    QVERIFY(stage.rail.toggle(group));
    QCOMPARE(stage.rail.rowOfKind(pods.resource), row);
    QVERIFY(!stage.rail.toggle(0)); // the contexts stay
    // Another cluster has other figures.
    stage.fleet.open(u"c1"_s);
    stage.opener.answer(u"c1"_s);
    stage.rail.setCurrent(u"c1"_s);
    QVERIFY(!stage.rail.index(stage.rail.rowOfKind(pods.resource)).data(RailModel::CountRole).isValid());
}

void tst_fleet::kinds_are_counted_one_after_another_and_refusals_are_blank()
{
    std::map<std::string, FakeTable> tables;
    FakeAnswers answers;
    answers.counts = {{"pods", 12}, {"nodes", 3}};
    KindCounter counter;
    std::map<std::string, std::optional<qint64>> counted;
    QObject::connect(&counter, &KindCounter::counted, &counter,
                     [&](const Resource &resource, std::optional<qint64> count) { counted[resource.name] = count; });
    counter.follow(std::make_shared<FakeOpen>(tables, answers), {fakeKind("pods", "pod", "Pod"), fakeKind("nodes", "node", "Node", false)}, {});
    QTRY_COMPARE(counted.size(), std::size_t(2));
    QCOMPARE(counted["pods"], std::optional<qint64>(12));
    QCOMPARE(counted["nodes"], std::optional<qint64>(3));
}

void tst_fleet::a_context_says_how_it_can_be_reached()
{
    Stage stage;
    stage.fleet.open(u"c0"_s);
    stage.opener.answer(u"c0"_s);
    stage.fleet.entry(u"c0"_s)->watch->begin();
    QSignalSpy changed(&stage.fleet, &Fleet::watchChanged);
    stage.opener.tables[u"c0"_s]["pods/"].state(ReflectorState::Stale, true, Error{ErrorKind::Unreachable, "no route"});
    QTRY_VERIFY(stage.fleet.entry(u"c0"_s)->watch->words().text.contains(u"no route"_s));
    QVERIFY(changed.count() > 0);
    const QModelIndex index = stage.rail.index(stage.rail.rowOfContext(u"c0"_s));
    QVERIFY(index.data(Qt::ToolTipRole).toString().contains(u"no route"_s));
    QVERIFY(index.data(RailModel::ToneRole).toInt() != static_cast<int>(Tone::Good));
}

void tst_fleet::palette_ranks_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("better");
    QTest::addColumn<QString>("worse");
    QTest::newRow("whole before beginning") << u"pods"_s << u"Pods"_s << u"Pods of all"_s;
    QTest::newRow("beginning before a word's") << u"set"_s << u"Settings"_s << u"Stateful sets"_s;
    QTest::newRow("a word's before the middle") << u"set"_s << u"Stateful sets"_s << u"Asset"_s;
    QTest::newRow("the middle before letters") << u"dpl"_s << u"addplus"_s << u"Deployments"_s;
    QTest::newRow("letters before nothing") << u"dpl"_s << u"Deployments"_s << u"Pods"_s;
}

void tst_fleet::palette_ranks()
{
    QFETCH(QString, typed);
    QFETCH(QString, better);
    QFETCH(QString, worse);
    QVERIFY(paletteScore(better, typed) > paletteScore(worse, typed));
}

void tst_fleet::palette_offers_what_can_be_done_before_objects()
{
    PaletteModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setItems({{.type = PaletteItem::Type::Kind, .text = u"Pods"_s}, {.text = u"Quit"_s, .disabledBecause = u"busy"_s}});
    QCOMPARE(model.rowCount(), 2);
    model.setTyped(u"po"_s);
    model.setObjects({{.type = PaletteItem::Type::Object, .text = u"postgres-0"_s, .detail = u"Pod in db"_s}});
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.itemAt(0)->text, u"Pods"_s);
    QCOMPARE(model.index(1).data(PaletteModel::DetailRole).toString(), u"Pod in db"_s);
    model.setTyped(u"quit"_s);
    QCOMPARE(model.rowCount(), 1);
    QVERIFY(!(model.flags(model.index(0)) & Qt::ItemIsEnabled));
    QCOMPARE(model.index(0).data(PaletteModel::DetailRole).toString(), u"busy"_s);
    model.setTyped(u"zzz"_s);
    QCOMPARE(model.rowCount(), 0);
}

void tst_fleet::the_way_back_leads_through_what_was_chosen()
{
    const Resource pods = fakeKind("pods", "pod", "Pod").resource, nodes = fakeKind("nodes", "node", "Node", false).resource;
    Places places;
    QVERIFY(!places.canGoBack());
    places.go({}, {.context = u"c0"_s, .kind = pods});
    const Place chosen{.context = u"c0"_s, .kind = pods, .filter = u"web"_s, .selected = u"web-1"_s};
    places.go(chosen, {.context = u"c0"_s, .kind = nodes});
    QVERIFY(places.canGoBack());
    const Place onNodes{.context = u"c0"_s, .kind = nodes, .selected = u"n1"_s};
    QVERIFY(*places.back(onNodes) == chosen);
    QVERIFY(!places.canGoBack());
    QVERIFY(*places.forward(chosen) == onNodes);
    // A new way forgets what lay ahead.
    places.back(onNodes);
    places.go(chosen, {.context = u"c1"_s});
    QVERIFY(!places.canGoForward());
    // While another cluster is being opened, what is shown is not where we are: nothing is written over.
    QVERIFY(*places.back({.context = u"c0"_s, .kind = nodes}) == chosen);
}

void tst_fleet::many_incidents_are_one_sentence()
{
    std::vector<Incident> incidents;
    for (int i = 0; i < 12; ++i)
        incidents.push_back({Incident::Type::KilledForMemory, {"", "Pod", "web", "p" + std::to_string(i)}});
    incidents.push_back({Incident::Type::NodeGone, {"", "Node", "", "n1"}});
    const auto words = wordsFor(incidents, u"prod"_s);
    QCOMPARE(words.size(), std::size_t(2));
    QCOMPARE(words[0].text, u"prod: the node n1 is gone"_s);
    QVERIFY(words[0].object);
    QVERIFY2(words[1].text.contains(u"12"_s), qPrintable(words[1].text));
    QVERIFY(!words[1].object);
}

void tst_fleet::troubles_have_plain_words()
{
    QVERIFY(troubleWords("ImagePullBackOff").contains(u"image"_s));
    QCOMPARE(troubleWords("Init:ImagePullBackOff"), troubleWords("ErrImagePull"));
    QVERIFY(troubleWords("SomethingNew").isEmpty());
}

QTEST_GUILESS_MAIN(tst_fleet)
#include "tst_fleet.moc"

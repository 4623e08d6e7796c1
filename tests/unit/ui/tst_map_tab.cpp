// The tab with the routes, over a namespace that the test makes up.
#include "typed_rows.h"
#include "ui/theme/colours.h"
#include "ui/views/map_tab.h"
#include "ui/views/route_map_view.h"
#include "ui/views/tone_label.h"

#include <QAccessible>
#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>

using namespace timonier;
using namespace Qt::StringLiterals;

namespace {

const std::string web = "\"app\":\"web\"";

struct Stage {
    explicit Stage(QSize size = {360, 600}) : cluster(std::make_shared<FakeOpen>(tables, answers)), tab(new MapTab(&window))
    {
        auto *layout = new QVBoxLayout(&window);
        layout->addWidget(tab);
        window.resize(size);
        window.show();
        window.activateWindow();
        std::ignore = QTest::qWaitForWindowActive(&window);
        QObject::connect(tab, &DetailTab::jump, tab, [this](const ObjectRef &to) { jumps.push_back(to); });
    }
    FakeTable &table(const char *kind) { return tables[std::string(kind) + "/team-a"]; }
    // An ingress, a service, and so many pods.
    void fill(int pods)
    {
        answers.routes["team-a"] = {{"shop", {{"shop.example.com", "/", "web", "80"}}}};
        table("ingresses").put(batchOf({typedRow("ingresses", "{" + typedMeta("shop") + "}")}));
        table("services").put(batchOf({typedService("web", web)}));
        table("endpointslices").put(batchOf({typedRow("endpointslices",
            "{" + typedMeta("web-x", "\"kubernetes.io/service-name\":\"web\"") +
            ",\"endpoints\":[{\"addresses\":[\"10.1.0.1\"],\"targetRef\":{\"kind\":\"Pod\",\"uid\":\"1\"}}]}")}));
        std::vector<RowPtr> rows;
        for (int i = 0; i < pods; ++i)
            rows.push_back(typedPod(fmt::format("web-{}", i), web));
        table("pods").put(batchOf(rows));
        for (const char *kind : {"ingresses", "services", "endpointslices", "pods"})
            table(kind).state(ReflectorState::Watching, true);
    }
    void lookAtService() { tab->follow({cluster, *typedKind("services"), typedService("web", web)}); }
    QStringList texts() const
    {
        QStringList out;
        for (int i = 0; i < static_cast<int>(tab->view()->map().boxes.size()); ++i)
            out << tab->view()->textOf(i);
        return out;
    }
    QString finding() const
    {
        const auto *label = tab->findChild<ToneLabel *>(u"mapFinding0"_s);
        return label && label->isVisible() ? label->text() : QString();
    }

    std::map<std::string, FakeTable> tables;
    FakeAnswers answers;
    std::shared_ptr<FakeOpen> cluster;
    QWidget window;
    MapTab *tab;
    std::vector<ObjectRef> jumps;
};

} // namespace

class tst_map_tab : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { applyTheme(ThemeChoice::Light); }

    void it_shows_the_road_and_says_it_in_words()
    {
        Stage stage;
        stage.lookAtService();
        QTRY_COMPARE(stage.finding(), u"Loading …"_s);
        stage.fill(2);
        QTRY_COMPARE(stage.texts(), QStringList({u"Ingress shop, shop.example.com, leads to web"_s,
                                                 u"Service web, 2 of 2 ready · ClusterIP · 80/TCP, leads to web-0, web-1"_s,
                                                 u"Pod web-0, Running on node-1"_s, u"Pod web-1, Running on node-1"_s}));
        QCOMPARE(stage.finding(), QString());
        QCOMPARE(stage.tab->view()->accessibleDescription(), stage.texts().join(u'\n'));
        QCOMPARE(stage.tab->view()->current(), 1); // the service itself
    }

    void it_is_live()
    {
        Stage stage;
        stage.lookAtService();
        stage.fill(1);
        QTRY_COMPARE(stage.texts().size(), 3);
        stage.table("pods").put(batchOf({typedPod("web-0", web, false)}));
        QTRY_COMPARE(stage.finding(), u"The only pod of the service web is not ready"_s);
        stage.table("pods").put(batchOf({typedPod("web-0", web), typedPod("web-9", web)}));
        QTRY_COMPARE(stage.texts().size(), 4);
        QCOMPARE(stage.finding(), QString());
    }

    void nobody_looks_nothing_is_watched()
    {
        Stage stage;
        stage.lookAtService();
        stage.fill(1);
        QTRY_COMPARE(stage.texts().size(), 3);
        stage.tab->rest();
        for (auto &[name, table] : stage.tables)
            QVERIFY2(!table.isLookedAt(), name.c_str());
        QCOMPARE(stage.tables.size(), std::size_t(4)); // of the object's namespace only
        stage.lookAtService();
        for (auto &[name, table] : stage.tables)
            QVERIFY2(table.isLookedAt(), name.c_str());
    }

    void arrows_walk_and_enter_goes_there_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("one below the other") << QSize(320, 600);
        QTest::newRow("side by side") << QSize(900, 600);
    }
    void arrows_walk_and_enter_goes_there()
    {
        QFETCH(QSize, size);
        Stage stage(size);
        stage.lookAtService();
        stage.fill(3);
        QTRY_COMPARE(stage.texts().size(), 5);
        RouteMapView *view = stage.tab->view();
        view->setFocus();
        const bool wide = size.width() > 600;
        QTest::keyClick(view, wide ? Qt::Key_Right : Qt::Key_Down);
        QVERIFY(view->textOf(view->current()).startsWith(u"Pod"_s));
        QTest::keyClick(view, Qt::Key_Return);
        QCOMPARE(stage.jumps.size(), std::size_t(1));
        QCOMPARE(stage.jumps[0].kind, std::string("Pod"));
        QTest::keyClick(view, Qt::Key_Home);
        QTest::keyClick(view, Qt::Key_Return);
        QVERIFY((stage.jumps[1] == ObjectRef{"networking.k8s.io", "Ingress", "team-a", "shop"}));
        // Every box can be walked to.
        QSet<int> seen{view->current()};
        for (const int key : wide ? QList<int>{Qt::Key_Right, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down, Qt::Key_Down, Qt::Key_Down}
                                  : QList<int>(6, Qt::Key_Down)) {
            QTest::keyClick(view, static_cast<Qt::Key>(key));
            seen.insert(view->current());
        }
        QCOMPARE(seen.size(), 5);
        QTest::mouseClick(view, Qt::LeftButton, {}, view->rectOf(1).center());
        QCOMPARE(stage.jumps.back().kind, std::string("Service"));
    }

    void many_pods_are_counted_until_somebody_asks_for_them()
    {
        Stage stage;
        stage.lookAtService();
        stage.fill(40);
        QTRY_COMPARE(stage.texts().value(stage.texts().size() - 1), u"Pods 34 more pods, all ready"_s);
        RouteMapView *view = stage.tab->view();
        view->setFocus();
        QTest::keyClick(view, Qt::Key_End);
        QTest::keyClick(view, Qt::Key_Return);
        QCOMPARE(stage.texts().size(), 42);
        QVERIFY(stage.jumps.empty());
    }

    void boxes_do_not_overlap_and_stay_inside_data()
    {
        QTest::addColumn<int>("width");
        for (const int width : {280, 380, 619, 640, 1200})
            QTest::addRow("%d px", width) << width;
    }
    void boxes_do_not_overlap_and_stay_inside()
    {
        QFETCH(int, width);
        Stage stage({width, 700});
        stage.lookAtService();
        stage.fill(5);
        QTRY_COMPARE(stage.texts().size(), 7);
        const RouteMapView *view = stage.tab->view();
        for (int i = 0; i < 7; ++i) {
            QVERIFY(view->rect().contains(view->rectOf(i)));
            QVERIFY(view->rectOf(i).width() >= 120);
            for (int k = 0; k < i; ++k)
                QVERIFY(!view->rectOf(i).intersects(view->rectOf(k)));
        }
    }

    void a_refusal_is_said_and_the_rest_is_shown()
    {
        Stage stage;
        stage.lookAtService();
        stage.fill(1);
        stage.table("pods").state(ReflectorState::Forbidden, false, Error{ErrorKind::Forbidden, "no"});
        QTRY_COMPARE(stage.finding(), u"You may not list pods in the namespace team-a"_s);
        QVERIFY(stage.texts().size() >= 2);
    }

    void a_screen_reader_finds_every_box()
    {
        Stage stage;
        stage.lookAtService();
        stage.fill(2);
        QTRY_COMPARE(stage.texts().size(), 4);
        QAccessibleInterface *map = QAccessible::queryAccessibleInterface(stage.tab->view());
        QCOMPARE(map->childCount(), 4);
        QCOMPARE(map->child(2)->text(QAccessible::Name), u"Pod web-0, Running on node-1"_s);
        QCOMPARE(map->indexOfChild(map->child(3)), 3);
        map->child(2)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
        QCOMPARE(stage.jumps.size(), std::size_t(1));
        for (const QWidget *widget : stage.tab->findChildren<QWidget *>()) {
            if (widget->focusPolicy() != Qt::NoFocus)
                QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
        }
    }

    void it_suits_what_is_on_the_road()
    {
        Stage stage;
        const auto suits = [&](const char *kind, RowPtr row) { return stage.tab->suits({stage.cluster, *typedKind(kind), std::move(row)}); };
        QVERIFY(suits("services", typedService("a", "")));
        QVERIFY(suits("pods", typedPod("a")));
        QVERIFY(suits("deployments", typedDeployment("a", web)));
        QVERIFY(suits("ingresses", typedRow("ingresses", "{" + typedMeta("a") + "}")));
        QVERIFY(!suits("serviceaccounts", typedRow("serviceaccounts", "{" + typedMeta("a") + "}")));
    }
};

QTEST_MAIN(tst_map_tab)
#include "tst_map_tab.moc"

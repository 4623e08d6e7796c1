// The window on a real cluster, with its faults: what it says while they happen is true, and it heals by itself. Built as the
// program is (app/timonier); the screen is offscreen.
#include "window_stage.h"

#include "ui/theme/colours.h"
#include "ui/views/details_pane.h"
#include "ui/views/message_page.h"
#include "ui/views/overview_page.h"
#include "ui/views/table_view.h"

#include <QJsonArray>
#include <QTemporaryDir>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

class tst_live_views : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { applyTheme(ThemeChoice::Light); }
    void cleanup() { order({u"proxy"_s, u"pass"_s}); }
    void the_overview_says_what_kubectl_says();
    void custom_resources_are_found_and_shown();
    void a_cut_connection_is_told_and_heals();
    void a_frozen_connection_is_told_and_heals();
    void ten_clusters_of_which_five_are_ill();
    void the_selected_pod_is_deleted();
    void a_namespace_goes_away_while_it_is_open();
    void who_has_no_rights_sees_why();
    void who_may_see_one_namespace_sees_it();
    void the_window_closes_in_the_middle_of_a_list();
};

void tst_live_views::the_overview_says_what_kubectl_says()
{
    Stage stage(direct(), {.context = u"admin"_s, .ns = {}, .kind = {}, .select = {}});
    QVERIFY(stage.waits([&] { return stage.window.isSettled() && stage.window.isGood(); }));
    // The lab's controllers may be at work: both are asked until they agree.
    const auto agree = [&] {
        const auto pods = QJsonDocument::fromJson(kubectl({u"get"_s, u"pods"_s, u"-A"_s, u"-o"_s, u"json"_s}))[u"items"].toArray();
        const auto nodes = QJsonDocument::fromJson(kubectl({u"get"_s, u"nodes"_s, u"-o"_s, u"json"_s}))[u"items"].toArray();
        int ready = 0, onNodes = 0;
        for (const auto &pod : pods) {
            const QString phase = pod[u"status"][u"phase"].toString();
            const auto statuses = pod[u"status"][u"containerStatuses"].toArray();
            const bool all = !statuses.isEmpty() && std::ranges::all_of(statuses, [](const QJsonValue &s) { return s[u"ready"].toBool(); });
            ready += phase == u"Running" && all && !pod[u"metadata"].toObject().contains(u"deletionTimestamp");
            onNodes += phase != u"Succeeded" && phase != u"Failed" && !pod[u"spec"][u"nodeName"].toString().isEmpty();
        }
        std::int64_t places = 0;
        for (const auto &node : nodes)
            places += node[u"status"][u"allocatable"][u"pods"].toString().replace(u"k"_s, u"000"_s).toInt();
        const ClusterTotals &totals = stage.entry(u"admin"_s)->watch->totals();
        const ReadyCount count = totals.ready(ClusterTotals::Table::Pods);
        qInfo("kubectl: %d of %d ready, %d on nodes; here: %d of %d ready, %d on nodes", ready, int(pods.size()), onNodes, count.ready, count.all,
              int(totals.requested().pods));
        return count.all == pods.size() && count.ready == ready && totals.ready(ClusterTotals::Table::Nodes).all == nodes.size() &&
               totals.allocatable().pods == places && totals.requested().pods == onNodes;
    };
    bool agreed = false;
    for (int i = 0; i < 5 && !agreed; ++i) {
        QTest::qWait(1200);
        agreed = agree();
    }
    QVERIFY(agreed);
}

void tst_live_views::custom_resources_are_found_and_shown()
{
    kubectl({u"apply"_s, u"-f"_s, u"-"_s},
            "{\"apiVersion\":\"apiextensions.k8s.io/v1\",\"kind\":\"CustomResourceDefinition\",\"metadata\":{\"name\":\"boats.harbour.example\"},"
            "\"spec\":{\"group\":\"harbour.example\",\"scope\":\"Namespaced\",\"names\":{\"plural\":\"boats\",\"singular\":\"boat\",\"kind\":\"Boat\"},"
            "\"versions\":[{\"name\":\"v1\",\"served\":true,\"storage\":true,\"additionalPrinterColumns\":[{\"name\":\"Masts\",\"type\":\"integer\",\"jsonPath\":\".spec.masts\"}],"
            "\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}}}]}}");
    kubectl({u"wait"_s, u"--for=condition=Established"_s, u"crd/boats.harbour.example"_s, u"--timeout=30s"_s});
    kubectl({u"apply"_s, u"-f"_s, u"-"_s},
            "{\"apiVersion\":\"harbour.example/v1\",\"kind\":\"Boat\",\"metadata\":{\"name\":\"ketch\",\"namespace\":\"default\"},\"spec\":{\"masts\":2}}");
    // The command line names a kind that only the server knows.
    Stage stage(direct(), {.context = u"admin"_s, .ns = {}, .kind = u"boats"_s, .select = u"ketch"_s});
    QVERIFY(stage.waits([&] { return stage.window.isGood() && stage.model().total() == 1; }));
    int masts = -1;
    for (int column = 0; column < stage.model().columnCount(); ++column) {
        if (stage.model().headerData(column, Qt::Horizontal, Qt::DisplayRole).toString() == u"Masts")
            masts = column;
    }
    QVERIFY(masts >= 0);
    QCOMPARE(stage.model().cell(0, masts).text, u"2"_s);
    QVERIFY(stage.waits([&] { return static_cast<bool>(stage.window.findChild<DetailsPane *>()->subject()); }));
    kubectl({u"delete"_s, u"crd"_s, u"boats.harbour.example"_s, u"--wait=false"_s});
    // Its table does not go on as if nothing had happened.
    QVERIFY(stage.waits([&] { return stage.model().total() == 0 || stage.status() != u"Live"; }));
}

void tst_live_views::a_cut_connection_is_told_and_heals()
{
    Stage stage(proxied(), {.context = u"admin"_s, .ns = {}, .kind = u"pods"_s, .select = {}});
    QVERIFY(stage.waits([&] { return stage.status() == u"Live"; }));
    const qsizetype rows = stage.model().total();
    order({u"proxy"_s, u"refuse"_s});
    QVERIFY(stage.waits([&] { return stage.status().startsWith(u"Stale since "_s); }));
    QCOMPARE(stage.model().total(), rows); // what is known stays in sight
    QVERIFY(stage.waits([&] { return stage.entry(u"admin"_s)->watch->words().tone != Tone::Good; })); // the rail says so too
    stage.window.showOverview();
    QVERIFY(stage.waits([&] { return stage.status().startsWith(u"Stale since "_s); }));
    order({u"proxy"_s, u"pass"_s});
    QVERIFY(stage.waits([&] { return stage.status() == u"Live"; }, 60'000));
}

void tst_live_views::a_frozen_connection_is_told_and_heals()
{
    Stage stage(proxied(), {.context = u"admin"_s, .ns = {}, .kind = u"pods"_s, .select = {}});
    QVERIFY(stage.waits([&] { return stage.status() == u"Live"; }));
    order({u"proxy"_s, u"blackhole"_s});
    QVERIFY(stage.waits([&] { return stage.status().startsWith(u"Stale since "_s); }, 90'000));
    order({u"proxy"_s, u"pass"_s});
    QVERIFY(stage.waits([&] { return stage.status() == u"Live"; }, 60'000));
}

void tst_live_views::ten_clusters_of_which_five_are_ill()
{
    // Somebody who accepts and never says a word.
    const int silent = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    QVERIFY(::bind(silent, reinterpret_cast<sockaddr *>(&address), length) == 0 && ::listen(silent, 64) == 0);
    QVERIFY(::getsockname(silent, reinterpret_cast<sockaddr *>(&address), &length) == 0);

    auto config = QJsonDocument::fromJson(kubectl({u"config"_s, u"view"_s, u"--raw"_s, u"--flatten"_s, u"-o"_s, u"json"_s})).object();
    const QJsonObject good = config[u"clusters"].toArray()[0].toObject()[u"cluster"].toObject();
    QJsonObject admin;
    for (const auto &user : config[u"users"].toArray()) {
        for (const auto &context : config[u"contexts"].toArray()) {
            if (context[u"name"].toString() == u"admin" && context[u"context"][u"user"].toString() == user[u"name"].toString())
                admin = user[u"user"].toObject();
        }
    }
    QJsonArray clusters, users, contexts;
    const auto add = [&](const QString &name, const QJsonObject &cluster, const QJsonObject &user) {
        clusters.append(QJsonObject{{u"name"_s, name}, {u"cluster"_s, cluster}});
        users.append(QJsonObject{{u"name"_s, name}, {u"user"_s, user}});
        contexts.append(QJsonObject{{u"name"_s, name}, {u"context"_s, QJsonObject{{u"cluster"_s, name}, {u"user"_s, name}}}});
    };
    for (int i = 0; i < 5; ++i)
        add(u"good-%1"_s.arg(i), good, admin);
    QJsonObject hangs = good;
    hangs[u"server"_s] = u"https://127.0.0.1:%1"_s.arg(ntohs(address.sin_port));
    for (int i = 0; i < 3; ++i)
        add(u"hangs-%1"_s.arg(i), hangs, admin);
    add(u"expired"_s, good, {{u"token"_s, u"this-token-has-expired"_s}});
    QJsonObject stranger = good;
    stranger.remove(u"certificate-authority-data"_s); // the system's authorities have not signed it
    add(u"stranger"_s, stranger, admin);
    config[u"clusters"_s] = clusters;
    config[u"users"_s] = users;
    config[u"contexts"_s] = contexts;
    config[u"current-context"_s] = u"hangs-0"_s;
    QTemporaryDir folder;
    QFile file(folder.filePath(u"config"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument(config).toJson());
    file.close();

    Stage stage(file.fileName());
    QVERIFY(stage.waits([&] { return stage.entry(u"hangs-0"_s) && stage.entry(u"hangs-0"_s)->state == ContextState::Open; }));
    QElapsedTimer sinceStart;
    sinceStart.start();
    for (const char *name : {"hangs-1", "hangs-2", "expired", "stranger", "good-0", "good-1", "good-2", "good-3", "good-4"})
        stage.window.openContext(QString::fromLatin1(name));
    const auto words = [&](const QString &name) {
        const FleetEntry *entry = stage.entry(name);
        return entry && entry->watch && entry->watch->hasBegun() ? entry->watch->words().text : QString();
    };
    QVERIFY(stage.waits([&] {
        return std::ranges::all_of(std::array{0, 1, 2, 3, 4}, [&](int i) { return words(u"good-%1"_s.arg(i)) == u"Live"; });
    }));
    qInfo("the five that are well were live after %lld ms", static_cast<long long>(sinceStart.elapsed()));
    QVERIFY2(stage.waits([&] { return words(u"expired"_s).contains(u"credentials"_s); }), qPrintable(words(u"expired"_s)));
    QVERIFY(stage.waits([&] { return words(u"stranger"_s).contains(u"certificate"_s); }));
    qInfo("expired: %s", qPrintable(words(u"expired"_s)));
    qInfo("stranger: %s", qPrintable(words(u"stranger"_s)));
    // Looked at, one that hangs says that it is being waited for, and then that it does not answer.
    stage.window.openContext(u"hangs-1"_s);
    QVERIFY(stage.waits([&] { return !stage.status().isEmpty() && stage.status() != u"Live"; }));
    QVERIFY(stage.waits([&] { return stage.status().contains(u"Retrying"_s); }, 60'000));
    qInfo("hangs: %s", qPrintable(stage.status()));
    stage.window.openContext(u"good-3"_s);
    QVERIFY(stage.waits([&] { return stage.status() == u"Live"; }, 3000));
    ::close(silent);
}

void tst_live_views::the_selected_pod_is_deleted()
{
    kubectl({u"create"_s, u"namespace"_s, u"chosen"_s});
    kubectl({u"apply"_s, u"-f"_s, u"-"_s},
            "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"doomed\",\"namespace\":\"chosen\"},"
            "\"spec\":{\"terminationGracePeriodSeconds\":0,\"containers\":[{\"name\":\"c\",\"image\":\"a\"}]}}");
    Stage stage(direct(), {.context = u"admin"_s, .ns = u"chosen"_s, .kind = u"pods"_s, .select = u"doomed"_s});
    auto *details = stage.window.findChild<DetailsPane *>();
    QVERIFY(stage.waits([&] { return details->isVisible() && details->subject(); }));
    kubectl({u"delete"_s, u"pod"_s, u"-n"_s, u"chosen"_s, u"doomed"_s, u"--force"_s, u"--grace-period=0"_s});
    QVERIFY(stage.waits([&] { return stage.model().total() == 0; }));
    QVERIFY(stage.waits([&] { return details->subject().gone; }));
    QVERIFY(details->isVisible());
    kubectl({u"delete"_s, u"namespace"_s, u"chosen"_s, u"--wait=false"_s});
}

void tst_live_views::a_namespace_goes_away_while_it_is_open()
{
    kubectl({u"create"_s, u"namespace"_s, u"passing"_s});
    Stage stage(direct(), {.context = u"admin"_s, .ns = u"passing"_s, .kind = u"configmaps"_s, .select = {}});
    QVERIFY(stage.waits([&] { return stage.window.isGood(); }));
    QVERIFY(stage.waits([&] { return stage.model().total() == 1; })); // kube-root-ca.crt
    kubectl({u"delete"_s, u"namespace"_s, u"passing"_s});
    QVERIFY(stage.waits([&] { return stage.model().total() == 0; }));
    QVERIFY(stage.waits([&] { return stage.window.findChild<TableView *>()->emptyText().contains(u"passing"_s); }));
}

void tst_live_views::who_has_no_rights_sees_why()
{
    Stage stage(direct(), {.context = u"nobody"_s, .ns = {}, .kind = {}, .select = {}});
    QVERIFY(stage.waits([&] { return stage.window.isSettled(); }));
    QVERIFY2(stage.status().contains(u"may not list"_s), qPrintable(stage.status()));
    stage.window.showKind(*stage.window.fleet().knownNamed("nodes"));
    QVERIFY(stage.waits([&] { return stage.label("messageTitle").contains(u"may not list"_s); }));
}

void tst_live_views::who_may_see_one_namespace_sees_it()
{
    Stage stage(direct(), {.context = u"single"_s, .ns = {}, .kind = {}, .select = {}});
    QVERIFY(stage.waits([&] { return stage.entry(u"single"_s) && stage.entry(u"single"_s)->watch &&
                                     stage.entry(u"single"_s)->watch->totals().status(ClusterTotals::Table::Pods).complete; }));
    QCOMPARE(stage.entry(u"single"_s)->watch->narrowedTo(), std::string("team-a"));
    QVERIFY(stage.entry(u"single"_s)->watch->totals().ready(ClusterTotals::Table::Pods).all > 0);
    QVERIFY(stage.waits([&] { return stage.label("overviewAbout").contains(u"team-a"_s); }));
}

void tst_live_views::the_window_closes_in_the_middle_of_a_list()
{
    order({u"proxy"_s, u"throttle"_s, u"50000"_s});
    for (const int ms : {50, 200, 500, 900}) {
        Stage stage(proxied(), {.context = u"admin"_s, .ns = {}, .kind = u"pods"_s, .select = {}});
        QTest::qWait(ms);
        stage.window.close();
    } // goes at once, and nothing is touched that has gone
}

QTEST_MAIN(tst_live_views)
#include "tst_live_views.moc"

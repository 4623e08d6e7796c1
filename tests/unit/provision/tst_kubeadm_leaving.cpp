// What is told of a host before it leaves a cluster, and which versions a cluster may be upgraded to.
#include "provision/kubeadm/leaving.h"
#include "provision/kubeadm/offered_versions.h"

#include <QtTest>

#include <algorithm>

using namespace timonier;
using form::CheckState;

static std::string listOf(const std::string &items) { return "{\"kind\": \"List\", \"items\": [" + items + "]}"; }

static std::string pod(const std::string &name, const std::string &owner, const std::string &more = {})
{
    const std::string owners = owner.empty() ? "" : ", \"ownerReferences\": [{\"kind\": \"" + owner + "\", \"name\": \"web-5c4\", \"controller\": true}]";
    return "{\"kind\": \"Pod\", \"metadata\": {\"namespace\": \"shop\", \"name\": \"" + name + "\", \"labels\": {\"app\": \"web\", \"pod-template-hash\": \"5c4\"}" + owners + "}, \"spec\": {\"volumes\": [" + more + "]}, \"status\": {\"phase\": \"Running\"}}";
}

static std::string node(const std::string &name, bool controlPlane = false, const std::string &spec = "{}")
{
    return "{\"kind\": \"Node\", \"metadata\": {\"name\": \"" + name + "\", \"labels\": {" + (controlPlane ? "\"node-role.kubernetes.io/control-plane\": \"\"" : "") + "}}, \"spec\": " + spec +
           ", \"status\": {\"allocatable\": {\"cpu\": \"2\", \"memory\": \"4Gi\"}, \"conditions\": [{\"type\": \"Ready\", \"status\": \"True\"}]}}";
}

class KubeadmLeaving : public QObject
{
    Q_OBJECT

    static form::Check of(const std::vector<form::Check> &all, const char *id)
    {
        const auto found = std::ranges::find(all, id, &form::Check::id);
        return found == all.end() ? form::Check() : *found;
    }

private slots:
    void whatBecomesOfItsPodsIsSaid_data()
    {
        QTest::addColumn<QString>("pods");
        QTest::addColumn<QString>("around");
        QTest::addColumn<QString>("requests");
        QTest::addColumn<QString>("check");
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const std::string &pods, const std::string &around, const char *requests, const char *check, CheckState state, const char *words) {
            QTest::newRow(name) << QString::fromStdString(listOf(pods)) << QString::fromStdString(listOf(around)) << requests << check << int(state) << words;
        };
        const std::string two = node("h1", true, "{\"taints\": [{\"key\": \"x\", \"effect\": \"NoSchedule\"}]}") + "," + node("h2") + "," + node("h3");
        const std::string budget = ",{\"kind\": \"PodDisruptionBudget\", \"metadata\": {\"namespace\": \"shop\", \"name\": \"web\"}, \"spec\": {\"selector\": {\"matchLabels\": {\"app\": \"web\"}}}, \"status\": {\"disruptionsAllowed\": 0}}";
        row("it is moved", pod("web-1", "ReplicaSet"), two, "", "pods", CheckState::Good, "1 is made anew elsewhere: shop/web");
        row("two of one", pod("web-1", "ReplicaSet") + "," + pod("web-2", "ReplicaSet"), two, "", "pods", CheckState::Good, "2 are made anew elsewhere: shop/web (2)");
        row("nothing runs there", "", two, "", "pods", CheckState::Good, "none has to move");
        row("the host's own", pod("proxy", "DaemonSet"), two, "", "pods", CheckState::Good, "none has to move");
        row("nobody makes it anew", pod("debug", ""), two, "", "lost", CheckState::Careful, "1 goes for good: shop/debug");
        row("its cache is lost", pod("web-1", "ReplicaSet", "{\"emptyDir\": {}}"), two, "", "data", CheckState::Careful, "emptyDir");
        row("its volume stays behind", pod("db-0", "StatefulSet", "{\"persistentVolumeClaim\": {\"claimName\": \"data\"}}"),
            two + ",{\"kind\": \"PersistentVolume\", \"spec\": {\"claimRef\": {\"namespace\": \"shop\", \"name\": \"data\"}, \"nodeAffinity\": {\"required\": {\"nodeSelectorTerms\": [{\"matchExpressions\": [{\"key\": \"kubernetes.io/hostname\", \"operator\": \"In\", \"values\": [\"h3\"]}]}]}}}}",
            "", "data", CheckState::Careful, "volumes that are on this host alone: shop/db-0");
        row("a budget forbids it", pod("web-1", "ReplicaSet"), two + budget, "", "budget", CheckState::Bad, "shop/web");
        row("a budget of others does not", pod("web-1", "DaemonSet"), two + budget, "", "budget", CheckState::Good, "nothing forbids it");
        row("there is room", pod("web-1", "ReplicaSet"), two, "h3 Running 500m,1Gi\nh2 Running 1,1Gi\n", "room", CheckState::Good, "500m CPU and 1.0 GiB are asked for, 1 and 3.0 GiB are free");
        row("there is none", pod("web-1", "ReplicaSet"), two, "h3 Running 1500m,1Gi 100m,\nh2 Running 1,1Gi\n", "room", CheckState::Careful, "1600m CPU");
        row("no other takes pods", pod("web-1", "ReplicaSet"), node("h1", true, "{\"taints\": [{\"key\": \"x\", \"effect\": \"NoSchedule\"}]}") + "," + node("h3"), "", "room", CheckState::Careful, "no other host takes pods");
        row("one of three control planes", "", node("h1", true) + "," + node("h2", true) + "," + node("h3", true), "", "planes", CheckState::Careful, "2 of 3 stay");
        row("a worker", "", two, "", "planes", CheckState::Good, "1, it stays");
    }
    void whatBecomesOfItsPodsIsSaid()
    {
        QFETCH(QString, pods);
        QFETCH(QString, around);
        QFETCH(QString, requests);
        QFETCH(QString, check);
        QFETCH(int, state);
        QFETCH(QString, words);
        const auto all = kubeadm::leavingChecks("h3", {.pods = pods.toStdString(), .around = around.toStdString(), .requests = requests.toStdString()});
        QVERIFY2(all.has_value(), all ? "" : all.error().text().c_str());
        const form::Check found = of(*all, check.toUtf8().constData());
        QCOMPARE(QString::fromStdString(found.words).contains(words) ? words : QString::fromStdString(found.words), words);
        QCOMPARE(int(found.state), state);
        QVERIFY(found.state == CheckState::Good || !found.why.empty());
    }

    void junkOfTheServerIsAnError()
    {
        QVERIFY(!kubeadm::leavingChecks("h3", {.pods = "<html>", .around = "{}", .requests = {}}));
        // Fields of other types than the API has: read as missing.
        const auto all = kubeadm::leavingChecks("h3", {.pods = "{\"items\": [{\"metadata\": 7, \"spec\": [], \"status\": \"x\"}]}", .around = "{\"items\": {\"a\": 1}}", .requests = "\n h3\nh3 Running ,,,\n"});
        QVERIFY2(all.has_value(), all ? "" : all.error().text().c_str());
    }

    void noMinorIsLeftOutAndNothingIsMadeOlder()
    {
        using Versions = std::vector<std::string>;
        QCOMPARE(kubeadm::newerOf("1.35.4", {"1.35.3-1.1", "1.35.4-1.1", "1.35.10-1.1", "1.35.9-1.1", "1.36.0-1.1", "1.37.1-1.1", "1.35.9-1.1"}), (Versions{"1.36.0", "1.35.10", "1.35.9"}));
        QCOMPARE(kubeadm::newerOf("1.36.3", {"1.36.3-1.1"}), Versions{});
        QCOMPARE(kubeadm::newerOf("1.36.3", {"", "junk", "2.0.0"}), Versions{});
    }
};

QTEST_GUILESS_MAIN(KubeadmLeaving)
#include "tst_kubeadm_leaving.moc"

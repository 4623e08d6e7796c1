// A pod's containers, from its JSON.
#include "kube/containers.h"

#include <QTest>

using namespace timonier;

class TestContainers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyContainerComesWithItsStateInitOnesFirst()
    {
        const auto read = readContainers(
            "{\"metadata\":{\"annotations\":{\"kubectl.kubernetes.io/default-container\":\"app\"}},"
            "\"spec\":{\"containers\":[{\"name\":\"proxy\"},{\"name\":\"app\"}],\"initContainers\":[{\"name\":\"migrate\"}],"
            "\"ephemeralContainers\":[{\"name\":\"debug\"}]},"
            "\"status\":{\"containerStatuses\":[{\"name\":\"app\",\"restartCount\":3,\"state\":{\"waiting\":{\"reason\":\"CrashLoopBackOff\"}}},"
            "{\"name\":\"proxy\",\"state\":{\"running\":{\"startedAt\":\"x\"}}}],"
            "\"initContainerStatuses\":[{\"name\":\"migrate\",\"state\":{\"terminated\":{\"exitCode\":137,\"reason\":\"OOMKilled\"}}}]}}");
        QVERIFY(read.has_value());
        QCOMPARE(read->size(), std::size_t(4));
        using Is = ContainerBrief::State;
        const auto is = [&](std::size_t i, const char *name, Is state, const char *reason) {
            return (*read)[i].name == name && (*read)[i].state == state && (*read)[i].reason == reason;
        };
        QVERIFY(is(0, "migrate", Is::Ended, "OOMKilled"));
        QVERIFY(is(1, "proxy", Is::Running, ""));
        QVERIFY(is(2, "app", Is::Waiting, "CrashLoopBackOff"));
        QVERIFY(is(3, "debug", Is::Unknown, ""));
        QCOMPARE((*read)[0].exitCode, std::int64_t(137));
        QCOMPARE((*read)[2].restarts, std::int64_t(3));
        QVERIFY((*read)[2].isDefault && !(*read)[1].isDefault);
    }

    void withoutAnAnnotationTheFirstIsTheDefault()
    {
        const auto read = readContainers("{\"spec\":{\"initContainers\":[{\"name\":\"i\"}],\"containers\":[{\"name\":\"a\"},{\"name\":\"b\"}]}}");
        QVERIFY(read && (*read)[1].isDefault && !(*read)[0].isDefault && !(*read)[2].isDefault);
    }

    void whatIsNoPodIsRefusedOrEmpty()
    {
        QVERIFY(!readContainers(""));
        QVERIFY(!readContainers("[]"));
        QVERIFY(!readContainers("{\"spec\":"));
        QVERIFY(readContainers("{\"spec\":{\"containers\":7},\"status\":[]}")->empty());
    }
};

QTEST_GUILESS_MAIN(TestContainers)
#include "tst_containers.moc"

// What is asked of a server once: how many there are, and how it does.
#include "fake_transport.h"
#include "kube/count.h"
#include "kube/health.h"

#include <QTest>

using namespace timonier;

class tst_count_health : public QObject
{
    Q_OBJECT
private slots:
    void what_is_left_counts_with_what_has_come();
    void a_short_list_says_nothing_of_what_is_left();
    void who_may_not_list_gets_no_count();
    void a_healthy_control_plane_names_its_checks();
    void a_failing_check_is_told_although_the_answer_is_an_error();
    void what_may_not_be_asked_is_said();
};

void tst_count_health::what_is_left_counts_with_what_has_come()
{
    test::FakeTransport transport;
    transport.answer = [](const Request &) {
        return test::reply(200, "{\"metadata\":{\"resourceVersion\":\"5\",\"remainingItemCount\":409},\"items\":[{\"metadata\":{\"name\":\"a\"}}]}");
    };
    const auto count = countObjects(transport, *typedKind("pods"), "web", {});
    QCOMPARE(count.value(), std::int64_t(410));
    QCOMPARE(transport.requests.at(0).path, std::string("/api/v1/namespaces/web/pods?limit=1"));
}

void tst_count_health::a_short_list_says_nothing_of_what_is_left()
{
    test::FakeTransport transport;
    transport.answer = [](const Request &) { return test::reply(200, "{\"metadata\":{},\"items\":null}"); };
    QCOMPARE(countObjects(transport, *typedKind("nodes"), "", {}).value(), std::int64_t(0));
    transport.answer = [](const Request &) { return test::reply(200, "<html>"); };
    QVERIFY(countObjects(transport, *typedKind("nodes"), "", {}).error().kind == ErrorKind::Protocol);
}

void tst_count_health::who_may_not_list_gets_no_count()
{
    test::FakeTransport transport;
    transport.answer = [](const Request &) {
        return test::reply(403, "{\"kind\":\"Status\",\"reason\":\"Forbidden\",\"message\":\"no\",\"code\":403}");
    };
    QVERIFY(countObjects(transport, *typedKind("roles"), "", {}).error().kind == ErrorKind::Forbidden);
}

void tst_count_health::a_healthy_control_plane_names_its_checks()
{
    test::FakeTransport transport;
    transport.answer = [](const Request &request) {
        return request.path == "/version" ? test::reply(200, "{\"gitVersion\":\"v1.36.3\"}")
                                          : test::reply(200, "[+]ping ok\n[+]etcd ok\nreadyz check passed\n");
    };
    const Health health = readHealth(transport, {});
    QCOMPARE(health.version, std::string("v1.36.3"));
    QCOMPARE(health.checks.size(), std::size_t(2));
    QVERIFY(health.checks[1].good);
    QCOMPARE(health.checks[1].name, std::string("etcd"));
    QVERIFY(!health.unknown);
}

void tst_count_health::a_failing_check_is_told_although_the_answer_is_an_error()
{
    test::FakeTransport transport;
    transport.answer = [](const Request &request) {
        return request.path == "/version" ? test::reply(200, "{}")
                                          : test::reply(500, "[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n");
    };
    const Health health = readHealth(transport, {});
    QCOMPARE(health.checks.size(), std::size_t(2));
    QVERIFY(!health.checks[1].good);
    QCOMPARE(health.checks[1].reason, std::string("failed: reason withheld"));
}

void tst_count_health::what_may_not_be_asked_is_said()
{
    test::FakeTransport transport;
    transport.answer = [](const Request &) {
        return test::reply(403, "{\"kind\":\"Status\",\"reason\":\"Forbidden\",\"message\":\"cannot get path\",\"code\":403}");
    };
    const Health health = readHealth(transport, {});
    QVERIFY(health.unknown && health.unknown->kind == ErrorKind::Forbidden);
    transport.answer = [](const Request &) { return test::broken(ErrorKind::Unreachable); };
    QVERIFY(readHealth(transport, {}).unknown->kind == ErrorKind::Unreachable);
}

QTEST_GUILESS_MAIN(tst_count_health)
#include "tst_count_health.moc"

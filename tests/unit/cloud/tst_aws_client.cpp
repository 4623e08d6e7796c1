// Calls to AWS: sent again where that helps, refused in words where it does not, and no secret in any of them.
#include "cloud/aws/api_error.h"
#include "cloud/aws/client.h"
#include "cloud/aws/ec2_calls.h"
#include "cloud/aws/eks_calls.h"
#include "cloud/aws/eks_token.h"
#include "cloud/aws/instances.h"

#include "played_http.h"

#include <QTest>

using namespace timonier;
using namespace timonier::aws;
using namespace std::chrono_literals;
using test::PlayedHttp;
using test::SetClock;

namespace {

struct GivenKeys final : KeySource {
    int renewed = 0;
    Result<Keys> keys(bool afterRejection, std::stop_token) override
    {
        renewed += afterRejection;
        return Keys{.id = "AKIDEXAMPLE", .secret = Secret("s3cret/s3cret"), .token = Secret("t0ken-t0ken")};
    }
};

constexpr auto denied = R"({"__type":"AccessDeniedException","message":"User: arn:aws:iam::123456789012:user/ann is not authorized to perform: eks:CreateCluster on resource: arn:aws:eks:eu-west-3:123456789012:cluster/demo because no identity-based policy allows the eks:CreateCluster action"})";

std::string ec2Error(const std::string &code, const std::string &words)
{
    return "<Response><Errors><Error><Code>" + code + "</Code><Message>" + words + "</Message></Error></Errors><RequestID>req-1</RequestID></Response>";
}

std::string allOf(const Error &error)
{
    std::string text = error.text() + error.hint;
    for (const auto &[key, value] : error.context)
        text += key + value;
    return text;
}

} // namespace

class TestAwsClient : public QObject
{
    Q_OBJECT
    std::shared_ptr<PlayedHttp> http;
    std::shared_ptr<GivenKeys> keys;
    std::shared_ptr<SetClock> clock;

    Client client(const std::string &region = "eu-west-3", Endpoints endpoints = {})
    {
        return Client({.http = http, .keys = keys, .clock = clock, .region = region, .endpoints = std::move(endpoints), .firstPause = 1ms});
    }
    Result<std::string> describe(Client &one) { return one.send({.service = eks, .action = "DescribeCluster", .method = "GET", .path = "/clusters/demo"}, {}); }

private slots:
    void init()
    {
        http = std::make_shared<PlayedHttp>();
        keys = std::make_shared<GivenKeys>();
        clock = std::make_shared<SetClock>();
    }

    void eachProtocolIsSpokenAtItsAddress()
    {
        Client one = client();
        http->say(200, "{}");
        http->say(200, "<R/>");
        http->say(200, "{}");
        http->say(200, "<R/>");
        QVERIFY(describe(one));
        QVERIFY(one.query(ec2, "DescribeVpcs", {{"Filter.1.Name", "tag:a b"}}, true, {}));
        QVERIFY(one.send({.service = serviceQuotas, .action = "GetServiceQuota", .body = "{}"}, {}));
        QVERIFY(one.query(iam, "GetRole", {}, true, {}));
        QCOMPARE(http->asked[0].url, std::string("https://eks.eu-west-3.amazonaws.com/clusters/demo"));
        QCOMPARE(http->asked[1].url, std::string("https://ec2.eu-west-3.amazonaws.com/"));
        QCOMPARE(http->asked[1].body, std::string("Action=DescribeVpcs&Version=2016-11-15&Filter.1.Name=tag%3Aa%20b"));
        QCOMPARE(http->header(2, "X-Amz-Target"), std::string("ServiceQuotasV20190624.GetServiceQuota"));
        QCOMPARE(http->asked[3].url, std::string("https://iam.amazonaws.com/"));
        QVERIFY(http->header(3, "Authorization").find("/us-east-1/iam/aws4_request") != std::string::npos); // IAM has one region
    }

    void partitionsHaveTheirOwnNames()
    {
        QCOMPARE(addressOf(eks, "cn-north-1", {})->url, std::string("https://eks.cn-north-1.amazonaws.com.cn"));
        QCOMPARE(addressOf(iam, "cn-north-1", {})->region, std::string("cn-north-1"));
        QCOMPARE(addressOf(iam, "us-gov-west-1", {})->url, std::string("https://iam.us-gov.amazonaws.com"));
        QCOMPARE(addressOf(ec2, "eu-west-3", {.all = "http://127.0.0.1:1/", .each = {{"ec2", "http://127.0.0.1:2"}}})->url, std::string("http://127.0.0.1:2"));
        QVERIFY(partitionOf("eu-west-9")); // younger than the table
    }

    void aMistypedRegionIsNoRegion_data()
    {
        QTest::addColumn<std::string>("region");
        for (const char *region : {"eu-wset-3", "euwest3", "", "eu-west", "eu-west-3;rm", "paris", "evil.com/eu-west-3"})
            QTest::newRow(region) << std::string(region);
    }
    void aMistypedRegionIsNoRegion()
    {
        QFETCH(std::string, region);
        const auto found = partitionOf(region);
        QVERIFY(!found);
        QCOMPARE(found.error().kind, ErrorKind::Invalid);
        QVERIFY(!found.error().hint.empty());
    }

    void aDamagedTableIsAnErrorAndNoCrash_data()
    {
        QTest::addColumn<QByteArray>("text");
        const QByteArray row = "{\"id\": \"aws\", \"suffix\": \"s\", \"iam\": \"i\", \"iamRegion\": \"r\", \"pattern\": \"^eu\", \"regions\": {\"eu-a-1\": \"A\"}}";
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("{\"partitions\": [");
        QTest::newRow("another shape") << QByteArray("[1, 2]");
        QTest::newRow("no rows") << QByteArray("{\"partitions\": [], \"types\": {\"t3.large\": []}}");
        QTest::newRow("a row without its fields") << QByteArray("{\"partitions\": [{\"id\": \"aws\"}], \"types\": {\"t3.large\": [2]}}");
        QTest::newRow("numbers for words") << QByteArray("{\"partitions\": [" + QByteArray(row).replace("\"s\"", "7") + "], \"types\": {\"t3.large\": [\"two\", 8, \"x\", \"\"]}}");
        QTest::newRow("a pattern that is none") << QByteArray("{\"partitions\": [" + QByteArray(row).replace("^eu", "(eu") + "], \"types\": 3}");
    }
    void aDamagedTableIsAnErrorAndNoCrash()
    {
        QFETCH(QByteArray, text);
        const auto regions = readPartitions(text.toStdString());
        QVERIFY(!regions);
        QVERIFY2(regions.error().message.find("aws-partitions.json of this Timonier is damaged") != std::string::npos, regions.error().message.c_str());
        const auto types = readInstanceTypes(text.toStdString());
        QVERIFY(!types);
        QVERIFY2(types.error().message.find("aws-instances.json of this Timonier is damaged") != std::string::npos, types.error().message.c_str());
    }
    void theTablesThatComeWithItAreWhole()
    {
        QVERIFY(partitions().size() > 2);
        QVERIFY(instanceTypes().size() > 30);
    }

    void throttlingIsWaitedOut()
    {
        Client one = client();
        http->say(400, R"({"__type":"ThrottlingException","message":"Rate exceeded"})");
        http->say(503, "busy");
        http->say(200, "{\"cluster\":{}}");
        QVERIFY(describe(one));
        QCOMPARE(http->asked.size(), std::size_t{3});
    }

    void throttlingWithoutEndIsSaid()
    {
        Client one = client();
        http->otherwise = [](const HttpRequest &) { return HttpAnswer{.status = 400, .body = ec2Error("RequestLimitExceeded", "Request limit exceeded.")}; };
        const auto got = one.query(ec2, "DescribeVpcs", {}, true, {});
        QVERIFY(!got);
        QCOMPARE(got.error().kind, ErrorKind::Throttled);
        QCOMPARE(http->asked.size(), std::size_t{5});
    }

    void aLostAnswerIsAskedForAgainOnlyWhereThatIsHarmless()
    {
        Client one = client();
        const auto broken = [](const HttpRequest &) -> Result<HttpAnswer> { return fail(ErrorKind::Unreachable, "the connection broke off"); };
        http->next = {broken};
        http->otherwise = [](const HttpRequest &) { return HttpAnswer{.status = 200, .body = "<R/>"}; };
        QVERIFY(!one.query(ec2, "CreateVpc", {}, false, {}));
        QCOMPARE(http->asked.size(), std::size_t{1}); // it may have been made: look before asking again
        http->next = {broken};
        QVERIFY(one.query(ec2, "DescribeVpcs", {}, true, {}));
        QCOMPARE(http->asked.size(), std::size_t{3});
    }

    void aClockThatIsTenMinutesOffIsCorrected()
    {
        Client one = client();
        http->next = {[&](const HttpRequest &) { return HttpAnswer{.status = 403, .headers = {{"date", "Mon, 21 Sep 2026 14:23:20 GMT"}}, .body = R"({"__type":"InvalidSignatureException","message":"Signature expired"})"}; }};
        http->say(200, "{}");
        http->say(200, "{}");
        QVERIFY(describe(one));
        QCOMPARE(http->header(0, "X-Amz-Date"), std::string("20260921T141320Z"));
        QCOMPARE(http->header(1, "X-Amz-Date"), std::string("20260921T142320Z"));
        QVERIFY(describe(one)); // and stays so
        QCOMPARE(http->header(2, "X-Amz-Date"), std::string("20260921T142320Z"));
    }

    // Steps begin side by side: what was under way when another one corrected the clock is sent again as well.
    void aClockThatAnotherRequestHasCorrectedMeanwhileIsNoWrongSecret()
    {
        Client one = client();
        const auto late = [](const HttpRequest &) { return HttpAnswer{.status = 403, .headers = {{"date", "Mon, 21 Sep 2026 14:23:20 GMT"}}, .body = R"({"__type":"InvalidSignatureException","message":"Signature expired"})"}; };
        http->next = {[&](const HttpRequest &request) {
            http->next = {late};
            http->say(200, "{}");
            if (!describe(one))
                qFatal("the other request failed");
            http->say(200, "{}");
            return late(request);
        }};
        QVERIFY(describe(one));
    }

    void aWrongSecretIsNotTakenForAWrongClock()
    {
        Client one = client();
        http->otherwise = [](const HttpRequest &) {
            return HttpAnswer{.status = 403, .headers = {{"date", "Mon, 21 Sep 2026 14:13:21 GMT"}},
                              .body = R"({"__type":"SignatureDoesNotMatch","message":"The request signature we calculated does not match. The Canonical String for this request should have been\nPOST\nx-amz-security-token:t0ken-t0ken"})"};
        };
        const auto got = describe(one);
        QVERIFY(!got);
        QCOMPARE(got.error().kind, ErrorKind::Unauthorized);
        QCOMPARE(http->asked.size(), std::size_t{1});
        QVERIFY2(allOf(got.error()).find("t0ken") == std::string::npos, allOf(got.error()).c_str());
    }

    void expiredKeysAreRenewedOnce()
    {
        Client one = client();
        http->say(403, R"({"__type":"ExpiredTokenException","message":"The security token included in the request is expired"})");
        http->say(200, "{}");
        QVERIFY(describe(one));
        QCOMPARE(keys->renewed, 1);
        http->otherwise = [](const HttpRequest &) { return HttpAnswer{.status = 403, .body = R"({"__type":"ExpiredTokenException"})"}; };
        const auto got = describe(one);
        QVERIFY(!got);
        QCOMPARE(keys->renewed, 2);
        QVERIFY(got.error().text().find("expired") != std::string::npos);
    }

    void aMissingRightIsNamed()
    {
        Client one = client();
        http->say(403, denied, {{"x-amzn-requestid", "req-9"}});
        const auto got = one.send({.service = eks, .action = "CreateCluster", .path = "/clusters", .body = "{}"}, {});
        QVERIFY(!got);
        QCOMPARE(got.error().kind, ErrorKind::Forbidden);
        QCOMPARE(got.error().message, std::string("arn:aws:iam::123456789012:user/ann lacks the permission eks:CreateCluster"));
        QVERIFY(allOf(got.error()).find("req-9") != std::string::npos);
        QVERIFY(got.error().hint.find("eks:CreateCluster") != std::string::npos);
    }

    void ec2sRefusalOfARightIsNamedToo()
    {
        Client one = client();
        http->say(403, ec2Error("UnauthorizedOperation", "You are not authorized to perform this operation. Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm"));
        const auto got = one.query(ec2, "CreateVpc", {}, false, {});
        QVERIFY(!got);
        QCOMPARE(got.error().message, std::string("these AWS keys lack the permission ec2:CreateVpc"));
        QVERIFY(allOf(got.error()).find("4GIO") == std::string::npos);
    }

    void aQuotaIsNamedWithWhereToRaiseIt_data()
    {
        QTest::addColumn<std::string>("code");
        QTest::addColumn<std::string>("quota");
        QTest::newRow("VPCs") << std::string("VpcLimitExceeded") << std::string("vpc/quotas/L-F678F1CE");
        QTest::newRow("addresses") << std::string("AddressLimitExceeded") << std::string("ec2/quotas/L-0263D0A3");
        QTest::newRow("NAT gateways") << std::string("NatGatewayLimitExceeded") << std::string("vpc/quotas/L-FE5A380F");
        QTest::newRow("another") << std::string("RulesPerSecurityGroupLimitExceeded") << std::string("ec2/quotas");
    }
    void aQuotaIsNamedWithWhereToRaiseIt()
    {
        QFETCH(std::string, code);
        QFETCH(std::string, quota);
        Client one = client();
        http->say(400, ec2Error(code, "The maximum number of these has been reached."));
        const auto got = one.query(ec2, "CreateVpc", {}, false, {});
        QVERIFY(!got);
        QCOMPARE(got.error().kind, ErrorKind::Forbidden);
        QVERIFY2(got.error().hint.find(quota) != std::string::npos, got.error().hint.c_str());
        QVERIFY(got.error().message.find("quota") != std::string::npos);
    }

    void anAccountThatMayNotUseARegionOrAServiceIsToldSo_data()
    {
        QTest::addColumn<std::string>("code");
        QTest::newRow("a region that is not switched on") << std::string("OptInRequired");
        QTest::newRow("an account that is not signed up") << std::string("SubscriptionRequiredException");
        QTest::newRow("a new account that AWS still looks at") << std::string("PendingVerification");
        QTest::newRow("one that AWS has blocked") << std::string("Blocked");
    }
    void anAccountThatMayNotUseARegionOrAServiceIsToldSo()
    {
        QFETCH(std::string, code);
        Client one = client();
        http->say(401, ec2Error(code, "You are not subscribed to this service."));
        const auto got = one.query(ec2, "CreateVpc", {}, false, {});
        QVERIFY(!got);
        QCOMPARE(got.error().kind, ErrorKind::Forbidden);
        QVERIFY2(got.error().message.find("this AWS account may not use") != std::string::npos, got.error().message.c_str());
        QVERIFY2(got.error().hint.find("billing") != std::string::npos, got.error().hint.c_str());
    }

    void theZonesThatEksWouldTakeAreSaid()
    {
        Client one = client();
        http->say(400, R"({"__type":"UnsupportedAvailabilityZoneException","message":"Cannot create cluster in us-east-1e","validZones":["us-east-1a","us-east-1b"]})");
        const auto got = one.send({.service = eks, .action = "CreateCluster", .path = "/clusters", .body = "{}"}, {});
        QVERIFY(!got);
        QVERIFY(got.error().hint.find("us-east-1a, us-east-1b") != std::string::npos);
    }

    void whatIsNoAnswerOfAwsIsSaid_data()
    {
        QTest::addColumn<std::string>("body");
        QTest::newRow("page of a proxy") << std::string("<html><head><meta x></head>Sign in");
        QTest::newRow("nothing") << std::string();
        QTest::newRow("list") << std::string("[1,2]");
        QTest::newRow("zeros") << std::string("\0\0\0", 3);
        QTest::newRow("deep") << [] { std::string deep; for (int i = 0; i < 10'000; ++i) deep += "<a>"; return deep; }();
    }
    void whatIsNoAnswerOfAwsIsSaid()
    {
        QFETCH(std::string, body);
        Client one = client();
        http->otherwise = [&](const HttpRequest &) { return HttpAnswer{.status = 403, .body = body}; };
        const auto json = describe(one);
        QVERIFY(!json);
        QCOMPARE(json.error().kind, ErrorKind::Protocol);
        const auto xml = one.query(ec2, "DescribeVpcs", {}, true, {});
        QVERIFY(!xml);
        QCOMPARE(xml.error().kind, ErrorKind::Protocol);
        http->otherwise = [&](const HttpRequest &) { return HttpAnswer{.status = 200, .body = body}; };
        QVERIFY(!Eks(one, {}).cluster("demo"));
    }

    void pagesAreFollowedToTheLast()
    {
        Client one = client();
        http->say(200, "<R><vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet><nextToken>n/2=</nextToken></R>");
        http->say(200, "<R><vpcSet><item><vpcId>vpc-2</vpcId></item></vpcSet></R>");
        const auto found = Ec2(one, {}).tagged(vpcKind, {{"k", "v"}});
        QVERIFY(found);
        QCOMPARE(*found, (std::vector<std::string>{"vpc-1", "vpc-2"}));
        QVERIFY(http->asked[1].body.ends_with("&NextToken=n%2F2%3D"));
    }

    void aWaitEndsWhenAskedTo()
    {
        std::stop_source stop;
        int asked = 0;
        const auto waited = waitUntil([&]() -> Result<bool> {
            if (++asked == 2)
                stop.request_stop();
            return false;
        }, 60s, 1s, stop.get_token());
        QVERIFY(!waited);
        QCOMPARE(waited.error().kind, ErrorKind::Cancelled);
        QCOMPARE(asked, 2);
    }

    void anEksTokenIsAQuestionToTheRegionsSts()
    {
        const auto token = eksToken(*keys->keys(false, {}), "eu-west-3", "demo", clock->now);
        QVERIFY(token);
        QVERIFY(token->reveal().starts_with("k8s-aws-v1.aHR0cHM6Ly9zdHMuZXUtd2VzdC0zLmFtYXpvbmF3cy5jb20v")); // https://sts.eu-west-3.amazonaws.com/
        QVERIFY(token->reveal().find_first_of("=+/") == std::string::npos);
        QVERIFY(*token != *eksToken(*keys->keys(false, {}), "eu-west-3", "other", clock->now)); // good for one cluster
    }
};

QTEST_GUILESS_MAIN(TestAwsClient)
#include "tst_aws_client.moc"

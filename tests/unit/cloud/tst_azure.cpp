// Azure: signing in, calls sent again where that helps, long operations in three styles, refusals in words; no secret in any of them.
#include "cloud/azure/aks_calls.h"
#include "cloud/azure/arm_error.h"
#include "cloud/azure/credentials.h"
#include "cloud/azure/operation.h"
#include "cloud/azure/registry_calls.h"
#include "cloud/azure/resource_calls.h"
#include "cloud/azure/role_calls.h"

#include "played_http.h"

#include <QTest>

using namespace timonier;
using namespace timonier::azure;
using namespace std::chrono_literals;
using test::PlayedHttp;

namespace {

const Cloud here{.name = "AzureCloud", .authority = "https://login.example", .manager = "https://arm.example", .audience = "https://arm.example", .registries = "azurecr.io", .portal = "https://portal.example"};

struct GivenTokens final : TokenSource {
    int renewed = 0;
    Result<Secret> token(bool afterRejection, std::stop_token) override
    {
        renewed += afterRejection;
        return Secret("t0ken-" + std::to_string(renewed));
    }
};

struct MovingClock final : Clock { // whose time of day jumps, as it likes
    std::chrono::milliseconds now{1000000};
    std::chrono::system_clock::time_point day = std::chrono::system_clock::from_time_t(1790000000);
    std::chrono::milliseconds elapsed() const override { return now; }
    std::chrono::system_clock::time_point wall() const override { return day; }
};

struct World {
    std::shared_ptr<PlayedHttp> http = std::make_shared<PlayedHttp>();
    std::shared_ptr<GivenTokens> tokens = std::make_shared<GivenTokens>();
    std::shared_ptr<MovingClock> clock = std::make_shared<MovingClock>();
    std::shared_ptr<MemorySecretStore> store = std::make_shared<MemorySecretStore>();
    Environment environment{};
    Arm arm() const { return Arm({.http = http, .tokens = tokens, .clock = clock, .cloud = here, .attempts = 4, .firstPause = 1ms, .longestPause = 2s}); }
    Machine machine() const { return {.http = http, .clock = clock, .store = store, .environment = environment}; }
};

const ArmCall put{.method = "PUT", .path = "/subscriptions/s/x", .version = "2026-05-01", .body = "{}", .action = "Microsoft.X/y/write"};

std::string error(const std::string &code, const std::string &words) { return "{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + words + "\"}}"; }

std::string allOf(const Error &error)
{
    std::string text = error.text() + error.hint;
    for (const auto &[key, value] : error.context)
        text += key + value;
    return text;
}

std::string tokenAnswer(const std::string &access, const std::string &refresh = {}, int life = 3600)
{
    return "{\"token_type\":\"Bearer\",\"access_token\":\"" + access + "\",\"expires_in\":" + std::to_string(life) + (refresh.empty() ? "" : ",\"refresh_token\":\"" + refresh + "\"") + "}";
}

} // namespace

class TestAzure : public QObject
{
    Q_OBJECT
private slots:
    void cloudsAreDataAndAddressesMayBeGiven()
    {
        QCOMPARE(cloudOf("", {})->manager, std::string("https://management.azure.com"));
        QCOMPARE(cloudOf("AzureUSGovernment", {})->authority, std::string("https://login.microsoftonline.us"));
        QCOMPARE(cloudOf("AzureFrance", {}).error().kind, ErrorKind::Invalid);
        const auto given = cloudOf("", {{"AZURE_AUTHORITY_HOST", "login.example"}, {"AZURE_RESOURCE_MANAGER_ENDPOINT", "https://arm.example/"}});
        QCOMPARE(given->authority, std::string("https://login.example"));
        QCOMPARE(given->manager, std::string("https://arm.example"));
        QCOMPARE(given->audience, std::string("https://arm.example"));
        QVERIFY(!cloudOf("", {{"AZURE_RESOURCE_MANAGER_ENDPOINT", "ftp://x"}}));
    }

    void aDamagedTableOfCloudsIsAnErrorAndNoCrash()
    {
        const std::string good = "{\"clouds\": [{\"name\": \"A\", \"authority\": \"https://a.example\", \"manager\": \"https://b.example\", \"audience\": \"https://b.example\", \"registries\": \"r\", \"portal\": \"p\", \"prices\": \"\"}]}";
        QVERIFY(readClouds(good));
        const auto without = [&](const std::string &before, const std::string &after) { return std::string(good).replace(good.find(before), before.size(), after); };
        for (const std::string &text : {std::string(), good.substr(0, 40), std::string("[]"), std::string("{\"clouds\": []}"), std::string("{\"clouds\": [7]}"), without("\"manager\"", "\"manger\""), without("\"p\"", "[1]"), without("https://a.example", "a file")}) {
            const auto read = readClouds(text);
            QVERIFY2(!read, text.c_str());
            QVERIFY2(read.error().message.find("azure-clouds.json of this Timonier is damaged") != std::string::npos, read.error().message.c_str());
        }
        QCOMPARE(clouds().size(), std::size_t{3});
    }

    void anEnvironmentsClientSignsInAndItsTokenIsKept()
    {
        World world;
        world.environment = {{"AZURE_CLIENT_ID", "client"}, {"AZURE_TENANT_ID", "tenant"}, {"AZURE_CLIENT_SECRET", "s3cret&s3cret"}};
        const auto source = tokenSource({}, here, world.machine());
        world.http->say(200, tokenAnswer("first"));
        QCOMPARE(source->token(false, {})->reveal(), std::string("first"));
        QCOMPARE(world.http->asked[0].url, std::string("https://login.example/tenant/oauth2/v2.0/token"));
        QVERIFY(world.http->asked[0].body.find("client_secret=s3cret%26s3cret") != std::string::npos);
        QVERIFY(world.http->asked[0].body.find("scope=https%3A%2F%2Farm.example%2F.default") != std::string::npos);
        world.clock->day += 24h; // a clock that jumps makes no token old
        QCOMPARE(source->token(false, {})->reveal(), std::string("first"));
        world.clock->now += 56min;
        world.http->say(200, tokenAnswer("second"));
        QCOMPARE(source->token(false, {})->reveal(), std::string("second"));
        world.http->say(200, tokenAnswer("third"));
        QCOMPARE(source->token(true, {})->reveal(), std::string("third"));
    }

    void aPersonsSignInIsRenewedAndWhatRenewsItIsKeptInTheStore()
    {
        World world;
        QVERIFY(storeAccount(*world.store, "work", "home.example", Secret("r-one")));
        const auto source = tokenSource({.account = "work", .tenant = "other.example"}, here, world.machine());
        world.http->say(200, tokenAnswer("a", "r-two"));
        QVERIFY(source->token(false, {}));
        QCOMPARE(world.http->asked[0].url, std::string("https://login.example/other.example/oauth2/v2.0/token"));
        QVERIFY(world.http->asked[0].body.find("refresh_token=r-one") != std::string::npos);
        const std::string kept = (*world.store->read("azure/work"))->reveal();
        QVERIFY(kept.find("r-two") != std::string::npos && kept.find("home.example") != std::string::npos && kept.find("r-one") == std::string::npos);
        world.http->say(400, "{\"error\":\"invalid_grant\",\"error_description\":\"AADSTS700082: The refresh token has expired due to inactivity. Trace ID: x\",\"correlation_id\":\"c-1\"}");
        const auto expired = source->token(true, {});
        QCOMPARE(expired.error().kind, ErrorKind::Unauthorized);
        QVERIFY(expired.error().hint.find("azure login") != std::string::npos);
        QVERIFY(allOf(expired.error()).find("c-1") != std::string::npos);
        QVERIFY(allOf(expired.error()).find("r-two") == std::string::npos);
    }

    void whoIsNotSignedInIsToldWhatToDo_data()
    {
        QTest::addColumn<QStringList>("variables");
        QTest::addColumn<QString>("words");
        QTest::newRow("nothing") << QStringList{} << "nobody is signed in";
        QTest::newRow("no tenant") << QStringList{"AZURE_CLIENT_ID=a"} << "AZURE_TENANT_ID is not";
        QTest::newRow("no secret") << QStringList{"AZURE_CLIENT_ID=a", "AZURE_TENANT_ID=b"} << "AZURE_CLIENT_SECRET is not";
        QTest::newRow("certificate") << QStringList{"AZURE_CLIENT_ID=a", "AZURE_TENANT_ID=b", "AZURE_CLIENT_CERTIFICATE_PATH=/x"} << "certificate is not supported";
    }
    void whoIsNotSignedInIsToldWhatToDo()
    {
        QFETCH(QStringList, variables);
        QFETCH(QString, words);
        World world;
        for (const QString &one : variables)
            world.environment[one.section('=', 0, 0).toStdString()] = one.section('=', 1).toStdString();
        const auto token = tokenSource({}, here, world.machine())->token(false, {});
        QVERIFY(!token);
        QVERIFY2(QString::fromStdString(token.error().text()).contains(words), token.error().text().c_str());
    }

    void whereNobodySignedInTheMachinesOwnIdentityIsTaken()
    {
        World world;
        const auto source = tokenSource({}, here, world.machine());
        world.http->say(200, R"({"access_token":"m1","expires_in":"3599","expires_on":"1790003599","token_type":"Bearer"})");
        QCOMPARE(source->token(false, {})->reveal(), std::string("m1"));
        QCOMPARE(world.http->asked[0].url, std::string("http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Farm.example"));
        QCOMPARE(world.http->header(0, "Metadata"), std::string("true"));
        QVERIFY(world.http->asked[0].connect <= 1s); // whoever is not on Azure does not wait
        world.clock->now += 54min;
        QCOMPARE(source->token(false, {})->reveal(), std::string("m1")); // "3599" was read
        world.clock->now += 1min;
        world.http->say(200, R"({"access_token":"m2","expires_in":"3599"})");
        QCOMPARE(source->token(false, {})->reveal(), std::string("m2"));
        // Who signed in here meant it, and who is named is nobody else.
        QVERIFY(storeAccount(*world.store, "", "home.example", Secret("r-one")));
        world.http->say(200, tokenAnswer("person", "r-two"));
        QCOMPARE(tokenSource({}, here, world.machine())->token(false, {})->reveal(), std::string("person"));
        const std::size_t asked = world.http->asked.size();
        QVERIFY(!tokenSource({.account = "work"}, here, world.machine())->token(false, {}));
        QCOMPARE(world.http->asked.size(), asked);
    }

    void aClientWithoutASecretIsAnIdentityThatTheMachineWasGiven()
    {
        World world;
        world.environment = {{"AZURE_CLIENT_ID", "given"}, {"AZURE_TENANT_ID", "tenant"}, {"AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://127.0.0.1:5/"}};
        world.http->say(200, R"({"access_token":"m1","expires_in":"3599"})");
        QCOMPARE(tokenSource({}, here, world.machine())->token(false, {})->reveal(), std::string("m1"));
        QCOMPARE(world.http->asked[0].url, std::string("http://127.0.0.1:5/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Farm.example&client_id=given"));
        world.http->say(400, R"({"error":"invalid_request","error_description":"Identity not found"})");
        const auto other = tokenSource({}, here, world.machine())->token(false, {});
        QCOMPARE(other.error().kind, ErrorKind::Unauthorized);
        QVERIFY(other.error().message.find("no managed identity with the client id given") != std::string::npos);
    }

    void appServiceIsAskedAtItsOwnEndpoint()
    {
        World world;
        world.environment = {{"IDENTITY_ENDPOINT", "http://127.0.0.1:41000/msi/token"}, {"IDENTITY_HEADER", "h3ader"}};
        const auto source = tokenSource({}, here, world.machine());
        world.http->say(200, R"({"access_token":"m1","expires_on":"1790003600","resource":"x"})"); // an hour from now
        QCOMPARE(source->token(false, {})->reveal(), std::string("m1"));
        QCOMPARE(world.http->asked[0].url, std::string("http://127.0.0.1:41000/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Farm.example"));
        QCOMPARE(world.http->header(0, "X-IDENTITY-HEADER"), std::string("h3ader"));
        world.clock->now += 54min;
        QCOMPARE(source->token(false, {})->reveal(), std::string("m1"));
        world.http->say(401, "no");
        const auto refused = source->token(true, {});
        QVERIFY(refused.error().message.find("status 401") != std::string::npos && allOf(refused.error()).find("h3ader") == std::string::npos);
        world.environment["IDENTITY_SERVER_THUMBPRINT"] = "x";
        QCOMPARE(tokenSource({}, here, world.machine())->token(false, {}).error().kind, ErrorKind::Unsupported);
        world.environment = {{"IDENTITY_ENDPOINT", "http://127.0.0.1:40342/x"}, {"IMDS_ENDPOINT", "http://127.0.0.1:40342"}};
        QCOMPARE(tokenSource({}, here, world.machine())->token(false, {}).error().kind, ErrorKind::Unsupported);
    }

    void whatIsNoIdentityOfAMachineIsNone_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<std::string>("body");
        QTest::newRow("a machine without one") << 400 << std::string(R"({"error":"invalid_request","error_description":"Identity not found"})");
        QTest::newRow("a machine of EC2") << 401 << std::string("Unauthorized");
        QTest::newRow("a machine of Google's") << 404 << std::string("<html>");
        QTest::newRow("Docker's proxy") << 403 << std::string("connecting to 169.254.169.254:80: unreachable");
        QTest::newRow("a hotel's page") << 200 << std::string("<html>Welcome</html>");
        QTest::newRow("a redirect") << 302 << std::string();
    }
    void whatIsNoIdentityOfAMachineIsNone()
    {
        QFETCH(int, status);
        QFETCH(std::string, body);
        World world;
        world.http->say(status, body);
        const auto token = tokenSource({}, here, world.machine())->token(false, {});
        QVERIFY(token.error().message.find("nobody is signed in") != std::string::npos);
        QCOMPARE(world.http->asked.size(), std::size_t{1}); // and not again
    }

    void metadataThatAreBusyAreAskedAgainAndThenTold()
    {
        World world;
        world.http->say(410, "{}");
        world.http->say(200, R"({"access_token":"m1","expires_in":"3599"})");
        QCOMPARE(tokenSource({}, here, world.machine())->token(false, {})->reveal(), std::string("m1"));
        for (int i = 0; i < 4; ++i)
            world.http->say(429, "{}");
        QCOMPARE(tokenSource({}, here, world.machine())->token(false, {}).error().kind, ErrorKind::Throttled);
        QVERIFY(world.http->next.empty());
    }

    void aDevicesCodeIsWaitedFor()
    {
        World world;
        const Entra entra{.http = world.http, .clock = world.clock, .cloud = here, .tenant = ""};
        world.http->say(200, "{\"user_code\":\"ABC\",\"device_code\":\"d3vice\",\"verification_uri\":\"https://x\",\"interval\":1,\"expires_in\":900}");
        const auto code = entra.askDeviceCode({});
        QCOMPARE(code->code, std::string("ABC"));
        QCOMPARE(world.http->asked[0].url, std::string("https://login.example/organizations/oauth2/v2.0/devicecode"));
        world.http->say(400, "{\"error\":\"authorization_pending\"}");
        world.http->say(200, tokenAnswer("a", "r"));
        QCOMPARE(entra.awaitDeviceCode(*code, {})->refresh.reveal(), std::string("r"));
        world.http->say(400, "{\"error\":\"authorization_declined\"}");
        QCOMPARE(entra.awaitDeviceCode(*code, {}).error().kind, ErrorKind::Forbidden);
        world.http->say(400, "{\"error\":\"expired_token\"}");
        QCOMPARE(entra.awaitDeviceCode(*code, {}).error().kind, ErrorKind::Timeout);
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(entra.awaitDeviceCode(*code, stop.get_token()).error().kind, ErrorKind::Cancelled);
    }

    void whatIsThrottledOrLostIsSentAgain()
    {
        World world;
        world.http->say(429, error("TooManyRequests", "slow"), {{"retry-after", "0"}});
        world.http->say(503, "");
        world.http->next.push_back([](const HttpRequest &) { return fail(ErrorKind::Unreachable, "reset"); });
        world.http->say(200, "{}");
        QVERIFY(world.arm().send(put, {}));
        QCOMPARE(world.http->asked.size(), std::size_t{4});
    }

    void aPauseThatIsTooLongIsSaid()
    {
        World world;
        world.http->say(429, error("TooManyRequests", "slow"), {{"retry-after", "1200"}});
        const auto answer = world.arm().send(put, {});
        QCOMPARE(answer.error().kind, ErrorKind::Throttled);
        QVERIFY(answer.error().hint.find("20 minutes") != std::string::npos);
    }

    void aTokenThatIsRefusedIsRenewedOnce()
    {
        World world;
        world.http->otherwise = [](const HttpRequest &) { return HttpAnswer{.status = 401, .body = error("ExpiredAuthenticationToken", "old")}; };
        QCOMPARE(world.arm().send(put, {}).error().kind, ErrorKind::Unauthorized);
        QCOMPARE(world.tokens->renewed, 1);
        QCOMPARE(world.http->header(1, "Authorization"), std::string("Bearer t0ken-1"));
    }

    void ourTokenGoesToNobodyElse()
    {
        World world;
        world.http->say(202, "", {{"location", "https://evil.example/steal"}});
        const auto done = world.arm().change(put, 1min, {}, {});
        QCOMPARE(done.error().kind, ErrorKind::Protocol);
        QCOMPARE(world.http->asked.size(), std::size_t{1});
        world.http->say(200, "{\"value\":[],\"nextLink\":\"https://arm.example.evil.example/next\"}");
        QCOMPARE(world.arm().list(put, {}).error().kind, ErrorKind::Protocol);
        Arm arm = world.arm();
        for (const char *server : {"evil.example", "azurecr.io", "evil.example/.azurecr.io", "evil.example?x.azurecr.io", "demo.azurecr.io@evil.example", "127.0.0.1@evil.example"})
            QCOMPARE(registryPassword(arm, server, "", {}).error().kind, ErrorKind::Invalid);
        QCOMPARE(world.http->asked.size(), std::size_t{2});
    }

    void listsAreReadToTheirEnd()
    {
        World world;
        world.http->say(200, "{\"value\":[{\"subscriptionId\":\"a\"}],\"nextLink\":\"https://arm.example/subscriptions?page=2\"}");
        world.http->say(200, "{\"value\":[{\"subscriptionId\":\"b\"}]}");
        Arm arm = world.arm();
        QCOMPARE(subscriptions(arm, {})->size(), std::size_t{2});
    }

    void longOperationsAreFollowedInTheirStyle()
    {
        World world;
        world.http->say(201, "{\"properties\":{\"provisioningState\":\"Creating\"}}", {{"azure-asyncoperation", "https://arm.example/operations/1"}});
        world.http->say(200, "{\"status\":\"InProgress\"}");
        world.http->say(200, "{\"status\":\"Succeeded\"}");
        world.http->say(200, "{\"id\":\"made\"}");
        QCOMPARE(*world.arm().change(put, 1min, {}, {}), std::string("{\"id\":\"made\"}"));
        QVERIFY(world.http->asked.back().url.starts_with("https://arm.example/subscriptions/s/x?")); // the thing itself, once it is there
        world.http->say(202, "", {{"location", "https://arm.example/results/1"}});
        world.http->say(202, "");
        world.http->say(200, "{\"id\":\"made\"}");
        QCOMPARE(*world.arm().change(put, 1min, {}, {}), std::string("{\"id\":\"made\"}"));
        world.http->say(201, "{\"properties\":{\"provisioningState\":\"Creating\"}}");
        world.http->say(200, "{\"properties\":{\"provisioningState\":\"Updating\"}}");
        world.http->say(200, "{\"properties\":{\"provisioningState\":\"Succeeded\"}}");
        QVERIFY(world.arm().change(put, 1min, {}, {}));
        world.http->say(200, "{\"properties\":{\"provisioningState\":\"Succeeded\"}}");
        QVERIFY(world.arm().change(put, 1min, {}, {})); // it was so at once
        QVERIFY(world.http->next.empty());
    }

    void whatFailsInTheEndIsTold_data()
    {
        QTest::addColumn<std::string>("header");
        QTest::addColumn<int>("status");
        QTest::addColumn<std::string>("body");
        QTest::newRow("status") << std::string("azure-asyncoperation") << 200 << std::string("{\"status\":\"Failed\",\"error\":{\"code\":\"SkuNotAvailable\",\"message\":\"none left\"}}");
        QTest::newRow("location") << std::string("location") << 409 << error("SkuNotAvailable", "none left");
        QTest::newRow("cancelled") << std::string("azure-asyncoperation") << 200 << std::string("{\"status\":\"Canceled\",\"error\":{\"code\":\"SkuNotAvailable\",\"message\":\"none left\"}}");
    }
    void whatFailsInTheEndIsTold()
    {
        QFETCH(std::string, header);
        QFETCH(int, status);
        QFETCH(std::string, body);
        World world;
        world.http->say(202, "", {{header, "https://arm.example/1"}});
        world.http->say(status, body);
        const auto done = world.arm().change(put, 1min, {}, {});
        QVERIFY(!done);
        QVERIFY2(done.error().message.find("none left") != std::string::npos, done.error().message.c_str());
        QVERIFY(done.error().hint.find("another size") != std::string::npos);
    }

    void whatIsBusyIsWaitedFor()
    {
        World world;
        std::string heard;
        world.http->say(409, error("OperationNotAllowed", "there's an in progress create managed cluster operation"));
        world.http->say(409, error("OperationNotAllowed", "there's an in progress create managed cluster operation"));
        world.http->say(200, "{}");
        QVERIFY(world.arm().change(put, 1min, [&](const std::string &words) { heard += words; }, {}));
        QVERIFY(heard.find("in progress") != std::string::npos);
        world.http->say(409, error("OperationNotAllowed", "Upgrading is not allowed"));
        QCOMPARE(world.arm().change(put, 1min, {}, {}).error().kind, ErrorKind::Conflict);
    }

    void anIdentityThatHasNotSpreadIsWaitedFor()
    {
        World world;
        Arm arm = world.arm();
        world.http->say(400, error("PrincipalNotFound", "Principal x does not exist in the directory"));
        world.http->say(201, "{}");
        const Calls calls{.arm = arm, .subscription = "s"};
        QVERIFY(assignRole(calls, "g", {.scope = "/x", .role = std::string(acrPull), .principal = "p", .description = "d"}));
        world.http->say(409, error("RoleAssignmentExists", "there"));
        QVERIFY(assignRole(calls, "g", {.scope = "/x", .role = std::string(acrPull), .principal = "p", .description = "d"}));
        QVERIFY(world.http->asked[0].body.find("7f951dda-4ed3-4680-a7ca-43fe172d538d") != std::string::npos);
    }

    void refusalsAreInWords_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<std::string>("code");
        QTest::addColumn<std::string>("words");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<std::string>("message");
        QTest::addColumn<std::string>("hint");
        const auto row = [](const char *name, int status, const char *code, const char *words, ErrorKind kind, const char *message, const char *hint) {
            QTest::newRow(name) << status << std::string(code) << std::string(words) << kind << std::string(message) << std::string(hint);
        };
        row("right", 403, "AuthorizationFailed", "The client 'ann' with object id '1' does not have authorization to perform action 'Microsoft.ContainerService/managedClusters/write' over scope '/subscriptions/s/resourceGroups/g' or the scope is invalid.", ErrorKind::Forbidden,
            "ann lacks the permission Microsoft.ContainerService/managedClusters/write", "Contributor");
        row("right to grant", 403, "AuthorizationFailed", "The client 'ann' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope '/x/providers/Microsoft.Authorization/roleAssignments/1'", ErrorKind::Forbidden, "roleAssignments/write", "owner of /x give it a role that has it (User Access Administrator");
        row("quota", 400, "ErrCode_InsufficientVCPUQuota", "Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Additional details - Deployment Model: Resource Manager, Location: uksouth, Current Limit: 4, Current Usage: 1, Additional Required: 8, (Minimum) New Limit Required: 9.",
            ErrorKind::Forbidden, "the quota Total Regional Cores in uksouth is too small: 1 of 4 are used, and 8 more are asked for", "https://portal.example/");
        row("quota of AKS", 400, "ErrCode_InsufficientVCPUQuota", "Insufficient vcpu quota requested 8, remaining 4 for family standardDSv3Family for region uksouth.", ErrorKind::Forbidden, "standardDSv3Family in uksouth is too small: 0 of 4 are used, and 8 more", "quota raised");
        row("policy", 403, "RequestDisallowedByPolicy", "Resource 'x' was disallowed by policy.", ErrorKind::Forbidden, "disallowed by policy", "students");
        row("not registered", 409, "MissingSubscriptionRegistration", "The subscription is not registered", ErrorKind::Conflict, "not registered", "run the plan again");
        row("no subscription", 404, "SubscriptionNotFound", "could not be found", ErrorKind::NotFound, "could not be found", "azure subscriptions");
        row("signed in wrongly", 401, "InvalidAuthenticationToken", "The token is bad", ErrorKind::Unauthorized, "does not accept this sign-in", "azure login");
        row("another tenant's", 401, "InvalidAuthenticationTokenTenant", "wrong issuer", ErrorKind::Unauthorized, "wrong issuer", "tenant");
        row("name taken", 409, "AlreadyInUse", "The registry DNS name is in use", ErrorKind::Conflict, "in use", "unique in all of Azure");
        row("server", 500, "InternalServerError", "oops", ErrorKind::Server, "oops", "status.azure.com");
    }
    void refusalsAreInWords()
    {
        QFETCH(int, status);
        QFETCH(std::string, code);
        QFETCH(std::string, words);
        QFETCH(ErrorKind, kind);
        QFETCH(std::string, message);
        QFETCH(std::string, hint);
        const Error refused = armError(here, "Microsoft.X/y/write", {.status = status, .headers = {{"x-ms-correlation-request-id", "c-1"}}, .body = error(code, words)});
        QCOMPARE(refused.kind, kind);
        QVERIFY2(refused.message.find(message) != std::string::npos, refused.message.c_str());
        QVERIFY2(refused.hint.find(hint) != std::string::npos, refused.hint.c_str());
        QCOMPARE(std::string(codeOf(refused)), code);
        QVERIFY(allOf(refused).find("correlation idc-1") != std::string::npos);
    }

    void whatIsNoAzureIsSaid()
    {
        for (const char *body : {"", "<html>proxy</html>", "[]", "{\"error\":7}", "{\"error\":{\"code\":{}}}", "null"}) {
            const Error refused = armError(here, "x", {.status = 400, .body = body});
            QCOMPARE(refused.kind, ErrorKind::Protocol);
        }
        for (const char *body : {"", "[]", "{\"status\":{}}", "{\"properties\":[]}"})
            QVERIFY(courseOf({.how = Follow::Status}, {.status = 200, .body = body}) != Course::Failed);
    }

    void whatRolesAllowIsWorkedOut()
    {
        QVERIFY(actionMatches("*", "Microsoft.X/y/write") && actionMatches("Microsoft.X/*/WRITE", "microsoft.x/y/write") && actionMatches("*/read", "a/b/read"));
        QVERIFY(!actionMatches("Microsoft.X/*/read", "Microsoft.X/y/write") && !actionMatches("", "x"));
        World world;
        Arm arm = world.arm();
        world.http->say(200, "{\"value\":[{\"actions\":[\"*/read\"],\"notActions\":[]},{\"actions\":[\"*\"],\"notActions\":[\"Microsoft.Authorization/*/Write\"]}]}");
        const auto missing = missingActions({.arm = arm, .subscription = "s"}, "/x", {"a/read", "a/write", "Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/read"});
        QCOMPARE(*missing, std::vector<std::string>{"Microsoft.Authorization/roleAssignments/write"});
    }

    void azuresClockIsNoted()
    {
        World world;
        Arm arm = world.arm();
        world.http->say(200, "{}", {{"date", "Mon, 21 Sep 2026 14:23:20 GMT"}}); // ours: 14:13:20
        QVERIFY(arm.send(put, {}));
        QCOMPARE(arm.clockSkew().count(), 600);
    }
};

QTEST_GUILESS_MAIN(TestAzure)
#include "tst_azure.moc"

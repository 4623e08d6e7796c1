// Keys from where AWS' own tools look, in their order; what leads nowhere is said, and no secret is in what is said.
#include "cloud/aws/credentials.h"

#include "played_http.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace timonier;
using namespace timonier::aws;
using namespace std::chrono_literals;
using test::PlayedHttp;
using test::SetClock;

namespace {

struct PlayedRunner final : ProcessRunner {
    ProcessOutput output{};
    std::vector<std::string> last{};
    Result<ProcessOutput> run(const Command &command, std::stop_token) override
    {
        last = command.arguments;
        last.insert(last.begin(), command.program);
        return output;
    }
};

} // namespace

class TestAwsCredentials : public QObject
{
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> home;
    std::shared_ptr<PlayedHttp> http;
    std::shared_ptr<PlayedRunner> runner;
    std::shared_ptr<SetClock> clock;
    std::shared_ptr<MemorySecretStore> store;
    Environment environment;

    void write(const QString &name, const std::string &text)
    {
        QDir().mkpath(QFileInfo(home->filePath(name)).path());
        QFile file(home->filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text.data(), qint64(text.size()));
    }
    Machine machine() { return {.http = http, .runner = runner, .clock = clock, .store = store, .environment = environment, .home = home->path().toStdString()}; }
    std::shared_ptr<KeySource> source(SignIn signIn = {}) { return keySource(std::move(signIn), machine()); }
    Result<Keys> keys(SignIn signIn = {}) { return source(std::move(signIn))->keys(false, {}); }
    std::string idOf(SignIn signIn = {})
    {
        const auto found = keys(std::move(signIn));
        return found ? found->id : "error: " + found.error().text();
    }
    static std::string role(const std::string &id, const std::string &expires)
    {
        return "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>" + id + "</AccessKeyId><SecretAccessKey>rs</SecretAccessKey><SessionToken>rt</SessionToken><Expiration>" + expires +
               "</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
    }

private slots:
    void init()
    {
        home = std::make_unique<QTemporaryDir>();
        http = std::make_shared<PlayedHttp>();
        runner = std::make_shared<PlayedRunner>();
        clock = std::make_shared<SetClock>();
        store = std::make_shared<MemorySecretStore>();
        environment = {{"AWS_EC2_METADATA_DISABLED", "true"}};
    }

    void theEnvironmentGoesBeforeTheProfileUnlessOneIsAskedFor()
    {
        environment["AWS_ACCESS_KEY_ID"] = "AENV";
        environment["AWS_SECRET_ACCESS_KEY"] = "x";
        environment["AWS_PROFILE"] = "dev";
        write(".aws/credentials", "[dev]\naws_access_key_id = ADEV\naws_secret_access_key = a/b=c\n");
        QCOMPARE(idOf(), std::string("AENV"));
        QCOMPARE(idOf({.profile = "dev"}), std::string("ADEV"));
        QCOMPARE(keys({.profile = "dev"})->secret.reveal(), std::string("a/b=c"));
        environment.erase("AWS_ACCESS_KEY_ID");
        QVERIFY(idOf().starts_with("error: the environment has half"));
    }

    void bothFilesMakeOneProfile()
    {
        write(".aws/config", "# comment\r\n[default]\r\nregion = eu-west-3\r\naws_access_key_id=AOLD\r\naws_secret_access_key=x\r\n[profile \"my dev\"]\r\nregion=eu-north-1\r\ns3 =\r\n  endpoint_url = http://127.0.0.1:1\r\n");
        write(".aws/credentials", "[default]\naws_access_key_id=ANEW\naws_secret_access_key=y\n");
        QCOMPARE(idOf(), std::string("ANEW"));
        const auto config = readSharedConfig(environment, home->path().toStdString());
        QCOMPARE(regionOf(*config, "default", environment), std::string("eu-west-3"));
        QCOMPARE(config->profiles.at("my dev").at("s3.endpoint_url"), std::string("http://127.0.0.1:1"));
        environment["AWS_DEFAULT_REGION"] = "us-east-2";
        QCOMPARE(regionOf(*config, "default", environment), std::string("us-east-2"));
        environment["AWS_REGION"] = "us-west-2";
        QCOMPARE(regionOf(*config, "default", environment), std::string("us-west-2"));
    }

    void endpointsComeInTheOrderOfTheSdks()
    {
        write(".aws/config", "[default]\nendpoint_url = http://127.0.0.1:1\nservices = local\n[services local]\neks =\n  endpoint_url = http://127.0.0.1:2\n");
        const auto config = readSharedConfig(environment, home->path().toStdString());
        const auto urlOf = [&](const Service &service) { return addressOf(service, "eu-west-3", endpointsOf(*config, "default", environment))->url; };
        QCOMPARE(urlOf(ec2), std::string("http://127.0.0.1:1"));
        QCOMPARE(urlOf(eks), std::string("http://127.0.0.1:2"));
        environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:3";
        QCOMPARE(urlOf(eks), std::string("http://127.0.0.1:3")); // the environment goes before the file
        environment["AWS_ENDPOINT_URL_EKS"] = "http://127.0.0.1:4";
        QCOMPARE(urlOf(eks), std::string("http://127.0.0.1:4"));
        QCOMPARE(urlOf(sts), std::string("http://127.0.0.1:3"));
        environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";
        QCOMPARE(urlOf(eks), std::string("https://eks.eu-west-3.amazonaws.com"));
    }

    void rolesAreTakenOnOneAfterTheOther()
    {
        write(".aws/config", "[profile base]\naws_access_key_id=ABASE\naws_secret_access_key=s\n[profile middle]\nrole_arn=arn:aws:iam::111111111111:role/m\nsource_profile=base\nexternal_id=e/1\n"
                             "[profile top]\nrole_arn=arn:aws:iam::222222222222:role/t\nsource_profile=middle\nregion=eu-north-1\n");
        http->say(200, role("AMIDDLE", "2026-09-21T15:00:00Z"));
        http->say(200, role("ATOP", "2026-09-21T15:00:00Z"));
        QCOMPARE(idOf({.profile = "top", .region = "eu-west-3"}), std::string("ATOP"));
        QVERIFY(http->asked[0].body.find("ExternalId=e%2F1") != std::string::npos);
        QVERIFY(http->header(0, "Authorization").find("Credential=ABASE/") != std::string::npos);
        QVERIFY(http->header(1, "Authorization").find("Credential=AMIDDLE/") != std::string::npos);
        QCOMPARE(http->header(1, "X-Amz-Security-Token"), std::string("rt"));
        QCOMPARE(http->asked[0].url, std::string("https://sts.eu-west-3.amazonaws.com/"));
        QCOMPARE(http->asked[1].url, std::string("https://sts.eu-north-1.amazonaws.com/"));
    }

    void aProfileThatNamesItselfUsesItsOwnKeys()
    {
        write(".aws/config", "[profile self]\nrole_arn=arn:aws:iam::111111111111:role/m\nsource_profile=self\naws_access_key_id=ASELF\naws_secret_access_key=s\n");
        http->say(200, role("AROLE", "2026-09-21T15:00:00Z"));
        QCOMPARE(idOf({.profile = "self", .region = "eu-west-3"}), std::string("AROLE"));
        QVERIFY(http->header(0, "Authorization").find("Credential=ASELF/") != std::string::npos);
    }

    void whatLeadsNowhereIsSaid_data()
    {
        QTest::addColumn<std::string>("config");
        QTest::addColumn<std::string>("words");
        const auto row = [](const char *name, const char *config, const char *words) { QTest::newRow(name) << std::string(config) << std::string(words); };
        row("circle", "[profile p]\nrole_arn=arn:x\nsource_profile=q\n[profile q]\nrole_arn=arn:y\nsource_profile=p\n", "name each other");
        row("no source", "[profile p]\nrole_arn=arn:x\n", "needs one of source_profile");
        row("two sources", "[profile p]\nrole_arn=arn:x\nsource_profile=q\ncredential_source=Environment\n", "needs one of source_profile");
        row("unknown source", "[profile p]\nrole_arn=arn:x\ncredential_source=Thinair\n", "that there is not: Thinair");
        row("source is not there", "[profile p]\nrole_arn=arn:x\nsource_profile=q\n", "there is no AWS profile q");
        row("source is empty", "[profile p]\nrole_arn=arn:x\nsource_profile=q\n[profile q]\nregion=eu-west-3\n", "which has none");
        row("code", "[profile p]\nrole_arn=arn:x\nsource_profile=p\nmfa_serial=arn:z\n", "mfa_serial");
        row("half", "[profile p]\naws_access_key_id=A\n", "half of a pair");
        row("no such profile", "[profile pp]\nregion=x\n", "there is no AWS profile p");
        row("no section", "aws_secret_access_key=s3cret\n", "no line of an AWS configuration");
        row("junk", "[profile p]\ns3cret without equals\n", "no line of an AWS configuration");
        row("sso without role", "[profile p]\nsso_session=s\n[sso-session s]\nsso_region=eu-west-3\n", "sso_account_id");
        row("sso session not there", "[profile p]\nsso_session=s\n", "which there is not");
        row("sso not signed in", "[profile p]\nsso_session=s\nsso_account_id=1\nsso_role_name=r\n[sso-session s]\nsso_region=eu-west-3\n", "is not signed in");
        row("open quote", "[profile p]\ncredential_process = \"a b\n", "is no command");
    }
    void whatLeadsNowhereIsSaid()
    {
        QFETCH(std::string, config);
        QFETCH(std::string, words);
        write(".aws/config", config);
        const auto found = keys({.profile = "p"});
        QVERIFY(!found);
        QVERIFY2(found.error().text().find(words) != std::string::npos, found.error().text().c_str());
        QVERIFY(found.error().text().find("s3cret") == std::string::npos);
    }

    void aProgramGivesKeys()
    {
        write(".aws/config", "[profile p]\ncredential_process = \"/opt/my tool\" --for 'a b' c\\ d\n");
        runner->output = {.exitCode = 0, .out = R"({"Version":1,"AccessKeyId":"APROC","SecretAccessKey":"s","SessionToken":"t","Expiration":"2026-09-21T15:13:20+01:00"})", .err = {}};
        const auto found = keys({.profile = "p"});
        QVERIFY(!found); // 14:13:20 in UTC: this very moment
        QVERIFY(found.error().text().find("expired") != std::string::npos);
        clock->now -= 1h;
        QCOMPARE(idOf({.profile = "p"}), std::string("APROC"));
        QCOMPARE(runner->last, (std::vector<std::string>{"/opt/my tool", "--for", "a b", "c d"}));
        for (const char *junk : {"", "[]", "{}", R"({"AccessKeyId":"A"})", R"({"AccessKeyId":"A","SecretAccessKey":"s3cret","Expiration":"soon"})"}) {
            runner->output.out = junk;
            const auto bad = keys({.profile = "p"});
            QVERIFY(!bad);
            QCOMPARE(bad.error().kind, ErrorKind::Protocol);
            QVERIFY(bad.error().text().find("s3cret") == std::string::npos);
        }
        runner->output = {.exitCode = 3, .out = {}, .err = "please sign in, password=s3cret"};
        const auto refused = keys({.profile = "p"});
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Unauthorized);
        for (const auto &[key, value] : refused.error().context)
            QVERIFY(value.find("s3cret") == std::string::npos);
    }

    void keysAreRenewedBeforeTheyExpire()
    {
        write(".aws/config", "[profile p]\ncredential_process = tool\n");
        runner->output = {.exitCode = 0, .out = R"({"Version":1,"AccessKeyId":"A1","SecretAccessKey":"s","Expiration":"2026-09-21T15:13:20Z"})", .err = {}};
        const auto one = source({.profile = "p"});
        QCOMPARE(one->keys(false, {})->id, std::string("A1"));
        runner->output.out = R"({"Version":1,"AccessKeyId":"A2","SecretAccessKey":"s","Expiration":"2026-09-21T18:13:20Z"})";
        QCOMPARE(one->keys(false, {})->id, std::string("A1"));
        clock->now += 56min;
        QCOMPARE(one->keys(false, {})->id, std::string("A2"));
        runner->output.out = R"({"Version":1,"AccessKeyId":"A3","SecretAccessKey":"s","Expiration":"2026-09-21T20:13:20Z"})";
        QCOMPARE(one->keys(true, {})->id, std::string("A3")); // refused by the service: at once
        clock->now += 298min;
        runner->output.out = "junk";
        QVERIFY(one->keys(false, {})); // a source that fails does no harm while the last are good
        clock->now += 10min;
        QVERIFY(!one->keys(false, {}));
    }

    void identityCenterGivesKeysForTheTokenOfTheTools()
    {
        write(".aws/config", "[profile p]\nsso_session=corp\nsso_account_id=123\nsso_role_name=Admin\n[sso-session corp]\nsso_region=eu-west-1\nsso_start_url=https://x.awsapps.com/start\n");
        const QString cache = ".aws/sso/cache/" + QString::fromLatin1(QCryptographicHash::hash("corp", QCryptographicHash::Sha1).toHex()) + ".json";
        const std::string given = R"({"roleCredentials":{"accessKeyId":"ASSO","secretAccessKey":"s","sessionToken":"t","expiration":1790003600000}})";
        write(cache, R"({"accessToken":"acc","expiresAt":"2026-09-21T15:00:00Z","refreshToken":"r1","clientId":"c","clientSecret":"cs"})");
        http->say(200, given);
        QCOMPARE(idOf({.profile = "p"}), std::string("ASSO"));
        QCOMPARE(http->asked[0].url, std::string("https://portal.sso.eu-west-1.amazonaws.com/federation/credentials?role_name=Admin&account_id=123"));
        QCOMPARE(http->header(0, "x-amz-sso_bearer_token"), std::string("acc"));
        // Expired, and renewed without a browser; the tools find the new one.
        write(cache, R"({"accessToken":"acc","expiresAt":"2026-09-21T13:00:00UTC","refreshToken":"r1","clientId":"c","clientSecret":"cs"})");
        http->say(200, R"({"accessToken":"acc2","expiresIn":3600,"refreshToken":"r2"})");
        http->say(200, given);
        QCOMPARE(idOf({.profile = "p"}), std::string("ASSO"));
        QCOMPARE(http->asked[1].url, std::string("https://oidc.eu-west-1.amazonaws.com/token"));
        QCOMPARE(http->header(2, "x-amz-sso_bearer_token"), std::string("acc2"));
        QFile file(home->filePath(cache));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto kept = nlohmann::json::parse(file.readAll().toStdString());
        QCOMPARE(kept["refreshToken"].get<std::string>(), std::string("r2"));
        QCOMPARE(kept["expiresAt"].get<std::string>(), std::string("2026-09-21T15:13:20Z"));
        QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
        // Refused: back to the browser.
        write(cache, R"({"accessToken":"acc","expiresAt":"2026-09-21T15:00:00Z"})");
        http->say(401, "{}");
        const auto refused = keys({.profile = "p"});
        QVERIFY(!refused);
        QVERIFY(refused.error().hint.find("aws sso login --profile p") != std::string::npos);
    }

    void aContainersRoleIsAskedWithItsToken()
    {
        write("token", "jwt-1");
        environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
        environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = home->filePath("token").toStdString();
        http->say(200, R"({"AccessKeyId":"APOD","SecretAccessKey":"s","Token":"t","Expiration":"2026-09-21T20:00:00Z"})");
        QCOMPARE(idOf(), std::string("APOD"));
        QCOMPARE(http->header(0, "Authorization"), std::string("jwt-1"));
    }

    void anInstancesRoleIsAskedByVersionTwoAlone()
    {
        environment.clear();
        http->say(200, "tok");
        http->say(200, "my-role\n");
        http->say(200, R"({"Code":"Success","AccessKeyId":"AINST","SecretAccessKey":"s","Token":"t","Expiration":"2026-09-21T20:00:00Z"})");
        QCOMPARE(idOf(), std::string("AINST"));
        QCOMPARE(http->asked[0].method, std::string("PUT"));
        QCOMPARE(http->header(2, "X-aws-ec2-metadata-token"), std::string("tok"));
        QCOMPARE(http->asked[2].url, std::string("http://169.254.169.254/latest/meta-data/iam/security-credentials/my-role"));
        http->asked.clear();
        http->say(403, ""); // version 2 is refused: version 1 is not tried
        const auto none = keys();
        QVERIFY(!none);
        QCOMPARE(http->asked.size(), std::size_t{1});
        QVERIFY(none.error().hint.find("aws sso login") != std::string::npos);
    }

    void typedInKeysAreKeptInTheStoreAlone()
    {
        QVERIFY(storeKeys(*store, "work", {.id = "ATYPED", .secret = Secret("s"), .token = {}, .expires = {}, .from = {}}));
        environment["AWS_ACCESS_KEY_ID"] = "AENV";
        environment["AWS_SECRET_ACCESS_KEY"] = "x";
        QCOMPARE(idOf({.stored = "work"}), std::string("ATYPED"));
        QVERIFY(forgetKeys(*store, "work"));
        QVERIFY(idOf({.stored = "work"}).starts_with("error: no AWS keys are kept as work"));
    }

    void plainHttpIsForThisComputerAndTheMetadataAddressesAlone()
    {
        for (const char *url : {"http://127.0.0.1:4566/", "http://localhost/x", "http://[::1]:1/", "http://169.254.169.254/latest", "http://169.254.170.2/a", "http://169.254.170.23"})
            QVERIFY2(mayBePlain(url), url);
        for (const char *url : {"http://eks.eu-west-3.amazonaws.com/", "http://127.0.0.1.evil.com/", "http://localhost@evil.com/", "http://127.0.0.1@evil.com", "http://169.254.169.2540/", "https://127.0.0.1/", "ftp://127.0.0.1/", "http://127.1.evil.1x/"})
            QVERIFY2(!mayBePlain(url), url);
        const auto refused = systemHttpClient({})->send({.url = "http://eks.eu-west-3.amazonaws.com/"}, {});
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Invalid);
    }
};

QTEST_GUILESS_MAIN(TestAwsCredentials)
#include "tst_aws_credentials.moc"

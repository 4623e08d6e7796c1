#include "base/log.h"
#include "base/redact.h"

#include <QTest>

using namespace timonier;

class TestRedact : public QObject
{
    Q_OBJECT
private slots:
    void secretsAreTakenOut_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("expected");
        const auto row = [](const char *name, std::string text, std::string expected) {
            QTest::newRow(name) << std::move(text) << std::move(expected);
        };
        row("bearer", "Authorization: Bearer abc.def-1", "Authorization: [redacted]");
        row("bearer in a sentence", "sent Bearer abc123 to it", "sent Bearer [redacted] to it");
        row("basic", "authorization: Basic dXNlcjpwYXNz\r\nHost: x", "authorization: [redacted]\r\nHost: x");
        row("jwt", "got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln!", "got [redacted]!");
        row("eks", "use k8s-aws-v1.aHR0cHM6Ly9zdHM now", "use [redacted] now");
        row("bootstrap", "join abcdef.0123456789abcdef here", "join [redacted] here");
        row("yaml token", "  token: s3cr3t\n  name: x", "  token: [redacted]\n  name: x");
        row("yaml with words", "password: my pass phrase\nuser: x", "password: [redacted]\nuser: x");
        row("yaml list", "- token: abc\n", "- token: [redacted]\n");
        row("json", "{\"token\":\"abc\",\"user\":\"bob\"}", "{\"token\":\"[redacted]\",\"user\":\"bob\"}");
        row("json with an escape", "{\"password\": \"a\\\"b\", \"n\": 1}", "{\"password\": \"[redacted]\", \"n\": 1}");
        row("json in json", "\"{\\\"token\\\": \\\"abc1\\\"}\"", "\"{\\\"token\\\": \\\"[redacted]\\\"}\"");
        row("equals", "password=hunter2 user=bob", "password=[redacted] user=bob");
        row("upper case", "AWS_SECRET_ACCESS_KEY=ab/c+d", "AWS_SECRET_ACCESS_KEY=[redacted]");
        row("option", "helm --password hunter2 --user bob", "helm --password [redacted] --user bob");
        row("option with equals", "--token=abc", "--token=[redacted]");
        row("key data", "client-key-data: LS0tLS1C", "client-key-data: [redacted]");
        row("camel case", "\"clientKeyData\":\"LS0t\"", "\"clientKeyData\":\"[redacted]\"");
        row("query", "GET /x?access_token=abc&y=1", "GET /x?access_token=[redacted]&y=1");
        row("url", "proxy http://bob:pa%40ss@host:3128/ down", "proxy http://[redacted]@host:3128/ down");
        row("url with at in the password", "http://bob:p@ss@host/", "http://[redacted]@host/");
        row("pem", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nrest",
            "-----BEGIN RSA PRIVATE KEY-----[redacted]-----END RSA PRIVATE KEY-----\nrest");
        row("pem in json", "\"k\":\"a\\n-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\"",
            "\"k\":\"a\\n-----BEGIN PRIVATE KEY-----[redacted]-----END PRIVATE KEY-----\"");
        row("pem cut short", "x -----BEGIN PRIVATE KEY-----\nMIIE", "x -----BEGIN PRIVATE KEY-----[redacted]");
        row("prose with a token", "invalid token: abc123def", "invalid token: [redacted]");
        row("prose with a password", "the password: hunter", "the password: [redacted]");
        row("unclosed quote", "token: \"abc", "token: \"[redacted]");
    }
    void secretsAreTakenOut()
    {
        QFETCH(std::string, text);
        QFETCH(std::string, expected);
        QCOMPARE(redact(text), expected);
    }

    void therestIsLeftAlone_data()
    {
        QTest::addColumn<std::string>("text");
        for (const char *text :
             {"", "could not get token: unauthorized", "failed: token: EOF", "the token expired", "tokenFile: /run/token",
              "secretName: db", "https://host:6443/api?watch=1", "mail bob@example.com", "a: b: c", "-----BEGIN CERTIFICATE-----",
              "pods/web-5d9c7b8f6d-x2v9k", "Bearer authentication failed", "password:", "token=", "é ☃ \xff", "eyJ.x",
              "://", "token"})
            QTest::addRow("%s", text) << std::string(text);
    }
    void therestIsLeftAlone()
    {
        QFETCH(std::string, text);
        QCOMPARE(redact(text), text);
    }

    void redactingTwiceChangesNoMore()
    {
        for (const char *text : {"token: abc", "http://u:p@h", "Bearer abc1", "{\"password\":\"x\"}"}) {
            const std::string once = redact(text);
            QVERIFY(redact(once).find("abc") == std::string::npos);
            QVERIFY(once.find("[redacted]") != std::string::npos);
        }
    }

    void levelsAreReadFromWords()
    {
        QCOMPARE(logLevel("debug"), LogLevel::Debug);
        QCOMPARE(logLevel("error"), LogLevel::Error);
        QCOMPARE(logLevel(""), LogLevel::Warning);
        QCOMPARE(logLevel("loud"), LogLevel::Warning);
        QVERIFY(!logs(LogLevel::Debug));
        QVERIFY(logs(LogLevel::Warning));
    }
};

QTEST_GUILESS_MAIN(TestRedact)
#include "tst_redact.moc"

// Signature Version 4 against AWS' own published vectors (data/sigv4-vectors.json says where they come from).
#include "cloud/aws/sigv4.h"

#include <QFile>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace timonier;
using namespace timonier::aws;
using Json = nlohmann::json;

namespace {

// "GET /path HTTP/1.1", headers (a line that begins with a blank goes on with the last one), an empty line, the body.
HttpRequest requestOf(const std::string &text, std::string &query)
{
    HttpRequest request;
    const std::size_t empty = text.find("\n\n");
    std::istringstream lines(text.substr(0, empty));
    std::string line;
    std::getline(lines, line);
    const std::size_t first = line.find(' '), last = line.rfind(' ');
    request.method = line.substr(0, first);
    const std::string target = line.substr(first + 1, last - first - 1);
    request.url = "https://example.amazonaws.com" + target;
    query = target.find('?') == std::string::npos ? "" : target.substr(target.find('?') + 1);
    while (std::getline(lines, line)) {
        if (line.starts_with(' '))
            request.headers.back().second += "\n" + line;
        else if (const std::size_t colon = line.find(':'); colon != std::string::npos)
            request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
    }
    if (empty != std::string::npos)
        request.body = text.substr(empty + 2);
    return request;
}

Time timeOf(const std::string &text)
{
    using namespace std::chrono;
    int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%dZ", &y, &mo, &d, &h, &mi, &s);
    return sys_days(year(y) / mo / d) + hours(h) + minutes(mi) + seconds(s);
}

} // namespace

class TestSigv4 : public QObject
{
    Q_OBJECT
    Json document;

private slots:
    void initTestCase()
    {
        QFile file(QStringLiteral(TIMONIER_CLOUD_DATA "/sigv4-vectors.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        document = Json::parse(file.readAll().toStdString());
        QCOMPARE(document["vectors"].size(), std::size_t{38});
    }

    void everyPublishedVectorIsSignedAsAwsSignsIt_data()
    {
        QTest::addColumn<int>("index");
        for (int i = 0; i < 38; ++i)
            if (!document["vectors"][std::size_t(i)]["context"].value("omit_session_token", false)) // for AWS IoT alone
                QTest::newRow(document["vectors"][std::size_t(i)]["name"].get<std::string>().c_str()) << i;
    }
    void everyPublishedVectorIsSignedAsAwsSignsIt()
    {
        QFETCH(int, index);
        const Json &vector = document["vectors"][std::size_t(index)], &context = vector["context"];
        const Keys keys{.id = context["credentials"]["access_key_id"], .secret = Secret(context["credentials"]["secret_access_key"]), .token = Secret(context["credentials"].value("token", ""))};
        const Scope scope{.region = context["region"], .service = context["service"]};
        const Time now = timeOf(context["timestamp"]);
        const SigningRules rules{.normalize = context["normalize"], .namesHash = context["sign_body"]};
        std::string query;
        HttpRequest request = requestOf(vector["request"], query);
        const HttpRequest plain = request;
        const Signature made = signHeaders(request, keys, scope, now, rules);
        QCOMPARE(made.canonicalRequest, vector["header"]["canonical"].get<std::string>());
        QCOMPARE(made.stringToSign, vector["header"]["toSign"].get<std::string>());
        QCOMPARE(made.hex, vector["header"]["signature"].get<std::string>());
        const std::string url = presigned(plain, keys, scope, now, std::chrono::seconds(context["expiration_in_seconds"].get<int>()), rules).reveal();
        QVERIFY2(url.ends_with("&X-Amz-Signature=" + vector["query"]["signature"].get<std::string>()), url.c_str());
    }

    void s3TakesThePathAsItIsSent()
    {
        HttpRequest request{.url = "https://examplebucket.s3.amazonaws.com/a%20b//c"};
        const Keys keys{.id = "AKIDEXAMPLE", .secret = Secret("key")};
        const Signature made = signHeaders(request, keys, {"us-east-1", "s3"}, timeOf("2013-05-24T00:00:00Z"), {.encodeTwice = false, .normalize = false, .unsignedBody = true, .namesHash = true});
        QVERIFY(made.canonicalRequest.starts_with("GET\n/a%20b//c\n"));
        QVERIFY(made.canonicalRequest.ends_with("\nUNSIGNED-PAYLOAD"));
        QCOMPARE(made.signedHeaders, std::string("host;x-amz-content-sha256;x-amz-date"));
    }

    // docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, its first example.
    void theExampleOfS3sManualComesOut()
    {
        HttpRequest request{.url = "https://examplebucket.s3.amazonaws.com/test.txt", .headers = {{"Range", "bytes=0-9"}}};
        const Keys keys{.id = "AKIAIOSFODNN7EXAMPLE", .secret = Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
        const Signature made = signHeaders(request, keys, {"us-east-1", "s3"}, timeOf("2013-05-24T00:00:00Z"), {.encodeTwice = false, .normalize = false, .namesHash = true});
        QCOMPARE(made.hex, std::string("f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"));
    }

    void aSecondSignatureReplacesTheFirst()
    {
        HttpRequest request{.url = "https://sts.eu-west-3.amazonaws.com/"};
        const Keys session{.id = "A", .secret = Secret("b"), .token = Secret("c")};
        signHeaders(request, session, {"eu-west-3", "sts"}, timeOf("2026-01-01T00:00:00Z"));
        const auto first = request.headers;
        signHeaders(request, session, {"eu-west-3", "sts"}, timeOf("2026-01-01T00:00:00Z"));
        auto a = first, b = request.headers;
        std::ranges::sort(a);
        std::ranges::sort(b);
        QCOMPARE(a, b);
    }
};

QTEST_GUILESS_MAIN(TestSigv4)
#include "tst_sigv4.moc"

#include "cloud/s3/bucket.h"

#include "played_http.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace timonier;
using namespace timonier::s3;

namespace {

Bucket bucketOn(const std::shared_ptr<test::PlayedHttp> &http)
{
    return {http, {.url = "http://127.0.0.1:9000", .bucket = "models", .keys = {.id = "AKEXAMPLE", .secret = Secret("never-seen")}}};
}

std::string error(const std::string &code, const std::string &message = "no") { return "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>"; }

} // namespace

class TestS3 : public QObject
{
    Q_OBJECT
private slots:
    void everyRequestIsSignedWithTheSumOfItsBody()
    {
        const auto http = std::make_shared<test::PlayedHttp>();
        http->say(200, "<ListBucketResult/>");
        QCOMPARE(bucketOn(http).exists({}).value(), true);
        QCOMPARE(http->asked[0].url, std::string("http://127.0.0.1:9000/models?list-type=2&max-keys=1"));
        QCOMPARE(http->header(0, "X-Amz-Content-Sha256"), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QVERIFY(http->header(0, "Authorization").find("/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date") != std::string::npos);
    }

    void aKeyIsEncodedOnce()
    {
        const auto http = std::make_shared<test::PlayedHttp>();
        http->say(204, "");
        QVERIFY(bucketOn(http).remove("a/b c+ä", {}));
        QCOMPARE(http->asked[0].url, std::string("http://127.0.0.1:9000/models/a/b%20c%2B%C3%A4"));
    }

    void aListIsReadPageAfterPage()
    {
        const auto http = std::make_shared<test::PlayedHttp>();
        http->say(200, "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>n/1=</NextContinuationToken><Contents><Key>a/1</Key><Size>5</Size></Contents></ListBucketResult>");
        http->say(200, "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a/2</Key><Size>7</Size></Contents></ListBucketResult>");
        const auto all = bucketOn(http).list("a/", {});
        QVERIFY(all && all->size() == 2);
        QCOMPARE(all->at(1).bytes, std::uint64_t(7));
        QVERIFY(http->asked[1].url.find("continuation-token=n%2F1%3D") != std::string::npos);
    }

    void partsThatHaveArrivedAreNotSentAgain()
    {
        QTemporaryDir folder;
        const std::string file = folder.filePath("m").toStdString();
        const std::uint64_t part = Bucket::partSize(0), size = 2 * part + 3;
        std::ofstream(file) << std::string(size, 'x');
        const auto http = std::make_shared<test::PlayedHttp>();
        http->say(200, "<ListMultipartUploadsResult><Upload><Key>k2</Key><UploadId>other</UploadId></Upload><Upload><Key>k</Key><UploadId>u1</UploadId></Upload></ListMultipartUploadsResult>");
        http->say(200, "<ListPartsResult><Part><PartNumber>1</PartNumber><ETag>\"e1\"</ETag><Size>" + std::to_string(part) + "</Size></Part><Part><PartNumber>2</PartNumber><ETag>\"half\"</ETag><Size>10</Size></Part></ListPartsResult>");
        http->say(200, "", {{"etag", "\"e2\""}});
        http->say(200, "", {{"etag", "\"e3\""}});
        http->say(200, "<CompleteMultipartUploadResult/>");
        std::vector<std::uint64_t> told;
        QVERIFY(bucketOn(http).upload("k", file, size, [&](std::uint64_t sent) { told.push_back(sent); }, {}));
        QCOMPARE(told, (std::vector<std::uint64_t>{part, 2 * part, size}));
        QVERIFY(http->asked[2].url.ends_with("/models/k?partNumber=2&uploadId=u1"));
        QCOMPARE(http->asked[3].body.size(), std::size_t(3));
        QVERIFY(http->asked[4].body.find("<Part><PartNumber>1</PartNumber><ETag>\"e1\"</ETag></Part><Part><PartNumber>2</PartNumber><ETag>\"e2\"</ETag></Part><Part><PartNumber>3</PartNumber>") != std::string::npos);
    }

    void anEndWhoseAnswerWasLostIsFoundByLooking()
    {
        QTemporaryDir folder;
        const std::string file = folder.filePath("m").toStdString();
        const std::uint64_t size = Bucket::partSize(0) + 1;
        std::ofstream(file) << std::string(size, 'x');
        for (const std::uint64_t found : {size, size - 1}) {
            const auto http = std::make_shared<test::PlayedHttp>();
            http->say(200, "<ListMultipartUploadsResult/>");
            http->say(200, "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>");
            http->say(200, "<ListPartsResult/>");
            http->say(200, "", {{"etag", "1"}});
            http->say(200, "", {{"etag", "2"}});
            http->say(404, error("NoSuchUpload"));
            http->say(200, "<ListBucketResult><Contents><Key>m</Key><Size>" + std::to_string(found) + "</Size></Contents></ListBucketResult>");
            QCOMPARE(bucketOn(http).upload("m", file, size, [](std::uint64_t) {}, {}).has_value(), found == size);
        }
    }

    void noFileIsTooLargeForItsParts()
    {
        for (const std::uint64_t size : {std::uint64_t(1), std::uint64_t(84'000'000'000), std::uint64_t(5'000'000'000'000)})
            QVERIFY((size + Bucket::partSize(size) - 1) / Bucket::partSize(size) <= 10'000);
    }

    void whatAStoreRefusesIsToldInWords_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("body");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, int status, const std::string &body, ErrorKind kind, const char *words) { QTest::newRow(name) << status << QString::fromStdString(body) << int(kind) << words; };
        row("unknown key", 403, error("InvalidAccessKeyId"), ErrorKind::Unauthorized, "does not know these keys");
        row("wrong secret", 403, error("SignatureDoesNotMatch", "The request signature we calculated… AKEXAMPLE never-seen"), ErrorKind::Unauthorized, "(SignatureDoesNotMatch)");
        row("may not", 403, error("AccessDenied", "Access Denied."), ErrorKind::Forbidden, "AccessDenied: Access Denied.");
        row("a clock", 403, error("RequestTimeTooSkewed"), ErrorKind::Unauthorized, "RequestTimeTooSkewed");
        row("no bucket", 404, error("NoSuchBucket"), ErrorKind::NotFound, "there is no");
        row("somebody else's", 409, error("BucketAlreadyExists"), ErrorKind::Conflict, "BucketAlreadyExists");
        row("MinIO's disk", 507, error("XMinioStorageFull", "Storage backend has reached its minimum free drive threshold."), ErrorKind::TooLarge, "there is no room for models/k");
        row("MinIO's quota", 400, error("XMinioAdminBucketQuotaExceeded", "Bucket quota exceeded"), ErrorKind::TooLarge, "Bucket quota exceeded");
        row("busy", 503, error("SlowDown"), ErrorKind::Throttled, "too busy");
        row("failing", 500, error("InternalError", "We encountered an internal error, please try again."), ErrorKind::Server, "failed at models/k");
        row("a web page", 404, "<!doctype html><p>Console", ErrorKind::NotFound, "there is no");
        row("another program", 400, "Client sent an HTTP request to an HTTPS server.", ErrorKind::Protocol, "no object store");
    }
    void whatAStoreRefusesIsToldInWords()
    {
        QFETCH(int, status);
        QFETCH(QString, body);
        QFETCH(int, kind);
        QFETCH(QString, words);
        const Error told = storeError("models/k", {.status = status, .body = body.toStdString()});
        QCOMPARE(int(told.kind), kind);
        QVERIFY2(told.message.find(words.toStdString()) != std::string::npos, told.message.c_str());
        QVERIFY(told.text().find("never-seen") == std::string::npos);
        QVERIFY(told.kind == ErrorKind::NotFound || !told.hint.empty());
    }
};

QTEST_GUILESS_MAIN(TestS3)
#include "tst_s3.moc"

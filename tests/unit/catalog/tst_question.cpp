#include "catalog/question.h"

#include <QTest>

using namespace timonier;
using namespace timonier::catalog;

namespace {

Response response(int status, std::string body, std::string type = "application/json")
{
    Response made;
    made.head.status = status;
    made.head.contentType = std::move(type);
    made.body = std::move(body);
    return made;
}

const Asked cat{.target = {}, .path = "/predict", .type = "image/jpeg", .body = "cat.jpg", .answer = "cat"};

Entry entry()
{
    Entry made{.id = "app", .title = "App"};
    made.parameters = {{.id = "on", .type = form::Type::Boolean, .initial = "true"}, {.id = "question", .type = form::Type::File, .onlyIf = "on=true"}, {.id = "type"}, {.id = "path", .initial = "/predict"}};
    made.questions = {{.service = "${name}-backend", .port = "80", .health = "/healthz", .path = "${path}", .body = "question", .type = "${type}", .onlyIf = "on=true"}};
    return made;
}

} // namespace

class TestQuestion : public QObject
{
    Q_OBJECT
private slots:
    void theMediaTypeIsToldByTheName()
    {
        QCOMPARE(mediaType("a/cat.JPEG"), std::string("image/jpeg"));
        QCOMPARE(mediaType("q.json"), std::string("application/json"));
        QCOMPARE(mediaType("model.onnx"), std::string("application/octet-stream"));
        QCOMPARE(mediaType("noname"), std::string("application/octet-stream"));
    }

    void anAnswerIsJudged_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("wrong");
        QTest::newRow("good") << 200 << QByteArray("{\"label\":\"cat\"}") << QString();
        QTest::newRow("created") << 201 << QByteArray("cat") << QString();
        QTest::newRow("another animal") << 200 << QByteArray("{\"label\":\"dog\"}") << QString("“cat” does not stand in the answer: {\"label\":\"dog\"}");
        QTest::newRow("an empty one") << 200 << QByteArray() << QString("“cat” does not stand in the answer: ");
        QTest::newRow("a redirect") << 302 << QByteArray("cat") << QString("the question at /predict is answered with status 302: cat");
        QTest::newRow("a fault") << 500 << QByteArray("Traceback\n  File\n") << QString("the question at /predict is answered with status 500: Traceback   File");
        QTest::newRow("not there") << 404 << QByteArray("<html>") << QString("the question at /predict is answered with status 404: <html>");
        QTest::newRow("bytes") << 500 << QByteArray("\0\1\2", 3) << QString("the question at /predict is answered with status 500: 3 bytes of application/json");
    }
    void anAnswerIsJudged()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(QString, wrong);
        const auto judged = judge(cat, response(status, body.toStdString()));
        QCOMPARE(judged ? QString() : QString::fromStdString(judged.error().message), wrong);
        QVERIFY(judged || !judged.error().hint.empty());
    }

    void aLongAnswerIsShownToItsBeginningAndNoLetterIsCut()
    {
        const auto judged = judge(cat, response(200, std::string(299, 'x') + "é and more"));
        QVERIFY(!judged);
        QVERIFY(QString::fromStdString(judged.error().message).endsWith(QStringLiteral("x …")) || QString::fromStdString(judged.error().message).endsWith(QStringLiteral("é …")));
        QVERIFY(!QString::fromStdString(judged.error().message).contains(QChar::ReplacementCharacter));
    }

    void whatIsNotWantedIsNotAsked()
    {
        auto asked = questionsOf(entry(), {.name = "rec", .ns = "here", .values = {.texts = {{"question", "/tmp/cat.png"}}, .secrets = {}}});
        QVERIFY(asked && asked->size() == 1);
        QCOMPARE(asked->front().target.name, std::string("rec-backend"));
        QCOMPARE(asked->front().target.ns, std::string("here"));
        QCOMPARE(asked->front().type, std::string("image/png"));
        QCOMPARE(asked->front().body, std::filesystem::path("/tmp/cat.png"));
        asked = questionsOf(entry(), {.name = "rec", .ns = "here", .values = {.texts = {{"type", "text/x"}}, .secrets = {}}});
        QVERIFY(asked && asked->front().body.empty());
        QCOMPARE(asked->front().type, std::string("text/x"));
        asked = questionsOf(entry(), {.name = "rec", .ns = "here", .values = {.texts = {{"on", "false"}}, .secrets = {}}});
        QVERIFY(asked && asked->empty());
    }
};

QTEST_GUILESS_MAIN(TestQuestion)
#include "tst_question.moc"

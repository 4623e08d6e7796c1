// Whole objects, read and written as YAML.
#include "manifest/object.h"
#include "manifest/yaml_writer.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace timonier;

class tst_manifest : public QObject
{
    Q_OBJECT
private slots:
    void the_servers_book_keeping_is_left_out();
    void what_apply_left_of_a_secret_is_left_out();
    void bytes_that_are_no_utf8_are_replaced();
    void what_is_no_object_is_an_error_data();
    void what_is_no_object_is_an_error();
    void texts_come_out_as_kubectl_writes_them();
};

void tst_manifest::the_servers_book_keeping_is_left_out()
{
    const auto object = readObject("{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\",\"managedFields\":[{\"manager\":\"x\"}]}}");
    QVERIFY(object);
    QCOMPARE(yamlText(*object), std::string("kind: Pod\nmetadata:\n  name: a\n"));
}

void tst_manifest::what_apply_left_of_a_secret_is_left_out()
{
    const std::string_view json = "{\"kind\":7,\"metadata\":{\"annotations\":"
                                  "{\"kubectl.kubernetes.io/last-applied-configuration\":\"hunter2\"}}}";
    const auto plain = readObject(json);
    QVERIFY(plain);
    QVERIFY(yamlText(*plain).find("hunter2") != std::string::npos);
    std::string secret(json);
    secret.replace(secret.find("7"), 1, "\"Secret\"");
    const auto read = readObject(secret);
    QVERIFY(read);
    QVERIFY(yamlText(*read).find("hunter2") == std::string::npos);
    const auto inList = readObject("{\"metadata\":{\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"hunter2\"}}}", "Secret");
    QVERIFY(inList);
    QVERIFY(yamlText(*inList).find("hunter2") == std::string::npos);
}

void tst_manifest::bytes_that_are_no_utf8_are_replaced()
{
    const auto object = readObject("{\"a\":\"caf\xE9\"}");
    QVERIFY(object);
    QVERIFY(yamlText(*object).find("caf\xEF\xBF\xBD") != std::string::npos);
}

void tst_manifest::what_is_no_object_is_an_error_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("a list") << QByteArray("[]");
    QTest::newRow("cut") << QByteArray("{\"a\":");
    QTest::newRow("deep") << QByteArray("{\"a\":").repeated(500'000);
    QTest::newRow("deep and whole") << QByteArray("{\"a\":").repeated(5'000) + "1" + QByteArray("}").repeated(5'000);
}

void tst_manifest::what_is_no_object_is_an_error()
{
    QFETCH(QByteArray, json);
    QVERIFY(!readObject(json.toStdString()));
}

void tst_manifest::texts_come_out_as_kubectl_writes_them()
{
    const auto object = readObject("{\"on\":\"true\",\"lines\":\"a\\nb\\n\",\"list\":[{\"a\":1}],\"none\":{}}");
    QVERIFY(object);
    QCOMPARE(yamlText(*object), std::string("\"on\": \"true\"\nlines: |\n  a\n  b\nlist:\n- a: 1\nnone: {}\n"));
}

QTEST_GUILESS_MAIN(tst_manifest)
#include "tst_manifest.moc"

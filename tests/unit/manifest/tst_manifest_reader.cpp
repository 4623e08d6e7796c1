// Texts of manifests -> objects: what people write, and what they get wrong.
#include "manifest/manifest_reader.h"
#include "manifest/yaml_scalar.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace timonier;

namespace {

const std::string head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

Result<std::vector<ManifestObject>> read(const std::string &text) { return readManifests({{"app.yaml", text}}); }

std::string context(const Error &error, std::string_view key)
{
    for (const auto &[name, value] : error.context)
        if (name == key)
            return value;
    return {};
}

} // namespace

class tst_manifest_reader : public QObject
{
    Q_OBJECT
private slots:
    void bare_words_mean_what_kubernetes_takes_them_for_data();
    void bare_words_mean_what_kubernetes_takes_them_for();
    void documents_lists_and_json_become_objects_with_their_lines();
    void anchors_and_merge_keys_are_resolved();
    void what_the_server_keeps_of_its_own_is_not_sent();
    void the_same_twice_is_taken_once();
    void what_is_wrong_is_named_with_its_place_data();
    void what_is_wrong_is_named_with_its_place();
    void aliases_that_explode_are_stopped();
    void a_document_of_twenty_megabytes_is_refused_and_not_choked_on();
    void many_documents_keep_their_order();
};

void tst_manifest_reader::bare_words_mean_what_kubernetes_takes_them_for_data()
{
    QTest::addColumn<QString>("json");
    for (const auto &[text, json] : std::vector<std::pair<const char *, const char *>>{
             {"yes", "true"}, {"Off", "false"}, {"n", "false"}, {"~", "null"}, {"", "null"}, {"null", "null"}, {"0644", "420"}, {"0o17", "15"}, {"0x1F", "31"}, {"0b101", "5"}, {"-7", "-7"},
             {"+7", "7"}, {"1_000", "1000"}, {"08", "8"}, {"1e3", "1000"}, {"1.5", "1.5"}, {".5", "0.5"}, {"1.", "1"}, {"1.2.3", "\"1.2.3\""}, {"12:30", "\"12:30\""}, {"-", "\"-\""},
             {"2001-01-01", "\"2001-01-01\""}, {".inf", "\".inf\""}, {"yess", "\"yess\""}, {"18446744073709551615", "18446744073709551615"}, {"-9223372036854775808", "-9223372036854775808"},
             {"100m", "\"100m\""}, {"1Gi", "\"1Gi\""}, {"0x", "\"0x\""}, {"tRue", "\"tRue\""}, {"1e", "\"1e\""}})
        QTest::newRow(*text ? text : "nothing") << QString(json);
}

void tst_manifest_reader::bare_words_mean_what_kubernetes_takes_them_for()
{
    QFETCH(QString, json);
    const std::string text = QTest::currentDataTag();
    QCOMPARE(yamlScalar(text == "nothing" ? "" : text).dump(), json.toStdString());
}

void tst_manifest_reader::documents_lists_and_json_become_objects_with_their_lines()
{
    const auto objects = read("# a comment\n---\n" + head + "--- # another\n\n---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: apps/v1\n  kind: Deployment\n  metadata: {name: web, namespace: shop}\n"
                              "- apiVersion: v1\n  kind: Pod\n  metadata: {name: p}\n---\n{\n\t\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"\\ud83d\\ude00\"}}\n");
    QVERIFY2(objects, objects ? "" : objects.error().text().c_str());
    QCOMPARE(objects->size(), std::size_t(4));
    QCOMPARE(objects->at(0).line, 3);
    QVERIFY((objects->at(1).ref == ObjectRef{"apps", "Deployment", "shop", "web"}));
    QCOMPARE(objects->at(1).apiVersion(), std::string("apps/v1"));
    QCOMPARE(objects->at(1).line, 12);
    QCOMPARE(objects->at(2).line, 15);
    QCOMPARE(objects->at(3).ref.name, std::string("\xF0\x9F\x98\x80"));
}

void tst_manifest_reader::anchors_and_merge_keys_are_resolved()
{
    const auto objects = read(head + "data: &d {x: \"1\", v: \"2\"}\nmore:\n  <<: *d\n  v: \"3\"\nmost: {<<: [{z: a}, {z: b, w: c}]}\non: 7\n");
    QVERIFY2(objects, objects ? "" : objects.error().text().c_str());
    const auto json = nlohmann::json::parse(objects->at(0).json);
    QCOMPARE(json["more"].dump(), std::string("{\"v\":\"3\",\"x\":\"1\"}"));
    QCOMPARE(json["most"].dump(), std::string("{\"w\":\"c\",\"z\":\"a\"}"));
    QCOMPARE(json["true"].dump(), std::string("7"));
}

void tst_manifest_reader::what_the_server_keeps_of_its_own_is_not_sent()
{
    const auto objects = read("apiVersion: v1\nkind: Pod\nmetadata: {name: a, uid: x, resourceVersion: \"5\", managedFields: []}\nstatus: {phase: Running}\n");
    QVERIFY(objects);
    QCOMPARE(objects->at(0).json, std::string("{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\"}}"));
}

void tst_manifest_reader::the_same_twice_is_taken_once()
{
    QCOMPARE(read(head + "---\n" + head)->size(), std::size_t(1));
    const auto differs = read(head + "---\n" + head + "data: {a: b}\n");
    QVERIFY(!differs);
    QVERIFY2(differs.error().message.find("app.yaml:1") != std::string::npos, differs.error().message.c_str());
    QCOMPARE(context(differs.error(), "line"), std::string("5"));
}

void tst_manifest_reader::what_is_wrong_is_named_with_its_place_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("place");
    const QString good = QString::fromStdString(head);
    QTest::newRow("a tab") << good + "data:\n\ta: b\n" << "" << "5:";
    QTest::newRow("a tab, in the second document") << good + "---\n" + good + "data:\n\ta: b\n" << "" << "9:";
    QTest::newRow("a key twice") << good + "data:\n  a: b\n  a: c\n" << "data: the key" << "6:3";
    QTest::newRow("a key twice, deep in a list") << good + "spec:\n  containers:\n  - name: x\n  - name: y\n    name: z\n" << "spec.containers[1]: the key" << "8:5";
    QTest::newRow("brackets that do not close") << good + "data: {a: [b\n" << "" << ":";
    QTest::newRow("an alias of nothing") << good + "data: *nothing\n" << "anchor" << "4:";
    QTest::newRow("no kind") << "apiVersion: v1\nmetadata: {name: a}\n" << "kind: it is missing" << "1:";
    QTest::newRow("no name") << "apiVersion: v1\nkind: Pod\nmetadata: {}\n" << "metadata.name: it is missing" << "1:";
    QTest::newRow("a number for a name") << "apiVersion: v1\nkind: Pod\nmetadata: {name: 1}\n" << "metadata.name: it must be a text, and here is 1" << "1:";
    QTest::newRow("a made-up name") << "apiVersion: v1\nkind: Pod\nmetadata: {generateName: a-}\n" << "metadata.generateName" << "1:";
    QTest::newRow("a text") << "hello\n" << "no Kubernetes object" << "1:";
    QTest::newRow("within a List") << "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n" << "metadata.name" << "4:";
    QTest::newRow("kustomize") << "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: a}\n" << "kustomize" << "1:";
    QTest::newRow("JSON that is cut") << "{\"apiVersion\": \"v1\",\n \"kind\": \"Pod\", \"metadata\": {\"name\"" << "" << ":";
    QTest::newRow("a list for a key") << good + "? [a, b]\n: c\n" << "a key must be a text" << "4:";
    QTest::newRow("nested too deep") << good + "data: " + QString(300, '[') + QString(300, ']') + "\n" << "nested deeper" << "4:";
}

void tst_manifest_reader::what_is_wrong_is_named_with_its_place()
{
    QFETCH(QString, text);
    QFETCH(QString, words);
    QFETCH(QString, place);
    const auto objects = read(text.toStdString());
    QVERIFY(!objects);
    QCOMPARE(context(objects.error(), "file"), std::string("app.yaml"));
    QVERIFY2(QString::fromStdString(objects.error().message).contains(words), objects.error().message.c_str());
    const std::string at = context(objects.error(), "line") + ":" + context(objects.error(), "column");
    QVERIFY2(QString::fromStdString(at).contains(place) && at.front() != ':', at.c_str());
    if (QString(QTest::currentDataTag()).startsWith("a tab"))
        QVERIFY2(objects.error().hint.find("tab") != std::string::npos, objects.error().text().c_str());
}

void tst_manifest_reader::aliases_that_explode_are_stopped()
{
    std::string text = head + "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        for (int n = 0; n < 10; ++n)
            text += (n ? ", *a" : "*a") + std::to_string(i - 1);
        text += "]\n";
    }
    const auto objects = read(text);
    QVERIFY(!objects);
    QVERIFY(objects.error().kind == ErrorKind::TooLarge);
    QVERIFY(!context(objects.error(), "line").empty());
}

void tst_manifest_reader::a_document_of_twenty_megabytes_is_refused_and_not_choked_on()
{
    std::string text = head + "data:\n";
    for (int i = 0; text.size() < (20u << 20); ++i)
        text += "  key" + std::to_string(i) + ": " + std::string(100, 'x') + "\n";
    const auto objects = read(text);
    QVERIFY(!objects);
    QVERIFY(objects.error().kind == ErrorKind::TooLarge);
    QVERIFY2(objects.error().message.find("a server takes 3") != std::string::npos, objects.error().message.c_str());
}

void tst_manifest_reader::many_documents_keep_their_order()
{
    std::string text;
    for (int i = 0; i < 2'000; ++i)
        text += "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c" + std::to_string(i) + "\ndata:\n  key: " + std::string(100, 'x') + "\n";
    const auto objects = read(text);
    QVERIFY(objects);
    QCOMPARE(objects->size(), std::size_t(2'000));
    for (int i = 0; i < 2'000; ++i) {
        QCOMPARE(objects->at(static_cast<std::size_t>(i)).ref.name, "c" + std::to_string(i));
        QCOMPARE(objects->at(static_cast<std::size_t>(i)).line, 7 * i + 2);
    }
    // The first that is wrong is the one that is told of, whichever thread saw one first.
    const auto broken = read(text + "---\nkind: [\n---\n" + text.substr(0, text.size() / 2) + "---\nkind: Pod\n");
    QVERIFY(!broken);
    QCOMPARE(context(broken.error(), "file"), std::string("app.yaml"));
    QVERIFY2(std::stoi(context(broken.error(), "line")) < 14'010, context(broken.error(), "line").c_str());
}

QTEST_GUILESS_MAIN(tst_manifest_reader)
#include "tst_manifest_reader.moc"

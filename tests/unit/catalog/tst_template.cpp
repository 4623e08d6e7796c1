#include "catalog/template.h"

#include <QTest>

#include <nlohmann/json.hpp>

using namespace timonier;
using namespace timonier::catalog;
using form::Type;
using Json = nlohmann::json;

namespace {

Entry entryWith(const std::string &manifest)
{
    Entry entry{.id = "app", .title = "App"};
    entry.parameters = {{.id = "text", .initial = "plain"}, {.id = "count", .type = Type::Integer, .initial = "3"}, {.id = "on", .type = Type::Boolean, .initial = "true"},
                        {.id = "list", .type = Type::Lines}, {.id = "from", .type = Type::Port, .initial = "10"}, {.id = "to", .type = Type::Port, .initial = "12"},
                        {.id = "secret", .type = Type::Secret}, {.id = "quiet", .initial = "never", .onlyIf = "on=false"}};
    entry.sources = {{.kind = Source::Templates, .paths = {"m"}}};
    entry.templates["m"] = manifest;
    return entry;
}

// A ConfigMap with this below `data`, and no other word of Kubernetes: what is put in is looked at.
std::string with(const std::string &data) { return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n" + data; }

Json filled(const std::string &data, const std::map<std::string, std::string> &texts = {})
{
    const auto rendered = render(entryWith(with(data)), {.name = "mine", .ns = "here", .values = {.texts = texts, .secrets = {}}});
    if (!rendered)
        return rendered.error().text();
    return Json::parse(rendered->objects.at(0).json)["data"];
}

} // namespace

class TestTemplate : public QObject
{
    Q_OBJECT
private slots:
    void aValueByItselfHasItsType()
    {
        const Json data = filled("  a: ${count}\n  b: ${on}\n  c: ${text}\n  d: ${list}\n  e: \"${count}\"\n  f: x${count}y${on}\n", {{"list", "one\ntwo\n"}});
        QVERIFY(data == Json({{"a", 3}, {"b", true}, {"c", "plain"}, {"d", {"one", "two"}}, {"e", 3}, {"f", "x3ytrue"}}));
    }

    void whatAPersonTypesIsNeverYaml_data()
    {
        QTest::addColumn<std::string>("typed");
        QTest::newRow("a colon") << std::string("a: b");
        QTest::newRow("quotes") << std::string("\"it's\"");
        QTest::newRow("a new field") << std::string("x\nkind: ClusterRoleBinding\nmetadata: {name: evil}");
        QTest::newRow("a new document") << std::string("x\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: evil}\n");
        QTest::newRow("a flow map") << std::string("{privileged: true}");
        QTest::newRow("an anchor") << std::string("&a [*a]");
        QTest::newRow("a directive") << std::string("$if: on=false");
        QTest::newRow("a parameter") << std::string("${count}");
        QTest::newRow("an open parameter") << std::string("${");
        QTest::newRow("a truth") << std::string("yes");
        QTest::newRow("a number") << std::string("0644");
        QTest::newRow("a comment") << std::string("x # y");
        QTest::newRow("a tag") << std::string("!!binary aGk=");
        QTest::newRow("a control character") << std::string("a\x01b");
    }
    void whatAPersonTypesIsNeverYaml()
    {
        QFETCH(std::string, typed);
        const std::string manifest = with("  alone: ${text}\n  within: \"<${text}>\"\n");
        const auto rendered = render(entryWith(manifest), {.name = "mine", .ns = "here", .values = {.texts = {{"text", typed}}, .secrets = {}}});
        QVERIFY(rendered);
        QCOMPARE(rendered->objects.size(), std::size_t(1));
        const Json object = Json::parse(rendered->objects[0].json);
        QCOMPARE(object["data"]["alone"].get<std::string>(), typed);
        QCOMPARE(object["data"]["within"].get<std::string>(), "<" + typed + ">");
        QCOMPARE(object.size(), std::size_t(4));
    }

    void aBranchIsThereWhileItsConditionHolds()
    {
        const char *data = "  a:\n    $if: on=true\n    b: 1\n  c:\n    $if: text=other|plain; on=true\n    $value: yes-it-is\n    $else: no\n  d:\n    - $if: on=false\n      e: 1\n    - f\n";
        QVERIFY(filled(data) == Json({{"a", {{"b", 1}}}, {"c", "yes-it-is"}, {"d", {"f"}}}));
        QVERIFY(filled(data, {{"on", "false"}}) == Json({{"c", false}, {"d", {{{"e", 1}}, "f"}}})); // a bare "no" is YAML 1.1's false
    }

    void emptyAndGivenAreConditionsToo()
    {
        const char *data = "  a:\n    $if: list!=\n    $value: given\n    $else: empty\n";
        QVERIFY(filled(data) == Json({{"a", "empty"}}));
        QVERIFY(filled(data, {{"list", "x"}}) == Json({{"a", "given"}}));
    }

    void whatIsNotAskedHasNoValue()
    {
        QVERIFY(filled("  a: \"<${quiet}>\"\n") == Json({{"a", "<>"}}));
        QVERIFY(filled("  a: \"<${quiet}>\"\n", {{"on", "false"}}) == Json({{"a", "<never>"}}));
    }

    void aListIsRepeated()
    {
        QVERIFY(filled("  a:\n    - $each: list\n      name: ${item.name}\n      value: ${item.value}\n    - last\n", {{"list", "A=1\nB=x=y\nC"}}) ==
                Json({{"a", {{{"name", "A"}, {"value", "1"}}, {{"name", "B"}, {"value", "x=y"}}, {{"name", "C"}, {"value", ""}}, "last"}}}));
        QVERIFY(filled("  a:\n    - $each:\n        from: ${from}\n        to: ${to}\n      port: ${item}\n      name: p-${item}\n") ==
                Json({{"a", {{{"port", 10}, {"name", "p-10"}}, {{"port", 11}, {"name", "p-11"}}, {{"port", 12}, {"name", "p-12"}}}}}));
        QVERIFY(filled("  a:\n    - $each: list\n      x: 1\n") == Json({{"a", Json::array()}}));
    }

    void aRangeOfMillionsIsRefused()
    {
        QCOMPARE(filled("  a:\n    - $each:\n        from: ${from}\n        to: ${to}\n      port: ${item}\n", {{"from", "1"}, {"to", "65535"}}).get<std::string>(), std::string("from 1 to 65535 are more than 2000"));
    }

    void aFileHasASum()
    {
        Entry entry = entryWith(with("  a: ${model.sha256}\n  b: \"<${model.sha256}>\"\n"));
        entry.parameters.push_back({.id = "model", .type = Type::File});
        const auto rendered = render(entry, {.name = "n", .ns = "s", .values = {}, .sums = {{"model", "abc"}}});
        QVERIFY(rendered);
        QVERIFY(Json::parse(rendered->objects[0].json)["data"] == Json({{"a", "abc"}, {"b", "<abc>"}}));
        QVERIFY(checkTemplates(entry));
        QCOMPARE(checkTemplates(entryWith(with("  a: ${text.sha256}\n"))).error().message, std::string("text is no file, and has no sum"));
        QCOMPARE(checkTemplates(entryWith(with("  a: ${modle.sha256}\n"))).error().message, std::string("there is no parameter modle"));
    }

    void aDollarSignCanBeMeant() { QVERIFY(filled("  a: \"$${HOME} $x $$ ${text}\"\n") == Json({{"a", "${HOME} $x $$ plain"}})); }

    void aDocumentCanBeLeftOut()
    {
        const auto rendered = render(entryWith("$if: on=false\n" + with("  a: b\n") + "---\n" + with("  c: d\n")), {.name = "n", .ns = "s", .values = {}});
        QVERIFY(rendered);
        QCOMPARE(rendered->objects.size(), std::size_t(1));
        QVERIFY(rendered->objects[0].json.find("\"c\":\"d\"") != std::string::npos);
    }

    void theWayBackToASecretIsKnown()
    {
        const std::string manifest = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}-keys\nstringData:\n  api/key: ${secret}\n";
        const auto rendered = render(entryWith(manifest), {.name = "mine", .ns = "here", .values = {.texts = {}, .secrets = {{"secret", Secret("a\"b: {c}")}}}});
        QVERIFY(rendered);
        QCOMPARE(rendered->places.size(), std::size_t(1));
        QCOMPARE(rendered->places[0].secret, std::string("mine-keys"));
        QCOMPARE(rendered->places[0].ns, std::string("here"));
        QCOMPARE(rendered->places[0].key, std::string("api~1key"));
        QCOMPARE(Json::parse(rendered->objects[0].json)["stringData"]["api/key"].get<std::string>(), std::string("a\"b: {c}"));
    }

    void aNoteNeverHoldsASecret()
    {
        const Filling filling{.name = "n", .ns = "s", .values = {.texts = {}, .secrets = {{"secret", Secret("hunter2")}}}};
        const auto note = renderText(entryWith({}), filling, "${secret}");
        QVERIFY(!note || note->empty());
        QVERIFY(!renderText(entryWith({}), filling, "it is ${secret}"));
    }
};

QTEST_GUILESS_MAIN(TestTemplate)
#include "tst_template.moc"

#include "catalog/entry_reader.h"
#include "catalog/tool_work.h"

#include <QTest>

using namespace timonier;
using namespace timonier::catalog;

namespace {

std::string at(const Error &error, const char *key)
{
    for (const auto &[name, value] : error.context)
        if (name == key)
            return value;
    return {};
}

Result<Entry> read(const std::string &yaml, const std::string &manifest = {})
{
    return readEntry(yaml, "entry.yaml", [&](const std::string &name) -> Result<std::string> {
        return name == "a.yaml" ? Result<std::string>(manifest) : fail(ErrorKind::NotFound, "no " + name);
    });
}

const std::string head = "id: app\ntitle: App\nsummary: An app\n";

} // namespace

class TestEntryReader : public QObject
{
    Q_OBJECT
private slots:
    void anEntryIsReadWhole()
    {
        const auto entry = read(head + R"(namespace: apps
versions: [{name: "2.0", kubernetes: 1.31..1.35}, {name: "1.0", kubernetes: ..1.21, breaksAbove: true}]
needs: {cpu: 500m, memory: 2Gi, entries: [other], byHand: look there}
parameters:
  - {id: size, title: Size, type: quantity, default: 1Gi}
  - {id: key, title: Key, type: secret, generate: 20}
sources: [{templates: a.yaml}]
open: [{title: Open, service: "${name}", port: "80"}]
notes: [{text: "for ${namespace}"}]
failures: [{signal: boom, cause: It broke, fix: Mend it}]
)",
                                "apiVersion: v1\nkind: Secret\nmetadata:\n  name: k\nstringData:\n  key: ${key}\n");
        QVERIFY2(entry, entry ? "" : entry.error().text().c_str());
        QCOMPARE(entry->needs.cpuMilli, 500);
        QCOMPARE(entry->needs.memoryBytes, std::int64_t(2) << 30);
        QCOMPARE(entry->parameters.size(), std::size_t(3)); // the version is asked for as well
        QCOMPARE(entry->parameters[0].id, std::string("version"));
        QCOMPARE(entry->parameters[0].initial, std::string("2.0"));
        QVERIFY(entry->versions[0].kubernetes.holds(31) && entry->versions[0].kubernetes.holds(35) && !entry->versions[0].kubernetes.holds(36));
        QVERIFY(entry->versions[1].kubernetes.holds(1) && !entry->versions[1].kubernetes.holds(22));
        QCOMPARE(entry->templates.at("a.yaml").substr(0, 10), std::string("apiVersion"));
    }

    void aSlipIsFoundWhereItStands_data()
    {
        QTest::addColumn<std::string>("yaml");
        QTest::addColumn<std::string>("words");
        QTest::addColumn<std::string>("hint");
        QTest::addColumn<std::string>("line");
        const auto row = [](const char *name, const std::string &yaml, const char *words, const char *hint, const char *line) { QTest::newRow(name) << yaml << std::string(words) << std::string(hint) << std::string(line); };
        row("unknown field", head + "homepge: x\n", "there is no field homepge here", "Did you mean “homepage”?", "4");
        row("unknown field below", head + "parameters:\n  - id: a\n    title: A\n    type: text\n    defualt: x\n", "there is no field defualt here", "Did you mean “default”?", "8");
        row("no id", "title: A\n", "the field id is missing", "", "1");
        row("a list", "- a\n", "an entry of the catalogue must be a map of fields", "", "1");
        row("an id with a capital", "id: App\ntitle: A\nsummary: B\n", "the id “App” has other letters than small ones, digits and -", "", "1");
        row("no such type", head + "parameters: [{id: a, title: A, type: txt}]\n", "there is no type txt of a parameter", "", "4");
        row("a choice without choices", head + "parameters: [{id: a, title: A, type: choice}]\n", "a: choices belong to the types choice and choices, and to these always", "", "4");
        row("a default that is none", head + "parameters: [{id: a, title: A, type: port, default: \"99999\"}]\n", "the default of a: a port is a number from 1 to 65535", "", "4");
        row("a secret with a default", head + "parameters: [{id: a, title: A, type: secret, default: hunter2}]\n", "a: a secret that stands in the catalogue is none", "", "4");
        row("a parameter twice", head + "parameters: [{id: a, title: A, type: text}, {id: a, title: B, type: text}]\n", "the parameter a stands there twice", "", "4");
        row("a name that is taken", head + "parameters: [{id: namespace, title: A, type: text}]\n", "“namespace” cannot be the id of a parameter", "It begins with a small letter; name, namespace, version and item have a meaning already.", "4");
        row("a version of Kubernetes", head + "versions: [{name: a, kubernetes: 1.x..}]\n", "“1.x” is no version of Kubernetes such as 1.34", "", "4");
        row("a range turned round", head + "versions: [{name: a, kubernetes: 1.35..1.31}]\n", "the range 1.35..1.31 ends before it begins", "", "4");
        row("two sources in one", head + "sources: [{templates: a.yaml, manifests: b}]\n", "a source is one of templates, manifests, kustomize and chart", "", "4");
        row("a condition of nothing", head + "parameters: [{id: expose, title: E, type: text}]\nnotes: [{text: hello, if: expos=a}]\n", "notes: there is no parameter expos", "Did you mean “expose”?", "1");
        row("a note with a wrong name", head + "notes: [{text: \"${nam}\"}]\n", "notes: there is no parameter nam", "Did you mean “name”?", "1");
        row("a file that is a text", head + "parameters: [{id: a, title: A, type: text}]\ndeliver: [{file: a, claim: c, to: t, image: i}]\n", "file must name a parameter of the type file, not “a”", "", "5");
        row("a question that is not there", head + "ask: [{service: s, port: \"80\", body: b}]\n", "body must name a parameter of the type file, not “b”", "", "4");
        row("a delivery without a claim", head + "parameters: [{id: a, title: A, type: file}]\ndeliver: [{file: a, to: t, image: i}]\n", "the field claim is missing", "", "5");
        row("a delivery with a wrong name", head + "parameters: [{id: a, title: A, type: file}]\ndeliver: [{file: a, claim: \"${nam}\", to: t, image: i}]\n", "deliver: there is no parameter nam", "Did you mean “name”?", "1");
        row("a command that does nothing", head + "commands: [{title: A, program: juju}]\n", "a command has run, or asks, or both", "", "4");
        row("an answer to nothing", head + "commands: [{title: A, program: juju, asks: [status], answer: active}]\n", "field and answer belong together", "", "4");
        row("a command with a wrong name", head + "commands: [{title: A, program: juju, run: [\"${nam}\"]}]\n", "commands: there is no parameter nam", "Did you mean “name”?", "1");
        row("a secret in an argument", head + "parameters: [{id: key, title: K, type: secret}]\ncommands: [{title: A, program: juju, run: [\"k=${key}\"]}]\n", "commands: the secret key may stand only by itself, as a value of a Secret", "", "1");
        row("no YAML", head + "about: [\n", "this is no YAML", "", "5");
    }
    void aSlipIsFoundWhereItStands()
    {
        QFETCH(std::string, yaml);
        QFETCH(std::string, words);
        QFETCH(std::string, hint);
        QFETCH(std::string, line);
        const auto entry = read(yaml);
        QVERIFY(!entry);
        QCOMPARE(entry.error().kind, ErrorKind::Invalid);
        QVERIFY2(entry.error().message.starts_with(words), entry.error().message.c_str());
        QCOMPARE(entry.error().hint, hint);
        QCOMPARE(at(entry.error(), "line"), line);
        QCOMPARE(at(entry.error(), "file"), std::string("entry.yaml"));
    }

    void whatAProgramPrintsIsLookedUpInEveryPlaceThatTheFieldNames()
    {
        const std::string json = R"({"applications":{"katib":{"status":{"current":"waiting"}},"dex":{"status":{"current":"active"}},"odd":{}}})";
        const std::vector<std::pair<std::string, std::string>> expected{{"dex", "active"}, {"katib", "waiting"}};
        QCOMPARE(textsAt(json, "applications.*.status.current"), expected);
        for (const char *junk : {"", "ERROR model not found", "[]", "{}", "{\"applications\":null}"}) // nothing is never "all are"
            QVERIFY2(textsAt(junk, "applications.*.status.current").empty(), junk);
    }

    void aTemplateIsCheckedInEveryBranch()
    {
        const auto entry = read(head + "parameters: [{id: a, title: A, type: boolean, default: \"false\"}]\nsources: [{templates: a.yaml}]\n",
                                "# only then\n$if: a=true\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${nmae}\n");
        QVERIFY(!entry);
        QCOMPARE(entry.error().message, std::string("there is no parameter nmae"));
        QCOMPARE(at(entry.error(), "file"), std::string("a.yaml"));
    }

    void aSecretMayOnlyGoIntoASecret_data()
    {
        QTest::addColumn<std::string>("manifest");
        QTest::newRow("a config map") << std::string("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: ${key}\n");
        QTest::newRow("within a text") << std::string("apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  k: \"password=${key}\"\n");
        QTest::newRow("a label") << std::string("apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  labels:\n    k: ${key}\n");
        QTest::newRow("data, which is base64") << std::string("apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\ndata:\n  k: ${key}\n");
    }
    void aSecretMayOnlyGoIntoASecret()
    {
        QFETCH(std::string, manifest);
        const auto entry = read(head + "parameters: [{id: key, title: Key, type: secret}]\nsources: [{templates: a.yaml}]\n", manifest);
        QVERIFY(!entry);
        QCOMPARE(entry.error().message, std::string("the secret key may stand only by itself, as a value of a Secret"));
    }
};

QTEST_GUILESS_MAIN(TestEntryReader)
#include "tst_entry_reader.moc"

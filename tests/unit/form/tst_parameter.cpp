#include "form/flat_spec.h"

#include <QTemporaryDir>
#include <QTest>

using namespace timonier::form;
using timonier::Secret;

class TestParameter : public QObject
{
    Q_OBJECT
private slots:
    void aFormBecomesAFileAndThatTheSameForm()
    {
        using Shape = SpecField::Shape;
        const std::vector<SpecField> fields{{"name"}, {"driver"}, {"ssh.host"}, {"ssh.key"}, {"registry.port", Shape::Number}, {"images", Shape::List}};
        std::vector<Parameter> parameters;
        for (const SpecField &field : fields)
            parameters.push_back({.id = field.parameter});
        const Values values{.texts = {{"name", "a: b"}, {"ssh.host", "192.0.2.7"}, {"ssh.key", "/home/me/key"}, {"registry.port", "5005"}, {"images", "front:dev\nback:dev"}}};
        const std::string text = specText("minikube", parameters, fields, {}, values);
        QCOMPARE(text, std::string("provider: minikube\nname: \"a: b\"\nssh:\n  host: 192.0.2.7\n  key: /home/me/key\nregistry:\n  port: 5005\nimages:\n  - front:dev\n  - back:dev\n"));
        const auto read = specValues("minikube", fields, text, "f.yaml");
        QVERIFY2(read.has_value(), read ? "" : read.error().text().c_str());
        QVERIFY(read->texts == values.texts);
        // A map with more in it than is asked for stays whole.
        const auto more = readFlatSpec("provider: kind\nregistry: {port: 5005, name: other}\nworkerz: 2\nimages: front:dev\n", "f.yaml", fields);
        QVERIFY(more && more->values.texts.empty() && more->rest.find("name: other") != std::string::npos);
        QCOMPARE(more->unknown, (std::vector<std::string>{"registry", "workerz"}));
        QCOMPARE(more->odd, std::vector<std::string>{"images"});
        QCOMPARE(more->lines.at("workerz"), 3);
        const auto known = mustBeKnown(*readFlatSpec("provider: kind\nnames: dev\n", "f.yaml", fields), "f.yaml", fields);
        QVERIFY(!known && known.error().hint.find("name") != std::string::npos && known.error().place() == "f.yaml:2: ");
        QVERIFY(!specValues("kind", fields, text, "f.yaml")); // another provider's
        QVERIFY(!specValues("kind", fields, "- a\n", "f.yaml") && !specValues("kind", fields, "a: [", "f.yaml"));
    }

    void aValueIsCheckedByItsType_data()
    {
        QTest::addColumn<std::string>("type");
        QTest::addColumn<std::string>("value");
        QTest::addColumn<std::string>("problem");
        const auto row = [](const char *name, const char *type, std::string value, std::string problem) {
            QTest::newRow(name) << std::string(type) << std::move(value) << std::move(problem);
        };
        row("whole", "integer", "3", "");
        row("negative", "integer", "-3", "at least 1");
        row("not whole", "integer", "3.5", "a whole number is wanted");
        row("no number", "integer", "three", "a whole number is wanted");
        row("with a tail", "integer", "3 ", "a whole number is wanted");
        row("huge", "integer", "99999999999999999999", "a whole number is wanted");
        row("too many", "integer", "101", "at most 100");
        row("fraction", "number", "3.5", "");
        row("not a number", "number", "nan1", "a number is wanted");
        row("yes", "boolean", "yes", "say true or false");
        row("choice", "choice", "b", "");
        row("no choice", "choice", "d", "“d” is none of a, b, c");
        row("refused choice", "choice", "c", "this machine cannot");
        row("choices", "choices", "a\nb", "");
        row("one is none", "choices", "a\nx", "“x” is none of a, b, c");
        row("millicores", "quantity", "500m", "");
        row("mebibytes", "quantity", "512Mi", "");
        row("megabytes in words", "quantity", "512 MB", "an amount is a number with a unit, such as 500m, 2 or 512Mi");
        row("port", "port", "65535", "at most 100");
        row("no port", "port", "65536", "a port is a number from 1 to 65535");
        row("name", "name", "my-app", "");
        row("capital", "name", "My-app", "a name has lower-case letters, digits and -, begins and ends with a letter or digit, 63 at most");
        row("image", "image", "registry.example.com:5000/team/app:2.0", "");
        row("short image", "image", "tutum/hello-world", "");
        row("image with a space", "image", "nginx 1.27", "an image is a name such as nginx:1.27 or registry.example.com/team/app:2.0");
        row("no file", "file", "/nowhere/at/all", "there is nothing at /nowhere/at/all");
    }
    void aValueIsCheckedByItsType()
    {
        QFETCH(std::string, type);
        QFETCH(std::string, value);
        QFETCH(std::string, problem);
        const Parameter parameter{.id = "p", .type = *typeOf(type), .choices = {{"a"}, {"b"}, {"c", "", "", "this machine cannot"}}, .least = 1, .most = 100};
        QCOMPARE(problemOf(parameter, {.texts = {{"p", value}}}), problem);
    }

    void aConditionHolds_data()
    {
        QTest::addColumn<std::string>("condition");
        QTest::addColumn<bool>("holds");
        const auto row = [](const char *condition, bool holds) { QTest::newRow(*condition ? condition : "none") << std::string(condition) << holds; };
        row("", true);
        row("expose=NodePort", true);
        row("expose=Ingress|NodePort", true);
        row("expose=Ingress", false);
        row("expose!=Ingress", true);
        row("expose!=Ingress|NodePort", false);
        row("host=", true);
        row("host!=", false);
        row("services=coturn", true);        // one of several
        row("services=backend", false);
        row("services!=backend", true);
        row("services!=coturn", false);
        row("password!=", true);             // given, whatever it is
        row("password=hunter2", false);      // and never compared
        row("unasked=x", false);             // its own condition does not hold
        row("unasked=", true);
        row("expose=NodePort; services=coturn", true);
        row("expose=NodePort; services=backend", false);
        row("nobody=x", false);
        row("nobody!=x", false);
        row("expose", false);
    }
    void aConditionHolds()
    {
        QFETCH(std::string, condition);
        QFETCH(bool, holds);
        const std::vector<Parameter> all{{.id = "expose", .initial = "NodePort"}, {.id = "host"}, {.id = "services", .type = Type::Choices, .initial = "front\ncoturn"},
                                         {.id = "password", .type = Type::Secret}, {.id = "unasked", .initial = "x", .onlyIf = "expose=Ingress"}};
        QCOMPARE(timonier::form::holds(condition, all, {.texts = {}, .secrets = {{"password", Secret("hunter2")}}}), holds);
    }

    void aSecretThatIsMadeUpNeedNotBeGiven()
    {
        QCOMPARE(problemOf({.id = "p", .type = Type::Secret, .required = true}, {}), std::string("it is needed"));
        QCOMPARE(problemOf({.id = "p", .type = Type::Secret, .required = true, .generate = 20}, {}), std::string());
    }

    void aFolderIsNoFile()
    {
        const QTemporaryDir folder;
        const std::string path = folder.path().toStdString();
        QCOMPARE(problemOf({.id = "p", .type = Type::File}, {.texts = {{"p", path}}}), path + " is a folder");
        QCOMPARE(problemOf({.id = "p", .type = Type::Folder}, {.texts = {{"p", path}}}), std::string());
    }

    void whatIsNotAskedIsNotChecked()
    {
        const std::vector<Parameter> all{
            {.id = "expose", .type = Type::Choice, .initial = "ClusterIP", .choices = {{"ClusterIP"}, {"NodePort"}, {"Ingress"}}},
            {.id = "nodePort", .type = Type::Port, .required = true, .onlyIf = "expose=NodePort|LoadBalancer"},
            {.id = "host", .required = true, .onlyIf = "expose=Ingress"}};
        QCOMPARE(problemsOf(all, {}).size(), std::size_t(0));
        const auto problems = problemsOf(all, {.texts = {{"expose", "NodePort"}}});
        QCOMPARE(problems.size(), std::size_t(1));
        QCOMPARE(problems[0].parameter, std::string("nodePort"));
        QCOMPARE(problems[0].message, std::string("it is needed"));
    }

    void aConditionOnWhatIsNotAskedDoesNotHold()
    {
        const std::vector<Parameter> all{{.id = "a", .type = Type::Boolean, .initial = "false"},
                                         {.id = "b", .initial = "x", .onlyIf = "a=true"},
                                         {.id = "c", .required = true, .onlyIf = "b=x"}};
        QVERIFY(!isAsked(all[2], all, {}));
        QVERIFY(isAsked(all[2], all, {.texts = {{"a", "true"}}}));
    }

    void aFileThatIsGivenIsWanted()
    {
        const std::vector<Parameter> all = {{.id = "own", .type = Type::Boolean, .initial = "false"}, {.id = "kind", .initial = "a"}, {.id = "file", .type = Type::File, .onlyIf = "kind=a; own=true"}, {.id = "path", .onlyIf = "own=true"}};
        Values given{.texts = {{"file", "/tmp"}}, .secrets = {}};
        switchOnForFiles(all, given);
        QVERIFY(isAsked(all[2], all, given));
        Values refused{.texts = {{"file", "/tmp"}, {"own", "false"}}, .secrets = {}};
        switchOnForFiles(all, refused);
        QCOMPARE(refused.texts.at("own"), std::string("false")); // what was said holds
        Values none{.texts = {{"path", "x"}}, .secrets = {}};
        switchOnForFiles(all, none);
        QVERIFY(!none.texts.contains("own"));
    }

    void aSecretIsNeverAText()
    {
        const Parameter parameter{.id = "p", .type = Type::Secret, .initial = "12341234", .required = true};
        QCOMPARE(valueOf(parameter, {.texts = {{"p", "seen"}}}), std::string());
        QCOMPARE(problemOf(parameter, {}), std::string("it is needed"));
        QCOMPARE(problemOf(parameter, {.secrets = {{"p", Secret("s")}}}), std::string());
    }

    void aMisspelledNameIsToldWithTheOneThatIsMeant()
    {
        const auto problems = problemsOf({{.id = "replicas", .type = Type::Integer, .initial = "1"}}, {.texts = {{"replica", "3"}, {"colour", "red"}}});
        QCOMPARE(problems.size(), std::size_t(2));
        QCOMPARE(problems[0].message, std::string("there is no such parameter"));
        QCOMPARE(problems[1].message, std::string("there is no such parameter; replicas is meant?"));
    }
};

QTEST_GUILESS_MAIN(TestParameter)
#include "tst_parameter.moc"

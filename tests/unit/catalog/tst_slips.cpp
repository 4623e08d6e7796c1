#include "catalog/slips.h"
#include "manifest/manifest_reader.h"

#include <QTest>

using namespace timonier;
using namespace timonier::catalog;

namespace {

std::vector<form::Check> found(const std::string &yaml, Surroundings around = {})
{
    auto objects = readManifests({{"m.yaml", yaml}});
    if (!objects)
        return {{.id = "unreadable", .words = objects.error().text()}};
    for (ManifestObject &object : *objects)
        object.ref.ns = "web";
    return slipsOf(*objects, around);
}

std::string deployment(const std::string &selector = "{app: front}", const std::string &labels = "{app: front}", const std::string &ports = "[{name: http, containerPort: 3000}]")
{
    return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: front}\nspec:\n  selector: {matchLabels: " + selector + "}\n  template:\n    metadata: {labels: " + labels +
           "}\n    spec: {containers: [{name: c, image: i, ports: " + ports + "}]}\n---\n";
}

std::string service(const std::string &ports, const std::string &selector = "{app: front}")
{
    return "apiVersion: v1\nkind: Service\nmetadata: {name: front}\nspec: {selector: " + selector + ", ports: [" + ports + "]}\n---\n";
}

// Ids without "slip.".
std::string ids(const std::vector<form::Check> &checks)
{
    std::string all;
    for (const form::Check &check : checks)
        all += (all.empty() ? "" : " ") + check.id.substr(5);
    return all;
}

} // namespace

class TestSlips : public QObject
{
    Q_OBJECT
private slots:
    void nothingIsSaidOfWhatIsRight()
    {
        QCOMPARE(ids(found(deployment() + service("{port: 5555, targetPort: 3000}"))), std::string());
        QCOMPARE(ids(found(deployment() + service("{port: 5555, targetPort: http}"))), std::string());
        QCOMPARE(ids(found(deployment("{app: front}", "{app: front}", "[]") + service("{port: 80, targetPort: 3000}"))), std::string()); // ports need not be said
    }

    void theReportsGettingStartedIsRefusedAsPrinted()
    {
        const auto checks = found("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: bb}\nspec: {replicas: 1}\n---\n"
                                  "apiVersion: v1\nkind: Service\nmetadata: {name: bb}\nspec: {selector: {bb: web}, ports: [{port: 3000, targetPort: 80}]}\n",
                                  {.anyPod = [](const std::string &, const std::map<std::string, std::string> &) { return false; }});
        QCOMPARE(ids(checks), std::string("template nothing"));
        QCOMPARE(checks[0].state, form::CheckState::Bad);
        QCOMPARE(checks[1].words, std::string("it selects bb=web, and no pod has these labels"));
    }

    void aSelectorMustFindItsOwnPods()
    {
        const auto checks = found(deployment("{app: front}", "{app: fronts}"));
        QCOMPARE(ids(checks), std::string("mismatch"));
        QCOMPARE(checks[0].words, std::string("its selector, app=front, does not find its own pods, which have app=fronts"));
        QCOMPARE(checks[0].fixes.at(0).title, std::string("Give spec.template.metadata.labels the labels app=front"));
        QCOMPARE(checks[0].evidence, std::string("m.yaml:1"));
        QCOMPARE(ids(found("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {metadata: {labels: {app: a}}}}\n")), std::string("selector"));
    }

    void swappedPortsAreSeen()
    {
        const auto checks = found(deployment() + service("{port: 3000, targetPort: 5555}"));
        QCOMPARE(ids(checks), std::string("swapped"));
        QCOMPARE(checks[0].fixes.at(0).title, std::string("Write port: 5555, targetPort: 3000"));
        QCOMPARE(ids(found(deployment() + service("{port: 80, targetPort: 8080}"))), std::string("target"));
        QCOMPARE(found(deployment() + service("{port: 80, targetPort: 8080}"))[0].state, form::CheckState::Careful); // it may listen there all the same
        QCOMPARE(ids(found(deployment() + service("{port: 80, targetPort: htpp}"))), std::string("named"));
    }

    void aServiceForPodsThatAreThereAlreadyIsRight()
    {
        const auto there = [](const std::string &ns, const std::map<std::string, std::string> &labels) { return ns == "web" && labels.at("app") == "old"; };
        QCOMPARE(ids(found(service("{port: 80}", "{app: old}"), {.anyPod = there})), std::string());
        const auto checks = found(deployment() + service("{port: 80}", "{app: fronts}"), {.anyPod = there});
        QCOMPARE(ids(checks), std::string("nothing"));
        QCOMPARE(checks[0].fixes.at(0).title, std::string("Select app=front, as the pods of Deployment web/front have it"));
    }

    void aNodePortMustBeFree()
    {
        const Surroundings around{.nodePorts = {{31000, "other", "shop"}, {31001, "web", "front"}}};
        QCOMPARE(ids(found(deployment() + service("{port: 80, targetPort: 3000, nodePort: 31000}"), around)), std::string("taken"));
        QCOMPARE(ids(found(deployment() + service("{port: 80, targetPort: 3000, nodePort: 31001}"), around)), std::string()); // its own
        QCOMPARE(ids(found(deployment() + service("{port: 80, targetPort: 3000, nodePort: 8080}"), around)), std::string("range"));
        QCOMPARE(ids(found(deployment() + service("{port: 80, targetPort: 3000, nodePort: 31002}, {port: 81, targetPort: 3000, nodePort: 31002}"), around)), std::string("twice"));
        QCOMPARE(ids(found(deployment() + service("{port: 80, targetPort: 3000, nodePort: 31002}, {port: 80, targetPort: 3000, protocol: UDP, nodePort: 31002}"), around)), std::string());
    }

    void junkIsLeftToTheServer()
    {
        for (const char *spec : {"spec: 3", "spec: {selector: [a], ports: {a: b}}", "spec: {selector: {app: 3}, ports: [3, {port: x}]}", "spec: null"})
            QCOMPARE(ids(found(std::string("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n") + spec + "\n")), std::string());
    }
};

QTEST_GUILESS_MAIN(TestSlips)
#include "tst_slips.moc"

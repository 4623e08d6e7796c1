#include "catalog/delivery.h"
#include "catalog/store.h"

#include "../kube/fake_transport.h"

#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

#include <fstream>

using namespace timonier;
using namespace timonier::catalog;
using form::CheckState;
using Json = nlohmann::json;

namespace {

const SetName set{"here", "rec"};
constexpr const char *sumOfModel = "9372c470eeadd5ecd9c3c74c2b3cb633f8e2f2fad799250a0f70d652b6b825e4"; // printf model | sha256sum

Shipment shipment(std::string keptSum = {}, std::string keptPath = "m.bin")
{
    return {.parameter = "model", .holder = {"", "PersistentVolumeClaim", "here", "rec-models"}, .holderPath = "/api/v1/namespaces/here/persistentvolumeclaims/rec-models", .to = "m.bin", .image = "busybox:1",
            .file = "/tmp/a.onnx", .sum = {.bytes = 100, .sha256 = "new"}, .keptSum = std::move(keptSum), .keptPath = std::move(keptPath)};
}

Entry entry()
{
    Entry made{.id = "app", .title = "App"};
    made.parameters = {{.id = "model", .type = form::Type::File}, {.id = "question", .type = form::Type::File}, {.id = "to", .initial = "m.bin"}, {.id = "root", .type = form::Type::Boolean, .initial = "true"}};
    made.deliveries = {{.file = "model", .holder = "${name}-models", .to = "${to}", .image = "busybox:1", .rootIf = "root=true"}};
    made.questions = {{.service = "s", .port = "80", .body = "question"}};
    return made;
}

std::string claimWith(const std::string &sum, const std::string &path) { return Json{{"metadata", {{"annotations", {{"timonier.dev/model-sha256", sum}, {"timonier.dev/model-path", path}}}}}, {"spec", {{"accessModes", {"ReadWriteOnce"}}}}}.dump(); }

} // namespace

class TestDelivery : public QObject
{
    Q_OBJECT
private slots:
    void whatTheVolumeHasIsNotSentAgain()
    {
        QVERIFY(shipment("new").isThere());
        QVERIFY(!shipment("old").isThere());
        QVERIFY(!shipment("new", "other.bin").isThere()); // by another name it is not found
        QVERIFY(!shipment().isThere());
        Shipment none = shipment("old");
        none.file.clear();
        QVERIFY(none.isThere()); // nothing was given: what lies there stays
    }

    void theSumIsOfTheFileOrOfWhatTheVolumeHas()
    {
        QTemporaryDir folder;
        const std::string file = folder.filePath("m.onnx").toStdString();
        std::ofstream(file) << "model";
        test::FakeTransport transport;
        transport.answer = [](const Request &) { return test::reply(200, claimWith("kept", "m.bin")); };
        Filling given{.name = "rec", .ns = "here", .values = {.texts = {{"model", file}}, .secrets = {}}};
        const auto all = shipmentsOf(transport, entry(), given, {});
        QVERIFY(all && all->size() == 1);
        QCOMPARE(all->front().sum.bytes, std::uint64_t(5));
        QCOMPARE(given.sums.at("model"), std::string(sumOfModel));
        QCOMPARE(all->front().holder.name, std::string("rec-models"));
        QVERIFY(all->front().root);
        Filling kept{.name = "rec", .ns = "here", .values = {}};
        QVERIFY(shipmentsOf(transport, entry(), kept, {}));
        QCOMPARE(kept.sums.at("model"), std::string("kept"));
        given.values.texts["model"] += ".not";
        QCOMPARE(shipmentsOf(transport, entry(), given, {}).error().kind, ErrorKind::Io);
    }

    void thePodMayDoNothingButTakeTheFile()
    {
        const Json pod = Json::parse(podJson(set, shipment(), {}));
        const Json &spec = pod["spec"];
        QVERIFY(pod["metadata"]["labels"]["applyset.kubernetes.io/part-of"] == setLabel(set));
        QVERIFY(spec["securityContext"]["runAsNonRoot"] == true && spec["securityContext"]["fsGroup"] == 1000 && spec["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault");
        const Json &container = spec["containers"].at(0);
        QVERIFY(container["securityContext"] == Json({{"allowPrivilegeEscalation", false}, {"readOnlyRootFilesystem", true}, {"capabilities", {{"drop", {"ALL"}}}}}));
        QVERIFY(container["workingDir"] == container["volumeMounts"].at(0)["mountPath"]); // the upload's path is relative
        QVERIFY(spec["volumes"].at(0)["persistentVolumeClaim"]["claimName"] == "rec-models");
        QVERIFY(spec["restartPolicy"] == "Never" && spec["activeDeadlineSeconds"].get<int>() > 0 && spec["automountServiceAccountToken"] == false);
        QVERIFY(!spec.contains("affinity") && !spec.contains("imagePullSecrets"));
        Shipment other = shipment();
        other.root = true;
        other.pullSecret = "mine";
        const Json rooted = Json::parse(podJson(set, other, "node-1"))["spec"];
        QVERIFY(rooted["securityContext"] == Json({{"seccompProfile", {{"type", "RuntimeDefault"}}}}));
        QVERIFY(rooted["imagePullSecrets"] == Json::array({{{"name", "mine"}}}));
        QVERIFY(rooted["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"].at(0)["matchFields"].at(0)["values"] == Json::array({"node-1"}));
    }

    void aVolumeForOneNodeIsMountedWhereItIsUsed()
    {
        const auto pod = [](const char *phase, const char *node, const char *claim) { return Json{{"spec", {{"nodeName", node}, {"volumes", {{{"persistentVolumeClaim", {{"claimName", claim}}}}}}}}, {"status", {{"phase", phase}}}}; };
        std::string modes = "ReadWriteOnce";
        test::FakeTransport transport;
        transport.answer = [&](const Request &request) {
            if (request.path.find("/pods") == std::string::npos)
                return test::reply(200, Json{{"spec", {{"accessModes", {modes}}}}}.dump());
            if (request.path.find("continue=more") == std::string::npos) // page after page
                return test::reply(200, Json{{"metadata", {{"continue", "more"}}}, {"items", {pod("Succeeded", "node-0", "rec-models"), pod("Running", "node-0", "other")}}}.dump());
            return test::reply(200, Json{{"items", {pod("Running", "node-7", "rec-models")}}}.dump());
        };
        QCOMPARE(nodeOf(transport, shipment(), {}).value(), std::string("node-7"));
        modes = "ReadWriteMany";
        QCOMPARE(nodeOf(transport, shipment(), {}).value(), std::string());
        modes = "ReadWriteOnce";
        transport.answer = [](const Request &) { return test::reply(403, R"({"kind":"Status","message":"no"})"); };
        QCOMPARE(nodeOf(transport, shipment(), {}).value(), std::string()); // the scheduler decides
    }

    void whatIsKnownOfTheVolumeIsTakenAwayBeforeAnotherFileComes()
    {
        test::FakeTransport transport;
        transport.answer = [](const Request &) { return test::reply(200, "{}"); };
        QVERIFY(tellHolder(transport, shipment("old"), {}, {}));
        QVERIFY(tellHolder(transport, shipment("old"), "new", {}));
        const auto annotations = [&](std::size_t i) { return Json::parse(transport.requests.at(i).body)["metadata"]["annotations"]; };
        QVERIFY(annotations(0)["timonier.dev/model-sha256"].is_null() && annotations(0)["timonier.dev/model-path"].is_null());
        QVERIFY(annotations(1) == Json({{"timonier.dev/model-sha256", "new"}, {"timonier.dev/model-path", "m.bin"}}));
        QCOMPARE(transport.requests[0].contentType, std::string("application/merge-patch+json"));
    }

    void whetherItFitsIsSaidBefore()
    {
        QCOMPARE(deliveryCheck(shipment(), 0).state, CheckState::Good);
        QCOMPARE(deliveryCheck(shipment(), 100).state, CheckState::Good);
        QCOMPARE(deliveryCheck(shipment(), 99).state, CheckState::Bad);
        QCOMPARE(deliveryCheck(shipment("old"), 199).state, CheckState::Careful); // both lie there for a moment
        QCOMPARE(deliveryCheck(shipment("old"), 200).state, CheckState::Good);
        QCOMPARE(deliveryCheck(shipment("new"), 99).state, CheckState::Good);     // it lies there already
        Shipment none = shipment();
        none.file.clear();
        QCOMPARE(deliveryCheck(none, 0).state, CheckState::Careful);              // who reads it will not start
        none = shipment("old", "elsewhere");
        none.file.clear();
        QCOMPARE(deliveryCheck(none, 0).state, CheckState::Careful);
        QVERIFY(deliveryCheck(none, 0).words.find("as elsewhere, not as m.bin") != std::string::npos);
    }

    void everyRightThatIsMissingIsNamed()
    {
        test::FakeTransport transport;
        transport.answer = [](const Request &request) {
            const Json what = Json::parse(request.body)["spec"]["resourceAttributes"];
            const bool may = what.value("subresource", "") != "exec" && what["verb"] != "delete";
            return test::reply(201, Json{{"status", {{"allowed", may}}}}.dump());
        };
        auto checks = deliveryChecks(transport, {shipment()}, {}, true, "here", {});
        QVERIFY(checks);
        QCOMPARE(checks->back().state, CheckState::Bad);
        QCOMPARE(checks->back().words, std::string("you may not delete pods, get pods/exec in here"));
        checks = deliveryChecks(transport, {shipment("new")}, {}, true, "here", {});
        QVERIFY(checks && checks->back().state != CheckState::Bad); // nothing is sent, so nothing is asked for
    }

    void whatStaysInAStoreThatIsNotUsedAnyMoreIsSaid()
    {
        Entry stored{.id = "app", .title = "App"};
        stored.parameters = {{.id = "model", .type = form::Type::Path}, {.id = "bucket", .initial = "models"}, {.id = "kept", .initial = "store"}, {.id = "id", .type = form::Type::Secret}, {.id = "key", .type = form::Type::Secret}};
        stored.deliveries = {{.file = "model", .holder = "${name}-store", .to = "m", .store = Store{.service = "s3", .ns = "there", .port = "9000", .id = "id", .key = "key", .bucket = "${bucket}", .folder = "${namespace}/${name}", .region = "us-east-1"}, .onlyIf = "kept=store"}};
        const auto filling = [](std::map<std::string, std::string> texts) { return Filling{.name = "rec", .ns = "here", .values = {.texts = std::move(texts), .secrets = {}}}; };
        test::FakeTransport transport;
        transport.answer = [](const Request &) { return test::reply(404, R"({"kind":"Status","message":"no"})"); };
        const auto stays = [&](std::map<std::string, std::string> before, std::map<std::string, std::string> now) {
            Filling next = filling(std::move(now));
            const auto shipments = shipmentsOf(transport, stored, next, {});
            return shipments ? strandedChecks(stored, filling(std::move(before)), *shipments).value() : std::vector<form::Check>();
        };
        QVERIFY(stays({}, {}).empty());
        QVERIFY(stays({{"kept", "volume"}}, {}).empty());
        const auto other = stays({{"bucket", "old"}}, {});
        QVERIFY(other.size() == 1 && other[0].state == CheckState::Careful);
        QVERIFY2(other[0].words.find("s3://old/here/rec in s3 keeps what it has") != std::string::npos, other[0].words.c_str());
        QCOMPARE(stays({}, {{"kept", "volume"}}).size(), std::size_t(1));
        // Where it goes: named by its content.
        Filling next = filling({});
        const auto shipments = shipmentsOf(transport, stored, next, {});
        QCOMPARE(shipments->front().place(), std::string("s3://models/here/rec"));
        QCOMPARE(shipments->front().path(), std::string("s3.there:9000/models/here/rec/m"));
        Shipment one = shipments->front();
        one.sum.sha256 = "abc";
        QCOMPARE(one.keyOf({.name = "1/a.pb"}), std::string("here/rec/abc/m/1/a.pb"));
        QCOMPARE(one.keyOf({}), std::string("here/rec/abc/m"));
    }

    void aPathOfThisComputerIsNotKept() { QCOMPARE(localFiles(entry()), (std::vector<std::string>{"model", "question"})); }
};

QTEST_GUILESS_MAIN(TestDelivery)
#include "tst_delivery.moc"

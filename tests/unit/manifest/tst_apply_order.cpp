// What must be there before what, what an object is waited for, and which refusals may heal.
#include "manifest/apply_order.h"
#include "manifest/apply_send.h"
#include "manifest/apply_set.h"
#include "manifest/manifest_reader.h"
#include "manifest/object_change.h"
#include "manifest/settled.h"

#include <QTest>

#include <algorithm>

using namespace timonier;

namespace {

std::string object(const std::string &version, const std::string &kind, const std::string &name, const std::string &ns = {}, const std::string &more = {})
{
    return "---\napiVersion: " + version + "\nkind: " + kind + "\nmetadata: {name: " + name + (ns.empty() ? "" : ", namespace: " + ns) + "}\n" + more;
}

std::string workload(const std::string &name, const std::string &ns, const std::string &pod = {})
{
    return object("apps/v1", "Deployment", name, ns, "spec: {template: {metadata: {labels: {app: " + name + "}}, spec: {containers: [{name: a}]" + pod + "}}}\n");
}

std::string webhook(const std::string &name, const std::string &ns, const std::string &groups, const std::string &resources)
{
    return object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", name, {},
                  "webhooks: [{clientConfig: {service: {name: " + name + ", namespace: " + ns + "}}, rules: [{apiGroups: [\"" + groups + "\"], resources: [\"" + resources + "\"]}]}]\n");
}

std::string service(const std::string &name, const std::string &ns) { return object("v1", "Service", name, ns, "spec: {selector: {app: " + name + "}}\n"); }

std::string definition(const std::string &plural, const std::string &kind, const std::string &group)
{
    return object("apiextensions.k8s.io/v1", "CustomResourceDefinition", plural + "." + group, {}, "spec: {group: " + group + ", scope: Namespaced, names: {kind: " + kind + ", plural: " + plural + "}}\n");
}

struct Graph {
    std::vector<ManifestObject> objects{};
    ApplyOrder order{};
    std::size_t at(const std::string &title_) const
    {
        const auto found = std::ranges::find_if(objects, [&](const ManifestObject &one) { return title(one.ref) == title_; });
        return static_cast<std::size_t>(found - objects.begin());
    }
    // Directly, or by others.
    bool needs(const std::string &who, const std::string &what) const
    {
        std::vector<std::size_t> open = {at(who)}, seen;
        while (!open.empty()) {
            const std::size_t now = open.back();
            open.pop_back();
            for (const std::size_t next : order.needs[now])
                if (next == at(what))
                    return true;
                else if (std::ranges::find(seen, next) == seen.end())
                    seen.push_back(next), open.push_back(next);
        }
        return false;
    }
};

Graph graphOf(const std::string &text)
{
    Graph graph{.objects = readManifests({{"f", text}}).value()};
    graph.order = applyOrder(graph.objects, [](const std::string &, const std::string &kind) {
        std::string plural = kind + "s";
        std::ranges::transform(plural, plural.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
        return plural;
    });
    return graph;
}

} // namespace

class tst_apply_order : public QObject
{
    Q_OBJECT
private slots:
    void what_is_named_is_there_first();
    void a_webhook_stands_between_what_serves_it_and_what_it_intercepts();
    void a_webhook_with_conditions_may_intercept_and_is_waited_for();
    void what_a_webhook_leaves_out_does_not_wait_for_it_data();
    void what_a_webhook_leaves_out_does_not_wait_for_it();
    void a_claim_is_waited_for_until_it_is_bound_unless_it_waits_for_a_pod();
    void what_cannot_be_changed_is_offered_to_be_replaced_with_what_is_lost_data();
    void what_cannot_be_changed_is_offered_to_be_replaced_with_what_is_lost();
    void cert_managers_circle_is_none();
    void there_is_never_a_circle();
    void what_is_waited_for_data();
    void what_is_waited_for();
    void a_definition_is_there_when_its_group_lists_its_kind();
    void what_may_heal_data();
    void what_may_heal();
    void conflicts_are_told_by_owner();
    void secrets_are_masked_and_their_change_is_seen();
    void a_set_is_marked_as_kubectl_marks_one();
};

void tst_apply_order::what_is_named_is_there_first()
{
    const Graph graph = graphOf(object("x.example/v1", "Widget", "w", "shop") + workload("web", "shop", ", serviceAccountName: sa, volumes: [{configMap: {name: c}}, {secret: {secretName: s}}]") +
                                object("v1", "ConfigMap", "c", "shop") + object("v1", "ConfigMap", "c", "other") + object("v1", "Secret", "s", "shop") + object("v1", "ServiceAccount", "sa", "shop") +
                                object("rbac.authorization.k8s.io/v1", "RoleBinding", "b", "shop", "roleRef: {kind: ClusterRole, name: r}\nsubjects: [{kind: ServiceAccount, name: sa, namespace: shop}]\n") +
                                object("rbac.authorization.k8s.io/v1", "ClusterRole", "r") + definition("widgets", "Widget", "x.example") + object("v1", "Namespace", "shop"));
    for (const auto &[who, what] : std::vector<std::pair<const char *, const char *>>{
             {"Widget shop/w", "CustomResourceDefinition widgets.x.example"}, {"Widget shop/w", "Namespace shop"}, {"Deployment shop/web", "ConfigMap shop/c"}, {"Deployment shop/web", "Secret shop/s"},
             {"Deployment shop/web", "ServiceAccount shop/sa"}, {"RoleBinding shop/b", "ClusterRole r"}, {"RoleBinding shop/b", "ServiceAccount shop/sa"}})
        QVERIFY2(graph.needs(who, what), who);
    QVERIFY(!graph.needs("Deployment shop/web", "ConfigMap other/c"));
    QVERIFY(!graph.needs("ConfigMap shop/c", "CustomResourceDefinition widgets.x.example")); // side by side
    QVERIFY(graph.order.settles[graph.at("CustomResourceDefinition widgets.x.example")] && graph.order.settles[graph.at("Namespace shop")]);
    QVERIFY(!graph.order.settles[graph.at("ConfigMap shop/c")]);
}

void tst_apply_order::a_webhook_stands_between_what_serves_it_and_what_it_intercepts()
{
    const Graph graph = graphOf(object("x.example/v1", "Widget", "w", "shop") + webhook("gate", "shop", "x.example", "*") + service("gate", "shop") + workload("gate", "shop") + workload("web", "shop") +
                                definition("widgets", "Widget", "x.example"));
    const std::string hook = "ValidatingWebhookConfiguration gate";
    QVERIFY(graph.needs(hook, "Service shop/gate") && graph.needs(hook, "Deployment shop/gate") && !graph.needs(hook, "Deployment shop/web"));
    QVERIFY(graph.needs("Widget shop/w", hook));
    QVERIFY(!graph.needs("Deployment shop/web", hook));
    QVERIFY(graph.order.settles[graph.at("Service shop/gate")]);
    QVERIFY(!graph.order.settles[graph.at(hook)]);
}

// Conditions in CEL are not evaluated: whatever they say, it may intercept, so its endpoints are waited for; not by what serves it.
void tst_apply_order::a_webhook_with_conditions_may_intercept_and_is_waited_for()
{
    std::string gate = webhook("gate", "shop", "*", "*");
    gate.insert(gate.find("clientConfig"), "matchConditions: [{name: not-ours, expression: \"object.metadata.namespace != 'shop'\"}], ");
    const Graph graph = graphOf(object("x.example/v1", "Widget", "w", "shop") + gate + service("gate", "shop") + workload("gate", "shop") + definition("widgets", "Widget", "x.example") + object("v1", "Namespace", "shop"));
    const std::string hook = "ValidatingWebhookConfiguration gate";
    QVERIFY(graph.needs("Widget shop/w", hook) && graph.needs("Widget shop/w", "Service shop/gate"));
    QVERIFY(graph.order.settles[graph.at("Service shop/gate")]);
    for (const char *before : {"Deployment shop/gate", "Service shop/gate", "Namespace shop"})
        QVERIFY2(!graph.needs(before, hook), before);
}

// Kubeflow's: a webhook for pods, whose own pod has a certificate that cert-manager makes, whose pods are pods.
void tst_apply_order::cert_managers_circle_is_none()
{
    const Graph graph = graphOf(webhook("inject", "kf", "", "pods") + service("inject", "kf") + workload("inject", "kf", ", volumes: [{secret: {secretName: tls}}]") +
                                object("cert-manager.io/v1", "Certificate", "c", "kf", "spec: {secretName: tls}\n") + definition("certificates", "Certificate", "cert-manager.io") +
                                webhook("cm", "cert-manager", "cert-manager.io", "*") + service("cm", "cert-manager") + workload("cm", "cert-manager") + workload("web", "kf"));
    QVERIFY(graph.needs("Deployment kf/web", "ValidatingWebhookConfiguration inject"));
    QVERIFY(graph.needs("Deployment kf/inject", "Certificate kf/c"));
    QVERIFY(graph.needs("Certificate kf/c", "ValidatingWebhookConfiguration cm"));
    QVERIFY(!graph.needs("Deployment cert-manager/cm", "ValidatingWebhookConfiguration inject")); // it would wait for itself
}

void tst_apply_order::there_is_never_a_circle()
{
    const Graph graph = graphOf(webhook("a", "ns", "*", "*") + service("a", "ns") + workload("a", "ns") + webhook("b", "ns", "*", "*") + service("b", "ns") + workload("b", "ns") + object("v1", "Namespace", "ns"));
    for (const ManifestObject &one : graph.objects)
        QVERIFY2(!graph.needs(title(one.ref), title(one.ref)), title(one.ref).c_str());
}

void tst_apply_order::what_a_webhook_leaves_out_does_not_wait_for_it_data()
{
    QTest::addColumn<QString>("selectors");
    QTest::addColumn<bool>("shop"), QTest::addColumn<bool>("elsewhere"), QTest::addColumn<bool>("spaces");
    // shop: Widget w, labelled tier=front, in the namespace shop of these manifests, labelled team=a; elsewhere: one in a namespace that is not
    // among them; spaces: the Namespace shop itself.
    const auto row = [](const char *name, const char *selectors, bool shop, bool elsewhere, bool spaces) { QTest::newRow(name) << QString(selectors) << shop << elsewhere << spaces; };
    row("none", "", true, true, true);
    row("by the namespace's name", "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}, ", true, false, true);
    row("all but one", "namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [shop]}]}, ", false, true, false);
    row("by a label of the namespace", "namespaceSelector: {matchLabels: {team: b}}, ", false, true, false);
    row("by a label that it has", "namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [a, b]}]}, ", true, true, true);
    row("by a label that it has not", "namespaceSelector: {matchExpressions: [{key: opted, operator: Exists}]}, ", false, true, false);
    row("unless it has a label", "namespaceSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}, ", false, true, false);
    row("by a label of the object", "objectSelector: {matchLabels: {tier: front}}, ", true, false, false);
    row("by another one", "objectSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [front]}]}, ", false, true, true);
    row("conditions in CEL, which are not read", "matchConditions: [{name: x, expression: 'false'}], ", true, true, true);
}

void tst_apply_order::what_a_webhook_leaves_out_does_not_wait_for_it()
{
    QFETCH(QString, selectors);
    const std::string gate = object("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "gate", {},
                                    "webhooks: [{" + selectors.toStdString() + "clientConfig: {url: 'https://x.example'}, rules: [{apiGroups: ['*'], resources: ['*']}]}]\n");
    const std::string labelled = "---\napiVersion: x.example/v1\nkind: Widget\nmetadata: {name: w, namespace: shop, labels: {tier: front}}\n", space = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: a}}\n";
    const Graph graph = graphOf(gate + labelled + space + object("x.example/v1", "Widget", "w", "elsewhere"));
    const auto waits = [&](const char *who) { // itself, not only what it lies in
        return std::ranges::find(graph.order.needs[graph.at(who)], graph.at("ValidatingWebhookConfiguration gate")) != graph.order.needs[graph.at(who)].end();
    };
    QTEST(waits("Widget shop/w"), "shop");
    QTEST(waits("Widget elsewhere/w"), "elsewhere");
    QTEST(waits("Namespace shop"), "spaces");
}

void tst_apply_order::a_claim_is_waited_for_until_it_is_bound_unless_it_waits_for_a_pod()
{
    const ObjectRef ref{"", "PersistentVolumeClaim", "n", "data"};
    const std::string pending = "{\"spec\":{\"storageClassName\":\"fast disk\"},\"status\":{\"phase\":\"Pending\"}}", none = "{\"status\":{\"phase\":\"Pending\"}}";
    QCOMPARE(isReady(ref, "{\"status\":{\"phase\":\"Bound\"}}").state, Settled::Yes);
    QCOMPARE(isReady(ref, "{\"status\":{\"phase\":\"Lost\"}}").state, Settled::Never);
    QCOMPARE(isReady(ref, pending).state, Settled::NotYet);
    QCOMPARE(storageClassPath(pending), std::string("/apis/storage.k8s.io/v1/storageclasses/fast%20disk"));
    QCOMPARE(isClaimReady(pending, "{\"volumeBindingMode\":\"WaitForFirstConsumer\"}").state, Settled::Yes);
    QCOMPARE(isClaimReady(pending, "{\"volumeBindingMode\":\"Immediate\"}").state, Settled::NotYet);
    QCOMPARE(isClaimReady("{\"status\":{\"phase\":\"Lost\"}}", "{\"volumeBindingMode\":\"WaitForFirstConsumer\"}").state, Settled::Never);
    QVERIFY(isClaimReady(pending, "").reason.find("there is no storage class fast disk") != std::string::npos);
    QVERIFY(storageClassPath(none).empty() && isClaimReady(none, "").reason.find("no default") != std::string::npos);
}

void tst_apply_order::what_cannot_be_changed_is_offered_to_be_replaced_with_what_is_lost_data()
{
    QTest::addColumn<QString>("group");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("refusal");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("lost");
    const auto row = [](const char *group, const char *kind, ErrorKind refusal, const char *message, const char *lost) { QTest::newRow(kind) << QString(group) << QString(kind) << int(refusal) << QString(message) << QString(lost); };
    // as a 1.36 says them
    row("apps", "Deployment", ErrorKind::Invalid, "Deployment.apps \"x\" is invalid: spec.selector: Invalid value: {}: field is immutable", "pods go");
    row("apps", "StatefulSet", ErrorKind::Invalid, "StatefulSet.apps \"x\" is invalid: spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals' are forbidden", "pods go");
    row("", "PersistentVolumeClaim", ErrorKind::Invalid, "PersistentVolumeClaim \"x\" is invalid: spec: Forbidden: spec is immutable after creation except resources.requests", "data");
    row("rbac.authorization.k8s.io", "RoleBinding", ErrorKind::Invalid, "RoleBinding \"x\" is invalid: roleRef: Invalid value: {}: cannot change roleRef", "missing");
    row("storage.k8s.io", "StorageClass", ErrorKind::Invalid, "StorageClass \"x\" is invalid: parameters: Forbidden: updates to parameters are forbidden.", "missing");
    row("", "Pod", ErrorKind::Invalid, "Pod \"x\" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`", "pods go");
    row("apiextensions.k8s.io", "CustomResourceDefinition", ErrorKind::Invalid, "CustomResourceDefinition.apiextensions.k8s.io \"x\" is invalid: spec.scope: Invalid value: \"Cluster\": field is immutable", "every namespace");
}

void tst_apply_order::what_cannot_be_changed_is_offered_to_be_replaced_with_what_is_lost()
{
    QFETCH(QString, group);
    QFETCH(QString, kind);
    QFETCH(int, refusal);
    QFETCH(QString, message);
    QFETCH(QString, lost);
    const ManifestObject refused{.ref = {group.toStdString(), kind.toStdString(), "n", "x"}};
    const Error told = explained(refused, {.kind = static_cast<ErrorKind>(refusal), .message = message.toStdString()});
    QVERIFY2(told.hint.find("--replace " + kubectlName(refused.ref) + ": ") != std::string::npos, told.hint.c_str());
    QVERIFY2(QString::fromStdString(told.hint).contains(lost), told.hint.c_str());
}

void tst_apply_order::what_is_waited_for_data()
{
    QTest::addColumn<QString>("group");
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("json");
    QTest::addColumn<int>("state");
    const auto row = [](const char *what, const char *group, const char *kind, const char *json, Settled::State state) { QTest::newRow(what) << QString(group) << QString(kind) << QString(json) << int(state); };
    row("a new namespace", "", "Namespace", "{}", Settled::Yes);
    row("a namespace that goes", "", "Namespace", "{\"status\":{\"phase\":\"Terminating\"}}", Settled::NotYet);
    row("a new definition", "apiextensions.k8s.io", "CustomResourceDefinition", "{}", Settled::NotYet);
    row("an established one", "apiextensions.k8s.io", "CustomResourceDefinition", "{\"status\":{\"conditions\":[{\"type\":\"Established\",\"status\":\"True\"}]}}", Settled::Yes);
    row("one whose names are taken", "apiextensions.k8s.io", "CustomResourceDefinition",
        "{\"status\":{\"conditions\":[{\"type\":\"NamesAccepted\",\"status\":\"False\",\"reason\":\"PluralConflict\"}]}}", Settled::Never);
    row("no endpoints", "", "Service", "{\"items\":[{\"endpoints\":[{\"conditions\":{\"ready\":false}}]},{\"endpoints\":null}]}", Settled::NotYet);
    row("a ready endpoint", "", "Service", "{\"items\":[{\"endpoints\":[{\"conditions\":{\"ready\":false}},{\"conditions\":{\"ready\":true}}]}]}", Settled::Yes);
    row("an APIService that is away", "apiregistration.k8s.io", "APIService", "{\"status\":{\"conditions\":[{\"type\":\"Available\",\"status\":\"False\",\"reason\":\"MissingEndpoints\"}]}}", Settled::NotYet);
    row("a config map", "", "ConfigMap", "{}", Settled::Yes);
    row("a claim, for what hangs on it", "", "PersistentVolumeClaim", "{\"status\":{\"phase\":\"Pending\"}}", Settled::Yes);
}

void tst_apply_order::what_is_waited_for()
{
    QFETCH(QString, group);
    QFETCH(QString, kind);
    QFETCH(QString, json);
    QFETCH(int, state);
    const Settled settled = isServing({group.toStdString(), kind.toStdString(), "n", "x"}, json.toStdString());
    QCOMPARE(int(settled.state), state);
    QCOMPARE(settled.reason.empty(), state == int(Settled::Yes));
}

void tst_apply_order::a_definition_is_there_when_its_group_lists_its_kind()
{
    std::string text = definition("widgets", "Widget", "x.example");
    text.insert(text.find("scope:"), "versions: [{name: v1alpha1, served: false}, {name: v1, served: true}, {name: v2, served: true}], ");
    const auto objects = readManifests({{"f", text + object("v1", "ConfigMap", "c", "shop")}}).value();
    const ObjectFacts &facts = objects[0].facts;
    QCOMPARE(servedPath(facts), std::string("/apis/x.example/v1")); // one that is served
    QVERIFY(servedPath(objects[1].facts).empty());
    QCOMPARE(int(isServed(facts, R"({"resources":[{"name":"widgets/status"},{"name":"gadgets"}]})").state), int(Settled::NotYet));
    QCOMPARE(int(isServed(facts, R"({"resources":[{"name":"gadgets"},{"name":"widgets"}]})").state), int(Settled::Yes));
    for (const char *junk : {"", "404 page not found", "[]", "{\"resources\":{}}"})
        QCOMPARE(int(isServed(facts, junk).state), int(Settled::NotYet));
}

void tst_apply_order::what_may_heal_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("message");
    QTest::addColumn<bool>("heals");
    QTest::newRow("webhook away") << int(ErrorKind::Server) << "Internal error occurred: failed calling webhook \"x\": connect: connection refused" << true;
    QTest::newRow("webhook says no") << int(ErrorKind::Server) << "admission webhook \"x\" denied the request: no" << false;
    QTest::newRow("unknown field") << int(ErrorKind::Server) << "failed to create typed patch object (…): .nonsense: field not declared in schema" << false;
    QTest::newRow("busy") << int(ErrorKind::Throttled) << "too many requests" << true;
    QTest::newRow("away") << int(ErrorKind::Unreachable) << "connection refused" << true;
    QTest::newRow("writes crossed") << int(ErrorKind::Conflict) << "the object has been modified" << true;
    QTest::newRow("quota") << int(ErrorKind::Forbidden) << "exceeded quota: q" << false;
    QTest::newRow("rights") << int(ErrorKind::Forbidden) << "User \"x\" cannot patch resource" << false;
    QTest::newRow("the old one goes") << int(ErrorKind::Forbidden) << "unable to create new content in namespace x because it is being terminated" << true;
    QTest::newRow("immutable") << int(ErrorKind::Invalid) << "field is immutable" << false;
}

void tst_apply_order::what_may_heal()
{
    QFETCH(int, kind);
    QFETCH(QString, message);
    QFETCH(bool, heals);
    QCOMPARE(mayHeal({.kind = static_cast<ErrorKind>(kind), .message = message.toStdString()}), heals);
}

void tst_apply_order::conflicts_are_told_by_owner()
{
    const Error refused{.kind = ErrorKind::Conflict, .message = "Apply failed with 3 conflicts",
                        .context = {{"reason", "Conflict"}, {".spec.replicas", "conflict with \"hpa\" using apps/v1"}, {".a", "conflict with \"kubectl\" using v1"}, {".b", "conflict with \"kubectl\" using v1"}}};
    QVERIFY(!mayHeal(refused));
    const Error told = explained({.ref = {"apps", "Deployment", "n", "web"}, .file = "f.yaml", .line = 3}, refused);
    QCOMPARE(told.message, std::string("hpa looks after .spec.replicas; kubectl looks after .a, .b"));
    QVERIFY(told.hint.find("--force-conflicts") != std::string::npos);
    QVERIFY((std::ranges::find(told.context, std::pair<std::string, std::string>("line", "3")) != told.context.end()));
}

void tst_apply_order::secrets_are_masked_and_their_change_is_seen()
{
    const std::string before = "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{\"a\":\"c3dvcmQ=\",\"b\":\"ZmlzaA==\"}}", after = "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"data\":{\"a\":\"c3dvcmQ=\",\"b\":\"bWFybGlu\"}}";
    const auto change = writtenChange(before, after);
    QVERIFY(change);
    for (const std::string &text : {change->before, change->after})
        for (const char *word : {"c3dvcmQ", "ZmlzaA", "bWFybGlu"})
            QVERIFY2(text.find(word) == text.npos, text.c_str());
    QVERIFY(change->before != change->after);
    QCOMPARE(writtenChange(before, before)->before, writtenChange(before, before)->after);
    QVERIFY(writtenChange({}, after)->after.find("bWFybGlu") == std::string::npos);
}

void tst_apply_order::a_set_is_marked_as_kubectl_marks_one()
{
    // KEP-3659: applyset-<base64url(sha256(<name>.<namespace>.<kind>.<group>))>-v1, a label's value: at most 63 characters.
    const std::string label = setLabel({"default", "shop"});
    QVERIFY(label.starts_with("applyset-") && label.ends_with("-v1"));
    QVERIFY(label.size() <= 63);
    QVERIFY(label != setLabel({"other", "shop"}));
    const SetEntry a{{"apps", "Deployment", "n", "a"}, "/apis/apps/v1beta1/x"}, sameElsewhere{{"apps", "Deployment", "n", "a"}, "/apis/apps/v1/x"}, b{{"", "ConfigMap", "n", "b"}, "/y"};
    const auto gone = entriesGone({a, b}, {sameElsewhere});
    QCOMPARE(gone.size(), std::size_t(1));
    QCOMPARE(gone[0].ref.name, std::string("b"));
}

QTEST_GUILESS_MAIN(tst_apply_order)
#include "tst_apply_order.moc"

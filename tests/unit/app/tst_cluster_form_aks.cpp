// The form of a cluster in Azure, and the spec that it comes to.
#include "provision/aks/aks_spec.h"
#include "session/cluster_forms.h"

#include <QtTest>

using namespace timonier;

static const char *const yaml =
    "provider: aks\n"
    "name: demo\n"
    "subscription: 11111111-2222-3333-4444-555555555555\n"
    "location: westeurope\n"
    "resourceGroup: vision-rg\n"
    "version: \"1.34\"\n"
    "account: work\n"
    "tenant: example.onmicrosoft.com\n"
    "tier: Standard\n"
    "pools:\n"
    "  - {name: main, size: Standard_D4as_v5, count: 3, min: 2, max: 5, mode: system, zones: [\"1\", \"2\"], disk: 64, labels: {tier: \"1\"}}\n"
    "  - {name: gpu, size: Standard_NC4as_T4_v3, count: 0, min: 0, max: 2, spot: true, zones: [\"1\"], maxPods: 30, labels: {card: t4}}\n"
    "registry: {name: visiondemo, tier: Standard}\n"
    "network: {policy: cilium, pods: 10.100.0.0/16, services: 10.1.0.0/16}\n"
    "access: admin\n"
    "allowed: [203.0.113.0/24]\n"
    "tags: {team: vision}\n"
    "current: true\n";

class ClusterFormAks : public QObject
{
    Q_OBJECT

    static aks::Spec read(const std::string &text)
    {
        const auto spec = aks::readSpec(text, "test");
        if (!spec)
            qFatal("%s\n%s", spec.error().text().c_str(), text.c_str());
        return *spec;
    }
    static form::Values valuesOf(const ClusterForm &form, const std::string &text)
    {
        const auto values = form.values(text, "test");
        if (!values)
            qFatal("%s", values.error().text().c_str());
        for (const form::Problem &problem : form::problemsOf(form.parameters, *values))
            qFatal("%s: %s", problem.parameter.c_str(), problem.message.c_str());
        return *values;
    }

private slots:
    void a_spec_that_is_loaded_and_saved_is_the_same_spec()
    {
        const ClusterForm form = aksForm();
        const aks::Spec before = read(yaml), after = read(form.text(valuesOf(form, yaml)));
        QCOMPARE(after.target(), before.target());
        QVERIFY(after.location == before.location && after.version == before.version && after.account == before.account && after.tenant == before.tenant && after.tier == before.tier);
        QVERIFY(after.admin && after.allowed == before.allowed && after.tags == before.tags && after.current);
        QVERIFY(after.network.plugin == before.network.plugin && after.network.policy == "cilium" && after.network.pods == before.network.pods && after.network.services == before.network.services);
        QVERIFY(after.registry.name == before.registry.name && after.registry.tier == "Standard");
        QCOMPARE(after.pools.size(), before.pools.size());
        for (std::size_t i = 0; i < before.pools.size(); ++i) {
            const aks::Pool &was = before.pools[i], &is = after.pools[i];
            QVERIFY(is.name == was.name && is.size == was.size && is.count == was.count && is.least == was.least && is.most == was.most && is.system == was.system);
            QVERIFY(is.zones == was.zones && is.disk == was.disk && is.maxPods == was.maxPods && is.spot == was.spot && is.labels == was.labels);
        }
        QCOMPARE(form.subject(valuesOf(form, yaml)), (std::pair<std::string, std::string>("demo", "3 nodes, westeurope")));
        QCOMPARE(form.context(valuesOf(form, yaml)), before.context());
    }

    void what_nobody_changed_makes_a_short_spec()
    {
        const ClusterForm form = aksForm();
        const std::string text = form.text({.texts = {{"subscription", "11111111-2222-3333-4444-555555555555"}}, .secrets = {}});
        const aks::Spec spec = read(text);
        QVERIFY2(text.find("network") == std::string::npos && text.find("registry") == std::string::npos && text.find("tier") == std::string::npos, text.c_str());
        QVERIFY(spec.pools.size() == 1 && spec.pools.front().system && spec.account == "default" && spec.group == "aks");
    }

    void what_others_made_is_named_in_the_form_as_in_the_spec()
    {
        const std::string in = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/nets/providers/";
        const std::string subnet = in + "Microsoft.Network/virtualNetworks/office/subnets/nodes", identity = in + "Microsoft.ManagedIdentity/userAssignedIdentities/builder", registry = in + "Microsoft.ContainerRegistry/registries/images";
        const ClusterForm form = aksForm();
        const form::Values values{.texts = {{"subscription", "11111111-2222-3333-4444-555555555555"}, {"plugin", "subnet"}, {"subnet", subnet}, {"identity", identity}, {"registryOf", "there"}, {"registryId", registry}, {"zones", "1\n3"}}, .secrets = {}};
        const aks::Spec spec = read(form.text(valuesOf(form, form.text(values))));
        QVERIFY(spec.network.plugin == "subnet" && spec.network.subnet == subnet && spec.identity == identity && spec.registry.id == registry && spec.registry.name.empty());
        QCOMPARE(spec.pools.front().zones, (std::vector<std::string>{"1", "3"}));
    }

    void a_purpose_chooses_a_machine_that_is_large_enough()
    {
        const ClusterForm::Facts kubeflow = aksForm().forVersion("1.34", 8, 16);
        QVERIFY((std::ranges::find(kubeflow, std::pair<std::string, std::string>("size", "Standard_D8s_v3")) != kubeflow.end()));
    }
};

QTEST_GUILESS_MAIN(ClusterFormAks)
#include "tst_cluster_form_aks.moc"

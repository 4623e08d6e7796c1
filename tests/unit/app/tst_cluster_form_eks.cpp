// The form of a cluster in AWS, and the spec that it comes to.
#include "provision/eks/eks_spec.h"
#include "session/cluster_forms.h"

#include <QtTest>

using namespace timonier;

static const char *const yaml =
    "provider: eks\n"
    "name: demo\n"
    "region: eu-central-1\n"
    "version: \"1.34\"\n"
    "profile: work\n"
    "network: {cidr: 10.20.0.0/16, zones: 3, nat: none}\n"
    "roles: {nodes: \"arn:aws:iam::123456789012:role/nodes\"}\n"
    "access: {private: false, cidrs: [203.0.113.0/24]}\n"
    "admins: [\"arn:aws:iam::123456789012:user/ann\"]\n"
    "addons: [vpc-cni, coredns, metrics-server]\n"
    "storage: none\n"
    "nodes:\n"
    "  - {name: main, type: m7i-flex.large, count: 2, min: 1, max: 4, disk: 50, labels: {tier: \"1\"}}\n"
    "  - {name: gpu, type: g5.xlarge, count: 0, min: 0, max: 2, spot: true, labels: {card: a10g, team: vision}}\n"
    "tags: {team: vision}\n"
    "token: aws\n"
    "current: true\n";

class ClusterFormEks : public QObject
{
    Q_OBJECT

    static eks::Spec read(const std::string &text)
    {
        const auto spec = eks::readSpec(text, "test");
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
        const ClusterForm form = eksForm();
        const eks::Spec before = read(yaml), after = read(form.text(valuesOf(form, yaml)));
        QCOMPARE(after.target(), before.target());
        QVERIFY(after.version == before.version && after.profile == before.profile && after.nodeRole == before.nodeRole && after.clusterRole.empty());
        QVERIFY(after.network.cidr == before.network.cidr && after.network.zones == 3 && !after.network.nat);
        QVERIFY(after.publicAccess && !after.privateAccess && after.publicCidrs == before.publicCidrs);
        QVERIFY(after.admins == before.admins && after.addons == before.addons && !after.storage && after.tags == before.tags && after.awsTool && after.current);
        QCOMPARE(after.nodes.size(), before.nodes.size());
        for (std::size_t i = 0; i < before.nodes.size(); ++i) {
            const eks::NodeGroup &was = before.nodes[i], &is = after.nodes[i];
            QVERIFY(is.name == was.name && is.type == was.type && is.least == was.least && is.count == was.count && is.most == was.most && is.disk == was.disk && is.spot == was.spot && is.labels == was.labels);
        }
        QCOMPARE(form.subject(valuesOf(form, yaml)), (std::pair<std::string, std::string>("demo", "2 nodes, eu-central-1")));
        QCOMPARE(form.context(valuesOf(form, yaml)), "demo.eu-central-1.eks");
    }

    void what_nobody_changed_makes_a_short_spec()
    {
        const ClusterForm form = eksForm();
        QCOMPARE(form.text({}), "provider: eks\nname: eks\nregion: eu-west-3\nnodes:\n  - name: nodes\n    type: t3.large\n    count: 2\n");
        const eks::Spec plain = read(form.text({}));
        QVERIFY(plain.storage && plain.network.nat && plain.addons.size() == 3);
        QCOMPARE(read(form.text(valuesOf(form, form.text({})))).nodes.front().most, 2);
    }

    void nodes_may_be_left_to_aws()
    {
        const ClusterForm form = eksForm();
        const std::string text = form.text({.texts = {{"nodesBy", "auto"}}, .secrets = {}});
        QCOMPARE(text, "provider: eks\nname: eks\nregion: eu-west-3\nnodes: auto\n");
        const eks::Spec spec = read(form.text(valuesOf(form, text)));
        QVERIFY(spec.autoNodes && spec.nodes.empty() && spec.addons.empty() && spec.storage);
    }

    void machines_that_are_too_small_are_shown_with_the_reason_and_a_purpose_chooses_one_that_is_not()
    {
        const ClusterForm form = eksForm();
        const auto type = std::ranges::find(form.parameters, "type", &form::Parameter::id);
        const auto micro = std::ranges::find(type->choices, "t2.micro", &form::Choice::value);
        QVERIFY(micro != type->choices.end() && !micro->refused.empty());
        form::Values values{.texts = {{"type", "t2.micro"}}};
        QVERIFY(!form::problemsOf(form.parameters, values).empty());
        const ClusterForm::Facts kubeflow = form.forVersion("1.34", 8, 16);
        QVERIFY((std::ranges::find(kubeflow, std::pair<std::string, std::string>("type", "t3.2xlarge")) != kubeflow.end()));
    }

    void keys_that_are_typed_in_stand_in_no_spec()
    {
        const ClusterForm form = eksForm();
        form::Values values{.texts = {{"account", "keys"}, {"keys", "work"}, {"keyId", "AKIAIOSFODNN7EXAMPLE"}}, .secrets = {}};
        values.secrets.emplace("secretKey", Secret("wJalrXUtnFEMI"));
        const std::string text = form.text(values);
        QVERIFY2(text.find("keys: work") != std::string::npos, text.c_str());
        QVERIFY(text.find("AKIA") == std::string::npos && text.find("wJalr") == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(ClusterFormEks)
#include "tst_cluster_form_eks.moc"

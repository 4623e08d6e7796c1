// The form of a cluster on machines of EC2, and the spec that it comes to.
#include "base/paths.h"
#include "cloud/prices/cache.h"
#include "provision/ec2/ec2_spec.h"
#include "session/cluster_forms.h"

#include <QtTest>

using namespace timonier;

class ClusterFormEc2 : public QObject
{
    Q_OBJECT

    static ec2::Spec read(const std::string &text)
    {
        const auto spec = ec2::readSpec(text, "test");
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
        const ClusterForm form = ec2Form();
        const std::string text = "provider: ec2\nname: demo\nregion: eu-central-1\nprofile: work\nkubernetes: \"1.35.4\"\nworkers: 3\ntype: m7i-flex.large\nworkerType: m9z.xlarge\ndisk: 50\nimage: ami-0123456789abcdef0\nuser: ec2-user\n"
                                 "network: {cidr: 10.30.0.0/20, zone: eu-central-1b}\naccess: {cidrs: [203.0.113.0/24, 198.51.100.7], ports: [3478/udp, 8080]}\npodNetwork: calico\npodSubnet: 10.200.0.0/16\nfeatures: [metrics-server, admin]\n"
                                 "tags: {team: vision}\ncurrent: true\n";
        const ec2::Spec before = read(text), after = read(form.text(valuesOf(form, text)));
        QCOMPARE(after.target(), before.target());
        QVERIFY(after.profile == "work" && after.workers == 3 && after.type == before.type && after.workerType == before.workerType && after.disk == 50 && after.image == before.image && after.user == before.user);
        QVERIFY(after.cidr == before.cidr && after.zone == before.zone && after.from == before.from && after.ports.size() == 2 && after.ports[0].udp && after.tags == before.tags);
        QVERIFY(after.cluster.kubernetes == "1.35.4" && after.cluster.podSubnet == before.cluster.podSubnet && after.cluster.features == before.cluster.features && after.cluster.current);
        QVERIFY(after.cluster.network.kind == kubeadm::Network::Kind::Calico);
    }

    void mirrors_manifests_and_whoever_comes_in_stand_in_the_spec_again()
    {
        const ClusterForm form = ec2Form();
        const std::string text = "provider: ec2\nname: demo\nregion: eu-west-3\nkubernetes: \"1.36.3\"\nworkers: 0\ntype: t3.medium\nimage: debian-12\nuser: ops\npodNetwork: {manifest: " + QCoreApplication::applicationFilePath().toStdString() +
                                 "}\nserviceSubnet: 10.112.0.0/16\nnames: [api.example.com]\npackages: {url: \"https://mirror.example.org/deb\", key: mirror.asc}\nimages: {repository: r.example.org/k8s, archives: [a.tar, b.tar], workerArchives: [c.tar]}\n"
                                 "access: {ports: [49152-65535/udp]}\nkubeconfig: /tmp/with blank\n";
        const ec2::Spec before = read(text), after = read(form.text(valuesOf(form, text)));
        QVERIFY(after.workers == 0 && after.user == "ops" && after.image == "debian-12" && after.from.empty() && after.ports.size() == 1 && after.ports[0].to == 65535 && after.ports[0].udp);
        QVERIFY(after.cluster.network.kind == kubeadm::Network::Kind::Manifest && after.cluster.network.file == before.cluster.network.file);
        QVERIFY(after.cluster.serviceSubnet == before.cluster.serviceSubnet && after.cluster.names == before.cluster.names && after.cluster.kubernetes == "1.36.3" && after.cluster.kubeconfig == "/tmp/with blank");
        QVERIFY(after.cluster.packages.url == before.cluster.packages.url && after.cluster.packages.key == "mirror.asc" && !after.cluster.packages.isUnsigned);
        QVERIFY(after.cluster.images.repository == before.cluster.images.repository && after.cluster.images.archives == before.cluster.images.archives && after.cluster.images.workerArchives == before.cluster.images.workerArchives);
    }

    void what_nobody_changed_makes_a_short_spec()
    {
        const ClusterForm form = ec2Form();
        QCOMPARE(form.text({}), "provider: ec2\nname: lab\nregion: eu-west-3\ntype: t3.medium\nworkers: 2\n");
        QCOMPARE(form.subject({}), (std::pair<std::string, std::string>("lab", nodesWords(1, 2) + ", eu-west-3")));
        QCOMPARE(form.context({}), "lab.eu-west-3.ec2");
        QVERIFY(read(form.text({})).from.empty());
    }

    void machines_have_the_price_of_the_region_where_a_plan_has_asked_for_it_and_about_that_of_the_table_elsewhere()
    {
        const QTemporaryDir cache;
        qputenv("XDG_CACHE_HOME", cache.path().toUtf8());
        prices::Cache(cacheDir() / "prices").add("aws", "eu-west-3", {{"t3.large", {.hour = 0.0944, .asked = {}}}});
        const ClusterForm form = ec2Form();
        const auto title = [&](const std::string &region, const std::string &type) {
            auto all = form.parameters;
            form.offer(all, {.texts = {{"region", region}}}, {});
            form.offer(all, {.texts = {{"region", region}}}, {}); // each time that something is changed
            const auto parameter = std::ranges::find(all, "type", &form::Parameter::id);
            return std::ranges::find(parameter->choices, type, &form::Choice::value)->title;
        };
        QCOMPARE(title("eu-west-3", "t3.large"), std::string("t3.large  2 vCPU, 8 GiB, 0.094 $/h"));
        QCOMPARE(title("eu-west-3", "t3.medium"), std::string("t3.medium  2 vCPU, 4 GiB, about 0.042 $/h"));
        QCOMPARE(title("us-west-2", "t3.large"), std::string("t3.large  2 vCPU, 8 GiB, about 0.083 $/h"));
    }

    void machines_that_are_too_small_are_shown_with_the_reason_and_a_purpose_chooses_one_that_is_not()
    {
        const ClusterForm form = ec2Form();
        const auto type = std::ranges::find(form.parameters, "type", &form::Parameter::id);
        for (const char *small : {"t2.micro", "t2.nano", "t2.small"}) {
            const auto choice = std::ranges::find(type->choices, small, &form::Choice::value);
            QVERIFY(choice != type->choices.end() && choice->refused.find("kubeadm wants 2 and 2") != std::string::npos);
            form::Values values{.texts = {{"type", small}}, .secrets = {}};
            QVERIFY(!form::problemsOf(form.parameters, values).empty());
        }
        const ClusterForm::Facts kubeflow = form.forVersion("1.34", 8, 16);
        QVERIFY((std::ranges::find(kubeflow, std::pair<std::string, std::string>("type", "t3.2xlarge")) != kubeflow.end()));
    }

    void keys_and_types_that_are_typed_in()
    {
        const ClusterForm form = ec2Form();
        form::Values values{.texts = {{"account", "keys"}, {"keys", "work"}, {"keyId", "AKIAIOSFODNN7EXAMPLE"}, {"type", "other"}, {"otherType", "x9z.large"}}, .secrets = {}};
        values.secrets.emplace("secretKey", Secret("wJalrXUtnFEMI"));
        const std::string text = form.text(values);
        QVERIFY2(text.find("keys: work") != std::string::npos && text.find("type: x9z.large") != std::string::npos, text.c_str());
        QVERIFY(text.find("AKIA") == std::string::npos && text.find("wJalr") == std::string::npos && text.find("other") == std::string::npos && text.find("account") == std::string::npos);
        QCOMPARE(form.text(valuesOf(form, text)), text);
    }
};

QTEST_GUILESS_MAIN(ClusterFormEc2)
#include "tst_cluster_form_ec2.moc"

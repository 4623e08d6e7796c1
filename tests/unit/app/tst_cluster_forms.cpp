// The form of a cluster on one's own hosts, and the spec that it comes to.
#include "provision/kubeadm/kubeadm_spec.h"
#include "session/cluster_forms.h"
#include "session/host_lines.h"

#include <QtTest>

using namespace timonier;

static const char *const yaml =
    "provider: kubeadm\n"
    "name: office\n"
    "kubernetes: \"1.36.3\"\n"
    "user: ops\n"
    "key: ~/.ssh/office\n"
    "controlPlanes: [198.51.100.11, {host: 198.51.100.12, name: cp-2}, {host: node-c, port: 2222, user: root}]\n"
    "workers:\n"
    "  - {host: 198.51.100.21, labels: {disk: ssd, tier: \"1\"}, taints: [\"gpu=yes:NoSchedule\"], address: 192.0.2.21, jump: \"gate@198.51.100.1:22\"}\n"
    "endpoint: api.example.com:6443\n"
    "podSubnet: 10.50.0.0/16\n"
    "network: calico\n"
    "names: [api.example.com, 203.0.113.5]\n"
    "features: [metrics-server, admin]\n"
    "packages: {url: \"http://198.51.100.1/deb\", unsigned: true}\n"
    "images: {repository: registry.example.com/k8s, archives: [/srv/images.tar]}\n"
    "current: true\n";

class ClusterForms : public QObject
{
    Q_OBJECT

    static kubeadm::Spec read(const std::string &text)
    {
        const auto spec = kubeadm::readSpec(text, "test");
        if (!spec)
            qFatal("%s\n%s", spec.error().text().c_str(), text.c_str());
        return *spec;
    }

private slots:
    void a_host_is_typed_as_ssh_takes_it_data()
    {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("fields");
        QTest::newRow("an address") << "198.51.100.11" << "host:198.51.100.11";
        QTest::newRow("a user and a port") << "ops@node-a:2222" << "host:node-a user:ops port:2222";
        QTest::newRow("an address of IPv6") << "2001:db8::1" << "host:2001:db8::1";
        QTest::newRow("and its port") << "[2001:db8::1]:2222" << "host:2001:db8::1 port:2222";
        QTest::newRow("words behind it") << "  h1   name=web-1\tlabel=disk=ssd  taint=gpu=yes:NoSchedule " << "host:h1 name:web-1 label:disk=ssd taint:gpu=yes:NoSchedule";
    }
    void a_host_is_typed_as_ssh_takes_it()
    {
        QFETCH(QString, line);
        QFETCH(QString, fields);
        QStringList found;
        for (const auto &[field, value] : hostFields(line.toStdString()))
            found << QString::fromStdString(field + ":" + value);
        QCOMPARE(found.join(u' '), fields);
    }

    void a_spec_that_is_loaded_and_saved_is_the_same_spec()
    {
        const ClusterForm form = kubeadmForm({});
        QTemporaryDir home; // its key must be there, or the form says so
        qputenv("HOME", home.path().toUtf8());
        QVERIFY(QDir(home.path()).mkdir(".ssh"));
        QFile key(home.filePath(".ssh/office"));
        QVERIFY(key.open(QIODevice::WriteOnly));
        const auto values = form.values(yaml, "test");
        QVERIFY(values);
        for (const form::Problem &problem : form::problemsOf(form.parameters, *values))
            QFAIL((problem.parameter + ": " + problem.message).c_str());
        const std::string again = form.text(*values);
        const kubeadm::Spec before = read(yaml), after = read(again);
        QCOMPARE(after.name, before.name);
        QCOMPARE(after.kubernetes, before.kubernetes);
        QCOMPARE(after.endpoint, before.endpoint);
        QCOMPARE(after.podSubnet, before.podSubnet);
        QCOMPARE(after.serviceSubnet, before.serviceSubnet);
        QVERIFY(after.network.kind == kubeadm::Network::Kind::Calico);
        QVERIFY(after.names == before.names && after.features == before.features && after.current);
        QVERIFY(after.packages.url == before.packages.url && after.packages.isUnsigned);
        QVERIFY(after.images.repository == before.images.repository && after.images.archives == before.images.archives);
        QCOMPARE(after.hosts.size(), before.hosts.size());
        for (std::size_t i = 0; i < before.hosts.size(); ++i) {
            const kubeadm::Host &was = before.hosts[i], &is = after.hosts[i];
            QCOMPARE(is.host, was.host);
            QCOMPARE(is.port, was.port);
            QCOMPARE(is.user, was.user);
            QCOMPARE(is.key, key.fileName().toStdString());
            QCOMPARE(was.key, "~/.ssh/office");
            QCOMPARE(is.name, was.name);
            QCOMPARE(is.address, was.address);
            QCOMPARE(is.jump, was.jump);
            QVERIFY(is.labels == was.labels && is.taints == was.taints && is.controlPlane == was.controlPlane);
        }
        QCOMPARE(form.subject(*values), (std::pair<std::string, std::string>("office", "3 control planes, 1 worker")));
    }

    void an_address_that_the_control_planes_hold_stays_one()
    {
        const ClusterForm form = kubeadmForm({});
        const auto values = form.values("provider: kubeadm\ncontrolPlanes: [a, b, c]\nendpoint: {virtual: 198.51.100.60}\n", "test");
        QVERIFY(values);
        const kubeadm::Spec after = read(form.text(*values));
        QCOMPARE(after.virtualAddress, "198.51.100.60");
        QCOMPARE(after.endpoint, "198.51.100.60:6443");
    }

    void what_is_typed_wrong_is_said_by_the_reader_of_the_spec()
    {
        const ClusterForm form = kubeadmForm({});
        form::Values values{.texts = {{"controlPlanes", "198.51.100.11 colour=red"}}};
        const auto spec = kubeadm::readSpec(form.text(values), "the spec");
        QVERIFY(!spec);
        QVERIFY2(spec.error().message.find("colour") != std::string::npos, spec.error().text().c_str());
        values.texts["controlPlanes"] = "a\nb";
        QVERIFY(!kubeadm::readSpec(form.text(values), "the spec"));
    }
};

QTEST_GUILESS_MAIN(ClusterForms)
#include "tst_cluster_forms.moc"

// Specs of clusters on EC2 with their errors, the plan, prices, host keys off a console.
#include "cloud/prices/bundled.h"
#include "provision/ec2/ec2_plan.h"
#include "provision/ec2/ec2_steps.h"

#include "../cloud/played_http.h"

#include <QTest>

#include <algorithm>

using namespace timonier;
using namespace timonier::ec2;

namespace {

const std::string head = "provider: ec2\nname: demo\nregion: eu-west-3\n";

struct NoKeys final : aws::KeySource {
    Result<aws::Keys> keys(bool, std::stop_token) override { return fail(ErrorKind::Unauthorized, "no keys"); }
};

plan::Plan planOfText(const std::string &text)
{
    const auto spec = readSpec(text, "x.yaml");
    const auto client = std::make_shared<aws::Client>(aws::ClientSettings{.http = std::make_shared<test::PlayedHttp>(), .keys = std::make_shared<NoKeys>(), .clock = std::make_shared<test::SetClock>(), .region = "eu-west-3"});
    return planOf(*spec, text, client, {});
}

} // namespace

class TestEc2 : public QObject
{
    Q_OBJECT

private slots:
    void aShortSpecIsThreeMachinesThatCanRunNodes()
    {
        const auto spec = readSpec(head, "x.yaml");
        QVERIFY2(spec, spec ? "" : spec.error().text().c_str());
        QCOMPARE(spec->target(), std::string("ec2/eu-west-3/demo"));
        QCOMPARE(spec->context(), std::string("demo.eu-west-3.ec2"));
        QCOMPARE(spec->machines().size(), std::size_t{3});
        QCOMPARE(spec->machines().back().name, std::string("demo-worker-2"));
        QCOMPARE(spec->cluster.hosts.front().user, std::string("admin"));
        QVERIFY(spec->cluster.hosts.front().controlPlane && !spec->cluster.hosts.back().controlPlane);
        QCOMPARE(readSpec(head + "image: ubuntu-24.04\n", "x")->user, std::string("ubuntu"));
    }

    void badSpecsPointAtTheirLine_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<std::string>("words");
        const auto row = [](const char *name, const std::string &text, int line, const char *words) { QTest::newRow(name) << text << line << std::string(words); };
        row("t2.micro", head + "type: t2.micro\n", 4, "it has 1 vCPU and 1 GiB, and kubeadm wants 2 and 2");
        row("t2.nano", head + "type: t2.nano\n", 4, "too small");
        row("t2.small has one CPU", head + "type: t2.small\n", 4, "1 vCPU");
        row("a worker that is too small", head + "workerType: t3.micro\n", 4, "2 vCPU and 1 GiB");
        row("a small one that the table lacks", head + "type: t9.nano\n", 4, "too small");
        row("no type", head + "type: large\n", 4, "no type of an instance");
        row("no region", "provider: ec2\nname: demo\n", 1, "needs a region");
        row("no name", "provider: ec2\nregion: eu-west-3\n", 1, "needs a name");
        row("mistyped region", "provider: ec2\nname: demo\nregion: eu-wset-3\n", 3, "eu-west-3");
        row("capital name", "provider: ec2\nname: Demo\n", 2, "small letters");
        row("long name", "provider: ec2\nname: " + std::string(31, 'a') + "\n", 2, "30 at most");
        row("three control planes", head + "controlPlanes: 3\n", 4, "load balancer");
        row("many workers", head + "workers: 51\n", 4, "from 0 to 50");
        row("pods in the VPC", head + "network: {cidr: 10.244.0.0/18}\n", 4, "network.cidr and podSubnet overlap");
        row("services in the VPC", head + "serviceSubnet: 10.20.1.0/24\n", 4, "network.cidr and serviceSubnet overlap");
        row("pods in services", head + "podSubnet: 10.96.0.0/16\n", 1, "podSubnet and serviceSubnet overlap");
        row("wide network", head + "network: {cidr: 10.0.0.0/8}\n", 4, "from /16 to /26");
        row("another region's zone", head + "network: {zone: eu-west-1a}\n", 4, "no zone of eu-west-3");
        row("who comes in", head + "access: {cidrs: [everybody]}\n", 4, "203.0.113.0/24");
        row("a port", head + "access:\n  ports: [70000]\n", 5, "from 1 to 65535");
        row("a port of none", head + "access:\n  ports: [ssh]\n", 5, "3478/udp");
        row("an image of none", head + "image: windows\n", 4, "debian-12, debian-13");
        row("an image without its user", head + "image: ami-0123456789abcdef0\n", 4, "needs user");
        row("an old Kubernetes", head + "kubernetes: \"1.22\"\n", 4, "1.32 or newer");
        row("a password", head + "password: x\n", 4, "no field password");
        row("a network that AWS keeps", head + "network: {cidr: 169.254.0.0/20}\n", 4, "of which AWS makes no network");
        row("a network with half an address", head + "network: {cidr: 10.20/16}\n", 4, "network.cidr must be a network");
        row("a network without a length", head + "network: {cidr: 10.20.0.0}\n", 4, "network.cidr must be a network");
        row("a name with a letter that hosts have not", "provider: ec2\nname: d_mo\n", 2, "small letters");
        row("a name that ends with a dash", "provider: ec2\nname: demo-\n", 2, "small letters");
        row("a Kubernetes that is no version", head + "kubernetes: latest\n", 4, "kubernetes");
        row("a region elsewhere", "provider: ec2\nname: demo\nregion: uksouth\n", 3, "AWS has no region uksouth");
        row("visitors that are no list", head + "access: {cidrs: 203.0.113.7}\n", 4, "must be a list");
        row("a tag that is too long", head + "tags: {a: " + std::string(257, 'a') + "}\n", 4, "may not hold");
        row("nothing", "", 1, "no spec");
        row("a list", "- a\n", 1, "no spec");
        row("no YAML", head + "access: [\n", 5, "no YAML");
        row("tags of AWS' own", head + "tags: {\"aws:x\": y}\n", 4, "may not hold");
        row("both accounts", head + "profile: a\nkeys: b\n", 5, "not both");
    }
    void badSpecsPointAtTheirLine()
    {
        QFETCH(std::string, text);
        QFETCH(int, line);
        QFETCH(std::string, words);
        const auto spec = readSpec(text, "x.yaml");
        QVERIFY(!spec);
        QVERIFY2(spec.error().text().find(words) != std::string::npos, spec.error().text().c_str());
        const auto told = std::ranges::find(spec.error().context, std::string("line"), [](const auto &pair) { return pair.first; });
        QVERIFY(told != spec.error().context.end());
        QCOMPARE(told->second, std::to_string(line));
    }

    void everybodyIsLetInOnlyWhereTheSpecSaysSo()
    {
        QVERIFY(readSpec(head, "x")->from.empty()); // this computer, then
        const auto spec = readSpec(head + "access: {cidrs: [203.0.113.7, 0.0.0.0/0], ports: [8080, 49152-65535/udp]}\n", "x");
        QVERIFY(spec);
        QCOMPARE(spec->from, (std::vector<std::string>{"203.0.113.7/32", "0.0.0.0/0"}));
        QVERIFY(spec->ports.size() == 2 && spec->ports[1].udp && spec->ports[1].from == 49152 && spec->ports[1].to == 65535);
    }

    void thePlanIsValidAndTheHostsComeAfterTheirMachines()
    {
        const plan::Plan plan = planOfText(head);
        const auto valid = plan::validate(plan);
        QVERIFY2(valid, valid ? "" : valid.error().text().c_str());
        const auto preflight = std::ranges::find(plan.steps, "preflight", &plan::Step::id);
        QCOMPARE(preflight->needs, (std::vector<std::string>{"reached demo-control-1", "reached demo-worker-1", "reached demo-worker-2"}));
        QVERIFY(plan.spec.find("PRIVATE KEY") == std::string::npos);
    }

    void thePriceIsOfAllPartsAndWhatGoesOnWhenItIsStopped()
    {
        const auto price = [](const std::string &what) { return prices::bundled("aws").of(what); };
        const form::Costs costs = costsOf(*readSpec(head + "type: t3.medium\nworkerType: t3.large\nworkers: 2\ndisk: 20\n", "x"), price);
        QVERIFY(costs.complete);
        // 0.0416 + 2 × 0.0832, 3 × 20 GiB at 0.08 a month, 3 addresses at 0.005
        QVERIFY2(qAbs(costs.hour - (0.0416 + 2 * 0.0832 + 3 * 20 * 0.08 / 730 + 3 * 0.005)) < 1e-6, qPrintable(QString::number(costs.hour)));
        // Its disks, and the one address that stays.
        QVERIFY2(qAbs(costs.stoppedHour - (3 * 20 * 0.08 / 730 + 0.005)) < 1e-6, qPrintable(QString::number(costs.stoppedHour)));
        QVERIFY(!costsOf(*readSpec(head + "type: x9z.large\n", "x"), price).complete);
    }

    void hostKeysAreReadOffAConsole()
    {
        const std::string key = "AAAAC3NzaC1lZDI1NTE5AAAAIGz1kLG7kYFYBrhNyyGQ7fqIbLqbyBPGs1vUEz2b0qkB";
        const std::string begin = "-----BEGIN SSH HOST KEY KEYS-----\r\n", end = "-----END SSH HOST KEY KEYS-----\r\n";
        const auto keys = hostKeysIn("[ 0.0] Linux\r\n<14>cloud-init: " + begin + "<14>cloud-init: ssh-ed25519 " + key + " root@ip\r\nkernel: eth0 up\r\n" + end + "login:");
        QCOMPARE(keys.size(), std::size_t{1});
        QCOMPARE(keys.front(), (std::pair<std::string, std::string>("ssh-ed25519", key)));
        QVERIFY(hostKeysIn("").empty());
        QVERIFY(hostKeysIn(begin + "ssh-ed25519 " + key).empty());                           // half of it so far
        QVERIFY(hostKeysIn(begin + "ssh-ed25519 AAAA broken\n" + end).empty());              // a line that was torn
        QVERIFY(hostKeysIn(begin + "ssh-rsa " + key + " lies\n" + end).empty());             // another type than it says
        QVERIFY(hostKeysIn(end + "ssh-ed25519 " + key).empty());
        QCOMPARE(hostKeysIn(begin + "ssh-ed25519 AAAA\n" + end + "boot\n" + begin + "ssh-ed25519 " + key + "\n" + end).size(), std::size_t{1}); // the last boot's
    }
};

QTEST_GUILESS_MAIN(TestEc2)
#include "tst_ec2.moc"

// More and fewer workers on EC2, and another version: which machines, which commands, in which order. AWS and the hosts are played; real hosts: tests/cloud/tst_ec2_cluster.py.
#include "played_host.h"

#include "provision/ec2/ec2_operations.h"
#include "provision/ec2/ec2_steps.h"

#include "../cloud/played_http.h"
#include "base/clock.h"
#include "plan/journal.h"
#include "plan/ledger.h"
#include "plan/runner.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace timonier;
using namespace timonier::ec2;

namespace {

const std::string head = "provider: ec2\nname: demo\nregion: eu-west-3\nkubernetes: \"1.36.4\"\npackages: {url: \"http://192.0.2.99/deb\", unsigned: true}\n";

Spec specOf(const std::string &more)
{
    const auto spec = readSpec(head + more, "x.yaml");
    if (!spec)
        qFatal("%s", spec.error().text().c_str());
    return *spec;
}

struct SomeKeys final : aws::KeySource {
    Result<aws::Keys> keys(bool, std::stop_token) override { return aws::Keys{.id = "AKIAIOSFODNN7EXAMPLE", .secret = Secret("secret")}; }
};

// Machines by their part: "running", "stopped", "terminated"; the one at place n has 192.0.2.n.
struct PlayedAccount {
    explicit PlayedAccount(PlayedCluster &hosts) : cluster(hosts)
    {
        http->otherwise = [this](const HttpRequest &request) { return HttpAnswer{.status = 200, .body = answer(request.body)}; };
    }
    std::string answer(const std::string &asked)
    {
        const bool ends = asked.find("Action=TerminateInstances") != asked.npos;
        std::string items;
        int number = 0;
        for (auto &[part, state] : machines) {
            ++number;
            const bool named = asked.find("i-" + part) != asked.npos;
            if (ends && named) {
                const std::lock_guard lock(cluster.mutex);
                cluster.commands.push_back("TerminateInstances " + part);
                state = "terminated";
            }
            if (!named && (state == "terminated" || asked.find("=i-") != asked.npos || (asked.find("timonier.dev%2Fpart") != asked.npos && asked.find("=" + part + "&") == asked.npos && !asked.ends_with("=" + part))))
                continue;
            items += "<item><instanceId>i-" + part + "</instanceId><instanceState><name>" + state + "</name></instanceState><ipAddress>192.0.2." + std::to_string(number) +
                     "</ipAddress><tagSet><item><key>timonier.dev/part</key><value>" + part + "</value></item></tagSet></item>";
        }
        return "<DescribeInstancesResponse><reservationSet><item><instancesSet>" + items + "</instancesSet></item></reservationSet></DescribeInstancesResponse>";
    }
    std::shared_ptr<aws::Client> client()
    {
        return std::make_shared<aws::Client>(aws::ClientSettings{.http = http, .keys = std::make_shared<SomeKeys>(), .clock = std::make_shared<test::SetClock>(), .region = "eu-west-3"});
    }

    PlayedCluster &cluster;
    std::shared_ptr<test::PlayedHttp> http = std::make_shared<test::PlayedHttp>();
    std::map<std::string, std::string> machines{{"demo-control-1", "running"}, {"demo-worker-1", "running"}, {"demo-worker-2", "running"}};
};

// One whose packages and kubelet are of the version that was installed last.
class VersionedHost final : public remote::Session
{
public:
    VersionedHost(PlayedCluster &cluster, std::map<std::string, std::string> &kubelets, std::string name) : m_cluster(cluster), m_kubelets(kubelets), m_name(std::move(name)), m_below(cluster, m_name) {}
    std::string name() const override { return m_name; }
    Result<ProcessOutput> run(const remote::HostCommand &command, std::stop_token stop) override
    {
        const auto &words = command.arguments;
        const auto says = [&](std::string text) {
            ProcessOutput output;
            output.out = std::move(text);
            return Result<ProcessOutput>(std::move(output));
        };
        const std::string line = [&] {
            std::string all = m_name;
            for (const std::string &word : words)
                all += " " + (word.size() > 300 ? std::string("SCRIPT") : word);
            return all;
        }();
        const auto has = [&](const char *part) { return line.find(part) != line.npos; };
        if (has("packages upgrade"))
            for (const std::string &package : {std::string("kubeadm"), std::string("kubelet")})
                if (std::ranges::find(words, package) != words.end())
                    (package == "kubeadm" ? m_kubeadm : m_kubelets[m_name]) = "v" + words[5];
        if (words[0] == "kubeadm" && words[1] == "version")
            return says(m_kubeadm + "\n");
        if (words[0] == "kubeadm" && words[1] == "upgrade") {
            note(line);
            if (words[2] == "apply")
                m_cluster.contents["version"] = words[3];
            return says({});
        }
        if (has("kubeadm-config"))
            return says("kubernetesVersion: " + m_cluster.contents["version"] + "\n");
        if (has("get nodes")) {
            std::string items;
            for (const auto &[node, version] : m_kubelets)
                items += (items.empty() ? "" : ",") + std::string(R"({"metadata":{"name":")") + node + R"("},"spec":{},"status":{"conditions":[{"type":"Ready","status":"True"}],"nodeInfo":{"kubeletVersion":")" + version + R"("}}})";
            return says(R"({"items":[)" + items + "]}");
        }
        return m_below.run(command, stop);
    }
    Result<> put(const remote::Upload &upload, std::stop_token stop) override { return m_below.put(upload, stop); }
    Result<> send(const std::string &, const remote::Upload &, const std::function<void(std::uint64_t, std::uint64_t)> &, std::stop_token) override { return {}; }
    Result<std::string> read(const std::string &path, bool root, std::size_t limit, std::stop_token stop) override { return m_below.read(path, root, limit, stop); }

private:
    void note(const std::string &line)
    {
        const std::lock_guard lock(m_cluster.mutex);
        m_cluster.commands.push_back(line);
    }
    PlayedCluster &m_cluster;
    std::map<std::string, std::string> &m_kubelets;
    const std::string m_name;
    PlayedHost m_below;
    std::string m_kubeadm = "v1.36.3";
};

// Of those commands, in their order, which were sent.
std::vector<std::string> sent(const PlayedCluster &cluster, const std::vector<std::string> &wanted)
{
    std::vector<std::string> found;
    for (const std::string &command : cluster.commands)
        for (const std::string &one : wanted)
            if (command.find(one) != command.npos)
                found.push_back(one);
    return found;
}

} // namespace

class TestEc2Operations : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder{};
    std::unique_ptr<plan::Journal> m_journal{};
    PlayedCluster m_cluster{};
    int m_count = 0;

    plan::Summary run(plan::Plan plan)
    {
        const SystemClock clock;
        plan::Runner runner(*m_journal, clock);
        const auto summary = runner.run(plan, [](const plan::Event &) {}, {});
        if (!summary)
            qFatal("%s", summary.error().text().c_str());
        return *summary;
    }
    // What surplus() does alone, of a cluster whose other steps are done.
    plan::Plan surplusAlone(const Spec &spec, PlayedAccount &account)
    {
        const World world{.spec = spec, .client = account.client(), .hosts = played(m_cluster)};
        return {.provider = "ec2 scale", .target = spec.target(), .title = "scale", .steps = {surplusStep(world, {})}};
    }

private slots:
    void init()
    {
        m_journal = *plan::Journal::open(std::filesystem::path(m_folder.filePath(QString::number(++m_count)).toStdString()), std::make_shared<SystemClock>());
        m_cluster.commands.clear();
        m_cluster.nodes = {"demo-control-1", "demo-worker-1", "demo-worker-2"};
        m_cluster.contents.clear();
    }

    void aScaleIsThePlanThatMakesItAndThenTheSurplus()
    {
        PlayedAccount account(m_cluster);
        const auto plan = planOf("scale", specOf("workers: 2\n"), "text", account.client(), played(m_cluster));
        QVERIFY(plan && plan::validate(*plan));
        QCOMPARE(plan->provider, std::string("ec2 scale")); // by which `runs resume` finds it
        const auto step = [&](const char *id) { return std::ranges::find(plan->steps, id, &plan::Step::id); };
        QVERIFY(step("demo-worker-2") != plan->steps.end()); // more are made by the steps that make them
        QCOMPARE(step("surplus")->needs, (std::vector<std::string>{"close"})); // the others are in before
        QVERIFY(std::ranges::find(step("ready")->needs, "surplus") != step("ready")->needs.end());
    }

    void fewerWorkersAreDrainedBeforeTheirMachinesGo()
    {
        PlayedAccount account(m_cluster);
        QCOMPARE(run(surplusAlone(specOf("workers: 1\n"), account)).end, plan::RunState::Finished);
        QCOMPARE(sent(m_cluster, {"drain demo-worker-2", "TerminateInstances demo-worker-2", "delete node demo-worker-2"}), (std::vector<std::string>{"drain demo-worker-2", "TerminateInstances demo-worker-2", "delete node demo-worker-2"}));
        QCOMPARE(sent(m_cluster, {"drain demo-worker-1", "Terminate", "drain demo-control-1"}).size(), std::size_t{1});
        QCOMPARE(run(surplusAlone(specOf("workers: 1\n"), account)).changed, 0);
    }

    void oneThatIsStoppedLeavesWithoutADrain()
    {
        PlayedAccount account(m_cluster);
        account.machines["demo-worker-2"] = "stopped"; // its kubelet would never say that its pods have ended
        QCOMPARE(run(surplusAlone(specOf("workers: 1\n"), account)).end, plan::RunState::Finished);
        QCOMPARE(sent(m_cluster, {"drain", "TerminateInstances demo-worker-2", "delete node demo-worker-2"}), (std::vector<std::string>{"TerminateInstances demo-worker-2", "delete node demo-worker-2"}));
    }

    void aRunThatWasCutBehindTheMachineFindsTheNodeByTheLedger()
    {
        PlayedAccount account(m_cluster);
        const Spec spec = specOf("workers: 1\n");
        plan::Plan earlier{.provider = "ec2", .target = spec.target(), .title = "earlier"};
        earlier.steps = {{.id = "demo-worker-2", .title = "launch", .creates = {{"instance", "demo-worker-2"}}, .check = [](StepContext &) -> Result<bool> { return false; },
                          .apply = [](StepContext &context) { return context.made("instance", "demo-worker-2", "i-demo-worker-2"); }, .undo = [](StepContext &) -> Result<> { return {}; }}};
        run(earlier);
        account.machines.erase("demo-worker-2");
        QCOMPARE(run(surplusAlone(spec, account)).end, plan::RunState::Finished);
        QCOMPARE(sent(m_cluster, {"drain", "TerminateInstances", "delete node demo-worker-2"}), (std::vector<std::string>{"delete node demo-worker-2"}));
        QVERIFY(plan::ledger::there(*m_journal, spec.target())->empty());
        QCOMPARE(run(surplusAlone(spec, account)).changed, 0);
    }

    void anUpgradeMakesNoMachinesAndBeginsWhenAllLetItIn()
    {
        PlayedAccount account(m_cluster);
        const auto plan = planOf("upgrade", specOf("workers: 2\n"), "text", account.client(), played(m_cluster));
        QVERIFY(plan && plan::validate(*plan));
        const auto step = [&](const char *id) { return std::ranges::find(plan->steps, id, &plan::Step::id); };
        for (const char *id : {"demo-control-1", "demo-worker-2", "preflight", "init", "packages demo-worker-1", "surplus"})
            QVERIFY2(step(id) == plan->steps.end(), id);
        QCOMPARE(step("skew")->needs, (std::vector<std::string>{"reached demo-control-1", "reached demo-worker-1", "reached demo-worker-2"}));
        QVERIFY(std::ranges::find(step("running")->needs, "whole") != step("running")->needs.end());
    }

    void anUpgradeIsRefusedWhereSpecAndMachinesDiffer_data()
    {
        QTest::addColumn<int>("workers");
        QTest::addColumn<std::string>("words");
        QTest::newRow("one too few") << 3 << std::string("demo-worker-3 is not there");
        QTest::newRow("one too many") << 1 << std::string("demo-worker-2 is there and not in the spec");
        QTest::newRow("as it is") << 2 << std::string();
    }
    void anUpgradeIsRefusedWhereSpecAndMachinesDiffer()
    {
        QFETCH(int, workers);
        QFETCH(std::string, words);
        PlayedAccount account(m_cluster);
        auto plan = planOf("upgrade", specOf("workers: " + std::to_string(workers) + "\n"), "text", account.client(), played(m_cluster));
        plan->steps = {*std::ranges::find(plan->steps, "whole", &plan::Step::id)};
        plan->steps.front().needs.clear();
        const plan::Summary summary = run(*plan);
        QCOMPARE(summary.end, words.empty() ? plan::RunState::Finished : plan::RunState::Failed);
        QVERIFY2(words.empty() || (summary.error->text().find(words) != std::string::npos && summary.error->hint.find("cluster scale") != std::string::npos), summary.error ? summary.error->text().c_str() : "");
    }

    // kubeadm's own steps, to the machines' addresses of now, with the cluster's own key.
    void anUpgradeGoesToTheControlPlaneFirstAndToOneHostAfterTheOther()
    {
        PlayedAccount account(m_cluster);
        m_cluster.contents["version"] = "v1.36.3";
        std::map<std::string, std::string> kubelets{{"demo-control-1", "v1.36.3"}, {"demo-worker-1", "v1.36.3"}, {"demo-worker-2", "v1.36.3"}};
        const std::map<std::string, std::string> names{{"192.0.2.1", "demo-control-1"}, {"192.0.2.2", "demo-worker-1"}, {"192.0.2.3", "demo-worker-2"}};
        std::map<std::string, std::shared_ptr<VersionedHost>> hosts;
        std::mutex mutex;
        bool isOurs = true;
        const kubeadm::Access plain = [&](const kubeadm::Host &host) -> Result<std::shared_ptr<remote::Session>> {
            const std::lock_guard lock(mutex);
            const std::string name = names.at(host.host);
            isOurs = isOurs && host.user == "admin" && host.key.ends_with("ec2/eu-west-3/demo/key") && host.keyName == "i-" + name && host.knownHosts.ends_with("known_hosts");
            auto &one = hosts[name];
            if (!one)
                one = std::make_shared<VersionedHost>(m_cluster, kubelets, name);
            return one;
        };
        auto plan = planOf("upgrade", specOf("workers: 2\n"), "text", account.client(), plain);
        const auto first = std::ranges::find(plan->steps, "skew", &plan::Step::id);
        first->needs.clear();
        plan->steps.erase(plan->steps.begin(), first);
        const plan::Summary summary = run(*plan);
        QVERIFY2(summary.end == plan::RunState::Finished, summary.error ? summary.error->text().c_str() : "");
        QVERIFY(isOurs);
        const std::vector<std::string> wanted{"demo-control-1 kubeadm upgrade apply v1.36.4", "drain demo-control-1", "demo-worker-1 kubeadm upgrade node", "drain demo-worker-1", "demo-worker-2 kubeadm upgrade node", "drain demo-worker-2"};
        QCOMPARE(sent(m_cluster, wanted), wanted);
        QCOMPARE(kubelets, (std::map<std::string, std::string>{{"demo-control-1", "v1.36.4"}, {"demo-worker-1", "v1.36.4"}, {"demo-worker-2", "v1.36.4"}}));
        QCOMPARE(run(*plan).changed, 0);
    }

    void anOperationThatThereIsNotIsSaidSo()
    {
        PlayedAccount account(m_cluster);
        QCOMPARE(planOf("paint", specOf(""), "text", account.client(), played(m_cluster)).error().kind, ErrorKind::Unsupported);
        QCOMPARE(operationOf("ec2 upgrade"), std::string("upgrade"));
        QCOMPARE(operationOf("ec2"), std::string());
    }
};

QTEST_GUILESS_MAIN(TestEc2Operations)
#include "tst_ec2_operations.moc"

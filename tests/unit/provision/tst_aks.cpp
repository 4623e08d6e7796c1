// AKS specs with their errors, the plan's order, prices.
#include "cloud/prices/bundled.h"
#include "provision/aks/aks_plan.h"
#include "provision/aks/aks_price.h"

#include "../cloud/played_http.h"

#include <QTest>

#include <algorithm>

using namespace timonier;
using namespace timonier::aks;

namespace {

const std::string head = "provider: aks\nname: demo\nlocation: uksouth\nsubscription: 11111111-2222-3333-4444-555555555555\n"; // four lines

plan::Plan planOfText(const std::string &text)
{
    const auto arm = std::make_shared<azure::Arm>(azure::ArmSettings{.http = std::make_shared<test::PlayedHttp>(), .clock = std::make_shared<test::SetClock>()});
    return planOf(*readSpec(text, "x.yaml"), text, arm);
}

const plan::Step *stepOf(const plan::Plan &plan, const std::string &id)
{
    const auto found = std::ranges::find(plan.steps, id, &plan::Step::id);
    return found == plan.steps.end() ? nullptr : &*found;
}

} // namespace

class TestAks : public QObject
{
    Q_OBJECT
private slots:
    void aShortSpecIsEnough()
    {
        const auto spec = readSpec(head, "x.yaml");
        QVERIFY2(spec, spec ? "" : spec.error().text().c_str());
        QCOMPARE(spec->pools.size(), std::size_t{1});
        QVERIFY(spec->pools.front().system);
        QCOMPARE(spec->group, std::string("demo"));
        QCOMPARE(spec->nodeGroup(), std::string("MC_demo_demo_uksouth"));
        QCOMPARE(spec->network.dnsAddress(), std::string("10.0.0.10"));
        QVERIFY(plan::validate(planOfText(head)));
        QCOMPARE(readSpec("name: a\nlocation: UK South\nsubscription: 11111111-2222-3333-4444-555555555555\n", "")->location, std::string("uksouth"));
        QCOMPARE(readSpec("name: 7_up_\n" + head.substr(head.find("location")), "").has_value(), false);
        QCOMPARE(readSpec("name: 7_up\n" + head.substr(head.find("location")), "")->dnsPrefix(), std::string("k7-up"));
    }

    void badSpecsPointAtTheirLine_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<std::string>("words");
        const auto row = [](const char *name, const std::string &text, int line, const char *words) { QTest::newRow(name) << text << line << std::string(words); };
        row("no subscription", "name: a\nlocation: uksouth\n", 1, "needs a subscription");
        row("a subscription's name", "name: a\nsubscription: Azure for Students\n", 2, "subscription is written as");
        row("no location", "name: a\nsubscription: 11111111-2222-3333-4444-555555555555\n", 1, "needs a location");
        row("no region's name", "name: a\nlocation: \"uk/south\"\n", 2, "is no region");
        row("no name", "location: uksouth\nsubscription: 11111111-2222-3333-4444-555555555555\n", 1, "needs a name");
        row("name with a dot", "name: a.b\n", 1, "name holds");
        row("name that ends with a dash", "name: a-\n", 1, "name holds");
        row("name that is too long", "name: " + std::string(64, 'a') + "\n", 1, "63 at most");
        row("group that ends with a dot", head + "resourceGroup: \"a.\"\n", 5, "does not end with");
        row("group with a slash", head + "resourceGroup: a/b\n", 5, "resourceGroup holds");
        row("version without a minor", head + "version: \"1\"\n", 5, "version is written as");
        row("unknown field", head + "verson: x\n", 5, "no field verson");
        row("overlapping networks", head + "network: {pods: 10.0.0.0/9, services: 10.96.0.0/16}\n", 5, "overlap");
        row("networks that AKS keeps", head + "network: {services: 172.30.0.0/20}\n", 5, "keeps for itself");
        row("bits beyond the network", head + "network: {pods: 10.244.1.0/16}\n", 5, "network.pods");
        row("services too small", head + "network: {services: 10.0.0.0/28}\n", 5, "network.services");
        row("no network", head + "network: {pods: 300.0.0.0/16}\n", 5, "network.pods");
        row("pods in a subnet without one", head + "network: {plugin: subnet}\n", 5, "network.subnet");
        row("kubenet with cilium", head + "network: {plugin: kubenet, policy: cilium}\n", 5, "no policy but calico");
        row("no subnet's id", head + "network: {subnet: vnet/x}\n", 5, "id of a resource");
        row("pool with capitals", head + "pools: [{name: Main}]\n", 5, "small letters and digits");
        row("pool with a long name", head + "pools: [{name: abcdefghijklm}]\n", 5, "12 at most");
        row("two pools of a name", head + "pools: [{name: a}, {name: a}]\n", 5, "two node pools");
        row("too small a machine", head + "pools:\n  - {name: a, size: Standard_B1s}\n", 6, "too small");
        row("no machine's name", head + "pools: [{size: t3.large}]\n", 5, "no size of a machine");
        row("a fourth zone", head + "pools: [{zones: [\"4\"]}]\n", 5, "is no zone");
        row("a zone twice", head + "pools: [{zones: [\"1\", \"1\"]}]\n", 5, "twice");
        row("system pool of spot machines", head + "pools: [{spot: true}]\n", 5, "cannot be of spot");
        row("system pool without nodes", head + "pools: [{count: 0}]\n", 5, "one node at least");
        row("more than most", head + "pools: [{count: 5, min: 1, max: 3}]\n", 5, "min, count and max");
        row("min alone", head + "pools: [{min: 1}]\n", 5, "min needs max");
        row("small disk", head + "pools: [{disk: 8}]\n", 5, "pools.disk");
        row("registry with a dash", head + "registry: {name: my-images}\n", 5, "letters and digits");
        row("registry's name and id", head + "registry: {name: images}\nname: \"\"\n", 6, "name holds");
        row("registry without either", head + "registry: {tier: Basic}\n", 5, "either the name");
        row("no tier", head + "registry: {name: images, tier: Gold}\n", 5, "one of Basic");
        row("no address", head + "allowed: [1.2.3.4/33]\n", 5, "is no network");
        row("tag with a slash", head + "tags: {\"a/b\": y}\n", 5, "a/b");
        row("tag of ours", head + "tags: {timonier-target: y}\n", 5, "timonier-target");
        row("another cloud", head + "cloud: AzureFrance\n", 5, "one of AzureCloud");
        row("an option as an account", head + "account: --x\n", 5, "account");
        row("a name of letters that Azure has not", "name: démo\n", 1, "name holds");
        row("a group with a long name", head + "resourceGroup: " + std::string(91, 'a') + "\n", 5, "90 at most");
        row("a registry with a short name", head + "registry: {name: abcd}\n", 5, "from 5 to 50");
        row("a version of three words", head + "version: \"1.35.3.1\"\n", 5, "version is written as");
        row("a region of AWS", "name: a\nlocation: eu-west-3\n", 2, "is no region");
        row("networks that overlap the defaults", head + "network: {services: 10.244.0.0/20}\n", 5, "overlap");
        row("pools that are no list", head + "pools: {name: a}\n", 5, "must be a list");
        row("a pool that is a word", head + "pools: [a]\n", 5, "pools");
        row("zones that are no list", head + "pools: [{zones: \"1\"}]\n", 5, "must be a list");
        row("a tag that is too long", head + "tags: {a: " + std::string(257, 'a') + "}\n", 5, "may not hold");
        row("nothing", "", 1, "no spec");
        row("a list", "- a\n", 1, "no spec");
        row("no YAML", head + "pools: [\n", 6, "no YAML");
    }
    void badSpecsPointAtTheirLine()
    {
        QFETCH(std::string, text);
        QFETCH(int, line);
        QFETCH(std::string, words);
        const auto spec = readSpec(text, "x.yaml");
        QVERIFY(!spec);
        QCOMPARE(spec.error().kind, ErrorKind::Invalid);
        QVERIFY2(spec.error().message.find(words) != std::string::npos, spec.error().message.c_str());
        QCOMPARE(spec.error().context, (std::vector<std::pair<std::string, std::string>>{{"file", "x.yaml"}, {"line", std::to_string(line)}}));
    }

    void theFirstPoolOfTheClusterIsOneForItsSystem()
    {
        const auto spec = readSpec(head + "pools: [{name: gpu, spot: true}, {name: core, mode: system}]\n", "");
        QVERIFY(spec);
        QCOMPARE(spec->pools.front().name, std::string("core"));
    }

    void theOrderIsThatOfAzure()
    {
        const plan::Plan plan = planOfText(head + "version: \"1.35\"\nregistry: {name: images}\npools: [{name: a}, {name: b}]\n");
        const auto needs = [&](const char *id, const char *other) { return std::ranges::count(stepOf(plan, id)->needs, other) == 1; };
        QVERIFY(needs("cluster", "resource-group") && needs("cluster", "register-clusters"));
        QVERIFY(!needs("cluster", "registry")); // made beside it
        QVERIFY(needs("runs", "cluster") && needs("version", "runs") && needs("pool-b", "version"));
        QVERIFY(needs("pull-images", "registry") && needs("pull-images", "cluster"));
        for (const plan::Step &step : plan.steps)
            QVERIFY2(step.creates.empty() == !step.undo, step.id.c_str());
        QVERIFY(!stepOf(planOfText(head), "version"));
        QVERIFY(!stepOf(planOfText(head), "registry") && !stepOf(planOfText(head), "pull-images"));
    }

    void thePriceIsThatOfItsPartsAndSomeGoesOnWhileItIsStopped()
    {
        const auto price = [](const std::string &what) { return prices::bundled("azure").of(what); };
        const form::Costs costs = costsOf(*readSpec(head + "tier: Standard\nregistry: {name: images}\npools: [{size: Standard_D4s_v3, count: 2, disk: 100}]\n", ""), price);
        QVERIFY(costs.complete);
        const double stopped = 2 * 19.71 / 730 + 0.025 + 0.005 + 0.00694;
        QCOMPARE(qRound(costs.hour * 10'000), qRound((0.10 + 2 * 0.192 + stopped) * 10'000));
        QCOMPARE(qRound(costs.stoppedHour * 10'000), qRound(stopped * 10'000));
        QVERIFY(costs.source.find("not in it") != std::string::npos);
        QVERIFY(!costsOf(*readSpec(head + "pools: [{size: Standard_Z99_v9}]\n", ""), price).complete);
    }
};

QTEST_GUILESS_MAIN(TestAks)
#include "tst_aks.moc"

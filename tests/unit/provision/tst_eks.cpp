// EKS specs with their errors, networks cut into subnets, prices, kubeconfigs.
#include "cloud/prices/bundled.h"
#include "provision/eks/eks_plan.h"
#include "provision/eks/eks_price.h"

#include "../cloud/played_http.h"
#include "kube/kubeconfig_edit.h"

#include <QTest>

#include <algorithm>

using namespace timonier;
using namespace timonier::eks;

namespace {

const std::string head = "provider: eks\nname: demo\nregion: eu-west-3\n";

struct NoKeys final : aws::KeySource {
    Result<aws::Keys> keys(bool, std::stop_token) override { return fail(ErrorKind::Unauthorized, "no keys"); }
};

plan::Plan planOfText(const std::string &text)
{
    const auto spec = readSpec(text, "x.yaml");
    const auto client = std::make_shared<aws::Client>(aws::ClientSettings{.http = std::make_shared<test::PlayedHttp>(), .keys = std::make_shared<NoKeys>(), .clock = std::make_shared<test::SetClock>(), .region = "eu-west-3"});
    return planOf(*spec, text, client, "/opt/timonier/bin/timonierctl");
}

const plan::Step *stepOf(const plan::Plan &plan, const std::string &id)
{
    const auto found = std::ranges::find(plan.steps, id, &plan::Step::id);
    return found == plan.steps.end() ? nullptr : &*found;
}

} // namespace

class TestEks : public QObject
{
    Q_OBJECT

private slots:
    void aShortSpecIsEnough()
    {
        const auto spec = readSpec(head, "x.yaml");
        QVERIFY2(spec, spec ? "" : spec.error().text().c_str());
        QCOMPARE(spec->nodes.size(), std::size_t{1});
        QCOMPARE(spec->target(), std::string("eks/eu-west-3/demo"));
        QVERIFY(plan::validate(planOfText(head)));
    }

    void badSpecsPointAtTheirLine_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<std::string>("words");
        const auto row = [](const char *name, const std::string &text, int line, const char *words) { QTest::newRow(name) << text << line << std::string(words); };
        row("no region", "provider: eks\nname: demo\n", 1, "needs a region");
        row("mistyped region", "provider: eks\nname: demo\nregion: eu-wset-3\n", 3, "eu-west-3");
        row("no name", "provider: eks\nregion: eu-west-3\n", 1, "needs a name");
        row("name with a blank", "provider: eks\nname: a b\nregion: eu-west-3\n", 2, "name holds");
        row("name that begins with a dash", "provider: eks\nname: \"-a\"\nregion: eu-west-3\n", 2, "name");
        row("name that is too long", "name: " + std::string(51, 'a') + "\nregion: eu-west-3\n", 1, "50 at most");
        row("version with a patch", head + "version: \"1.34.2\"\n", 4, "without a patch");
        row("version as a number", head + "version: 1.3\n", 4, "version");
        row("unknown field", head + "verson: x\n", 4, "no field verson");
        row("one zone", head + "network: {zones: 1}\n", 4, "two zones");
        row("five zones", head + "network: {zones: 5}\n", 4, "two zones");
        row("small network", head + "network: {cidr: 10.0.0.0/24}\n", 4, "/16 to /21");
        row("large network", head + "network: {cidr: 10.0.0.0/8}\n", 4, "/16 to /21");
        row("bits beyond the network", head + "network: {cidr: 10.0.1.0/16}\n", 4, "network.cidr");
        row("no network", head + "network: {cidr: 300.0.0.0/16}\n", 4, "network.cidr");
        row("subnets and a network", head + "network: {cidr: 10.0.0.0/16, subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}\n", 4, "takes no cidr");
        row("the same subnet twice", head + "network: {subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef0]}\n", 4, "two zones");
        row("no subnet's name", head + "network: {subnets: [vpc-0123456789abcdef0, x]}\n", 4, "is no subnet");
        row("too small a machine", head + "nodes:\n  - {name: a, type: t2.micro}\n", 5, "too small");
        row("nano", head + "nodes: [{type: t2.nano}]\n", 4, "too small");
        row("no machine's name", head + "nodes: [{type: large}]\n", 4, "no type");
        row("two groups of a name", head + "nodes:\n  - {name: a}\n  - {name: a}\n", 6, "two node groups");
        row("more than most", head + "nodes: [{count: 5, min: 1, max: 3}]\n", 4, "min, count and max");
        row("small disk", head + "nodes: [{disk: 8}]\n", 4, "nodes.disk");
        row("nobody may reach it", head + "access: {public: false, private: false}\n", 4, "nobody can reach");
        row("addresses without access", head + "access: {public: false, cidrs: [1.2.3.4/32]}\n", 4, "needs access.public");
        row("bad address", head + "access: {cidrs: [1.2.3.4/33]}\n", 4, "access.cidrs");
        row("no ARN", head + "admins: [ann]\n", 4, "ARN");
        row("a user as a role", head + "roles: {nodes: \"arn:aws:iam::123456789012:user/x\"}\n", 4, "ARN");
        row("tag of AWS' own", head + "tags: {\"aws:x\": y}\n", 4, "aws:x");
        row("tag of ours", head + "tags: {\"timonier.dev/target\": y}\n", 4, "timonier.dev/target");
        row("profile and keys", head + "profile: a\nkeys: b\n", 1, "not both");
        row("an option as a profile", head + "profile: --x\n", 4, "profile");
        for (const char *cidr : {"127.0.0.0/16", "169.254.0.0/16", "0.0.0.0/16", "224.16.0.0/16"})
            row(("networks that AWS keeps: " + std::string(cidr)).c_str(), head + "network: {cidr: " + cidr + "}\n", 4, "of which AWS makes no network");
        row("a name of letters that AWS has not", head + "name: démo\n", 4, "name holds");
        row("a node group with a long name", head + "nodes: [{name: " + std::string(64, 'a') + "}]\n", 4, "63 at most");
        row("a tag that is too long", head + "tags: {a: " + std::string(257, 'a') + "}\n", 4, "may not hold");
        row("an administrator who is no list", head + "admins: \"arn:aws:iam::123456789012:user/ann\"\n", 4, "must be a list");
        row("an address that is no list", head + "access: {cidrs: 203.0.113.0/24}\n", 4, "must be a list");
        row("groups that are no list", head + "nodes: {name: a}\n", 4, "must be a list");
        row("a group that is a word", head + "nodes: [a]\n", 4, "nodes");
        row("nodes by a word of ours that is none", head + "nodes: automatic\n", 4, "auto");
        row("a region of a list", "provider: eks\nname: demo\nregion: [eu-west-3]\n", 3, "region");
        row("a region elsewhere", "provider: eks\nname: demo\nregion: uksouth\n", 3, "AWS has no region uksouth. Regions are called eu-west-3");
        row("nothing", "", 1, "no spec");
        row("a list", "- a\n", 1, "no spec");
        row("no YAML", head + "nodes: [\n", 5, "no YAML");
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

    void subnetsFillTheNetworkWithoutTouching()
    {
        const Network network{.cidr = "10.20.0.0/16"};
        std::vector<unsigned> starts;
        for (const bool isPublic : {true, false})
            for (int zone = 0; zone < 4; ++zone) {
                const auto cidr = readCidr(subnetCidr(network, isPublic, zone));
                QVERIFY(cidr);
                QCOMPARE(cidr->length, 19);
                starts.push_back(cidr->network);
            }
        std::ranges::sort(starts);
        QCOMPARE(starts.front(), readCidr("10.20.0.0/16")->network);
        for (std::size_t i = 1; i < starts.size(); ++i)
            QCOMPARE(starts[i] - starts[i - 1], 1u << 13);
    }

    void theOrderIsThatOfTheManual()
    {
        const plan::Plan plan = planOfText(head + "admins: [\"arn:aws:iam::123456789012:role/x\"]\n");
        const auto needs = [&](const char *id, const char *other) { return std::ranges::count(stepOf(plan, id)->needs, other) == 1; };
        QVERIFY(needs("cluster", "cluster-role") && needs("cluster", "subnet-private-1"));
        QVERIFY(!needs("cluster", "nat-gateway")); // made beside it
        QVERIFY(needs("nodes-nodes", "addon-vpc-cni") && needs("nodes-nodes", "routes-private") && needs("nodes-nodes", "node-role"));
        QVERIFY(needs("addon-coredns", "nodes-nodes")); // it would wait for them
        QVERIFY(needs("cluster", "made-by-kubernetes") && needs("made-by-kubernetes", "subnet-public-1")); // backwards: the cluster, what it made, its network
        for (const plan::Step &step : plan.steps)
            QVERIFY2(step.creates.empty() == !step.undo, step.id.c_str());
    }

    void whatIsThereIsNotMade()
    {
        const plan::Plan plan = planOfText(head + "network: {subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]}\nroles: {cluster: \"arn:aws:iam::123456789012:role/c\", nodes: \"arn:aws:iam::123456789012:role/n\"}\n");
        QVERIFY(plan::validate(plan));
        for (const char *id : {"vpc", "nat-gateway", "cluster-role", "node-role"})
            QVERIFY(!stepOf(plan, id));
    }

    void thePriceIsThatOfItsParts()
    {
        const auto price = [](const std::string &what) { return prices::bundled("aws").of(what); };
        const form::Costs dear = costsOf(*readSpec(head + "nodes: [{type: t3.large, count: 2}]\n", ""), price), cheap = costsOf(*readSpec(head + "network: {nat: none}\nnodes: [{type: t3.large, count: 2}]\n", ""), price);
        QVERIFY(dear.complete);
        QCOMPARE(qRound(dear.hour * 10'000), qRound((0.10 + 0.045 + 0.005 + 2 * 0.0832 + 2 * 20 * 0.08 / 730) * 10'000));
        QVERIFY(cheap.hour < dear.hour);
        QVERIFY(dear.source.find("not in it") != std::string::npos);
        QVERIFY(!costsOf(*readSpec(head + "nodes: [{type: z9.huge}]\n", ""), price).complete);
    }

    void theKubeconfigAsksTimonierForItsTokens()
    {
        const auto spec = readSpec(head + "profile: dev\n", "");
        const std::string text = kubeconfigText(*spec, "https://x.eks.amazonaws.com", "Y2E=", "/opt/timonierctl");
        QVERIFY(*hasContext(text, "demo.eu-west-3.eks", "https://x.eks.amazonaws.com", ""));
        for (const char *word : {"eks-token", "--profile", "dev", "/opt/timonierctl", "Y2E="})
            QVERIFY2(text.find(word) != std::string::npos, word);
        const std::string byAws = kubeconfigText(*readSpec(head + "profile: dev\ntoken: aws\n", ""), "https://x", "", "/opt/timonierctl");
        QVERIFY(byAws.find("get-token") != std::string::npos && byAws.find("AWS_PROFILE") != std::string::npos && byAws.find("timonierctl") == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestEks)
#include "tst_eks.moc"

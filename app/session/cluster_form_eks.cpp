// The form of a cluster in AWS: EKS.
#include "session/cluster_forms.h"

#include "base/lines.h"
#include "base/say.h"
#include "provision/eks/eks_spec.h"
#include "session/amazon_form.h"
#include "session/local_form.h"
#include "session/spec_text.h"

#include <algorithm>

namespace timonier {

namespace {

using form::Type;

const std::string ordinary = "t3.large", otherType = "other";

std::vector<form::Choice> typeChoices()
{
    auto all = amazon_form::typeChoices([](const aws::InstanceType &type) { return type.memoryGib < 2 ? say("Core", "it is too small for a node: room for four pods at most") : std::string(); });
    all.push_back({.value = otherType, .title = say("Core", "Another one")});
    return all;
}

std::vector<form::Parameter> asked()
{
    const std::string account = say("Core", "Account"), nodes = say("Core", "Nodes"), network = say("Core", "Network"), access = say("Core", "Access");
    std::vector<form::Parameter> all{
        {.id = "name", .title = say("Core", "Name"), .help = say("Core", "Roles, networks and tags are called after it."), .type = Type::Text, .initial = "eks", .required = true,
         .pattern = "[A-Za-z0-9][A-Za-z0-9_-]{0,49}", .patternWords = say("Core", "letters, digits, “-” and “_”, 50 at most")},
        {.id = "region", .title = say("Core", "Region"), .help = say("Core", "Where it runs: near to those who use it. Prices differ by up to a third."), .type = Type::Choice, .initial = "eu-west-3", .required = true, .choices = amazon_form::regionChoices()},
        {.id = "version", .title = say("Core", "Version"), .help = say("Core", "Of Kubernetes, such as 1.34. Empty: what EKS takes by itself."), .type = Type::Text, .pattern = R"(1\.[0-9]{2})", .patternWords = say("Core", "a version without a patch, such as 1.34")},
        {.id = "nodesBy", .title = say("Core", "Made by"), .group = nodes, .type = Type::Choice, .initial = "groups", .required = true,
         .choices = {{.value = "groups", .title = say("Core", "Groups of machines"), .help = say("Core", "As many as you say, of the kind that you choose.")},
                     {.value = "auto", .title = say("Core", "AWS, as pods ask for them (Auto Mode)"), .help = say("Core", "It costs about an eighth more for each machine; none runs without a pod.")}}},
        {.id = "type", .title = say("Core", "Machine"), .help = say("Core", "What each node is. The price is a list price of one, an hour: “about” by a table that comes with Timonier, until a plan has asked for that of the region."), .group = nodes, .type = Type::Choice, .initial = ordinary, .required = true, .choices = typeChoices(), .onlyIf = "nodesBy=groups"},
        {.id = "otherType", .title = say("Core", "Which"), .help = say("Core", "A type as EC2 calls it, such as m7i.large."), .group = nodes, .type = Type::Text, .required = true, .pattern = R"([a-z][a-z0-9-]*\.[a-z0-9-]+)", .patternWords = say("Core", "a type as EC2 calls it, such as m7i.large"), .onlyIf = "nodesBy=groups; type=other"},
        {.id = "count", .title = say("Core", "How many"), .group = nodes, .type = Type::Integer, .initial = "2", .required = true, .least = 0, .most = 450, .onlyIf = "nodesBy=groups"},
        {.id = "min", .title = say("Core", "Not fewer than"), .help = say("Core", "For an autoscaler. Empty: as many as now."), .group = nodes, .type = Type::Integer, .advanced = true, .least = 0, .most = 450, .onlyIf = "nodesBy=groups"},
        {.id = "max", .title = say("Core", "Not more than"), .group = nodes, .type = Type::Integer, .advanced = true, .least = 1, .most = 450, .onlyIf = "nodesBy=groups"},
        {.id = "disk", .title = say("Core", "Disk"), .group = nodes, .type = Type::Integer, .initial = "20", .required = true, .advanced = true, .least = 20, .most = 16384, .unit = say("Core", "GiB"), .onlyIf = "nodesBy=groups"},
        {.id = "spot", .title = say("Core", "Spare capacity (spot)"), .help = say("Core", "Cheaper by half and more; AWS takes such a machine back with two minutes' notice."), .group = nodes, .type = Type::Boolean, .initial = "false", .advanced = true, .onlyIf = "nodesBy=groups"},
        {.id = "group", .title = say("Core", "Called"), .group = nodes, .type = Type::Text, .initial = "nodes", .required = true, .advanced = true, .pattern = "[A-Za-z0-9][A-Za-z0-9_-]{0,62}", .patternWords = say("Core", "letters, digits, “-” and “_”"), .onlyIf = "nodesBy=groups"},
        {.id = "labels", .title = say("Core", "Labels"), .help = say("Core", "KEY=VALUE, one a line."), .group = nodes, .type = Type::Lines, .advanced = true, .pattern = "[^=]+=.*", .patternWords = say("Core", "KEY=VALUE, one a line"), .onlyIf = "nodesBy=groups"},
        {.id = "groups", .title = say("Core", "Further groups"), .help = say("Core", "Nodes of another kind, one group a line: gpu type=g5.xlarge count=1 min=0 max=4 disk=100 spot=true label=KEY=VALUE"), .group = nodes, .type = Type::Lines, .advanced = true, .onlyIf = "nodesBy=groups"},
        {.id = "network", .title = say("Core", "Network"), .group = network, .type = Type::Choice, .initial = "own", .required = true,
         .choices = {{.value = "own", .title = say("Core", "One of its own"), .help = say("Core", "A VPC with public and private subnets, taken away with the cluster.")}, {.value = "subnets", .title = say("Core", "One that is there")}}},
        {.id = "nat", .title = say("Core", "Nodes without public addresses"), .help = say("Core", "They go out through a NAT gateway, which costs as much as a small machine. Without: nodes have public addresses, and a firewall."), .group = network, .type = Type::Boolean, .initial = "true", .onlyIf = "network=own"},
        {.id = "cidr", .title = say("Core", "Addresses"), .help = say("Core", "It must overlap with no network that is to reach it."), .group = network, .type = Type::Text, .initial = "192.168.0.0/16", .required = true, .advanced = true, .onlyIf = "network=own"},
        {.id = "zones", .title = say("Core", "Zones"), .help = say("Core", "Buildings apart from each other; EKS wants two at least."), .group = network, .type = Type::Integer, .initial = "2", .required = true, .advanced = true, .least = 2, .most = 4, .onlyIf = "network=own"},
        {.id = "subnets", .title = say("Core", "Subnets"), .help = say("Core", "Of two zones at least, one a line: subnet-0123456789abcdef0"), .group = network, .type = Type::Lines, .required = true, .pattern = R"(\s*subnet-[0-9a-f]{8,17}(\s+subnet-[0-9a-f]{8,17})*\s*)", .patternWords = say("Core", "subnets as AWS calls them, one a line"), .onlyIf = "network=subnets"},
        {.id = "reach", .title = say("Core", "The API server is reached"), .group = access, .type = Type::Choice, .initial = "both", .required = true,
         .choices = {{.value = "both", .title = say("Core", "From everywhere, and inside its network")}, {.value = "public", .title = say("Core", "From everywhere")}, {.value = "private", .title = say("Core", "Only inside its network"), .help = say("Core", "This computer must be in it, too, by a VPN.")}}},
        {.id = "cidrs", .title = say("Core", "From these addresses only"), .help = say("Core", "Networks, one a line: 203.0.113.0/24. Empty: everybody may knock; without a token nobody comes in."), .group = access, .type = Type::Lines, .advanced = true, .onlyIf = "reach=both|public"},
        {.id = "admins", .title = say("Core", "Administrators"), .help = say("Core", "ARNs of roles and users who may do everything in it, beside you; one a line."), .group = access, .type = Type::Lines, .advanced = true},
        {.id = "addons", .title = say("Core", "Add-ons"), .group = say("Core", "With it"), .type = Type::Choices, .initial = "vpc-cni\nkube-proxy\ncoredns", .advanced = true,
         .choices = {{.value = "vpc-cni", .title = "vpc-cni", .help = say("Core", "The pod network. Without it nodes are not ready.")}, {.value = "kube-proxy", .title = "kube-proxy"}, {.value = "coredns", .title = "coredns"},
                     {.value = "metrics-server", .title = "metrics-server", .help = say("Core", "CPU and memory of nodes and pods.")}, {.value = "eks-pod-identity-agent", .title = "eks-pod-identity-agent", .help = say("Core", "Roles for pods.")}}},
        {.id = "storage", .title = say("Core", "Volumes on EBS"), .help = say("Core", "Its driver, and a storage class gp3 for those who ask for none; databases and Kubeflow need it."), .group = say("Core", "With it"), .type = Type::Boolean, .initial = "true"},
        {.id = "clusterRole", .title = say("Core", "The control plane's role"), .help = say("Core", "The ARN of one that is there. Empty: made, and taken away with the cluster."), .group = access, .type = Type::Text, .advanced = true},
        {.id = "nodeRole", .title = say("Core", "The nodes' role"), .help = say("Core", "Likewise."), .group = access, .type = Type::Text, .advanced = true},
        {.id = "tags", .title = say("Core", "Tags"), .help = say("Core", "KEY=VALUE, one a line: on all that is made, for your bills."), .group = account, .type = Type::Lines, .advanced = true},
        {.id = "token", .title = say("Core", "Tokens are made by"), .group = access, .type = Type::Choice, .initial = "timonier", .required = true, .advanced = true, .choices = {{.value = "timonier", .title = "timonierctl"}, {.value = "aws", .title = "aws", .help = say("Core", "AWS' own program, for computers without Timonier.")}}},
    };
    const auto signIn = amazon_form::accountParameters(account);
    all.insert(std::ranges::find(all, "nodesBy", &form::Parameter::id), signIn.begin(), signIn.end());
    std::ranges::move(local_form::kubeconfigParameters(), std::back_inserter(all)); // and no `more`: every field of the spec has one here
    return all;
}

const std::vector<form::Parameter> &parameters()
{
    static const std::vector<form::Parameter> all = asked();
    return all;
}

std::string valueOf(const form::Values &values, const std::string &id)
{
    const auto parameter = std::ranges::find(parameters(), id, &form::Parameter::id);
    return form::isAsked(*parameter, parameters(), values) ? form::valueOf(*parameter, values) : std::string();
}

std::string typeOf(const form::Values &values) { return valueOf(values, "type") == otherType ? valueOf(values, "otherType") : valueOf(values, "type"); }

void putNodes(SpecText &spec, const form::Values &values)
{
    if (spec.value("nodesBy") == "auto")
        return spec.text("nodes", "auto");
    spec.open("nodes", true);
    Pairs group{{"name", spec.value("group")}, {"type", typeOf(values)}, {"count", spec.value("count")}, {"min", spec.value("min")}, {"max", spec.value("max")}, {"disk", spec.changed("disk")}, {"spot", spec.changed("spot")}};
    for (const std::string &label : linesOf(spec.value("labels")))
        group.emplace_back("label", label);
    spec.named(group);
    for (const std::string &line : linesOf(spec.value("groups")))
        spec.named(namedFields(line));
    spec.close(true);
}

void putNetwork(SpecText &spec)
{
    if (spec.value("network") == "subnets") {
        spec.open("network");
        spec.list("subnets", spec.value("subnets"));
        spec.close();
    } else if (const std::string cidr = spec.changed("cidr"), zones = spec.changed("zones"), nat = spec.changed("nat"); !cidr.empty() || !zones.empty() || !nat.empty()) {
        spec.open("network");
        spec.text("cidr", cidr);
        spec.text("zones", zones);
        spec.text("nat", nat.empty() ? nat : "none");
        spec.close();
    }
}

std::string textOf(const form::Values &values)
{
    SpecText spec(parameters(), values);
    spec.text("provider", "eks");
    spec.text("name", spec.value("name"));
    spec.text("region", spec.value("region"));
    spec.text("version", spec.value("version"), true);
    spec.text("profile", spec.value("profile"));
    spec.text("keys", spec.value("keys"));
    putNodes(spec, values);
    putNetwork(spec);
    if (const std::string cluster = spec.value("clusterRole"), nodes = spec.value("nodeRole"); !cluster.empty() || !nodes.empty()) {
        spec.open("roles");
        spec.text("cluster", cluster);
        spec.text("nodes", nodes);
        spec.close();
    }
    if (const std::string reach = spec.value("reach"), cidrs = spec.value("cidrs"); reach != "both" || !linesOf(cidrs).empty()) {
        spec.open("access");
        spec.text("public", reach == "private" ? "false" : "");
        spec.text("private", reach == "public" ? "false" : "");
        spec.list("cidrs", cidrs);
        spec.close();
    }
    spec.list("admins", spec.value("admins"));
    if (linesOf(spec.value("addons")).empty()) {
        spec.open("addons", true);
        spec.close(true);
    } else {
        spec.list("addons", spec.changed("addons"));
    }
    spec.text("storage", spec.changed("storage").empty() ? "" : "none");
    spec.map("tags", pairsOf(spec.value("tags")));
    spec.text("token", spec.changed("token"));
    spec.text("current", spec.changed("current"));
    spec.text("kubeconfig", spec.value("kubeconfig"));
    return spec.end();
}

std::string groupLine(const eks::NodeGroup &group)
{
    std::string line = fmt::format("{} type={} count={} min={} max={} disk={}", group.name, group.type, group.count, group.least, group.most, group.disk);
    if (group.spot)
        line += " spot=true";
    for (const auto &[name, value] : group.labels)
        line += fmt::format(" label={}={}", name, value);
    return line;
}

Result<form::Values> valuesOf(const std::string &text, const std::string &file)
{
    const eks::Spec spec = TRY(eks::readSpec(text, file));
    form::Values values;
    const auto put = [&](const char *id, const std::string &value) { values.texts[id] = value; };
    put("name", spec.name);
    put("region", spec.region);
    put("version", spec.version);
    put("account", !spec.profile.empty() ? "profile" : !spec.keys.empty() ? "keys" : "default");
    if (!spec.profile.empty())
        put("profile", spec.profile);
    if (!spec.keys.empty())
        put("keys", spec.keys);
    put("nodesBy", spec.autoNodes ? "auto" : "groups");
    const eks::NodeGroup first = spec.autoNodes ? eks::NodeGroup{} : spec.nodes.front();
    const bool isListed = aws::instanceType(first.type).has_value();
    put("type", isListed ? first.type : otherType);
    if (!isListed)
        put("otherType", first.type);
    put("group", first.name);
    put("count", std::to_string(first.count));
    if (first.least != std::min(eks::NodeGroup().least, first.count) || first.most != std::max(1, first.count)) {
        put("min", std::to_string(first.least));
        put("max", std::to_string(first.most));
    }
    put("disk", std::to_string(first.disk));
    put("spot", first.spot ? "true" : "false");
    put("labels", linesOf(first.labels));
    std::vector<std::string> groups;
    for (std::size_t i = 1; i < spec.nodes.size(); ++i)
        groups.push_back(groupLine(spec.nodes[i]));
    put("groups", joinedLines(groups));
    if (spec.network.subnets.empty()) {
        put("cidr", spec.network.cidr);
        put("zones", std::to_string(spec.network.zones));
        put("nat", spec.network.nat ? "true" : "false");
    } else {
        put("network", "subnets");
        put("subnets", joinedLines(spec.network.subnets));
    }
    put("clusterRole", spec.clusterRole);
    put("nodeRole", spec.nodeRole);
    put("reach", !spec.privateAccess ? "public" : !spec.publicAccess ? "private" : "both");
    put("cidrs", joinedLines(spec.publicCidrs));
    put("admins", joinedLines(spec.admins));
    put("addons", joinedLines(spec.addons));
    put("storage", spec.storage ? "true" : "false");
    put("tags", linesOf(spec.tags));
    put("token", spec.awsTool ? "aws" : "timonier");
    put("current", spec.current ? "true" : "false");
    put("kubeconfig", spec.kubeconfig);
    return values;
}

// The smallest machine of which a few come to that much.
ClusterForm::Facts forVersion(const std::string &version, int cpus, double memoryGib)
{
    ClusterForm::Facts facts{{"version", version}};
    const double each = 2; // nodes, so that one may go
    for (const aws::InstanceType &type : aws::instanceTypes())
        if (type.name.starts_with("t3.") && type.cpus * each >= cpus + 1 && type.memoryGib * each >= memoryGib + 2) { // the system's own on each
            facts.emplace_back("type", type.name);
            facts.emplace_back("count", "2");
            break;
        }
    if (memoryGib > 8)
        facts.emplace_back("disk", "80");
    return facts;
}

} // namespace

ClusterForm eksForm()
{
    return {.provider = "eks",
            .title = say("Core", "New cluster in AWS (EKS)"),
            .what = say("Core", "AWS runs the control plane, and nodes as machines of your account. The network, the roles and all else that it takes are made with it, told before with their price, and taken away with it."),
            .warning = say("Core", "It costs from the first minute on until it is deleted, also when nobody uses it."),
            .gets = {{say("Core", "Cluster"), say("Core", "A control plane in several zones, and one group of nodes or more")},
                     {say("Core", "Kubeconfig"), say("Core", "A context of its own in your kubeconfig; its tokens are made by Timonier, without AWS' program")},
                     {say("Core", "Afterwards"), say("Core", "Nothing is left in the account when it is deleted: load balancers and volumes that Kubernetes made included")}},
            .takes = {{say("Core", "Time"), say("Core", "About fifteen minutes, mostly for the control plane")},
                      {say("Core", "Account"), say("Core", "One of AWS' with the right to make networks, roles and clusters; what is missing is named")},
                      {say("Core", "Price"), say("Core", "From about 0.30 $ an hour; the plan's page has each part")}},
            .parameters = parameters(),
            .text = textOf,
            .values = valuesOf,
            .subject = [](const form::Values &values) {
                if (valueOf(values, "nodesBy") == "auto")
                    return std::pair(valueOf(values, "name"), say("Core", "nodes as pods ask for them") + ", " + valueOf(values, "region"));
                int count = std::atoi(valueOf(values, "count").c_str());
                for (const std::string &line : linesOf(valueOf(values, "groups")))
                    for (const auto &[field, value] : namedFields(line))
                        count += field == "count" ? std::atoi(value.c_str()) : 0;
                return std::pair(valueOf(values, "name"), (count == 1 ? say("Core", "1 node") : say("Core", "{} nodes", count)) + ", " + valueOf(values, "region"));
            },
            .context = [](const form::Values &values) { return eks::Spec{.name = valueOf(values, "name"), .region = valueOf(values, "region")}.context(); },
            .forVersion = forVersion,
            .look = [](ProcessRunner &, std::stop_token) { return amazon_form::looked(parameters()); },
            .offer = [](std::vector<form::Parameter> &all, const form::Values &values, std::stop_token) { amazon_form::showPrices(all, values); },
            .check = [](const form::Values &values, ProcessRunner &runner, std::stop_token stop, const ClusterForm::Tell &tell) {
                amazon_form::check(textOf(values), valueOf(values, "keys"), valueOf(values, "keyId"), values, runner, std::move(stop), tell);
            },
            .fix = [](form::Values values, const form::Check &, const form::Fix &fix, ProcessRunner &runner, std::stop_token stop) { return local_form::fix(std::move(values), {}, fix, runner, std::move(stop)); }};
}

} // namespace timonier

// The form of a cluster on machines of EC2.
#include "session/cluster_forms.h"

#include "base/lines.h"
#include "base/say.h"
#include "provision/ec2/ec2_spec.h"
#include "session/amazon_form.h"
#include "session/kubeadm_fields.h"
#include "session/local_form.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace timonier {

namespace {

using form::Type;

const std::string ordinary = "t3.medium", other = "other";

std::vector<form::Choice> typeChoices(bool same)
{
    auto all = amazon_form::typeChoices([](const aws::InstanceType &type) { return ec2::tooSmall(type.name); });
    if (same)
        all.insert(all.begin(), {.value = "", .title = say("Core", "The same")});
    all.push_back({.value = other, .title = say("Core", "Another one")});
    return all;
}

std::vector<form::Choice> imageChoices()
{
    std::vector<form::Choice> all;
    for (const ec2::KnownImage &image : ec2::knownImages())
        all.push_back({.value = std::string(image.id), .title = std::string(image.title)});
    all.push_back({.value = other, .title = say("Core", "Another one")});
    return all;
}

std::vector<form::Parameter> asked()
{
    const std::string account = say("Core", "Account"), machines = say("Core", "Machines"), access = say("Core", "Access"), software = say("Core", "Software"), network = say("Core", "Network");
    std::vector<form::Parameter> all{
        {.id = "name", .title = say("Core", "Name"), .help = say("Core", "Machines, networks and tags are called after it."), .type = Type::Text, .initial = "lab", .required = true, .pattern = "[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?",
         .patternWords = say("Core", "small letters, digits and “-”, 30 at most")},
        {.id = "region", .title = say("Core", "Region"), .help = say("Core", "Where it runs: near to those who use it. Prices differ by up to a third."), .type = Type::Choice, .initial = "eu-west-3", .required = true, .choices = amazon_form::regionChoices()}};
    std::ranges::move(amazon_form::accountParameters(account), std::back_inserter(all));
    const std::string typePattern = R"([a-z][a-z0-9-]*\.[a-z0-9-]+)", typeWords = say("Core", "a type as EC2 calls it, such as m7i.large");
    const std::vector<form::Parameter> more{
        {.id = "tags", .title = say("Core", "Tags"), .help = say("Core", "KEY=VALUE, one a line: on all that is made, for your bills."), .group = account, .type = Type::Lines, .advanced = true},
        {.id = "type", .title = say("Core", "Machine"), .help = say("Core", "What each node is. The price is a list price of one, an hour: “about” by a table that comes with Timonier, until a plan has asked for that of the region."), .group = machines, .type = Type::Choice, .initial = ordinary, .required = true, .choices = typeChoices(false)},
        {.id = "otherType", .title = say("Core", "Which"), .help = say("Core", "A type as EC2 calls it, such as m7i.large; with 2 vCPU and 2 GiB at least."), .group = machines, .type = Type::Text, .required = true, .pattern = typePattern, .patternWords = typeWords, .onlyIf = "type=other"},
        {.id = "workers", .title = say("Core", "Workers"), .help = say("Core", "Beside one control plane."), .group = machines, .type = Type::Integer, .initial = "2", .required = true, .least = 0, .most = 50},
        {.id = "workerType", .title = say("Core", "Their machine"), .group = machines, .type = Type::Choice, .advanced = true, .choices = typeChoices(true)},
        {.id = "otherWorkerType", .title = say("Core", "Which"), .group = machines, .type = Type::Text, .required = true, .advanced = true, .pattern = typePattern, .patternWords = typeWords, .onlyIf = "workerType=other"},
        {.id = "disk", .title = say("Core", "Disk"), .group = machines, .type = Type::Integer, .initial = "20", .required = true, .least = 10, .most = 16384, .unit = say("Core", "GiB")},
        {.id = "image", .title = say("Core", "System"), .help = say("Core", "The newest image of it, as its makers publish it."), .group = machines, .type = Type::Choice, .initial = "debian-12", .required = true, .advanced = true, .choices = imageChoices()},
        {.id = "imageId", .title = say("Core", "Image"), .help = say("Core", "Its id in this region; it needs systemd and apt."), .group = machines, .type = Type::Text, .required = true, .advanced = true, .pattern = "ami-[0-9a-f]{8,17}", .patternWords = say("Core", "an id such as ami-0123456789abcdef0"), .onlyIf = "image=other"},
        {.id = "user", .title = say("Core", "User"), .help = say("Core", "Whom the image lets in. Empty: as its makers have it."), .group = machines, .type = Type::Text, .advanced = true, .pattern = "[a-z_][a-z0-9_-]{0,31}", .patternWords = say("Core", "a user's name, such as admin or ec2-user")},
        {.id = "kubernetes", .title = "Kubernetes", .help = say("Core", "1.36 (its newest patch) or 1.36.3."), .group = software, .type = Type::Text, .initial = "1.36", .required = true, .pattern = R"(1\.[0-9]{2}(\.[0-9]+)?)",
         .patternWords = say("Core", "1.36 or 1.36.3")},
        {.id = "podNetwork", .title = say("Core", "Pod network"), .group = software, .type = Type::Choice, .initial = "flannel", .required = true,
         .choices = {{.value = "flannel", .title = "Flannel"}, {.value = "calico", .title = "Calico", .help = say("Core", "With network policies.")},
                     {.value = "manifest", .title = say("Core", "A manifest of your own")}, {.value = "none", .title = say("Core", "None"), .help = say("Core", "The nodes are not ready until you install one.")}}},
        {.id = "manifest", .title = say("Core", "Manifest"), .group = software, .type = Type::File, .required = true, .onlyIf = "podNetwork=manifest"},
        {.id = "features", .title = say("Core", "With it"), .group = software, .type = Type::Choices,
         .choices = {{.value = "metrics-server", .title = "metrics-server", .help = say("Core", "CPU and memory of nodes and pods.")}, {.value = "headlamp", .title = "Headlamp", .help = say("Core", "A dashboard in the browser.")}, {.value = "helm", .title = "Helm", .help = say("Core", "The program, on the first control plane, for whoever works there.")}, {.value = "admin", .title = say("Core", "A user that may do everything (admin-user)")}}},
        {.id = "cidrs", .title = say("Core", "Who may come in"), .help = say("Core", "Networks, one a line: 203.0.113.0/24. To ssh, the API server and NodePorts. Empty: this computer alone, by the address that AWS sees it by; whoever moves runs the plan again."), .group = access, .type = Type::Lines,
         .pattern = R"(\s*([0-9]{1,3}\.){3}[0-9]{1,3}(/[0-9]{1,2})?(\s+([0-9]{1,3}\.){3}[0-9]{1,3}(/[0-9]{1,2})?)*\s*)", .patternWords = say("Core", "networks such as 203.0.113.0/24, one a line")},
        {.id = "ports", .title = say("Core", "Further ports for them"), .help = say("Core", "8080, 3478/udp, 49152-65535/udp; one a line."), .group = access, .type = Type::Lines, .advanced = true, .pattern = R"(\s*[0-9]{1,5}(-[0-9]{1,5})?(/(tcp|udp))?(\s+[0-9]{1,5}(-[0-9]{1,5})?(/(tcp|udp))?)*\s*)",
         .patternWords = say("Core", "ports such as 8080 or 3478/udp, one a line")},
        {.id = "cidr", .title = say("Core", "Addresses"), .help = say("Core", "Of its network, which is its own. It must overlap with no network that is to reach it."), .group = network, .type = Type::Text, .initial = "10.20.0.0/16", .required = true, .advanced = true},
        {.id = "zone", .title = say("Core", "Zone"), .help = say("Core", "Where the type of machine is offered: eu-west-3b. Empty: the first."), .group = network, .type = Type::Text, .advanced = true},
        {.id = "podSubnet", .title = say("Core", "Addresses of pods"), .group = network, .type = Type::Text, .initial = "10.244.0.0/16", .required = true, .advanced = true},
        {.id = "serviceSubnet", .title = say("Core", "Addresses of services"), .group = network, .type = Type::Text, .initial = "10.96.0.0/12", .required = true, .advanced = true},
        {.id = "names", .title = say("Core", "Further names of the API server"), .help = say("Core", "Names and addresses that its certificate is to bear as well, one a line."), .group = network, .type = Type::Lines, .advanced = true}};
    all.insert(all.end(), more.begin(), more.end());
    std::ranges::move(kubeadm_fields::sources(say("Core", "Packages and images")), std::back_inserter(all));
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

// What is chosen, or typed in beside the choices.
std::string chosen(const SpecText &spec, const char *id, const char *typed) { return spec.value(id) == other ? spec.value(typed) : spec.changed(id); }

std::string textOf(const form::Values &values)
{
    SpecText spec(parameters(), values);
    spec.text("provider", "ec2");
    spec.text("name", spec.value("name"));
    spec.text("region", spec.value("region"));
    spec.text("profile", spec.value("profile"));
    spec.text("keys", spec.value("keys"));
    spec.text("kubernetes", spec.changed("kubernetes"), true);
    spec.text("type", spec.value("type") == other ? spec.value("otherType") : spec.value("type"));
    spec.text("workers", spec.value("workers"));
    spec.text("workerType", chosen(spec, "workerType", "otherWorkerType"));
    spec.text("disk", spec.changed("disk"));
    spec.text("image", chosen(spec, "image", "imageId"));
    spec.text("user", spec.value("user"));
    if (const std::string cidr = spec.changed("cidr"), zone = spec.value("zone"); !cidr.empty() || !zone.empty()) {
        spec.open("network");
        spec.text("cidr", cidr);
        spec.text("zone", zone);
        spec.close();
    }
    if (const std::string cidrs = spec.value("cidrs"), ports = spec.value("ports"); !linesOf(std::string_view(cidrs)).empty() || !linesOf(std::string_view(ports)).empty()) {
        spec.open("access");
        spec.list("cidrs", cidrs);
        spec.list("ports", ports);
        spec.close();
    }
    if (spec.value("podNetwork") == "manifest") {
        spec.open("podNetwork");
        spec.text("manifest", spec.value("manifest"));
        spec.close();
    } else {
        spec.text("podNetwork", spec.changed("podNetwork"));
    }
    kubeadm_fields::putCluster(spec);
    spec.map("tags", pairsOf(spec.value("tags")));
    spec.text("current", spec.changed("current"));
    spec.text("kubeconfig", spec.value("kubeconfig"));
    return spec.end();
}

std::string portText(const ec2::Port &port)
{
    return std::to_string(port.from) + (port.to == port.from ? std::string() : "-" + std::to_string(port.to)) + (port.udp ? "/udp" : "");
}

Result<form::Values> valuesOf(const std::string &text, const std::string &file)
{
    const ec2::Spec spec = TRY(ec2::readSpec(text, file));
    form::Values values;
    const auto put = [&](const char *id, const std::string &value) { values.texts[id] = value; };
    // Among the choices, or typed in beside them.
    const auto choose = [&](const char *id, const char *typed, const std::string &value, bool isListed) {
        put(id, isListed ? value : other);
        if (!isListed)
            put(typed, value);
    };
    put("name", spec.name);
    put("region", spec.region);
    put("account", !spec.profile.empty() ? "profile" : !spec.keys.empty() ? "keys" : "default");
    if (!spec.profile.empty())
        put("profile", spec.profile);
    if (!spec.keys.empty())
        put("keys", spec.keys);
    put("kubernetes", spec.cluster.kubernetes);
    choose("type", "otherType", spec.type, aws::instanceType(spec.type).has_value());
    put("workers", std::to_string(spec.workers));
    choose("workerType", "otherWorkerType", spec.workerType, spec.workerType.empty() || aws::instanceType(spec.workerType).has_value());
    put("disk", std::to_string(spec.disk));
    choose("image", "imageId", spec.image, !spec.image.starts_with("ami-"));
    const auto known = std::ranges::find(ec2::knownImages(), spec.image, &ec2::KnownImage::id);
    if (known == ec2::knownImages().end() || known->user != spec.user)
        put("user", spec.user);
    put("cidr", spec.cidr);
    put("zone", spec.zone);
    put("cidrs", joinedLines(spec.from));
    std::vector<std::string> ports;
    std::ranges::transform(spec.ports, std::back_inserter(ports), portText);
    put("ports", joinedLines(ports));
    using enum kubeadm::Network::Kind;
    const kubeadm::Network &network = spec.cluster.network;
    put("podNetwork", network.kind == Flannel ? "flannel" : network.kind == Calico ? "calico" : network.kind == Manifest ? "manifest" : "none");
    put("manifest", network.file);
    put("podSubnet", spec.cluster.podSubnet);
    put("serviceSubnet", spec.cluster.serviceSubnet);
    put("names", joinedLines(spec.cluster.names));
    put("features", joinedLines(spec.cluster.features));
    kubeadm_fields::takeSources(spec.cluster, values);
    put("tags", linesOf(spec.tags));
    put("current", spec.cluster.current ? "true" : "false");
    put("kubeconfig", spec.cluster.kubeconfig);
    return values;
}

} // namespace

ClusterForm ec2Form()
{
    return {.provider = "ec2",
            .title = say("Core", "New cluster on machines in AWS (EC2)"),
            .what = say("Core", "Machines of your account become a cluster by kubeadm, as hosts of your own would. The network, the firewall and the key are made with it, told before with their price, and taken away with it."),
            .warning = say("Core", "It costs from the first minute on until it is deleted; stopped, its disks and one address go on costing."),
            .gets = {{say("Core", "Cluster"), say("Core", "One control plane and as many workers as you say, each a machine that you reach by ssh")},
                     {say("Core", "Kubeconfig"), say("Core", "A context of its own in your kubeconfig, with an address that stays when the cluster is stopped and started")},
                     {say("Core", "Safe"), say("Core", "Only you are let in; the machines' host keys come from their own consoles, and nothing is accepted unseen")}},
            .takes = {{say("Core", "Time"), say("Core", "About eight minutes, some of them for the machines' first boot")},
                      {say("Core", "Account"), say("Core", "One of AWS' with the right to make networks and machines; what is missing is named")},
                      {say("Core", "Price"), say("Core", "From about 0.10 $ an hour; the plan's page has each part. The free tier's machines are too small")}},
            .within = {"host-record", "host-kernel", "host-packages", "host-runtime", "host-images", "host-helm", "kubeadm-node"}, // with their machine
            .parameters = parameters(),
            .text = textOf,
            .values = valuesOf,
            .subject = [](const form::Values &values) { return std::pair(valueOf(values, "name"), nodesWords(1, std::atoi(valueOf(values, "workers").c_str())) + ", " + valueOf(values, "region")); },
            .context = [](const form::Values &values) { return ec2::Spec{.name = valueOf(values, "name"), .region = valueOf(values, "region")}.context(); },
            .forVersion =
                [](const std::string &version, int cpus, double memoryGib) {
                    ClusterForm::Facts facts{{"kubernetes", version}};
                    for (const aws::InstanceType &type : aws::instanceTypes()) // two workers come to that much, with the system's own on each
                        if (type.name.starts_with("t3.") && ec2::tooSmall(type.name).empty() && type.cpus * 2 >= cpus + 1 && type.memoryGib * 2 >= memoryGib + 2) {
                            facts.emplace_back("type", type.name);
                            break;
                        }
                    if (memoryGib > 8)
                        facts.emplace_back("disk", "80");
                    return facts;
                },
            .look = [](ProcessRunner &, std::stop_token) { return amazon_form::looked(parameters()); },
            .offer = [](std::vector<form::Parameter> &all, const form::Values &values, std::stop_token) { amazon_form::showPrices(all, values); },
            .check =
                [](const form::Values &values, ProcessRunner &runner, std::stop_token stop, const ClusterForm::Tell &tell) {
                    amazon_form::check(textOf(values), valueOf(values, "keys"), valueOf(values, "keyId"), values, runner, std::move(stop), tell);
                },
            .fix = [](form::Values values, const form::Check &, const form::Fix &fix, ProcessRunner &runner, std::stop_token stop) { return local_form::fix(std::move(values), {}, fix, runner, std::move(stop)); }};
}

} // namespace timonier

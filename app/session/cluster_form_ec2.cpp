// The form of a cluster on machines of EC2.
#include "session/cluster_forms.h"

#include "base/say.h"
#include "form/flat_spec.h"
#include "provision/ec2/ec2_spec.h"
#include "session/amazon_form.h"
#include "session/local_form.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace timonier {

namespace {

using form::Type;

const std::string ordinary = "t3.medium", otherType = "other";

struct Asked {
    std::vector<form::Parameter> parameters{};
    std::vector<form::SpecField> fields{};
};

std::vector<form::Choice> typeChoices(bool same)
{
    auto all = amazon_form::typeChoices([](const aws::InstanceType &type) { return ec2::tooSmall(type.name); });
    if (same)
        all.insert(all.begin(), {.value = "", .title = say("Core", "The same")});
    else
        all.push_back({.value = otherType, .title = say("Core", "Another one")});
    return all;
}

std::vector<form::Choice> imageChoices()
{
    std::vector<form::Choice> all;
    for (const ec2::KnownImage &image : ec2::knownImages())
        all.push_back({.value = std::string(image.id), .title = std::string(image.title)});
    return all;
}

Asked asked()
{
    const std::string machines = say("Core", "Machines"), access = say("Core", "Access"), software = say("Core", "Software"), network = say("Core", "Network");
    Asked all;
    all.parameters = {
        {.id = "name", .title = say("Core", "Name"), .help = say("Core", "Machines, networks and tags are called after it."), .type = Type::Text, .initial = "lab", .required = true, .pattern = "[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?",
         .patternWords = say("Core", "small letters, digits and “-”, 30 at most")},
        {.id = "region", .title = say("Core", "Region"), .help = say("Core", "Where it runs: near to those who use it. Prices differ by up to a third."), .type = Type::Choice, .initial = "eu-west-3", .required = true, .choices = amazon_form::regionChoices()}};
    for (form::Parameter &parameter : amazon_form::accountParameters(say("Core", "Account")))
        all.parameters.push_back(std::move(parameter));
    const std::vector<form::Parameter> more{
        {.id = "type", .title = say("Core", "Machine"), .help = say("Core", "What each node is. The price is a list price of one, an hour: “about” by a table that comes with Timonier, until a plan has asked for that of the region."), .group = machines, .type = Type::Choice, .initial = ordinary, .required = true, .choices = typeChoices(false)},
        {.id = "otherType", .title = say("Core", "Which"), .group = machines, .type = Type::Text, .required = true, .pattern = R"([a-z][a-z0-9-]*\.[a-z0-9-]+)", .patternWords = say("Core", "a type as EC2 calls it, such as m7i.large"), .onlyIf = "type=other"},
        {.id = "workers", .title = say("Core", "Workers"), .help = say("Core", "Beside one control plane."), .group = machines, .type = Type::Integer, .initial = "2", .required = true, .least = 0, .most = 50},
        {.id = "workerType", .title = say("Core", "Their machine"), .group = machines, .type = Type::Choice, .advanced = true, .choices = typeChoices(true)},
        {.id = "disk", .title = say("Core", "Disk"), .group = machines, .type = Type::Integer, .initial = "20", .required = true, .least = 10, .most = 16384, .unit = "GiB"},
        {.id = "image", .title = say("Core", "System"), .help = say("Core", "The newest image of it, as its makers publish it."), .group = machines, .type = Type::Choice, .initial = "debian-12", .required = true, .advanced = true, .choices = imageChoices()},
        {.id = "kubernetes", .title = "Kubernetes", .help = say("Core", "1.36 (its newest patch) or 1.36.3."), .group = software, .type = Type::Text, .initial = "1.36", .required = true, .pattern = R"(1\.[0-9]{2}(\.[0-9]+)?)",
         .patternWords = say("Core", "1.36 or 1.36.3")},
        {.id = "podNetwork", .title = say("Core", "Pod network"), .group = software, .type = Type::Choice, .initial = "flannel", .required = true, .choices = {{.value = "flannel", .title = "Flannel"}, {.value = "calico", .title = "Calico", .help = say("Core", "With network policies.")}}},
        {.id = "features", .title = say("Core", "With it"), .group = software, .type = Type::Choices,
         .choices = {{.value = "metrics-server", .title = "metrics-server", .help = say("Core", "CPU and memory of nodes and pods.")}, {.value = "headlamp", .title = "Headlamp", .help = say("Core", "A dashboard in the browser.")}, {.value = "helm", .title = "Helm", .help = say("Core", "The program, on the first control plane, for whoever works there.")}, {.value = "admin", .title = say("Core", "A user that may do everything (admin-user)")}}},
        {.id = "access.cidrs", .title = say("Core", "Who may come in"), .help = say("Core", "Networks, one a line: 203.0.113.0/24. To ssh, the API server and NodePorts. Empty: this computer alone, by the address that AWS sees it by; whoever moves runs the plan again."), .group = access, .type = Type::Lines,
         .pattern = R"(\s*([0-9]{1,3}\.){3}[0-9]{1,3}(/[0-9]{1,2})?(\s+([0-9]{1,3}\.){3}[0-9]{1,3}(/[0-9]{1,2})?)*\s*)", .patternWords = say("Core", "networks such as 203.0.113.0/24, one a line")},
        {.id = "access.ports", .title = say("Core", "Further ports for them"), .help = say("Core", "8080, 3478/udp, 49152-65535/udp; one a line."), .group = access, .type = Type::Lines, .advanced = true, .pattern = R"(\s*[0-9]{1,5}(-[0-9]{1,5})?(/(tcp|udp))?(\s+[0-9]{1,5}(-[0-9]{1,5})?(/(tcp|udp))?)*\s*)",
         .patternWords = say("Core", "ports such as 8080 or 3478/udp, one a line")},
        {.id = "network.cidr", .title = say("Core", "Addresses"), .help = say("Core", "Of its network, which is its own. It must overlap with no network that is to reach it."), .group = network, .type = Type::Text, .initial = "10.20.0.0/16", .required = true, .advanced = true},
        {.id = "network.zone", .title = say("Core", "Zone"), .help = say("Core", "Where the type of machine is offered: eu-west-3b. Empty: the first."), .group = network, .type = Type::Text, .advanced = true},
        {.id = "podSubnet", .title = say("Core", "Addresses of pods"), .group = network, .type = Type::Text, .initial = "10.244.0.0/16", .required = true, .advanced = true}};
    all.parameters.insert(all.parameters.end(), more.begin(), more.end());
    using Shape = form::SpecField::Shape;
    const std::set<std::string> onlyHere{"account", "keyId", "secretKey", "sessionToken", "otherType"}; // how one signs in; a type that is typed stands as `type`
    for (const form::Parameter &one : all.parameters)
        if (!onlyHere.contains(one.id))
            all.fields.push_back({one.id, one.type == Type::Lines || one.type == Type::Choices ? Shape::List : one.type == Type::Integer ? Shape::Number : Shape::Text});
    local_form::addCommon(all.parameters, all.fields);
    return all;
}

const Asked &all()
{
    static const Asked once = asked();
    return once;
}

std::string valueOf(const form::Values &values, const std::string &id)
{
    const auto parameter = std::ranges::find(all().parameters, id, &form::Parameter::id);
    return form::isAsked(*parameter, all().parameters, values) ? form::valueOf(*parameter, values) : std::string();
}

bool isListed(const std::string &type) { return type.empty() || aws::instanceType(type).has_value(); }

std::string textOf(const form::Values &values)
{
    form::Values written{.texts = values.texts, .secrets = {}};
    if (valueOf(values, "type") == otherType)
        written.texts["type"] = valueOf(values, "otherType");
    return form::specText("ec2", all().parameters, all().fields, {"name", "region", "keys", "type", "workers"}, written);
}

Result<form::Values> valuesOf(const std::string &text, const std::string &file)
{
    const ec2::Spec spec = TRY(ec2::readSpec(text, file)); // wrong values are told with their line
    form::Values values = TRY(form::specValues("ec2", all().fields, text, file));
    values.texts["account"] = !spec.profile.empty() ? "profile" : !spec.keys.empty() ? "keys" : "default";
    if (!isListed(spec.type)) {
        values.texts["type"] = otherType;
        values.texts["otherType"] = spec.type;
    }
    const auto keep = [&](const char *id) { // what no choice has stays as it stands
        std::string &more = values.texts["more"];
        more += (more.empty() || more.ends_with('\n') ? "" : "\n") + std::string(id) + ": " + values.texts[id] + "\n";
        values.texts.erase(id);
    };
    if (!isListed(spec.workerType))
        keep("workerType");
    if (spec.image.starts_with("ami-"))
        keep("image");
    if (values.texts.contains("podNetwork") && values.texts["podNetwork"] == "none")
        keep("podNetwork");
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
            .parameters = all().parameters,
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
            .look = [](ProcessRunner &, std::stop_token) { return amazon_form::looked(all().parameters); },
            .showPrices = amazon_form::showPrices,
            .check =
                [](const form::Values &values, ProcessRunner &runner, std::stop_token stop, const ClusterForm::Tell &tell) {
                    amazon_form::check(textOf(values), valueOf(values, "keys"), valueOf(values, "keyId"), values, runner, std::move(stop), tell);
                },
            .fix = [](form::Values values, const form::Check &, const form::Fix &fix, ProcessRunner &runner, std::stop_token stop) { return local_form::fix(std::move(values), {}, fix, runner, std::move(stop)); }};
}

} // namespace timonier

// The form of a cluster on hosts of one's own.
#include "session/host_lines.h"
#include "session/kubeadm_fields.h"
#include "session/local_clusters.h"
#include "session/local_form.h"

#include "base/lines.h"
#include "base/paths.h"
#include "base/say.h"
#include "provision/kubeadm/cluster_tool.h"
#include "provision/kubeadm/look.h"

#include <algorithm>
#include <iterator>

namespace timonier {

namespace {

using form::Type;

std::vector<form::Parameter> asked()
{
    const std::string hosts = say("Core", "Hosts"), network = say("Core", "Network"), sources = say("Core", "Packages and images");
    const std::string lineWords = hostLineWords();
    std::vector<form::Parameter> all{
        {.id = "name", .title = say("Core", "Name"), .help = say("Core", "The context in your kubeconfig is called like it."), .type = Type::Name, .initial = "kubeadm", .required = true},
        {.id = "controlPlanes", .title = say("Core", "Control planes"),
         .help = say("Core", "One host, or three or five that stay up when one or two are lost. One a line: an address or a name, as ssh knows it, with user@ before and :port behind where they differ. "
                             "Words may follow: name=, address=, label=KEY=VALUE, taint=KEY=VALUE:NoSchedule."),
         .group = hosts, .type = Type::Lines, .required = true, .pattern = hostsPattern, .patternWords = lineWords},
        {.id = "workers", .title = say("Core", "Workers"), .help = say("Core", "They run the applications. Likewise one a line."), .group = hosts, .type = Type::Lines, .pattern = hostsPattern, .patternWords = lineWords},
        {.id = "user", .title = say("Core", "User"), .help = say("Core", "Who signs in by ssh; sudo makes it root where it is not. Empty: what ~/.ssh/config says, else your own name."), .group = hosts, .type = Type::Text},
        {.id = "key", .title = say("Core", "Private key"), .help = say("Core", "A file of ssh's. Empty: the agent and the keys in ~/.ssh; a password is asked for when nothing else is left."), .group = hosts, .type = Type::File},
        {.id = "jump", .title = say("Core", "Through"), .help = say("Core", "A host in between, user@host:port."), .group = hosts, .type = Type::Text, .advanced = true},
        {.id = "endpoint", .title = say("Core", "Endpoint"),
         .help = say("Core", "A name or an address, with a port, that leads to all control planes: a load balancer's. Needed with several of them; it can't be changed later."), .group = hosts, .type = Type::Text},
        {.id = "virtual", .title = say("Core", "The control planes hold it themselves"), .help = say("Core", "An address that is free, in the network that they share: by kube-vip it moves to another of them when one is lost."), .group = hosts, .type = Type::Boolean, .initial = "false", .onlyIf = "endpoint!="},
        {.id = "kubernetes", .title = say("Core", "Version"), .help = say("Core", "1.36 takes its newest patch; 1.36.3 takes just this."), .group = "Kubernetes", .type = Type::Text, .initial = "1.36", .required = true,
         .pattern = R"(1\.[0-9]{2}(\.[0-9]{1,2})?)", .patternWords = say("Core", "a version, such as 1.36 or 1.36.3")},
        {.id = "features", .title = say("Core", "With it"), .group = "Kubernetes", .type = Type::Choices,
         .choices = {{.value = "metrics-server", .title = "metrics-server", .help = say("Core", "CPU and memory of nodes and pods.")},
                     {.value = "headlamp", .title = "Headlamp", .help = say("Core", "A view of the cluster in a browser.")},
                     {.value = "helm", .title = "Helm", .help = say("Core", "The program, on the first control plane, for whoever works there.")},
                     {.value = "admin", .title = say("Core", "An administrator's account"), .help = say("Core", "A ServiceAccount that may do everything, for tools that sign in with a token.")}}},
        {.id = "network", .title = say("Core", "Pod network"), .group = network, .type = Type::Choice, .initial = "flannel", .required = true,
         .choices = {{.value = "flannel", .title = "Flannel", .help = say("Core", "Small and plain; network policies have no effect.")},
                     {.value = "calico", .title = "Calico", .help = say("Core", "With network policies.")},
                     {.value = "manifest", .title = say("Core", "A manifest of your own")},
                     {.value = "none", .title = say("Core", "None"), .help = say("Core", "The nodes are not ready until you install one.")}}},
        {.id = "manifest", .title = say("Core", "Manifest"), .group = network, .type = Type::File, .required = true, .onlyIf = "network=manifest"},
        {.id = "podSubnet", .title = say("Core", "Addresses of pods"), .help = say("Core", "They must overlap neither with those of the hosts nor with those of services."), .group = network, .type = Type::Text, .initial = "10.244.0.0/16", .required = true, .advanced = true},
        {.id = "serviceSubnet", .title = say("Core", "Addresses of services"), .group = network, .type = Type::Text, .initial = "10.96.0.0/12", .required = true, .advanced = true},
        {.id = "names", .title = say("Core", "Further names of the API server"), .help = say("Core", "Names and addresses that its certificate is to bear as well, one a line."), .group = network, .type = Type::Lines, .advanced = true},
        {.id = "criSocket", .title = say("Core", "Container runtime"), .help = say("Core", "The socket of one that is there and is left as it is. Empty: containerd, installed where it is missing."), .group = sources, .type = Type::Text, .advanced = true},
    };
    auto from = kubeadm_fields::sources(sources);
    all.insert(std::ranges::find(all, "criSocket", &form::Parameter::id), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
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

void putHost(YAML::Emitter &out, const std::string &line)
{
    const HostFields fields = hostFields(line);
    if (fields.size() == 1) {
        out << fields.front().second;
        return;
    }
    Pairs labels;
    std::vector<std::string> taints;
    out << YAML::BeginMap;
    for (const auto &[field, value] : fields) {
        if (field == "label")
            labels.emplace_back(value.substr(0, value.find('=')), value.find('=') == std::string::npos ? std::string() : value.substr(value.find('=') + 1));
        else if (field == "taint")
            taints.push_back(value);
        else
            out << YAML::Key << field << YAML::Value << value;
    }
    if (!labels.empty()) {
        out << YAML::Key << "labels" << YAML::Value << YAML::BeginMap;
        for (const auto &[name, value] : labels)
            out << YAML::Key << name << YAML::Value << YAML::DoubleQuoted << value;
        out << YAML::EndMap;
    }
    if (!taints.empty())
        out << YAML::Key << "taints" << YAML::Value << taints;
    out << YAML::EndMap;
}

std::string textOf(const form::Values &values)
{
    SpecText spec(parameters(), values);
    const auto hosts = [&](const char *field) {
        const std::vector<std::string> all = linesOf(std::string_view(spec.value(field)));
        if (all.empty())
            return;
        spec.open(field, true);
        for (const std::string &one : all)
            putHost(spec.out(), one);
        spec.close(true);
    };
    const auto inMap = [&](const char *field, const char *name, const std::string &value) {
        spec.open(field);
        spec.text(name, value);
        spec.close();
    };
    spec.text("provider", "kubeadm");
    spec.text("name", spec.value("name"));
    spec.text("kubernetes", spec.value("kubernetes"), true);
    spec.text("user", spec.value("user"));
    spec.text("key", spec.value("key"));
    spec.text("jump", spec.value("jump"));
    hosts("controlPlanes");
    hosts("workers");
    if (spec.value("virtual") == "true")
        inMap("endpoint", "virtual", spec.value("endpoint"));
    else
        spec.text("endpoint", spec.value("endpoint"));
    if (spec.value("network") == "manifest")
        inMap("network", "manifest", spec.value("manifest"));
    else
        spec.text("network", spec.value("network"));
    kubeadm_fields::putCluster(spec);
    spec.text("criSocket", spec.value("criSocket"));
    spec.text("current", spec.changed("current"));
    spec.text("kubeconfig", spec.value("kubeconfig"));
    return spec.end();
}

// The form takes files as they are on this computer.
std::string whole(const std::string &file) { return file.starts_with("~/") ? toUtf8(homeDir()) + file.substr(1) : file; }

Result<form::Values> valuesOf(const std::string &text, const std::string &file)
{
    const kubeadm::Spec spec = TRY(kubeadm::readSpec(text, file));
    form::Values values;
    const auto put = [&](const char *id, const std::string &value) {
        if (!value.empty())
            values.texts[id] = value;
    };
    // What a spec says once for all hosts was given to each of them: the first one's stands for all here.
    const kubeadm::Host &common = spec.first();
    std::vector<std::string> planes, workers;
    for (kubeadm::Host host : spec.hosts) {
        if (host.key != common.key)
            host.key = whole(host.key);
        (host.controlPlane ? planes : workers).push_back(hostLine(host, {.user = common.user, .key = common.key, .jump = common.jump}));
    }
    put("name", spec.name);
    put("kubernetes", spec.kubernetes);
    put("user", common.user);
    put("key", whole(common.key));
    put("jump", common.jump);
    put("controlPlanes", joinedLines(planes));
    put("workers", joinedLines(workers));
    put("endpoint", spec.virtualAddress.empty() ? spec.endpoint : spec.virtualAddress);
    put("virtual", spec.virtualAddress.empty() ? "" : "true");
    using enum kubeadm::Network::Kind;
    put("network", spec.network.kind == Flannel ? "flannel" : spec.network.kind == Calico ? "calico" : spec.network.kind == Manifest ? "manifest" : "none");
    put("manifest", spec.network.file);
    put("podSubnet", spec.podSubnet);
    put("serviceSubnet", spec.serviceSubnet);
    put("names", joinedLines(spec.names));
    put("features", joinedLines(spec.features));
    kubeadm_fields::takeSources(spec, values);
    put("criSocket", spec.criSocket);
    put("current", spec.current ? "true" : "");
    put("kubeconfig", spec.kubeconfig);
    return values;
}

std::string specName() { return say("Core", "the spec"); }

// Each host's checks as soon as that host is known: the slowest keeps nobody waiting.
void check(const kubeadm::Access &hosts, const form::Values &values, std::stop_token stop, const ClusterForm::Tell &tell)
{
    const auto spec = kubeadm::readSpec(textOf(values), specName());
    if (!spec)
        return tell({.id = "spec", .title = say("Core", "The spec"), .state = form::CheckState::Bad, .words = spec.error().message, .why = spec.error().hint});
    const auto looking = [](const kubeadm::Host &host) { return form::Check{.id = "reach", .title = say("Core", "Reached over ssh"), .subject = kubeadm::shown(host), .state = form::CheckState::Running}; };
    for (const kubeadm::Host &host : spec->hosts)
        tell(looking(host));
    const kubeadm::ClusterTool cluster(*spec, hosts);
    const auto seen = [&](const kubeadm::HostLook &look) {
        form::Check check = looking(look.host);
        check.words = look.facts ? say("Core", "it answers; the others are waited for") : say("Core", "it does not answer");
        tell(check);
    };
    const auto looked = kubeadm::look(cluster, seen, stop);
    if (!looked)
        return; // only because nobody waits for it any more
    for (const form::Check &one : kubeadm::preflight(*spec, *looked))
        tell(one);
}

Result<form::Values> fix(const kubeadm::Access &hosts, form::Values values, const form::Check &check, const form::Fix &fix, std::stop_token stop)
{
    const kubeadm::ClusterTool cluster(TRY(kubeadm::readSpec(textOf(values), specName())), hosts);
    const kubeadm::HostPtr host = cluster.find(check.subject);
    if (!host)
        return fail(ErrorKind::NotFound, say("Core", "there is no host {} any more", check.subject));
    TRY(kubeadm::press(*host, fix, {}, stop));
    return values;
}

} // namespace

ClusterForm kubeadmForm(kubeadm::Access hosts)
{
    return {.provider = "kubeadm",
            .title = say("Core", "New cluster on your own hosts"),
            .what = say("Core", "Bare computers with Debian or Ubuntu that you reach by ssh become a Kubernetes cluster, made by kubeadm: the container runtime, the packages, the control plane, the pod "
                                "network. Every host is looked at before anything is touched, and can be brought back to what it was."),
            .gets = {{say("Core", "Cluster"), say("Core", "One, three or five control planes and as many workers as you have, as kubeadm makes them")},
                     {say("Core", "Kubeconfig"), say("Core", "A context of its own in your kubeconfig; the file as it was is kept")},
                     {say("Core", "Access"), say("Core", "By ssh with your keys or a password. An unknown host is shown with its fingerprint and asked about once; a changed one is refused")}},
            .takes = {{say("Core", "Time"), say("Core", "Three to eight minutes, mostly for packages and images")},
                      {say("Core", "Hosts"), say("Core", "2 CPUs and 2 GiB of memory each, systemd, and a user who may become root")},
                      {say("Core", "Price"), say("Core", "Nothing beyond your hosts")}},
            .price = say("Core", "nothing beyond your hosts"),
            .parameters = parameters(),
            .text = textOf,
            .values = valuesOf,
            .subject = [](const form::Values &values) {
                return std::pair(valueOf(values, "name"), nodesWords(int(linesOf(valueOf(values, "controlPlanes")).size()), int(linesOf(valueOf(values, "workers")).size())));
            },
            .context = [](const form::Values &values) { return valueOf(values, "name"); },
            .forVersion = [](const std::string &version, int, double) { return ClusterForm::Facts{{"kubernetes", version}}; },
            .look = [](ProcessRunner &, std::stop_token) { return parameters(); },
            .check = [hosts](const form::Values &values, ProcessRunner &, std::stop_token stop, const ClusterForm::Tell &tell) { check(hosts, values, stop, tell); },
            .fix = [hosts](form::Values values, const form::Check &one, const form::Fix &how, ProcessRunner &, std::stop_token stop) { return fix(hosts, std::move(values), one, how, stop); }};
}

} // namespace timonier

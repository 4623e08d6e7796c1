// The form of a minikube cluster.
#include "session/local_form.h"

#include "base/say.h"
#include "provision/minikube/minikube_drivers.h"

#include <algorithm>

namespace timonier {

namespace {

using form::Type;

struct Asked {
    std::vector<form::Parameter> parameters{};
    std::vector<form::SpecField> fields{{"name"}, {"driver"}, {"ssh.host"}, {"ssh.user"}, {"ssh.key"}, {"kubernetes"}, {"runtime"}, {"nodes", form::SpecField::Shape::Number}, {"cpus", form::SpecField::Shape::Number}, {"memory"}, {"disk"},
                                  {"addons", form::SpecField::Shape::List}, {"cni"}, {"registryMirrors", form::SpecField::Shape::List}, {"insecureRegistries", form::SpecField::Shape::List},
                                  {"imageRepository"}, {"images", form::SpecField::Shape::List}, {"prefetch", form::SpecField::Shape::Number}, {"force", form::SpecField::Shape::Number}};
};

Asked asked()
{
    Asked all;
    const std::string size = say("Core", "Size"), software = say("Core", "Software");
    all.parameters = {
        {.id = "name", .title = say("Core", "Name"), .help = say("Core", "Of the profile; the context in your kubeconfig is called the same."), .type = Type::Name, .initial = "minikube", .required = true},
        {.id = "driver", .title = say("Core", "Driver"), .help = say("Core", "What its nodes are: containers of an engine, or virtual machines."), .type = Type::Choice, .initial = "docker",
         .choices = {{.value = "docker", .title = "Docker"}}},
        {.id = "ssh.host", .title = say("Core", "Host"), .help = say("Core", "The address of the machine that becomes the node."), .type = Type::Text, .required = true, .onlyIf = "driver=ssh"},
        {.id = "ssh.user", .title = say("Core", "User"), .help = say("Core", "Who may become root there without a password."), .type = Type::Text, .required = true, .onlyIf = "driver=ssh"},
        {.id = "ssh.key", .title = say("Core", "Private key"), .help = say("Core", "The file of an ssh key that opens it without a passphrase."), .type = Type::File, .required = true, .onlyIf = "driver=ssh"},
        {.id = "nodes", .title = say("Core", "Nodes"), .group = size, .type = Type::Integer, .initial = "1", .required = true, .least = 1.0, .most = 20.0},
        {.id = "cpus", .title = say("Core", "CPUs of each node"), .group = size, .type = Type::Integer, .initial = "2", .required = true, .least = 2.0, .most = 256.0},
        {.id = "memory", .title = say("Core", "Memory of each node"), .help = say("Core", "4g or 4096m. Empty: as much as minikube thinks fit."), .group = size, .type = Type::Text,
         .pattern = "[0-9]+(\\.[0-9]+)?[mMgG]?[bB]?", .patternWords = say("Core", "a number with m or g behind it, such as 4g")},
        {.id = "disk", .title = say("Core", "Disk of each node"), .help = say("Core", "20g. Only virtual machines keep to it."), .group = size, .type = Type::Text, .advanced = true,
         .pattern = "[0-9]+(\\.[0-9]+)?[mMgG]?[bB]?", .patternWords = say("Core", "a number with m or g behind it, such as 20g")},
        {.id = "kubernetes", .title = "Kubernetes", .help = say("Core", "v1.34.2, stable or latest. Empty: the version that minikube was released with."), .group = software, .type = Type::Text,
         .pattern = "v[0-9]+\\.[0-9]+\\.[0-9]+.*|stable|latest", .patternWords = say("Core", "v1.34.2, stable or latest")},
        {.id = "addons", .title = say("Core", "Add-ons"), .help = say("Core", "They can be switched on and off later as well."), .group = software, .type = Type::Choices,
         .choices = {{.value = "metrics-server", .title = "metrics-server", .help = say("Core", "CPU and memory of pods and nodes")},
                     {.value = "ingress", .title = "ingress", .help = say("Core", "the ingress controller of nginx")},
                     {.value = "dashboard", .title = "dashboard", .help = say("Core", "the Kubernetes Dashboard, which is archived")},
                     {.value = "registry", .title = "registry", .help = say("Core", "a registry of images within the cluster")},
                     {.value = "metallb", .title = "metallb", .help = say("Core", "addresses for Services of the type LoadBalancer")}}},
        {.id = "runtime", .title = say("Core", "Container runtime"), .group = software, .type = Type::Choice, .advanced = true,
         .choices = {{.value = "", .title = say("Core", "minikube's choice")}, {.value = "containerd", .title = "containerd"}, {.value = "cri-o", .title = "CRI-O"},
                     {.value = "docker", .title = "Docker", .help = say("Core", "through cri-dockerd, since Kubernetes 1.24 no longer speaks to Docker itself")}}},
        {.id = "cni", .title = say("Core", "Pod network"), .group = software, .type = Type::Choice, .advanced = true,
         .choices = {{.value = "", .title = say("Core", "minikube's choice")}, {.value = "bridge", .title = "bridge"}, {.value = "kindnet", .title = "kindnet"},
                     {.value = "calico", .title = "Calico"}, {.value = "flannel", .title = "Flannel"}, {.value = "cilium", .title = "Cilium"}}},
        {.id = "registryMirrors", .title = say("Core", "Mirrors of Docker Hub"), .help = say("Core", "Addresses, one a line."), .type = Type::Lines, .advanced = true},
        {.id = "insecureRegistries", .title = say("Core", "Registries without TLS"), .help = say("Core", "HOST:PORT, one a line."), .type = Type::Lines, .advanced = true},
        {.id = "imageRepository", .title = say("Core", "Where Kubernetes' own images come from"), .type = Type::Text, .advanced = true},
        {.id = "images", .title = say("Core", "Images to load"), .help = say("Core", "Images of this computer's engine that the nodes are to have, one a line."), .type = Type::Lines, .advanced = true},
        {.id = "prefetch", .title = say("Core", "Download everything first"), .help = say("Core", "Later starts of this version need no network."), .type = Type::Boolean, .initial = "false", .advanced = true},
        {.id = "force", .title = say("Core", "Pass over minikube's own checks"), .help = say("Core", "Needed where root runs it with Docker."), .type = Type::Boolean, .initial = "false", .advanced = true}};
    local_form::addCommon(all.parameters, all.fields);
    return all;
}

const std::string &valueOf(const form::Values &values, const std::string &id)
{
    static const Asked all = asked();
    return form::valueOf(*std::ranges::find(all.parameters, id, &form::Parameter::id), values);
}

std::vector<form::Parameter> look(ProcessRunner &runner, std::stop_token stop)
{
    std::vector<form::Parameter> all = asked().parameters;
    const auto facts = local::gatherFacts(runner, processEnvironment(), minikube::askedForDrivers(), stop);
    if (!facts)
        return all;
    const auto driver = std::ranges::find(all, "driver", &form::Parameter::id);
    driver->choices = minikube::drivers(*facts);
    if (const std::string best = minikube::bestDriver(*facts); !best.empty())
        driver->initial = best;
    else if (std::ranges::all_of(driver->choices, [](const form::Choice &choice) { return !choice.refused.empty(); }))
        for (form::Choice &choice : driver->choices) // the checks say what to install
            if (choice.value == driver->initial)
                choice.refused.clear();
    return all;
}

std::string textOf(const form::Values &values)
{
    const Asked all = asked();
    return form::specText("minikube", all.parameters, all.fields, {"name", "driver"}, values);
}

std::string sizeText(const form::Values &values)
{
    const std::string &nodes = valueOf(values, "nodes"), &cpus = valueOf(values, "cpus"), &memory = valueOf(values, "memory"), &version = valueOf(values, "kubernetes");
    std::string text = nodes == "1" ? say("Core", "1 node") : say("Core", "{} nodes", nodes);
    text += ", " + say("Core", "{} CPUs", cpus);
    return text + (memory.empty() ? "" : ", " + memory) + (version.empty() ? "" : ", " + version);
}

} // namespace

ClusterForm minikubeForm()
{
    return {.provider = "minikube",
            .title = say("Core", "New cluster with minikube"),
            .what = say("Core", "A Kubernetes cluster on this computer, in a container or a virtual machine, with add-ons that are switched on by name. "
                                "It can be stopped and started again, and keeps what was in it."),
            .gets = {{say("Core", "Cluster"), say("Core", "One node or several, in the version of Kubernetes that you choose")},
                     {say("Core", "Kubeconfig"), say("Core", "A context of its own in your kubeconfig; the file as it was is kept")},
                     {say("Core", "Add-ons"), say("Core", "Ingress, metrics, a registry and many more, each by a word")}},
            .takes = {{say("Core", "Time"), say("Core", "Four minutes; the first time also a download of about 900 MiB")},
                      {say("Core", "Memory"), say("Core", "2 GiB at least for each node")},
                      {say("Core", "Needs"), say("Core", "A container engine or a hypervisor; minikube itself is fetched if it is not here")},
                      {say("Core", "Price"), say("Core", "Nothing")}},
            .price = say("Core", "nothing"),
            .parameters = asked().parameters,
            .text = textOf,
            .values = [](const std::string &text, const std::string &file) { return form::specValues("minikube", asked().fields, text, file); },
            .subject = [](const form::Values &values) { return std::pair(valueOf(values, "name"), sizeText(values)); },
            .context = [](const form::Values &values) { return valueOf(values, "name"); },
            .forVersion = [](const std::string &version, int cpus, double memoryGib) {
                return ClusterForm::Facts{{"kubernetes", "v" + version + ".0"}, {"cpus", std::to_string(std::max(2, cpus))}, {"memory", std::to_string(std::max(2, int(memoryGib))) + "g"}};
            },
            .look = look,
            .check = [](const form::Values &values, ProcessRunner &runner, std::stop_token stop, const ClusterForm::Tell &tell) { local_form::check(textOf(values), runner, stop, tell); },
            .fix = [](form::Values values, const form::Check &, const form::Fix &fix, ProcessRunner &runner, std::stop_token stop) {
                return local_form::fix(std::move(values), "minikube", fix, runner, stop);
            }};
}

} // namespace timonier

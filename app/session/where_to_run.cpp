#include "session/where_to_run.h"

#include "base/say.h"

#include <cstdlib>
#include <fstream>
#include <thread>

namespace timonier {

namespace {

constexpr double systemGib = 1.5; // what the rest of a computer needs to go on living

std::string versions(int oldest, int newest)
{
    if (oldest && newest)
        return oldest == newest ? say("Core", "Kubernetes 1.{}", oldest) : say("Core", "Kubernetes 1.{} to 1.{}", oldest, newest);
    return oldest ? say("Core", "Kubernetes 1.{} or newer", oldest) : newest ? say("Core", "Kubernetes 1.{} or older", newest) : std::string();
}

} // namespace

const std::vector<RunPlace> &runPlaces()
{
    static const std::vector<RunPlace> all{
        {.provider = "kind", .group = say("Core", "This computer"), .title = "kind", .what = say("Core", "Nodes are containers. Quickly there and quickly gone; several nodes, several clusters."),
         .price = say("Core", "nothing"), .time = say("Core", "2 minutes"), .fits = say("Core", "tests, demonstrations, small applications"), .oldest = 24, .newest = 36, .thisComputer = true},
        {.provider = "minikube", .group = say("Core", "This computer"), .title = "minikube", .what = say("Core", "A container or a virtual machine, with add-ons by name; stopped and started again with all that is in it."),
         .price = say("Core", "nothing"), .time = say("Core", "4 minutes"), .fits = say("Core", "one cluster to work with every day"), .oldest = 28, .newest = 35, .thisComputer = true},
        {.provider = "desktop", .group = say("Core", "This computer"), .title = "Docker Desktop, Rancher Desktop", .what = say("Core", "The Kubernetes that the program brings: how it is switched on, and its context used."),
         .price = say("Core", "nothing"), .time = say("Core", "a few minutes, the first time"), .fits = say("Core", "those who have the program already"), .oldest = 28, .newest = 36, .thisComputer = true},
        {.provider = "kubeadm", .group = say("Core", "Your own hosts"), .title = "kubeadm", .what = say("Core", "Computers that you reach by ssh: bare ones, virtual ones, rented ones. A cluster like those that are run for real."),
         .price = say("Core", "nothing beyond the hosts"), .time = say("Core", "3 to 8 minutes"), .fits = say("Core", "small teams, production on hosts of one's own"), .oldest = 32, .newest = 36},
        {.provider = "eks", .group = say("Core", "A cloud"), .title = "AWS (EKS)", .what = say("Core", "AWS keeps the control plane; nodes are machines of your account. Told part by part with its price, and taken away without a trace."),
         .price = say("Core", "from 0.30 $ an hour"), .time = say("Core", "15 minutes"), .fits = say("Core", "teams, production, load that grows"), .oldest = 32, .newest = 35},
        {.provider = "ec2", .group = say("Core", "A cloud"), .title = say("Core", "AWS (machines of EC2)"), .what = say("Core", "Machines of your account, and kubeadm on them. Stopped and started as you need it; no control plane to pay for but its machine."),
         .price = say("Core", "from 0.10 $ an hour"), .time = say("Core", "8 minutes"), .fits = say("Core", "learning, trying a real cluster for some days"), .oldest = 32, .newest = 36},
        {.provider = "aks", .group = say("Core", "A cloud"), .title = "Azure (AKS)", .what = say("Core", "Azure keeps the control plane, free of charge if you like; nodes are machines of your subscription, and stop when you stop them. With a registry for your images."),
         .price = say("Core", "from 0.10 $ an hour"), .time = say("Core", "8 minutes"), .fits = say("Core", "teams, production, load that grows"), .oldest = 32, .newest = 35},
    };
    return all;
}

// Kubeflow: the table of its releases; README of kubeflow/manifests, later community-distribution.
const std::vector<RunPurpose> &runPurposes()
{
    static const std::vector<RunPurpose> all{
        {.id = "any", .title = say("Core", "Trying things out")},
        {.id = "recognition", .title = say("Core", "The recognition product"), .oldest = 23, .advised = "1.34", .cpus = 2, .memoryGib = 4, .diskGib = 10},
        {.id = "kubeflow-1.11", .title = "Kubeflow 1.11", .oldest = 34, .advised = "1.34", .cpus = 8, .memoryGib = 16, .diskGib = 65},
        {.id = "kubeflow-1.10", .title = "Kubeflow 1.10", .oldest = 32, .newest = 33, .advised = "1.32", .cpus = 8, .memoryGib = 16, .diskGib = 65},
        {.id = "kubeflow-1.4", .title = say("Core", "Kubeflow 1.4, of 2021"), .oldest = 19, .newest = 21, .advised = "1.19", .cpus = 8, .memoryGib = 16, .diskGib = 65,
         .why = say("Core", "it uses APIs that Kubernetes 1.22 removed")},
        {.id = "kfctl-1.2", .title = say("Core", "Kubeflow by kfctl 1.2"), .newest = 21, .advised = "1.19", .cpus = 8, .memoryGib = 16, .diskGib = 65,
         .why = say("Core", "its CRDs are v1beta1, which Kubernetes 1.22 removed")},
    };
    return all;
}

std::string refusal(const RunPlace &place, const RunPurpose &purpose, const Machine &machine)
{
    if (purpose.newest && place.oldest > purpose.newest)
        return say("Core", "{} needs {}; {} makes 1.{} and newer", purpose.title, versions(purpose.oldest, purpose.newest), place.title, place.oldest) +
               (purpose.why.empty() ? "" : ": " + purpose.why);
    if (purpose.oldest && place.newest && place.newest < purpose.oldest)
        return say("Core", "{} needs {}; {} makes 1.{} at most", purpose.title, versions(purpose.oldest, purpose.newest), place.title, place.newest);
    if (!place.thisComputer)
        return {};
    if (machine.cpus && machine.cpus < purpose.cpus)
        return say("Core", "{} needs {} CPUs; this computer has {}", purpose.title, purpose.cpus, machine.cpus);
    if (machine.memoryGib > 0 && machine.memoryGib - systemGib < purpose.memoryGib)
        return say("Core", "{} needs {:.0f} GiB of memory; this computer has {:.1f}, some of which it needs itself", purpose.title, purpose.memoryGib, machine.memoryGib);
    return {};
}

std::string needsText(const RunPurpose &purpose)
{
    std::string text = versions(purpose.oldest, purpose.newest);
    const auto add = [&](const std::string &more) { text += (text.empty() ? "" : ", ") + more; };
    if (purpose.cpus)
        add(say("Core", "{} CPUs", purpose.cpus));
    if (purpose.memoryGib > 0)
        add(say("Core", "{:.0f} GiB of memory", purpose.memoryGib));
    if (purpose.diskGib > 0)
        add(say("Core", "{:.0f} GiB of disk", purpose.diskGib));
    return text;
}

Machine thisMachine()
{
    Machine machine{.cpus = int(std::thread::hardware_concurrency())};
    std::ifstream file("/proc/meminfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("MemTotal:"))
            machine.memoryGib = std::strtod(line.c_str() + std::string_view("MemTotal:").size(), nullptr) / (1 << 20);
    return machine;
}

} // namespace timonier

#include "provision/minikube/minikube_drivers.h"

#include "base/say.h"
#include "provision/local/tool.h"

#include <algorithm>

namespace timonier::minikube {

namespace {

using local::Facts;
using local::System;

std::string refusedEngine(const Facts &facts, const std::string &name, const std::string &shown)
{
    const auto at = facts.engines.find(name);
    if (at == facts.engines.end() || !at->second.found)
        return say("Core", "{} is not installed", shown);
    if (at->second.answers)
        return {};
    if (const auto problem = local::engineProblem(shown, at->second.words); problem && problem->kind == ErrorKind::Forbidden)
        return say("Core", "{} runs, but you may not use it", shown);
    if (facts.isWsl && !facts.hasSystemd)
        return say("Core", "{} does not run: WSL has no systemd here that would start it", shown);
    return say("Core", "{} is installed and does not answer", shown);
}

// Of drivers that make a virtual machine on Linux.
std::string refusedMachine(const Facts &facts)
{
    if (!facts.cpuVirtualizes && !facts.kvmThere)
        return facts.isWsl ? say("Core", "WSL offers no nested virtualization here") : say("Core", "this computer's virtualization is off, or it is a virtual machine itself");
    if (!facts.kvmThere)
        return say("Core", "/dev/kvm is not there: load the module kvm, or switch virtualization on in the firmware");
    if (!facts.kvmUsable)
        return say("Core", "you may not use /dev/kvm: join the group kvm");
    return {};
}

bool has(const Facts &facts, const char *tool)
{
    const auto at = facts.tools.find(tool);
    return at != facts.tools.end() && at->second.found;
}

std::string missing(const Facts &facts, const char *tool, const std::string &shown) { return has(facts, tool) ? std::string() : say("Core", "{} is not installed", shown); }

std::string first(std::string one, std::string other) { return one.empty() ? other : one; }

std::string refusedNone(const Facts &facts)
{
    if (facts.system != System::Linux)
        return say("Core", "it exists on Linux only");
    if (!facts.isRoot)
        return say("Core", "it works for root only: Kubernetes is installed on this computer itself");
    if (!facts.hasSystemd)
        return facts.isWsl ? say("Core", "WSL runs without systemd here, and Kubernetes' services need it") : say("Core", "this system runs without systemd");
    return missing(facts, "conntrack", "conntrack");
}

} // namespace

std::vector<form::Choice> drivers(const Facts &facts)
{
    const bool isLinux = facts.system == System::Linux, isWindows = facts.system == System::Windows;
    const std::string onlyLinux = say("Core", "it exists on Linux only"), onlyWindows = say("Core", "it exists on Windows only");
    return {
        {.value = "docker", .title = "Docker", .help = say("Core", "The nodes are containers: quick, and needs no virtual machine of its own"), .refused = refusedEngine(facts, "docker", "Docker")},
        {.value = "podman", .title = "Podman", .help = say("Core", "As docker, without a daemon; minikube calls it experimental"), .refused = refusedEngine(facts, "podman", "Podman")},
        {.value = "kvm2", .title = "KVM", .help = say("Core", "A virtual machine by libvirt: kept well apart from this computer"),
         .refused = isLinux ? first(refusedMachine(facts), missing(facts, "virsh", "libvirt")) : onlyLinux},
        {.value = "qemu2", .title = "QEMU", .help = say("Core", "A virtual machine without libvirt"), .refused = isWindows ? say("Core", "it does not exist on Windows") : first(isLinux ? refusedMachine(facts) : std::string(), missing(facts, "qemu-system-x86_64", "QEMU"))},
        {.value = "hyperv", .title = "Hyper-V", .help = say("Core", "A virtual machine of Windows; administrators only"), .refused = !isWindows ? onlyWindows : facts.hyperV ? std::string() : say("Core", "Hyper-V is off: it is a feature of Windows Pro that has to be switched on")},
        {.value = "virtualbox", .title = "VirtualBox", .help = say("Core", "A virtual machine by VirtualBox, if that is here anyway"),
         .refused = first(missing(facts, "VBoxManage", "VirtualBox"), isLinux && !facts.cpuVirtualizes ? say("Core", "this computer's virtualization is off, or it is a virtual machine itself") : std::string())},
        {.value = "none", .title = say("Core", "None"), .help = say("Core", "Kubernetes on this computer itself: for a machine that is for nothing else"), .refused = refusedNone(facts)},
        {.value = "ssh", .title = "SSH", .help = say("Core", "Kubernetes on another computer, by ssh"), .refused = {}},
    };
}

local::Asked askedForDrivers() { return {.engines = {"docker", "podman"}, .tools = {"minikube", "virsh", "VBoxManage", "qemu-system-x86_64", "conntrack"}}; }

std::string bestDriver(const Facts &facts)
{
    for (const form::Choice &choice : drivers(facts))
        if (choice.refused.empty() && choice.value != "ssh" && choice.value != "none")
            return choice.value;
    return {};
}

} // namespace timonier::minikube

#include "provision/kubeadm/preflight_parts.h"

#include "base/say.h"
#include "provision/local/preflight.h"

#include <algorithm>

namespace timonier::kubeadm {

using form::Check;
using form::CheckState;
using form::Fix;

Check system(const At &at)
{
    const auto &facts = at.facts;
    Check check{.id = "system", .title = say("Core", "Operating system"), .state = CheckState::Good, .words = fmt::format("{}, {}", facts.os.name.empty() ? facts.os.id : facts.os.name, facts.arch)};
    if (facts.packaging.manager != "apt") {
        check.state = CheckState::Bad;
        check.words = say("Core", "{} has no apt", facts.os.name.empty() ? facts.os.id : facts.os.name);
        check.why = say("Core", "Timonier prepares Debian, Ubuntu and their like. Take one of these");
    } else if (!facts.systemd) {
        check.state = CheckState::Bad;
        check.words = facts.wsl ? say("Core", "WSL runs without systemd here") : say("Core", "it was not booted with systemd (process 1 is {})", facts.init);
        check.why = say("Core", "The kubelet and containerd are its services: without it nothing starts them");
        if (facts.wsl)
            check.fixes = {Fix{.id = "wsl-systemd", .title = say("Core", "Switch systemd on (WSL must be restarted)"), .commands = {R"(printf '[boot]\nsystemd=true\n' | sudo tee -a /etc/wsl.conf)"}}};
    } else if (facts.arch != "amd64" && facts.arch != "arm64" && facts.arch != "ppc64le" && facts.arch != "s390x") {
        check.state = CheckState::Bad;
        check.words = say("Core", "there is no Kubernetes for {}", facts.arch);
        check.why = say("Core", "It is built for amd64, arm64, ppc64le and s390x");
    }
    return check;
}

Check rights(const At &at)
{
    Check check{.id = "rights", .title = say("Core", "Root's rights"), .state = CheckState::Good};
    switch (at.facts.sudo) {
    case remote::SudoState::Root: check.words = say("Core", "signed in as root"); return check;
    case remote::SudoState::Works: check.words = say("Core", "by sudo"); return check;
    case remote::SudoState::Missing: check.words = say("Core", "{} is not root, and there is no sudo", at.facts.user); break;
    case remote::SudoState::Refused: check.words = say("Core", "sudo refuses {}", at.facts.user); break;
    }
    check.state = CheckState::Bad;
    check.evidence = at.facts.sudoProblem;
    check.why = say("Core", "Packages, services and kubeadm itself need them. Let root add the user to the group sudo, or name another user in the spec");
    return check;
}

Check processors(const At &at)
{
    Check check{.id = "cpu", .title = say("Core", "Processors"), .state = CheckState::Good, .words = fmt::format("{}", at.facts.cpus)};
    if (at.facts.cpus < 2 && at.look.host.controlPlane) {
        check.state = CheckState::Bad;
        check.words = say("Core", "one, and a control plane needs two");
        check.why = say("Core", "Take a larger machine (a t2.micro has one), or let it be a worker");
    }
    return check;
}

Check memory(const At &at)
{
    constexpr std::uint64_t mb = 1'000'000;
    const std::uint64_t have = at.facts.memory;
    Check check{.id = "memory", .title = say("Core", "Memory"), .state = CheckState::Good, .words = gib(have)};
    if (at.look.host.controlPlane && have < 1700 * mb) { // constants.ControlPlaneMem
        check.state = CheckState::Bad;
        check.words = say("Core", "{}, and a control plane needs 1700 MB", gib(have));
        check.why = say("Core", "Take a larger machine (a t2.micro has 967 MB), or let it be a worker");
    } else if (have < 700 * mb) {
        check.state = CheckState::Bad;
        check.words = say("Core", "{}: too little for the kubelet, the runtime and any pod", gib(have));
        check.why = say("Core", "Take a machine with 1 GiB at least; 2 are better");
    } else if (have < 1700 * mb) {
        check.state = CheckState::Careful;
        check.why = say("Core", "Some 500 MB are taken before the first pod starts; few pods have room");
    } else if (at.facts.memoryAvailable && at.facts.memoryAvailable < 500 * mb) {
        check.state = CheckState::Careful;
        check.words = say("Core", "{}, of which {} are free", gib(have), gib(at.facts.memoryAvailable));
        check.why = say("Core", "Other programs have the rest: pods may be evicted");
    }
    return check;
}

Check disk(const At &at)
{
    Check check{.id = "disk", .title = say("Core", "Disk"), .state = CheckState::Good};
    const remote::DiskFacts *tightest = nullptr;
    for (const char *path : {"/var/lib/containerd", "/var/lib", "/var/lib/etcd", "/"})
        if (const auto *disk = at.facts.disk(path); disk && (!tightest || disk->free < tightest->free || disk->readOnly))
            tightest = disk;
    if (!tightest)
        return {};
    check.words = say("Core", "{} free in {}", gib(tightest->free), tightest->mountPoint.empty() ? tightest->path : tightest->mountPoint);
    if (tightest->readOnly) {
        check.state = CheckState::Bad;
        check.words = say("Core", "{} cannot be written to", tightest->mountPoint);
        check.why = say("Core", "A disk that the kernel found damaged is mounted like that: see dmesg");
    } else if (tightest->free < (3ull << 30) && !at.begun) {
        check.state = CheckState::Bad;
        check.why = say("Core", "Packages and images take some 3 GiB, and a full disk stops the node. Make room first");
        check.fixes = {Fix{.id = "disk", .title = say("Core", "Empty the caches of packages and the journal"), .commands = {"sudo apt-get clean", "sudo journalctl --vacuum-size=100M"}}};
    } else if (tightest->free < (10ull << 30)) {
        check.state = CheckState::Careful;
        check.why = say("Core", "Images and volumes fill it; from 85 % on the kubelet throws images away, then pods");
    }
    return check;
}

Check swap(const At &at)
{
    Check check{.id = "swap", .title = say("Core", "Swap"), .state = CheckState::Good, .words = say("Core", "off")};
    std::vector<std::string> on;
    for (const auto &one : at.facts.swaps)
        on.push_back(fmt::format("{} ({})", one.device, gib(one.size)));
    if (on.empty() && at.facts.swapInFstab.empty())
        return check;
    check.state = CheckState::Careful;
    check.words = on.empty() ? say("Core", "off, and on again after the next boot (/etc/fstab)") : say("Core", "on: {}", fmt::join(on, ", "));
    check.why = say("Core", "The kubelet does not start with it. The plan switches it off, also in /etc/fstab; undo brings it back");
    check.fixes = {Fix{.id = "swap", .title = say("Core", "Switch it off now"), .commands = {"sudo swapoff -a", R"(sudo sed -i -E 's/^([^#].*[[:space:]]swap[[:space:]].*)$/# \1/' /etc/fstab)"}}};
    return check;
}

Check cgroups(const At &at)
{
    Check check{.id = "cgroup", .title = say("Core", "Control groups"), .state = CheckState::Good, .words = say("Core", "version {}", at.facts.cgroupVersion)};
    if (at.facts.cgroupVersion == 1) {
        check.state = CheckState::Careful;
        check.why = local::compareVersions(at.spec.kubernetes, "1.35") >= 0
                        ? say("Core", "From 1.35 on the kubelet refuses version 1 unless it is told to bear it: it is told so (failCgroupV1: false), and kubeadm's check is passed over. Better boot with systemd.unified_cgroup_hierarchy=1")
                        : say("Core", "Kubernetes no longer cares for version 1. Better boot with systemd.unified_cgroup_hierarchy=1");
    } else if (at.facts.cgroupVersion == 0) {
        check.state = CheckState::Skipped;
        check.words = say("Core", "cannot be told");
    }
    return check;
}

Check kernel(const At &at)
{
    Check check{.id = "kernel", .title = say("Core", "Kernel"), .state = CheckState::Good, .words = at.facts.kernel};
    std::vector<std::string> missing, off;
    for (const char *name : {"overlay", "br_netfilter"})
        if (const auto found = at.facts.modules.find(name); found != at.facts.modules.end() && found->second == remote::ModuleState::Missing)
            missing.push_back(name);
    for (const char *name : {"net.ipv4.ip_forward", "net.bridge.bridge-nf-call-iptables"})
        if (const auto found = at.facts.sysctls.find(name); found == at.facts.sysctls.end() || found->second != "1")
            off.push_back(name);
    if (!missing.empty()) {
        check.state = CheckState::Bad;
        check.words = say("Core", "{} has no module {}", at.facts.kernel, fmt::join(missing, ", "));
        check.why = say("Core", "Containers and small virtual servers share a kernel that they cannot extend: it must be loaded on the machine below, or another kernel be booted");
    } else if (!off.empty()) {
        check.words = say("Core", "{}; the plan sets {}", at.facts.kernel, fmt::join(off, ", "));
        check.fixes = {Fix{.id = "kernel", .title = say("Core", "Set it now"), .commands = {"sudo modprobe br_netfilter", "sudo sysctl -w net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1"}}};
    }
    return check;
}

} // namespace timonier::kubeadm

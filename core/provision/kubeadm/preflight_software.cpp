#include "provision/kubeadm/preflight_parts.h"

#include "base/say.h"
#include "provision/local/preflight.h"

#include <algorithm>

namespace timonier::kubeadm {

using form::Check;
using form::CheckState;
using form::Fix;
using remote::Serving;

namespace {

// "1.36.3-1.1" of "1.36" or "1.36.3".
bool isVersion(std::string_view version, std::string_view wanted)
{
    if (version.starts_with('v'))
        version.remove_prefix(1);
    return version.starts_with(wanted) && (version.size() == wanted.size() || version[wanted.size()] == '.' || version[wanted.size()] == '-');
}

} // namespace

Check runtime(const At &at)
{
    const auto &found = at.facts.runtimes;
    const auto &containerd = found.containerd;
    Check check{.id = "runtime", .title = say("Core", "Container runtime"), .state = CheckState::Good};
    if (!at.spec.criSocket.empty()) {
        const std::string path = at.spec.criSocket.substr(at.spec.criSocket.starts_with("unix://") ? 7 : 0);
        const bool there = std::ranges::any_of(found.sockets, [&](const std::string &one) { return path == one || path == "/var" + one || "/var" + path == one; });
        check.words = there ? path : say("Core", "{} is not there", path);
        if (!there) {
            check.state = CheckState::Bad;
            check.why = say("Core", "The spec names a runtime of your own (criSocket), and it does not run. Start it; or leave criSocket out, and containerd is taken");
        }
        return check;
    }
    if (containerd.version.empty()) {
        check.words = say("Core", "none; the plan installs containerd");
        if (!found.dockerVersion.empty()) {
            check.state = CheckState::Careful;
            check.words = say("Core", "Docker {}; the plan installs containerd", found.dockerVersion);
            check.why = say("Core", "Kubernetes 1.24 and later no longer speak to Docker directly (dockershim was removed), only by cri-dockerd");
        }
        return check;
    }
    check.words = say("Core", "containerd {}", containerd.version);
    const bool docker = !found.dockerVersion.empty();
    if (containerd.criDisabled.value_or(false)) {
        check.state = CheckState::Careful;
        check.words = say("Core", "containerd {} with its Kubernetes side (CRI) switched off", containerd.version);
        check.why = say("Core", "Docker's own package is shipped like that (disabled_plugins = [\"cri\"]). The plan switches it on; undo brings the file back");
        check.fixes = {Fix{.id = "cri", .title = say("Core", "Switch it on now"), .commands = {"sudo sed -i 's/^disabled_plugins.*/disabled_plugins = []/' /etc/containerd/config.toml", "sudo systemctl restart containerd"}}};
    } else if (docker && found.criDockerdVersion.empty()) {
        check.state = CheckState::Careful;
        check.words = say("Core", "Docker {} and containerd {} beneath it, without cri-dockerd", found.dockerVersion, containerd.version);
        check.why = say("Core", "Kubernetes 1.24 and later do not speak to Docker: they share its containerd, which the plan configures and starts anew. Docker's containers go on");
    } else if (containerd.configured && !containerd.systemdCgroup.value_or(false) && !at.begun) {
        check.state = CheckState::Careful;
        check.words = say("Core", "containerd {} with the cgroup driver cgroupfs", containerd.version);
        check.why = say("Core", "The kubelet's is systemd, and with two drivers nodes become unstable. The plan sets SystemdCgroup = true; undo brings the file back");
        check.fixes = {Fix{.id = "cgroup-driver", .title = say("Core", "Set it now"), .commands = {"sudo sed -i 's/SystemdCgroup = false/SystemdCgroup = true/' /etc/containerd/config.toml", "sudo systemctl restart containerd"}}};
    } else if (containerd.service == Serving::Failed) {
        check.state = CheckState::Careful;
        check.words = say("Core", "containerd {} does not start", containerd.version);
        check.why = say("Core", "Most often its configuration is broken: the plan writes a good one, and keeps this");
        check.fixes = {Fix{.id = "containerd", .title = say("Core", "See why"), .commands = {"sudo journalctl -u containerd -n 30 --no-pager"}}};
    } else if (local::compareVersions(containerd.version, "1.6") < 0) {
        check.state = CheckState::Bad;
        check.why = say("Core", "Kubernetes 1.26 and later need CRI v1, which came with containerd 1.6. Upgrade it");
    }
    return check;
}

Check packages(const At &at)
{
    const auto &packaging = at.facts.packaging;
    Check check{.id = "packages", .title = say("Core", "Packages"), .state = CheckState::Good, .words = say("Core", "apt is free")};
    if (packaging.manager != "apt")
        return {};
    if (!at.facts.kubeletVersion.empty() && !isVersion(at.facts.kubeletVersion, at.spec.kubernetes) && !at.begun) {
        check.state = CheckState::Careful;
        check.words = say("Core", "kubelet {} is installed, {} is asked for", at.facts.kubeletVersion, at.spec.kubernetes);
        check.why = say("Core", "It is replaced, and undo does not bring the older one back");
    }
    if (!packaging.locks.empty()) {
        const auto &lock = packaging.locks.front();
        check.state = CheckState::Careful;
        check.words = say("Core", "{} (process {}) installs packages just now", lock.program.empty() ? lock.file : lock.program, lock.pid);
        check.why = say("Core", "The plan waits for it, three minutes at most");
        check.fixes = {Fix{.id = "apt-lock", .title = say("Core", "See what it does"), .commands = {fmt::format("ps -o pid,etime,args -p {}", lock.pid)}}};
    } else if (packaging.interrupted) {
        check.state = CheckState::Careful;
        check.words = say("Core", "an installation was interrupted");
        check.why = say("Core", "The plan has dpkg end it first");
        check.evidence = packaging.audit;
        check.fixes = {Fix{.id = "dpkg", .title = say("Core", "Have it ended now"), .commands = {"sudo dpkg --configure -a"}}};
    }
    return check;
}

Check sources(const At &at)
{
    Check check{.id = "sources", .title = say("Core", "Package sources"), .state = CheckState::Good, .words = at.look.sourceAsked ? say("Core", "the source of Kubernetes answers") : say("Core", "nothing is to be fetched")};
    if (at.facts.packaging.manager != "apt")
        return {};
    if (!at.look.sourceProblem.empty()) {
        check.state = CheckState::Bad;
        check.words = say("Core", "the host does not reach the source of Kubernetes: {}", at.spec.packages.url.empty() ? "pkgs.k8s.io" : at.spec.packages.url);
        check.why = say("Core", "See its DNS and its way out; or name a mirror that it reaches (packages.url in the spec)");
        check.evidence = at.look.sourceProblem;
        return check;
    }
    const auto dead = std::ranges::find_if(at.facts.aptSources, &remote::AptSource::dead);
    if (dead != at.facts.aptSources.end()) {
        check.state = CheckState::Careful;
        check.words = say("Core", "{}, line {}, names a source that was shut down in 2024", dead->file, dead->line);
        check.why = say("Core", "apt complains of it on every update (apt.kubernetes.io, packages.cloud.google.com). The plan has a source of its own; this one should go");
        check.evidence = dead->text;
        check.fixes = {Fix{.id = "dead-source", .title = say("Core", "Comment it out"), .commands = {fmt::format("sudo sed -i '{}s/^/# /' '{}'", dead->line, dead->file)}}};
        if (dead->file.find('\'') != dead->file.npos)
            check.fixes.clear();
    }
    return check;
}

Check leftOvers(const At &at)
{
    Check check{.id = "leftovers", .title = say("Core", "Earlier clusters"), .state = CheckState::Good, .words = say("Core", "none")};
    if (at.begun) {
        check.words = say("Core", "this plan has begun here before, and goes on");
        return check;
    }
    if (!at.facts.begunFor.empty()) {
        check.state = CheckState::Bad;
        check.words = say("Core", "it is a host of the cluster {}, made by Timonier", at.facts.begunFor);
        check.why = say("Core", "Delete that cluster, or remove the host from it, first");
        return check;
    }
    std::vector<std::string> cluster, network;
    for (const auto &one : at.facts.leftOvers) {
        const bool isNetwork = one.path.find("cni") != one.path.npos;
        (isNetwork ? network : cluster).push_back(one.path);
    }
    // The package of the kubelet brings empty ones; pods and certificates come of a cluster.
    std::erase_if(cluster, [&](const std::string &path) {
        const auto one = std::ranges::find(at.facts.leftOvers, path, &remote::LeftOver::path);
        return path.find("/var/log") != path.npos || (path == "/etc/kubernetes" && one->entries <= 1);
    });
    if (!cluster.empty()) {
        check.state = CheckState::Bad;
        check.words = say("Core", "there is something of an earlier cluster: {}", fmt::join(cluster, ", "));
        check.why = say("Core", "kubeadm refuses such a host. If nobody needs it any more, have it reset");
        check.fixes = {Fix{.id = "reset", .title = say("Core", "Reset it: what ran there is lost"),
                           .commands = {"sudo kubeadm reset -f || true", "sudo systemctl stop kubelet || true", "sudo rm -rf /etc/kubernetes /var/lib/etcd /var/lib/kubelet /etc/cni/net.d /var/lib/cni"}}};
    } else if (!network.empty()) {
        check.state = CheckState::Careful;
        check.words = say("Core", "there is something of a pod network: {}", fmt::join(network, ", "));
        check.why = at.spec.network.kind == Network::Kind::None ? say("Core", "The spec leaves the pod network to you: it counts") : say("Core", "The kubelet takes the first file in /etc/cni/net.d, which may be that of the earlier network");
    }
    return check;
}

} // namespace timonier::kubeadm

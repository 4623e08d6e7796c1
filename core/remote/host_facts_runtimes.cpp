#include "remote/host_facts_parts.h"

#include <algorithm>

namespace timonier::remote {

namespace {

// The first word that begins with a digit, or with "v" and one: "containerd github.com/containerd/containerd 1.6.20~ds1 1.6.20~ds1-1+deb12u1", "runc version 1.1.5+ds1", "Docker version 28.2.2, build e6534b4".
std::string versionIn(std::string_view line)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    for (std::string_view word : wordsOf(line)) {
        if (word.starts_with('v') && word.size() > 1 && isDigit(word[1]))
            word.remove_prefix(1);
        if (!word.empty() && isDigit(word[0]))
            return std::string(word.substr(0, word.find_first_of(",;")));
    }
    return {};
}

Serving servingOf(const FactParts &parts, std::string_view unit)
{
    for (const std::string_view line : parts.lines("units")) {
        const auto words = wordsOf(line);
        if (words.size() < 3 || words[0] != unit)
            continue;
        if (words[1] == "not-found")
            return Serving::Missing;
        return words[2] == "active" || words[2] == "activating" || words[2] == "reloading" ? Serving::Running : words[2] == "failed" ? Serving::Failed : Serving::Stopped;
    }
    return Serving::Unknown;
}

// What matters of a containerd configuration, in TOML as containerd, its package or a person writes it: a line, a key, a value; a list over several lines.
void readContainerdConfig(std::string_view text, ContainerdFacts &facts)
{
    bool inList = false;
    const auto take = [&](std::string_view list) {
        for (const char *quote : {"\"", "'"}) {
            for (const char *name : {"cri", "io.containerd.grpc.v1.cri"})
                if (list.find(quote + std::string(name) + quote) != list.npos)
                    facts.criDisabled = true;
        }
    };
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.starts_with('#'))
            continue;
        if (inList) {
            take(line);
            inList = line.find(']') == line.npos;
            continue;
        }
        const auto equals = line.find('=');
        if (equals == line.npos)
            continue;
        std::string_view key = trimmed(line.substr(0, equals));
        std::string_view value = trimmed(line.substr(equals + 1));
        if (key == "disabled_plugins") {
            facts.criDisabled = facts.criDisabled.value_or(false);
            take(value);
            inList = value.find(']') == value.npos;
        } else if (key == "SystemdCgroup") {
            facts.systemdCgroup = value.starts_with("true");
        } else if (key == "version" && facts.configVersion == 0) {
            facts.configVersion = numberIn<int>(value);
        } else if ((key == "sandbox_image" || key == "sandbox") && value.size() > 2) {
            facts.sandboxImage = value.substr(1, value.find(value[0], 1) - 1);
        }
    }
}

} // namespace

void readRuntimes(const FactParts &parts, HostFacts &facts)
{
    RuntimeFacts &runtimes = facts.runtimes;
    runtimes.containerd.version = versionIn(parts.line("containerd"));
    runtimes.containerd.configured = parts.line("containerd-file") == "timonier-there";
    readContainerdConfig(parts.text(parts.text("containerd-dump").empty() ? "containerd-file" : "containerd-dump"), runtimes.containerd);
    runtimes.dockerVersion = versionIn(parts.line("docker"));
    runtimes.dockerCgroupDriver = parts.line("docker", 1);
    runtimes.criDockerdVersion = versionIn(parts.line("cri-dockerd"));
    for (const std::string_view line : parts.lines("crio"))
        if (runtimes.crioVersion.empty())
            runtimes.crioVersion = versionIn(line);
    runtimes.runcVersion = versionIn(parts.line("runc"));
    for (const std::string_view line : parts.lines("sockets"))
        runtimes.sockets.emplace_back(line);
    runtimes.containerd.service = servingOf(parts, "containerd");
    runtimes.docker = servingOf(parts, "docker");
    runtimes.criDockerd = servingOf(parts, "cri-docker");
    runtimes.crio = servingOf(parts, "crio");
    facts.kubelet = servingOf(parts, "kubelet");
    for (const char *unit : {"systemd-timesyncd", "chrony", "chronyd", "ntp", "ntpd", "ntpsec"})
        if (facts.timeService.empty() && servingOf(parts, unit) == Serving::Running)
            facts.timeService = unit;
    for (const char *unit : {"ufw", "firewalld"})
        if (servingOf(parts, unit) == Serving::Running)
            facts.firewalls.emplace_back(unit);
    facts.kubeadmVersion = parts.line("kubeadm");
    const auto withV = [](const std::string &version) { return version.empty() ? version : 'v' + version; };
    facts.kubeletVersion = withV(versionIn(parts.line("kubelet")));
    facts.kubectlVersion = withV(versionIn(parts.line("kubectl")));
    for (const std::string_view line : parts.lines("kubelet-config"))
        if (const auto words = wordsOf(line); words.size() == 2)
            facts.kubeletCgroupDriver = words[1];
}

void readPackaging(const FactParts &parts, HostFacts &facts)
{
    PackagingFacts &packaging = facts.packaging;
    packaging.manager = parts.line("manager") == "apt-get" ? "apt" : parts.line("manager");
    for (const std::string_view line : parts.lines("packages")) {
        const auto words = wordsOf(line);
        if (words.size() < 3) // known, never installed: "chrony  un"
            continue;
        // The first letter is what is wanted of it: "h" is apt-mark's hold (apt-mark itself takes a second or more to say so).
        packaging.packages.push_back({.name = std::string(words[0]), .version = std::string(words[1]), .state = std::string(words[2]), .held = words[2].starts_with('h')});
    }
    packaging.audit = parts.text("audit");
    packaging.interrupted = !packaging.audit.empty();
    for (const std::string_view line : parts.lines("locks"))
        if (const auto words = wordsOf(line); words.size() >= 2)
            packaging.locks.push_back({.file = std::string(words[0]), .pid = numberIn<int>(words[1]), .program = words.size() > 2 ? std::string(words[2]) : std::string()});
    for (const std::string_view line : parts.lines("apt-proxies"))
        packaging.proxies.emplace_back(line);
    packaging.rebootRequired = parts.line("reboot") == "yes";
    for (const std::string_view line : parts.lines("sources")) { // grep -Hn: "FILE:LINE:TEXT"
        const auto first = line.find(':');
        const auto second = first == line.npos ? line.npos : line.find(':', first + 1);
        if (second == line.npos)
            continue;
        AptSource source{.file = std::string(line.substr(0, first)), .line = numberIn<unsigned>(line.substr(first + 1)), .text = std::string(trimmed(line.substr(second + 1)))};
        if (source.text.starts_with('#'))
            continue;
        source.dead = source.text.find("apt.kubernetes.io") != std::string::npos || (source.text.find("packages.cloud.google.com/apt") != std::string::npos && source.text.find("kubernetes-") != std::string::npos);
        facts.aptSources.push_back(std::move(source));
    }
}

} // namespace timonier::remote

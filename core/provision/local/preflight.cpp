#include "provision/local/preflight.h"

#include "base/say.h"
#include "provision/local/tool.h"

#include <algorithm>
#include <charconv>

namespace timonier::local {

namespace {

using form::Check;
using form::CheckState;
using form::Fix;

std::string gib(std::uint64_t bytes) { return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / double(1ull << 30)); }

std::string shown(const std::string &engine) { return engine == "docker" ? "Docker" : engine == "podman" ? "Podman" : engine; }

Check processors(const Need &need, const Facts &facts, const Engine *engine)
{
    const int have = engine && engine->cpus ? engine->cpus : facts.cpus;
    Check check{.id = "cpu", .title = say("Core", "Processors"), .state = CheckState::Good, .words = say("Core", "{} of {} that are asked for", have, need.cpus)};
    if (have < need.cpus) {
        check.state = have < 2 ? CheckState::Bad : CheckState::Careful;
        check.why = say("Core", "A control plane needs two; with fewer than asked for, starting takes long and pods wait. Ask for fewer");
        if (need.isSized && need.cpus > 2)
            check.fixes = {Fix{.id = fmt::format("cpus={}", std::max(2, have)), .title = say("Core", "Ask for {}", std::max(2, have))}};
    }
    return check;
}

// What can be asked for instead: what the computer has but for a quarter, shared by the nodes, if that is enough for a node; else fewer of them.
std::vector<Fix> lessMemory(const Need &need, std::uint64_t have)
{
    constexpr std::uint64_t least = 1800; // MiB; minikube refuses less for a control plane
    const std::uint64_t each = (have >> 20) * 3 / 4 / std::uint64_t(std::max(1, need.nodes));
    std::vector<Fix> fixes;
    if (need.isSized && each >= least)
        fixes.push_back({.id = fmt::format("memory={}m", each), .title = say("Core", "Ask for {} MiB for each node", each)});
    if (need.isSized && need.nodes > 1)
        fixes.push_back({.id = "nodes=1", .title = say("Core", "One node")});
    if (need.workers > 0)
        fixes.push_back({.id = "workers=0", .title = say("Core", "Without workers")});
    return fixes;
}

Check memory(const Need &need, const Facts &facts, const Engine *engine)
{
    const bool machine = engine && engine->memory && engine->memory + (512ull << 20) < facts.memory; // Docker Desktop's virtual machine
    const std::uint64_t have = machine ? engine->memory : facts.memory, left = machine ? engine->memory : facts.memoryFree;
    Check check{.id = "memory", .title = say("Core", "Memory"), .state = CheckState::Good, .words = say("Core", "{}, of which {} are free; {} are asked for", gib(have), gib(left), gib(need.memory))};
    if (have < need.memory) {
        check.state = CheckState::Bad;
        check.why = machine ? say("Core", "The engine's virtual machine has less: give it more in the engine's settings, or ask for less") : say("Core", "This computer has less: ask for less, or for fewer nodes");
        check.fixes = lessMemory(need, have);
    } else if (left < need.memory) {
        check.state = CheckState::Careful;
        check.why = say("Core", "Other programs have the rest: the computer may swap, and pods be evicted. Close some of them");
    }
    return check;
}

Check disk(const Need &need, const Facts &facts)
{
    Check check{.id = "disk", .title = say("Core", "Disk"), .state = CheckState::Good, .words = say("Core", "{} free, {} needed", gib(facts.diskFree), gib(need.disk))};
    if (facts.diskFree < need.disk) {
        check.state = facts.diskFree < need.disk / 3 ? CheckState::Bad : CheckState::Careful;
        check.why = say("Core", "Images and volumes fill it, and a full disk stops the cluster. Make room first");
        if (!need.engine.empty())
            check.fixes = {Fix{.id = "prune", .title = say("Core", "Remove what {} does not use", shown(need.engine)), .commands = {need.engine + " system prune --force"}}};
    }
    return check;
}

Check engineCheck(const Need &need, const Facts &facts)
{
    const auto at = facts.engines.find(need.engine);
    const Engine engine = at == facts.engines.end() ? Engine{} : at->second;
    const std::string name = shown(need.engine);
    Check check{.id = "engine", .title = say("Core", "Container engine"), .state = CheckState::Bad, .evidence = engine.words};
    if (!engine.found) {
        check.words = say("Core", "{} is not installed", name);
        check.why = facts.system == System::Linux ? say("Core", "The nodes are its containers. Install it, or choose another engine") : say("Core", "The nodes are its containers. Install Docker Desktop, Rancher Desktop or Podman Desktop");
        if (facts.system == System::Linux)
            check.fixes = {Fix{.id = "install-engine", .title = say("Core", "Install {}", name), .commands = {need.engine == "podman" ? "sudo apt-get install podman" : "sudo apt-get install docker.io"}}};
        return check;
    }
    if (!engine.answers) {
        const auto problem = engineProblem(name, engine.words);
        const bool rights = problem && problem->kind == ErrorKind::Forbidden;
        check.words = rights ? say("Core", "{} runs, but you may not use it", name) : say("Core", "{} is installed and does not answer", name);
        if (rights) {
            check.why = say("Core", "Who belongs to the group docker may use it (and is as mighty as root), from the next time they sign in");
            check.fixes = {Fix{.id = "docker-group", .title = say("Core", "Add yourself to the group"), .commands = {"sudo usermod -aG docker $USER"}}};
        } else if (facts.isWsl && !facts.hasSystemd) {
            check.why = say("Core", "WSL runs without systemd here, so no service is started: switch systemd on in /etc/wsl.conf, or start the engine by hand, or use Docker Desktop's WSL integration");
            check.fixes = {Fix{.id = "wsl-systemd", .title = say("Core", "Switch systemd on (WSL must be restarted)"), .commands = {R"(printf '[boot]\nsystemd=true\n' | sudo tee -a /etc/wsl.conf)", "wsl.exe --shutdown"}},
                           Fix{.id = "start-engine", .title = say("Core", "Start {}", name), .commands = {"sudo service docker start"}}};
        } else {
            check.why = say("Core", "It must run while the cluster does");
            check.fixes = {Fix{.id = "start-engine", .title = say("Core", "Start {}", name),
                               .commands = {facts.system != System::Linux ? "docker desktop start" : facts.hasSystemd ? "sudo systemctl start docker" : "sudo service docker start"}}};
            if (need.engine == "podman")
                check.fixes.back().commands = {"podman machine start"};
        }
        return check;
    }
    check.state = CheckState::Good;
    check.words = say("Core", "{} {} answers", engine.product.find("Desktop") == std::string::npos ? name : engine.product, engine.version);
    check.evidence.clear();
    return check;
}

Check toolCheck(const Need &need, const Facts &facts)
{
    const auto at = facts.tools.find(need.tool);
    const Tool tool = at == facts.tools.end() ? Tool{} : at->second;
    Check check{.id = "tool", .title = say("Core", "The tool {}", need.tool), .state = CheckState::Good, .words = tool.version, .evidence = tool.words};
    // Fetched by the plan's first step, where that may be.
    const CheckState lacking = facts.mayFetch ? CheckState::Careful : CheckState::Bad;
    if (!tool.found) {
        check.state = lacking;
        check.words = say("Core", "{} is not installed", need.tool);
        check.why = facts.mayFetch ? say("Core", "It will be fetched into Timonier's own folder, checked against its known sum") : say("Core", "Install it, or let Timonier fetch it");
        check.fixes = {Fix{.id = "fetch-tool", .title = say("Core", "Fetch {}", need.tool)}};
    } else if (tool.version.empty()) {
        check.state = lacking;
        check.words = say("Core", "{} does not say its version: it may be broken", need.tool);
        check.fixes = {Fix{.id = "fetch-tool", .title = say("Core", "Fetch {}", need.tool)}};
    } else if (!need.leastVersion.empty() && compareVersions(tool.version, need.leastVersion) < 0) {
        check.state = lacking;
        check.words = say("Core", "{} {} is too old: {} is needed", need.tool, tool.version, need.leastVersion);
        check.fixes = {Fix{.id = "fetch-tool", .title = say("Core", "Fetch a newer {}", need.tool)}};
    }
    return check;
}

Check ports(const Need &need, const Facts &facts)
{
    std::vector<int> taken;
    for (const int port : need.ports)
        if (facts.portsTaken.contains(port))
            taken.push_back(port);
    Check check{.id = "ports", .title = say("Core", "Ports"), .state = CheckState::Good, .words = say("Core", "{} are free", fmt::join(need.ports, ", "))};
    if (!taken.empty()) {
        check.state = CheckState::Bad;
        check.words = say("Core", "taken on this computer: {}", fmt::join(taken, ", "));
        check.why = say("Core", "Choose other host ports, or end the program that has them");
        check.fixes = {Fix{.id = "ports", .title = say("Core", "Choose other ports")}};
    }
    return check;
}

Check network(const Facts &facts)
{
    Check check{.id = "network", .title = say("Core", "VPN and proxy"), .state = CheckState::Good, .words = say("Core", "none in the way")};
    const bool through = !facts.proxy.empty(), spared = facts.noProxy.find("127.0.0.1") != std::string::npos || facts.noProxy.find("localhost") != std::string::npos;
    if (through && !spared) {
        check.state = CheckState::Careful;
        check.words = say("Core", "a proxy is set, and this computer itself is not excepted: {}", facts.proxy);
        check.why = say("Core", "Timonier tells its tools to except it. kubectl, in a terminal, would ask the proxy for a cluster in a virtual machine: export NO_PROXY={}", withoutProxy(facts.noProxy));
    } else if (!facts.vpns.empty()) {
        check.state = CheckState::Careful;
        check.words = say("Core", "a VPN seems to be up: {}", fmt::join(facts.vpns, ", "));
        check.why = say("Core", "Some take the engine's networks for theirs: if the cluster is not reached or images do not come, try without it");
    } else if (through) {
        check.words = say("Core", "through {}", facts.proxy);
    }
    return check;
}

} // namespace

int compareVersions(std::string_view left, std::string_view right)
{
    const auto next = [](std::string_view &text) {
        int value = 0;
        while (!text.empty() && (text.front() == 'v' || text.front() == '.'))
            text.remove_prefix(1);
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc()) {
            text = {};
            return 0;
        }
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (!text.empty() && text.front() != '.')
            text = {};
        return value;
    };
    while (!left.empty() || !right.empty())
        if (const int l = next(left), r = next(right); l != r)
            return l < r ? -1 : 1;
    return 0;
}

std::vector<Check> preflight(const Need &need, const Facts &facts)
{
    const auto at = facts.engines.find(need.engine);
    const Engine *engine = at != facts.engines.end() && at->second.answers ? &at->second : nullptr;
    std::vector<Check> all;
    if (!need.tool.empty())
        all.push_back(toolCheck(need, facts));
    if (!need.engine.empty())
        all.push_back(engineCheck(need, facts));
    all.push_back(processors(need, facts, engine));
    all.push_back(memory(need, facts, engine));
    all.push_back(disk(need, facts));
    if (!need.ports.empty())
        all.push_back(ports(need, facts));
    all.push_back(network(facts));
    if (facts.inotifyInstances > 0 && facts.inotifyInstances < 256 && need.nodes > 2) // kind.sigs.k8s.io/docs/user/known-issues: pod errors due to "too many open files"
        all.push_back({.id = "inotify", .title = say("Core", "Watches of files"), .state = CheckState::Careful, .words = say("Core", "{} for each person", facts.inotifyInstances),
                       .why = say("Core", "Several nodes share them: pods may fail with “too many open files”"),
                       .fixes = {Fix{.id = "inotify", .title = say("Core", "Raise the limit"), .commands = {"sudo sysctl fs.inotify.max_user_instances=512 fs.inotify.max_user_watches=524288"}}}});
    return all;
}

} // namespace timonier::local

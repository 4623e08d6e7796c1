#include "provision/desktop/desktop.h"

#include "base/say.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace timonier::desktop {

namespace {

using Json = nlohmann::json;
using form::CheckState;
using form::Fix;

bool has(const std::vector<std::string> &all, std::string_view one) { return std::ranges::find(all, one) != all.end(); }

// A switch somewhere in a settings file, under any of these names (they changed from "kubernetesEnabled" to "KubernetesEnabled").
std::optional<bool> flag(const Json &json, std::initializer_list<const char *> names)
{
    for (const char *name : names)
        if (json.is_object() && json.contains(name) && json[name].is_boolean())
            return json[name].get<bool>();
    return {};
}

Kubernetes stateOf(std::optional<bool> enabled, bool contextThere)
{
    return enabled ? (*enabled ? Kubernetes::On : Kubernetes::Off) : contextThere ? Kubernetes::On : Kubernetes::Unknown;
}

// What is the same for both: found, running, switched on, entered.
void tell(Desktop &desktop, const std::string &switchOn, std::vector<Fix> startFixes, std::vector<Fix> switchFixes)
{
    form::Check &check = desktop.check;
    check.id = desktop.id;
    check.title = desktop.title;
    if (!desktop.found) {
        check.state = CheckState::Skipped;
        check.words = say("Core", "not found on this computer");
    } else if (!desktop.runs) {
        check.state = CheckState::Careful;
        check.words = say("Core", "installed, and not running");
        check.why = say("Core", "Its cluster is there only while it runs");
        check.fixes = std::move(startFixes);
    } else if (desktop.kubernetes == Kubernetes::Off) {
        check.state = CheckState::Careful;
        check.words = say("Core", "running, with Kubernetes switched off");
        check.why = switchOn;
        check.fixes = std::move(switchFixes);
    } else if (desktop.context.empty()) {
        check.state = CheckState::Careful;
        check.words = desktop.kubernetes == Kubernetes::On ? say("Core", "running; Kubernetes is switched on, but has not been entered in the kubeconfig yet") : say("Core", "running; whether Kubernetes is switched on could not be found out");
        check.why = desktop.kubernetes == Kubernetes::On ? say("Core", "It starts for a few minutes the first time; if it stays so, reset it in the settings") : switchOn;
        if (desktop.kubernetes != Kubernetes::On)
            check.fixes = std::move(switchFixes);
    } else {
        check.state = CheckState::Good;
        check.words = say("Core", "running, with Kubernetes; its context is {}", desktop.context);
    }
}

Desktop docker(const DesktopFacts &facts)
{
    Desktop one{.id = "docker-desktop", .title = "Docker Desktop"};
    const bool speaks = facts.docker.product.find("Docker Desktop") != std::string::npos;
    one.found = !facts.dockerSettings.empty() || speaks || has(facts.dockerContexts, "desktop-linux");
    one.runs = speaks && facts.docker.answers;
    const bool entered = has(facts.contexts, "docker-desktop") || has(facts.contexts, "docker-for-desktop"); // its name before 2019
    const Json settings = Json::parse(facts.dockerSettings, nullptr, false);
    one.kubernetes = stateOf(flag(settings, {"KubernetesEnabled", "kubernetesEnabled"}), entered && one.found);
    if (entered && one.found && one.kubernetes != Kubernetes::Off)
        one.context = has(facts.contexts, "docker-desktop") ? "docker-desktop" : "docker-for-desktop";
    tell(one, say("Core", "In Docker Desktop: Settings, Kubernetes, Enable Kubernetes, Apply & restart"),
         {Fix{.id = "run", .title = say("Core", "Start {}", one.title), .commands = {facts.system == local::System::Linux ? "systemctl --user start docker-desktop" : "docker desktop start"}}}, {});
    if (!one.runs && one.found && facts.docker.answers) // the engine of Linux answers instead
        one.check.why += say("Core", ". docker speaks to another engine now ({}): `docker context use desktop-linux` changes that", facts.docker.product);
    return one;
}

Desktop rancher(const DesktopFacts &facts)
{
    Desktop one{.id = "rancher-desktop", .title = "Rancher Desktop"};
    one.found = !facts.rancherSettings.empty() || facts.rdctl;
    one.runs = facts.rancherRuns;
    const bool entered = has(facts.contexts, "rancher-desktop");
    const Json settings = Json::parse(facts.rancherSettings, nullptr, false);
    one.kubernetes = stateOf(settings.is_object() && settings.contains("kubernetes") ? flag(settings["kubernetes"], {"enabled"}) : std::nullopt, entered && one.found);
    if (entered && one.found && one.kubernetes != Kubernetes::Off)
        one.context = "rancher-desktop";
    tell(one, say("Core", "In Rancher Desktop: Preferences, Kubernetes, Enable Kubernetes, Apply"), {Fix{.id = "run", .title = say("Core", "Start {}", one.title), .commands = {"rdctl start"}}},
         {Fix{.id = "run", .title = say("Core", "Switch it on"), .commands = {"rdctl set --kubernetes.enabled=true"}}});
    return one;
}

Desktop podman(const DesktopFacts &facts)
{
    Desktop one{.id = "podman", .title = "Podman", .found = facts.podman, .kubernetes = Kubernetes::NotOffered};
    one.check = {.id = one.id, .title = one.title};
    if (!one.found) {
        one.check.state = CheckState::Skipped;
        one.check.words = say("Core", "not found on this computer");
        return one;
    }
    const Json machines = Json::parse(facts.podmanMachines, nullptr, false);
    const bool needsMachine = facts.system != local::System::Linux;
    one.runs = !needsMachine || (machines.is_array() && std::ranges::any_of(machines, [](const Json &machine) { return flag(machine, {"Running"}).value_or(false); }));
    if (!one.runs) {
        one.check.state = CheckState::Careful;
        one.check.words = say("Core", "installed; its virtual machine does not run");
        one.check.why = say("Core", "Containers run in it");
        one.check.fixes = {Fix{.id = "run", .title = machines.is_array() && machines.empty() ? say("Core", "Make and start it") : say("Core", "Start it"),
                               .commands = machines.is_array() && machines.empty() ? std::vector<std::string>{"podman machine init", "podman machine start"} : std::vector<std::string>{"podman machine start"}}};
        return one;
    }
    one.check.state = CheckState::Good;
    one.check.words = say("Core", "running; it brings no Kubernetes of its own");
    one.check.why = say("Core", "kind and minikube make their clusters with it: choose podman as their engine");
    return one;
}

} // namespace

std::vector<Desktop> desktops(const DesktopFacts &facts) { return {docker(facts), rancher(facts), podman(facts)}; }

} // namespace timonier::desktop

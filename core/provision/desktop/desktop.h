// Kubernetes that comes with a desktop program: Docker Desktop, Rancher Desktop, Podman. They make it themselves; what can be done is to find
// it, to say how it is switched on, and to use its context.
#pragma once

#include "base/environment.h"
#include "form/check.h"
#include "provision/local/facts.h"

#include <filesystem>

namespace timonier::desktop {

// What there is to see. Plain; gathered by gather().
struct DesktopFacts {
    local::System system = local::System::Linux;
    std::string dockerSettings{};     // settings-store.json, or the older settings.json; empty: there is none
    std::string rancherSettings{};    // settings.json
    local::Engine docker{};           // that the docker command speaks to
    std::vector<std::string> dockerContexts{}; // "docker context ls": "desktop-linux", "rancher-desktop"
    bool rdctl = false;
    bool rancherRuns = false;         // rdctl got an answer
    bool podman = false;
    std::string podmanMachines{};     // `podman machine list --format json`
    std::vector<std::string> contexts{}; // of the kubeconfigs
};

enum class Kubernetes { Unknown, On, Off, NotOffered };

struct Desktop {
    std::string id{};      // "docker-desktop", "rancher-desktop", "podman"
    std::string title{};
    bool found = false, runs = false;
    Kubernetes kubernetes = Kubernetes::Unknown;
    std::string context{}; // to be used: the one of the kubeconfig; empty: it is not there
    form::Check check{};   // all of it in words, and what switches it on
};

// All three, found or not. Pure.
std::vector<Desktop> desktops(const DesktopFacts &facts);

// Blocks for seconds at most. Errors: Cancelled.
Result<DesktopFacts> gather(ProcessRunner &runner, const Environment &environment, const std::filesystem::path &home, std::stop_token stop);

} // namespace timonier::desktop

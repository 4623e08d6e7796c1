#include "provision/desktop/desktop.h"

#include "base/lines.h"
#include "base/paths.h"
#include "kube/kubeconfig.h"
#include "provision/local/tool.h"

#include <fstream>

namespace timonier::desktop {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

std::string firstOf(std::initializer_list<fs::path> paths)
{
    for (const fs::path &path : paths) {
        std::ifstream file(path, std::ios::binary);
        std::string text{std::istreambuf_iterator<char>(file), {}};
        if (!text.empty() && text.size() < (1u << 20))
            return text;
    }
    return {};
}

fs::path folder(const Environment &environment, const char *name, const fs::path &otherwise)
{
    const std::string_view value = variable(environment, name);
    return value.empty() ? otherwise : toPath(value);
}

} // namespace

Result<DesktopFacts> gather(ProcessRunner &runner, const Environment &environment, const fs::path &home, std::stop_token stop)
{
    DesktopFacts facts;
    const fs::path config = folder(environment, "XDG_CONFIG_HOME", home / ".config"), roaming = folder(environment, "APPDATA", home / "AppData/Roaming"),
                   ours = folder(environment, "LOCALAPPDATA", home / "AppData/Local"), mac = home / "Library";
#ifdef _WIN32
    facts.system = local::System::Windows;
    facts.dockerSettings = firstOf({roaming / "Docker/settings-store.json", roaming / "Docker/settings.json"});
    facts.rancherSettings = firstOf({roaming / "rancher-desktop/settings.json", ours / "rancher-desktop/settings.json"});
#else
    facts.dockerSettings = firstOf({home / ".docker/desktop/settings-store.json", home / ".docker/desktop/settings.json", mac / "Group Containers/group.com.docker/settings-store.json"});
    facts.rancherSettings = firstOf({config / "rancher-desktop/settings.json", mac / "Preferences/rancher-desktop/settings.json"});
#endif
    const auto ask = [&](const std::string &tool, std::vector<std::string> arguments) {
        Command command = local::toolCommand(tool, std::move(arguments));
        command.environment = environment;
        command.timeout = 15s;
        return runner.run(command, stop);
    };
    facts.docker = local::readEngine("docker", ask("docker", {"info", "--format", "{{json .}}"}));
    if (facts.docker.found)
        if (const auto contexts = ask("docker", {"context", "ls", "--format", "{{.Name}}"})) {
            LineCutter lines([&](std::string_view line, bool) { facts.dockerContexts.emplace_back(line); });
            lines.add(contexts->out);
            lines.end();
        }
    if (const auto answer = ask("rdctl", {"list-settings"})) {
        facts.rdctl = true;
        facts.rancherRuns = answer->exitCode == 0;
        if (facts.rancherRuns)
            facts.rancherSettings = answer->out; // newer than the file
    }
    if (const auto answer = ask("podman", {"machine", "list", "--format", "json"})) {
        facts.podman = true;
        facts.podmanMachines = answer->out;
    }
    if (const auto kubeconfig = Kubeconfig::load(kubeconfigPaths({}, environment)))
        for (const auto &context : kubeconfig->contexts())
            facts.contexts.push_back(context.name);
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, "cancelled");
    return facts;
}

} // namespace timonier::desktop

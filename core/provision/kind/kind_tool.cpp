#include "provision/kind/kind_tool.h"

#include "base/lines.h"
#include "base/paths.h"
#include "base/say.h"
#include "provision/kind/kind_progress.h"

#include <algorithm>
#include <filesystem>

namespace timonier::kind {

namespace {

using namespace std::chrono_literals;

Command kindCommand(const std::string &engine, std::vector<std::string> arguments)
{
    Command command = local::toolCommand("kind", std::move(arguments));
    command.set["KIND_EXPERIMENTAL_PROVIDER"] = engine;
    return command;
}

Error problem(const std::string &engine, const ProcessOutput &output)
{
    if (auto known = local::engineProblem(engine, output.err))
        return std::move(*known);
    return {.kind = ErrorKind::Process, .message = say("Core", "it ended with {}: {}", output.exitCode, local::lastWords(output.err))};
}

// A file that goes again: what is handed from one tool to another, or a kubeconfig that nobody reads (the person's own is for us to
// change, provision/local/kubeconfig_step.h).
class Aside
{
public:
    explicit Aside(const std::string &name, const char *what = "kubeconfig") : m_path(cacheDir() / "kind" / (name + "." + what))
    {
        std::error_code error;
        std::filesystem::create_directories(m_path.parent_path(), error);
    }
    ~Aside()
    {
        std::error_code error;
        std::filesystem::remove(m_path, error);
    }
    Aside(const Aside &) = delete;
    Aside &operator=(const Aside &) = delete;
    std::string path() const { return toUtf8(m_path); }

private:
    std::filesystem::path m_path;
};

} // namespace

Result<ProcessOutput> KindTool::run(const std::string &program, std::vector<std::string> arguments, std::stop_token stop, const Heard &heard, const std::string &input) const
{
    Command command = program == "kind" ? kindCommand(m_spec.engine, std::move(arguments)) : local::toolCommand(program, std::move(arguments));
    command.input = input;
    if (!heard)
        return m_runner->run(command, std::move(stop));
    return local::runTool(*m_runner, std::move(command), [&](ProcessStream, std::string_view piece) { heard(piece); }, std::move(stop));
}

Result<ProcessOutput> KindTool::checked(const std::string &program, std::vector<std::string> arguments, std::stop_token stop, const Heard &heard, const std::string &input) const
{
    const std::string called = program + " " + arguments.front();
    auto output = run(program, std::move(arguments), std::move(stop), heard, input);
    if (output && output->exitCode != 0)
        return std::unexpected(problem(m_spec.engine, *output).because(say("Core", "{} failed", called)));
    return output;
}

Result<bool> KindTool::isThere(std::stop_token stop) const
{
    const std::vector<std::string> all = TRY(clusters(*m_runner, m_spec.engine, std::move(stop)));
    return std::ranges::find(all, m_spec.name) != all.end();
}

Result<local::ClusterState> KindTool::state(std::stop_token stop) const
{
    local::ClusterState state{.name = m_spec.name};
    const ProcessOutput output = TRY(checked(m_spec.engine, {"ps", "-a", "--filter", "label=io.x-k8s.kind.cluster=" + m_spec.name, "--format",
                                                             "{{.Names}}\t{{.Label \"io.x-k8s.kind.role\"}}\t{{.State}}"}, std::move(stop)));
    for (const std::string &line : linesOf(output.out)) {
        const std::size_t first = line.find('\t'), second = line.find('\t', first + 1);
        if (first != line.npos && second != line.npos)
            state.nodes.push_back({.name = line.substr(0, first), .role = line.substr(first + 1, second - first - 1), .state = line.substr(second + 1)});
    }
    std::ranges::sort(state.nodes, {}, &local::NodeState::name);
    state.phase = local::phaseOf(state.nodes);
    return state;
}

Result<> KindTool::create(const Heard &heard, const std::function<void(double)> &progress, std::stop_token stop) const
{
    const Aside aside(m_spec.name);
    Progress steps;
    LineCutter lines([&](std::string_view line, bool) {
        if (const auto done = steps.line(line); done && progress)
            progress(*done);
    });
    const auto hear = [&](std::string_view piece) {
        lines.add(piece);
        if (heard)
            heard(piece);
    };
    std::vector<std::string> arguments{"create", "cluster", "--name", m_spec.name, "--kubeconfig", aside.path(), "--config", "-"};
    if (m_spec.defaultNetwork) // without a pod network the nodes never become ready
        arguments.insert(arguments.end(), {"--wait", "5m"});
    auto output = run("kind", std::move(arguments), std::move(stop), hear, configText(m_spec));
    if (!output)
        return std::unexpected(std::move(output).error());
    if (output->exitCode == 0)
        return {};
    Error error = problem(m_spec.engine, *output);
    return std::unexpected(std::move(error).because(steps.step().empty() ? say("Core", "{} failed", "kind create") : say("Core", "kind failed at “{}”", steps.step())));
}

Result<> KindTool::remove(const Heard &heard, std::stop_token stop) const
{
    const Aside aside(m_spec.name);
    TRY(checked("kind", {"delete", "cluster", "--name", m_spec.name, "--kubeconfig", aside.path()}, std::move(stop), heard));
    return {};
}

Result<std::vector<std::string>> KindTool::nodes(std::stop_token stop) const
{
    return linesOf(TRY(checked("kind", {"get", "nodes", "--name", m_spec.name}, std::move(stop))).out);
}

Result<> KindTool::start(const Heard &heard, std::stop_token stop) const
{
    std::vector<std::string> arguments{"start"};
    for (const auto &node : TRY(state(stop)).nodes)
        arguments.push_back(node.name);
    if (arguments.size() == 1)
        return fail(ErrorKind::NotFound, say("Core", "there is no kind cluster {}", m_spec.name), say("Core", "Create it first"));
    TRY(checked(m_spec.engine, std::move(arguments), std::move(stop), heard));
    return {};
}

Result<> KindTool::halt(const Heard &heard, std::stop_token stop) const
{
    std::vector<std::string> arguments{"stop"};
    for (const auto &node : TRY(state(stop)).nodes)
        if (node.state == "running")
            arguments.push_back(node.name);
    if (arguments.size() > 1)
        TRY(checked(m_spec.engine, std::move(arguments), std::move(stop), heard));
    return {};
}

Result<std::string> KindTool::kubeconfig(std::stop_token stop) const
{
    return TRY(checked("kind", {"get", "kubeconfig", "--name", m_spec.name}, std::move(stop))).out;
}

Result<> KindTool::exportLogs(const std::string &folder, const Heard &heard, std::stop_token stop) const
{
    TRY(checked("kind", {"export", "logs", folder, "--name", m_spec.name}, std::move(stop), heard));
    return {};
}

Result<bool> KindTool::hasImage(const std::string &image, std::stop_token stop) const
{
    // Exit 1 is "no such image", and also "no engine": whoever fetches it will say which.
    return TRY(run(m_spec.engine, {"image", "inspect", image}, std::move(stop))).exitCode == 0;
}

Result<> KindTool::pull(const std::string &image, const Heard &heard, std::stop_token stop) const
{
    TRY(checked(m_spec.engine, {"pull", image}, std::move(stop), heard));
    return {};
}

Result<bool> KindTool::isLoaded(const std::string &image, std::stop_token stop) const
{
    const ProcessOutput here = TRY(run(m_spec.engine, {"image", "inspect", "--format", "{{.Id}}", image}, stop));
    const std::vector<std::string> id = linesOf(here.out);
    if (here.exitCode != 0 || id.empty())
        return fail(ErrorKind::NotFound, say("Core", "the image {} is not on this computer", image), say("Core", "Build or pull it with {} first", m_spec.engine));
    for (const std::string &node : TRY(nodes(stop))) {
        const ProcessOutput there = TRY(run(m_spec.engine, {"exec", node, "crictl", "inspecti", "--output", "go-template", "--template", "{{.status.id}}", image}, stop));
        if (there.exitCode != 0 || there.out.find(id.front()) == std::string::npos)
            return false;
    }
    return true;
}

Result<> KindTool::load(const std::string &image, const Heard &heard, std::stop_token stop) const
{
    if (local::isArchive(image)) {
        TRY(checked("kind", {"load", "image-archive", image, "--name", m_spec.name}, std::move(stop), heard));
        return {};
    }
    if (m_spec.engine == "docker") {
        TRY(checked("kind", {"load", "docker-image", image, "--name", m_spec.name}, std::move(stop), heard));
        return {};
    }
    // `load docker-image` asks docker, whatever the nodes run in (kind#2038).
    const Aside archive(m_spec.name, "images.tar");
    TRY(checked(m_spec.engine, {"save", "-o", archive.path(), image}, stop, heard));
    TRY(checked("kind", {"load", "image-archive", archive.path(), "--name", m_spec.name}, std::move(stop), heard));
    return {};
}

Result<bool> KindTool::registryRuns(std::stop_token stop) const
{
    const ProcessOutput output = TRY(run(m_spec.engine, {"inspect", "--format", "{{.State.Running}}", m_spec.registry.name}, std::move(stop)));
    return output.exitCode == 0 && output.out.starts_with("true");
}

Result<> KindTool::startRegistry(const Heard &heard, std::stop_token stop) const
{
    const Registry &registry = m_spec.registry;
    if (TRY(run(m_spec.engine, {"inspect", registry.name}, stop)).exitCode == 0) {
        TRY(checked(m_spec.engine, {"start", registry.name}, std::move(stop), heard));
        return {};
    }
    TRY(checked(m_spec.engine, {"run", "-d", "--restart=always", "-p", fmt::format("127.0.0.1:{}:5000", registry.port), "--network", "bridge", "--name", registry.name, registry.image}, std::move(stop), heard));
    return {};
}

Result<> KindTool::removeRegistry(std::stop_token stop) const
{
    if (TRY(run(m_spec.engine, {"inspect", m_spec.registry.name}, stop)).exitCode == 0)
        TRY(checked(m_spec.engine, {"rm", "--force", "--volumes", m_spec.registry.name}, std::move(stop)));
    return {};
}

std::vector<std::pair<std::string, std::string>> KindTool::registryFiles() const
{
    std::vector<std::pair<std::string, std::string>> files;
    if (m_spec.registry.port)
        files.emplace_back(fmt::format("localhost:{}", m_spec.registry.port), fmt::format("[host.\"http://{}:5000\"]\n", m_spec.registry.name));
    for (const auto &[host, mirrors] : m_spec.mirrors) {
        std::string text = fmt::format("server = \"https://{}\"\n", host == "docker.io" ? "registry-1.docker.io" : host);
        for (const std::string &mirror : mirrors)
            text += fmt::format("\n[host.\"{}\"]\n  capabilities = [\"pull\", \"resolve\"]\n", mirror);
        files.emplace_back(host, text);
    }
    return files;
}

Result<bool> KindTool::nodesKnowRegistries(std::stop_token stop) const
{
    const std::vector<std::string> all = TRY(nodes(stop));
    for (const std::string &node : all)
        for (const auto &[host, text] : registryFiles()) {
            const ProcessOutput output = TRY(run(m_spec.engine, {"exec", node, "cat", "/etc/containerd/certs.d/" + host + "/hosts.toml"}, stop));
            if (output.exitCode != 0 || output.out != text)
                return false;
        }
    return !all.empty();
}

Result<> KindTool::tellNodesOfRegistries(std::stop_token stop) const
{
    for (const std::string &node : TRY(nodes(stop)))
        for (const auto &[host, text] : registryFiles()) {
            const std::string folder = "/etc/containerd/certs.d/" + host;
            TRY(checked(m_spec.engine, {"exec", node, "mkdir", "-p", folder}, stop));
            TRY(checked(m_spec.engine, {"exec", "-i", node, "cp", "/dev/stdin", folder + "/hosts.toml"}, stop, {}, text));
        }
    if (!m_spec.registry.port)
        return {};
    const ProcessOutput joined = TRY(run(m_spec.engine, {"network", "connect", "kind", m_spec.registry.name}, stop));
    if (joined.exitCode != 0 && joined.err.find("already") == std::string::npos)
        return std::unexpected(problem(m_spec.engine, joined));
    // KEP-1755: tools that push images find the registry by this.
    const std::string hosting = fmt::format("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: local-registry-hosting\n  namespace: kube-public\ndata:\n  localRegistryHosting.v1: |\n"
                                            "    host: \"localhost:{}\"\n    help: \"https://kind.sigs.k8s.io/docs/user/local-registry/\"\n", m_spec.registry.port);
    TRY(checked(m_spec.engine, {"exec", "-i", m_spec.name + "-control-plane", "kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", "apply", "-f", "-"}, stop, {}, hosting));
    return {};
}

Result<std::vector<std::string>> clusters(ProcessRunner &runner, const std::string &engine, std::stop_token stop)
{
    const ProcessOutput output = TRY(runner.run(kindCommand(engine, {"get", "clusters"}), std::move(stop)));
    if (output.exitCode != 0)
        return std::unexpected(problem(engine, output).because(say("Core", "{} failed", "kind get")));
    return linesOf(output.out);
}

} // namespace timonier::kind

// The form of a kind cluster.
#include "session/cluster_forms.h"
#include "session/spec_values.h"

#include "base/say.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>

namespace timonier {

namespace {

using namespace std::chrono_literals;
using form::Check;
using form::CheckState;
using form::Type;

constexpr std::array engines{std::pair("docker", "Docker"), std::pair("podman", "Podman"), std::pair("nerdctl", "nerdctl")};

const std::vector<SpecField> fields{{"name"}, {"engine"}, {"controlPlanes", SpecField::Shape::Number}, {"workers", SpecField::Shape::Number},
                                    {"ports", SpecField::Shape::PortList}, {"image"}, {"kubeconfig"}};

std::vector<form::Parameter> parameters()
{
    form::Parameter engine{.id = "engine", .title = say("Core", "Container engine"), .help = say("Core", "It runs the nodes, each as a container."), .type = Type::Choice, .initial = "docker"};
    for (const auto &[name, title] : engines)
        engine.choices.push_back({.value = name, .title = title});
    return {{.id = "name", .title = say("Core", "Name"), .help = say("Core", "The context in your kubeconfig is called kind-NAME."), .type = Type::Name, .initial = "kind", .required = true},
            std::move(engine),
            {.id = "controlPlanes", .title = say("Core", "Control planes"), .help = say("Core", "One is enough to try things out; three stay up when one of them is lost."),
             .group = say("Core", "Nodes"), .type = Type::Integer, .initial = "1", .required = true, .least = 1.0, .most = 7.0},
            {.id = "workers", .title = say("Core", "Workers"), .help = say("Core", "With none, applications run on the control plane."), .group = say("Core", "Nodes"), .type = Type::Integer,
             .initial = "0", .required = true, .least = 0.0, .most = 50.0},
            {.id = "ports", .title = say("Core", "Open ports"), .help = say("Core", "Ports of this computer that lead into the first node, HOST:NODE, one a line: 8080:30080 opens the NodePort 30080 as localhost:8080. It cannot be changed later."),
             .group = say("Core", "Ports"), .type = Type::Lines, .pattern = R"(\s*([0-9]{1,5}:[0-9]{1,5}\s*)*)", .patternWords = say("Core", "one HOST:NODE a line, such as 8080:30080")},
            {.id = "image", .title = say("Core", "Node image"), .help = say("Core", "It decides the version of Kubernetes: kindest/node:v1.34.0. Empty: the one that kind was released with."),
             .type = Type::Image, .advanced = true},
            {.id = "kubeconfig", .title = say("Core", "Kubeconfig"), .help = say("Core", "Where the cluster is entered. Empty: where kubectl looks."), .type = Type::Text, .advanced = true},
            {.id = "more", .title = say("Core", "Further settings"), .help = say("Core", "Fields of the spec that are not asked for above, as YAML."), .type = Type::Lines, .advanced = true}};
}

const std::string &valueOf(const form::Values &values, const std::string &id)
{
    static const std::vector<form::Parameter> all = parameters();
    return form::valueOf(*std::ranges::find(all, id, &form::Parameter::id), values);
}

int numberOf(const std::string &text)
{
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string nodesText(const form::Values &values)
{
    const int planes = numberOf(valueOf(values, "controlPlanes")), workers = numberOf(valueOf(values, "workers"));
    std::string text = planes == 1 ? say("Core", "1 control plane") : say("Core", "{} control planes", planes);
    if (workers > 0)
        text += ", " + (workers == 1 ? say("Core", "1 worker") : say("Core", "{} workers", workers));
    return text;
}

std::string firstLine(const std::string &text) { return text.substr(0, text.find('\n')); }

Command quick(std::string program, std::vector<std::string> arguments) { return {.program = std::move(program), .arguments = std::move(arguments), .timeout = 10s, .stall = 10s}; }

Command engineVersion(const std::string &engine)
{
    return quick(engine, {"version", "--format", engine == "podman" ? "{{.Client.Version}}" : "{{.Server.Version}}"});
}

bool isMissing(const Result<ProcessOutput> &output) { return !output && output.error().kind == ErrorKind::Process; }

std::vector<form::Parameter> look(ProcessRunner &runner, std::stop_token stop)
{
    std::vector<form::Parameter> all = parameters();
    const auto engine = std::ranges::find(all, "engine", &form::Parameter::id);
    std::string first;
    for (form::Choice &choice : engine->choices) {
        const auto output = runner.run(engineVersion(choice.value), stop);
        if (isMissing(output))
            choice.refused = say("Core", "It is not installed here");
        else if (output && output->exitCode == 0)
            choice.help = say("Core", "{} answers", firstLine(output->out));
        else
            choice.help = say("Core", "It is installed and does not answer");
        if (first.empty() && choice.refused.empty() && output && output->exitCode == 0)
            first = choice.value;
    }
    if (!first.empty())
        engine->initial = first;
    return all;
}

Check engineCheck(const std::string &engine, ProcessRunner &runner, std::stop_token stop)
{
    Check check{.id = "engine", .title = say("Core", "Container engine")};
    const auto output = runner.run(engineVersion(engine), stop);
    if (output && output->exitCode == 0) {
        check.state = CheckState::Good;
        check.words = say("Core", "{} {} answers", engine, firstLine(output->out));
        return check;
    }
    check.state = CheckState::Bad;
    check.words = isMissing(output) ? say("Core", "{} is not installed", engine) : say("Core", "{} is installed and does not answer", engine);
    check.why = say("Core", "Each node is a container: without an engine there is nothing that runs it.");
    check.evidence = output ? output->err : output.error().text();
    if (!isMissing(output) && engine == "docker")
        check.fixes.push_back({.id = "start-docker", .title = say("Core", "Start Docker"), .commands = {"systemctl start docker"}});
    for (const auto &[other, title] : engines) {
        const auto its = other == engine ? Result<ProcessOutput>(ProcessOutput{.exitCode = 1, .out = {}, .err = {}}) : runner.run(engineVersion(other), stop);
        if (its && its->exitCode == 0)
            check.fixes.push_back({.id = std::string("use-") + other, .title = say("Core", "Use {}", title)});
    }
    return check;
}

Check toolCheck(ProcessRunner &runner, std::stop_token stop)
{
    Check check{.id = "kind", .title = "kind"};
    const auto output = runner.run(quick("kind", {"version"}), stop);
    if (output && output->exitCode == 0) {
        check.state = CheckState::Good;
        check.words = firstLine(output->out);
        return check;
    }
    check.state = CheckState::Bad;
    check.words = say("Core", "kind is not installed, or cannot run");
    check.why = say("Core", "It makes the nodes and joins them. It is one file: https://kind.sigs.k8s.io/docs/user/quick-start#installation");
    check.evidence = output ? output->err : output.error().text();
    return check;
}

Check nameCheck(const form::Values &values, ProcessRunner &runner, std::stop_token stop)
{
    const std::string &name = valueOf(values, "name");
    Check check{.id = "name", .title = say("Core", "Name"), .state = CheckState::Skipped, .words = say("Core", "kind cannot be asked")};
    Command command = quick("kind", {"get", "clusters"});
    command.set["KIND_EXPERIMENTAL_PROVIDER"] = valueOf(values, "engine");
    const auto output = runner.run(command, stop);
    if (!output || output->exitCode != 0)
        return check;
    if (("\n" + output->out + "\n").find("\n" + name + "\n") != std::string::npos) {
        check.state = CheckState::Careful;
        check.words = say("Core", "There is a cluster {} already", name);
        check.why = say("Core", "It is left as it is, whatever is chosen here. Another name makes another cluster.");
    } else {
        check.state = CheckState::Good;
        check.words = say("Core", "No cluster is called {} yet", name);
    }
    return check;
}

// As the kernel says it; 0 where there is no such file.
double availableMemoryGib()
{
    std::ifstream file("/proc/meminfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("MemAvailable:"))
            return std::strtod(line.c_str() + std::string_view("MemAvailable:").size(), nullptr) / (1 << 20);
    return 0;
}

Check memoryCheck(const form::Values &values)
{
    constexpr double perNode = 0.7; // GiB: kubelet, containerd and what a control plane runs
    const double wanted = perNode * (numberOf(valueOf(values, "controlPlanes")) + numberOf(valueOf(values, "workers")));
    Check check{.id = "memory", .title = say("Core", "Memory"), .state = CheckState::Skipped, .words = say("Core", "It cannot be told on this system")};
    const double free = availableMemoryGib();
    if (free <= 0)
        return check;
    check.words = say("Core", "{:.1f} GiB free, about {:.1f} GiB for the nodes alone", free, wanted);
    check.state = free < wanted ? CheckState::Bad : free < wanted + 1 ? CheckState::Careful : CheckState::Good;
    if (check.state != CheckState::Good)
        check.why = say("Core", "Nodes that have too little are killed while they start, or evict what runs on them. Fewer nodes, or fewer programs beside them.");
    return check;
}

void check(const form::Values &values, ProcessRunner &runner, std::stop_token stop, const ClusterForm::Tell &tell)
{
    const std::array<std::pair<Check, std::function<Check()>>, 4> all{
        std::pair(Check{.id = "engine", .title = say("Core", "Container engine")}, [&] { return engineCheck(valueOf(values, "engine"), runner, stop); }),
        std::pair(Check{.id = "kind", .title = "kind"}, [&] { return toolCheck(runner, stop); }),
        std::pair(Check{.id = "name", .title = say("Core", "Name")}, [&] { return nameCheck(values, runner, stop); }),
        std::pair(Check{.id = "memory", .title = say("Core", "Memory")}, [&] { return memoryCheck(values); })};
    for (const auto &[waiting, work] : all)
        tell(waiting);
    for (const auto &[waiting, work] : all) {
        if (stop.stop_requested())
            return;
        Check now = waiting;
        now.state = CheckState::Running;
        tell(now);
        tell(work());
    }
}

Result<form::Values> fix(form::Values values, const Check &, const form::Fix &fix, ProcessRunner &runner, std::stop_token stop)
{
    if (fix.id.starts_with("use-")) {
        values.texts["engine"] = fix.id.substr(4);
        return values;
    }
    const auto output = runner.run({.program = "systemctl", .arguments = {"start", "docker"}, .timeout = 60s}, stop);
    if (!output)
        return std::unexpected(output.error());
    if (output->exitCode != 0)
        return fail(ErrorKind::Process, firstLine(output->err), say("Core", "It needs the rights of an administrator: run `sudo systemctl start docker` in a terminal, then check again"));
    return values;
}

} // namespace

ClusterForm kindForm()
{
    return {.provider = "kind",
            .title = say("Core", "New cluster with kind"),
            .what = say("Core", "A complete Kubernetes cluster on this computer. Each of its nodes is a container, so that it is there within minutes and gone within seconds. "
                                "It is meant for trying things out and for tests."),
            .gets = {{say("Core", "Cluster"), say("Core", "As many nodes as you like, in the version of Kubernetes that you choose")},
                     {say("Core", "Kubeconfig"), say("Core", "A context of its own, kind-NAME, in your kubeconfig")},
                     {say("Core", "What runs there"), say("Core", "Applications that need no more than this computer has; LoadBalancers and several disks do not come by themselves")}},
            .takes = {{say("Core", "Time"), say("Core", "Two minutes; the first time also a download of about 400 MiB")},
                      {say("Core", "Memory"), say("Core", "About 0.7 GiB for each node, and what your applications need")},
                      {say("Core", "Needs"), say("Core", "Docker, Podman or nerdctl, and kind itself")},
                      {say("Core", "Price"), say("Core", "Nothing")}},
            .parameters = parameters(),
            .text = [](const form::Values &values) { return specText("kind", parameters(), fields, {"name"}, values); },
            .values = [](const std::string &text, const std::string &file) { return specValues("kind", fields, text, file); },
            .subject = [](const form::Values &values) { return std::pair(valueOf(values, "name"), nodesText(values)); },
            .context = [](const form::Values &values) { return "kind-" + valueOf(values, "name"); },
            .look = look, .check = check, .fix = fix};
}

} // namespace timonier

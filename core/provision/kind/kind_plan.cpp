#include "provision/kind/kind_plan.h"

#include "base/say.h"

#include <algorithm>

namespace timonier::kind {

namespace {

using namespace std::chrono_literals;
using plan::StepContext;

constexpr std::string_view resourceKind = "kind-cluster";

// The last words of a tool, as evidence: kind's are " ✗ …" and "ERROR: …".
std::string lastLine(const std::string &text)
{
    std::string last, line;
    for (const char c : text + "\n") {
        if (c != '\n') {
            line += c;
            continue;
        }
        if (line.find_first_not_of(" \t\r") != std::string::npos && (!last.starts_with("ERROR") || line.starts_with("ERROR")))
            last = line;
        line.clear();
    }
    return last;
}

Error problem(const std::string &engine, const ProcessOutput &output)
{
    const std::string &err = output.err;
    const auto says = [&](std::string_view words) { return err.find(words) != std::string::npos; };
    if (says("Cannot connect to the Docker daemon") || says("failed to connect to the docker API") || says("Cannot connect to Podman"))
        return {.kind = ErrorKind::Unreachable, .message = say("Core", "{} does not answer: {}", engine, lastLine(err)),
                .hint = say("Core", "Start {}, then resume the run", engine)};
    if (says("port is already allocated") || says("address already in use"))
        return {.kind = ErrorKind::Conflict, .message = say("Core", "a port of the spec is taken on this computer: {}", lastLine(err)),
                .hint = say("Core", "Choose another host port, or end the program that has it")};
    return {.kind = ErrorKind::Process, .message = say("Core", "it ended with {}: {}", output.exitCode, lastLine(err))};
}

// One cluster, and kind to ask about it.
struct Kind {
    Spec spec{};
    std::shared_ptr<ProcessRunner> runner{};

    Result<ProcessOutput> tool(const std::string &program, std::vector<std::string> arguments, StepContext &context, const std::string &input = {}) const
    {
        Command command{.program = program, .arguments = std::move(arguments), .input = input, .timeout = 30min};
        if (program == "kind")
            command.set["KIND_EXPERIMENTAL_PROVIDER"] = spec.engine;
        auto output = runner->run(command, context.stop());
        if (!output)
            return output;
        if (output->exitCode != 0)
            return std::unexpected(problem(spec.engine, *output).because(say("Core", "{} failed", program + " " + command.arguments.front())));
        return output;
    }

    std::vector<std::string> named(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.end(), {"--name", spec.name});
        if (!spec.kubeconfig.empty())
            arguments.insert(arguments.end(), {"--kubeconfig", spec.kubeconfig});
        return arguments;
    }

    Result<bool> isThere(StepContext &context) const
    {
        const ProcessOutput output = TRY(tool("kind", {"get", "clusters"}, context));
        return ("\n" + output.out + "\n").find("\n" + spec.name + "\n") != std::string::npos;
    }

    // Asked for by us, and never seen to be complete: kind was killed on the way.
    Result<bool> isHalf(StepContext &context) const
    {
        const auto known = TRY(context.find(resourceKind, spec.name));
        return known && known->state == plan::ResourceState::Intended;
    }
};

plan::Step imageStep(const Kind &kind)
{
    return {.id = "image", .title = say("Core", "Fetch the node image {}", kind.spec.image), .provider = kind.spec.engine, .estimate = 60s,
            .retry = {.attempts = 3},
            .check = [kind](StepContext &context) -> Result<bool> {
                // Exit 1 is "no such image", and also "no engine": the pull will say which.
                const auto output = kind.runner->run({.program = kind.spec.engine, .arguments = {"image", "inspect", kind.spec.image}}, context.stop());
                if (!output)
                    return std::unexpected(output.error());
                return output->exitCode == 0;
            },
            .apply = [kind](StepContext &context) -> Result<> {
                const ProcessOutput output = TRY(kind.tool(kind.spec.engine, {"pull", kind.spec.image}, context));
                context.print(output.out);
                return {};
            }};
}

plan::Step clusterStep(const Kind &kind)
{
    return {.id = "cluster", .title = say("Core", "Create the cluster {}", kind.spec.name), .creates = {{std::string(resourceKind), kind.spec.name}},
            .provider = kind.spec.engine, .estimate = 90s,
            .check = [kind](StepContext &context) -> Result<bool> {
                if (TRY(kind.isHalf(context)))
                    return false;
                return kind.isThere(context);
            },
            .apply = [kind](StepContext &context) -> Result<> {
                if (TRY(kind.isThere(context))) // ours, and half made: the check has seen to that
                    TRY(kind.tool("kind", kind.named({"delete", "cluster"}), context));
                const ProcessOutput output = TRY(kind.tool("kind", kind.named({"create", "cluster", "--wait", "5m", "--config", "-"}), context, configText(kind.spec)));
                context.print(output.err); // kind tells its steps there
                return context.made(resourceKind, kind.spec.name, "kind-" + kind.spec.name);
            },
            .undo = [kind](StepContext &context) -> Result<> {
                const ProcessOutput output = TRY(kind.tool("kind", kind.named({"delete", "cluster"}), context)); // one that is gone is no error to it
                context.print(output.err);
                return {};
            }};
}

} // namespace

plan::Plan planOf(const Spec &spec, std::string specText, std::shared_ptr<ProcessRunner> runner)
{
    const Kind kind{spec, std::move(runner)};
    plan::Plan plan{.provider = "kind", .target = "kind/" + spec.name, .title = say("Core", "The kind cluster {}", spec.name), .spec = std::move(specText)};
    if (!spec.image.empty())
        plan.steps.push_back(imageStep(kind));
    plan.steps.push_back(clusterStep(kind));
    if (!spec.image.empty())
        plan.steps.back().needs = {"image"};
    return plan;
}

} // namespace timonier::kind

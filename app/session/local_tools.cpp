#include "session/local_tools.h"

#include "base/paths.h"
#include "base/say.h"
#include "tools/toolbox.h"

#include <map>
#include <mutex>

namespace timonier {

namespace {

using namespace std::chrono_literals;

Result<Toolbox> toolbox(const std::shared_ptr<ProcessRunner> &runner) { return Toolbox(runner, TRY(toolSpecs(configDir() / "tools.json"))); }

ToolOptions options() { return {.mayFetch = mayFetchTools()}; }

class ToolRunner final : public ProcessRunner
{
public:
    explicit ToolRunner(std::shared_ptr<ProcessRunner> inner) : m_inner(std::move(inner)) {}

    Result<ProcessOutput> run(const Command &command, std::stop_token stop) override
    {
        if (command.program != "kind" && command.program != "minikube")
            return m_inner->run(command, std::move(stop));
        Command resolved = command;
        resolved.program = TRY(programOf(command.program, stop));
        return m_inner->run(resolved, std::move(stop));
    }

private:
    // One that was not found is looked for again: a step may have fetched it meanwhile.
    Result<std::string> programOf(const std::string &name, const std::stop_token &stop)
    {
        {
            const std::lock_guard lock(m_mutex);
            if (const auto known = m_paths.find(name); known != m_paths.end())
                return known->second;
        }
        const Toolbox tools = TRY(toolbox(m_inner));
        const ToolFinding found = TRY(tools.find(name, options(), stop));
        if (!found.tool)
            return name;
        const std::lock_guard lock(m_mutex);
        return m_paths[name] = toUtf8(found.tool->path);
    }

    const std::shared_ptr<ProcessRunner> m_inner;
    std::mutex m_mutex;
    std::map<std::string, std::string> m_paths;
};

} // namespace

bool mayFetchTools() { return variable(processEnvironment(), "TIMONIER_FETCH") != "no"; }

std::shared_ptr<ProcessRunner> runnerWithTools(std::shared_ptr<ProcessRunner> inner) { return std::make_shared<ToolRunner>(std::move(inner)); }

plan::Plan withFetchedTool(plan::Plan plan, const std::string &tool, std::shared_ptr<ProcessRunner> inner)
{
    for (plan::Step &step : plan.steps)
        if (step.needs.empty())
            step.needs = {"tool"};
    plan.steps.insert(plan.steps.begin(), plan::Step{
        .id = "tool", .title = say("Core", "Have the tool {}", tool), .estimate = 20s, .measure = "tool " + tool,
        .check = [tool, inner](plan::StepContext &context) -> Result<bool> {
            const Toolbox tools = TRY(toolbox(inner));
            return TRY(tools.find(tool, options(), context.stop())).tool.has_value();
        },
        .apply = [tool, inner](plan::StepContext &context) -> Result<> {
            const auto progress = [&context](const std::string &, std::uint64_t received, std::optional<std::uint64_t> total) {
                if (total && *total > 0)
                    context.progress(double(received) / double(*total));
            };
            const Toolbox tools = TRY(toolbox(inner));
            const Tool had = TRY(tools.provide(tool, options(), progress, context.stop()));
            context.print(had.name + " " + had.version + ": " + toUtf8(had.path) + "\n");
            return {};
        }});
    return plan;
}

} // namespace timonier

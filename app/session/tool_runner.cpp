#include "session/tool_runner.h"

#include "base/paths.h"
#include "tools/tool_store.h"

#include <algorithm>

namespace timonier {

namespace {

std::vector<ToolSpec> knownTools()
{
    auto specs = toolSpecs(configDir() / "tools.json");
    return specs ? std::move(*specs) : std::vector<ToolSpec>();
}

} // namespace

ToolRunner::ToolRunner(std::shared_ptr<ProcessRunner> below) : m_below(below), m_toolbox(std::move(below), knownTools()) {}

Result<ProcessOutput> ToolRunner::run(const Command &command, std::stop_token stop)
{
    const auto spec = std::ranges::find(m_toolbox.specs(), command.program, &ToolSpec::name);
    if (spec == m_toolbox.specs().end())
        return m_below->run(command, stop);
    std::string program;
    {
        const std::scoped_lock lock(m_mutex);
        if (const auto known = m_fetched.find(command.program); known != m_fetched.end())
            program = known->second;
    }
    std::error_code error;
    if (program.empty() && !findProgram(command.program, variable(childEnvironment(command), "PATH")))
        if (const auto stored = programIn(storeOf({}), *spec); std::filesystem::exists(stored, error))
            program = toUtf8(stored);
    if (program.empty())
        return m_below->run(command, stop);
    Command mine = command;
    mine.program = program;
    return m_below->run(mine, stop);
}

Result<Tool> ToolRunner::fetch(const std::string &name, std::stop_token stop)
{
    Tool tool = TRY(m_toolbox.provide(name, {}, [](const std::string &, std::uint64_t, std::optional<std::uint64_t>) {}, stop));
    const std::scoped_lock lock(m_mutex); // one on PATH that is too old is passed over from now on
    m_fetched[name] = toUtf8(tool.path);
    return tool;
}

} // namespace timonier

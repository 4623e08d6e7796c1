#include "session/local_form.h"

#include "base/lines.h"
#include "base/paths.h"
#include "base/say.h"
#include "provision/local/facts.h"
#include "session/local_clusters.h"
#include "session/local_tools.h"
#include "tools/toolbox.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace timonier::local_form {

using namespace std::chrono_literals;
using form::Check;
using form::CheckState;
using form::Type;

namespace {

// The caller's runner, for those that keep one; it outlives the call.
std::shared_ptr<ProcessRunner> borrowed(ProcessRunner &runner) { return {std::shared_ptr<void>(), &runner}; }

Result<> runOne(const std::string &command, ProcessRunner &runner, std::stop_token stop)
{
    // There is no terminal that could ask for a password.
    const bool asRoot = command.starts_with("sudo ");
    const std::string line = asRoot ? "sudo -n " + command.substr(5) : command;
    const auto output = TRY(runner.run({.program = "sh", .arguments = {"-c", line}, .timeout = 10min}, stop));
    if (output.exitCode == 0)
        return {};
    const std::string said = output.err.empty() ? output.out : output.err;
    if (asRoot && said.find("password") != std::string::npos)
        return std::unexpected(Error{.kind = ErrorKind::Forbidden, .message = say("Core", "it needs an administrator's password, which is asked for in a terminal only"),
                                     .hint = say("Core", "Copy the command into a terminal, then check again"), .cause = std::make_shared<const Error>(Error{.kind = ErrorKind::Process, .message = said})});
    return fail(ErrorKind::Process, said.empty() ? say("Core", "it ended with {}", output.exitCode) : said.substr(0, said.find('\n')));
}

} // namespace

form::Parameter more()
{
    return {.id = "more", .title = say("Core", "Further settings"), .help = say("Core", "Fields of the spec that are not asked for above, as YAML."), .type = Type::Lines, .advanced = true};
}

std::vector<form::Parameter> kubeconfigParameters()
{
    const std::string here = say("Core", "On this computer");
    return {{.id = "current", .title = say("Core", "Make it kubectl's current context"), .group = here, .type = Type::Boolean, .initial = "false", .advanced = true},
            {.id = "kubeconfig", .title = say("Core", "Kubeconfig"), .help = say("Core", "Where the cluster is entered. Empty: where kubectl looks."), .group = here, .type = Type::Text, .advanced = true}};
}

void addCommon(std::vector<form::Parameter> &parameters, std::vector<form::SpecField> &fields)
{
    std::ranges::move(kubeconfigParameters(), std::back_inserter(parameters));
    parameters.push_back(more());
    fields.push_back({"current", form::SpecField::Shape::Number});
    fields.push_back({"kubeconfig"});
}

void check(const std::string &spec, ProcessRunner &runner, std::stop_token stop, const ClusterForm::Tell &tell)
{
    Check looking{.id = "computer", .title = say("Core", "This computer"), .state = CheckState::Running};
    tell(looking);
    const auto cluster = localClusterOfSpec(spec, say("Core", "the spec"), borrowed(runner));
    const auto checks = cluster ? cluster->checks(stop) : std::unexpected(cluster.error());
    if (!checks) {
        looking.state = CheckState::Bad;
        looking.words = checks.error().message;
        looking.why = checks.error().hint;
        looking.evidence = checks.error().text();
        return tell(looking);
    }
    looking.state = CheckState::Good;
    looking.words = say("Core", "programs, files and ports were looked at");
    tell(looking);
    for (const Check &one : *checks)
        tell(one);
    if (const auto state = cluster->state(stop); state && state->phase != local::Phase::Absent && state->phase != local::Phase::Unknown)
        tell({.id = "name", .title = say("Core", "Name"), .state = CheckState::Careful, .words = say("Core", "there is a cluster {} already", cluster->name),
              .why = say("Core", "It is left as it is, whatever is chosen here. Another name makes another cluster")});
}

void checkCloud(const std::string &spec, const std::string &signIn, ProcessRunner &runner, std::stop_token stop, const ClusterForm::Tell &tell)
{
    Check account{.id = "identity", .title = signIn, .state = CheckState::Running};
    tell(account);
    const auto cluster = localClusterOfSpec(spec, say("Core", "the spec"), borrowed(runner));
    const auto checks = cluster ? cluster->checks(std::move(stop)) : std::unexpected(cluster.error());
    if (!checks) {
        account.state = CheckState::Bad;
        account.words = checks.error().message;
        account.why = checks.error().hint;
        return tell(account);
    }
    for (const Check &one : *checks)
        tell(one);
}

// The host's side of each "HOST:NODE" that is taken becomes the next port that is free.
std::string withFreePorts(const std::string &ports)
{
    std::string lines;
    std::set<int> used;
    for (const std::string &line : linesOf(ports)) {
        const std::size_t colon = line.find(':');
        int port = int(std::strtol(line.c_str(), nullptr, 10));
        while (port > 0 && port < 65'535 && (local::isTaken(port) || used.contains(port)))
            ++port;
        used.insert(port);
        lines += (lines.empty() ? "" : "\n") + std::to_string(port) + (colon == std::string::npos ? std::string() : line.substr(colon));
    }
    return lines;
}

Result<form::Values> fix(form::Values values, const std::string &tool, const form::Fix &fix, ProcessRunner &runner, std::stop_token stop)
{
    if (fix.id == "fetch-tool") {
        const Toolbox tools(borrowed(runner), TRY(toolSpecs(configDir() / "tools.json")));
        TRY(tools.provide(tool, {.mayFetch = mayFetchTools()}, [](const std::string &, std::uint64_t, std::optional<std::uint64_t>) {}, stop));
        return values;
    }
    if (fix.id == "ports") {
        values.texts["ports"] = withFreePorts(values.texts["ports"]);
        return values;
    }
    for (const std::string &command : fix.commands)
        TRY(runOne(command, runner, stop));
    if (const std::size_t equals = fix.id.find('='); equals != std::string::npos && fix.commands.empty())
        values.texts[fix.id.substr(0, equals)] = fix.id.substr(equals + 1);
    return values;
}

} // namespace timonier::local_form

#include "session/session.h"

#include "base/paths.h"
#include "kube/credential_source.h"

namespace timonier {

Session::Session(std::string kubeconfig, bool terminal, bool desktopLaunch)
    : m_kubeconfig(std::move(kubeconfig)), m_terminal(terminal), m_desktopLaunch(desktopLaunch), m_processes(std::make_shared<SystemProcessRunner>()),
      m_environment(std::make_shared<ShellEnvironment>(m_processes))
{
}

std::vector<std::string> Session::kubeconfigPaths() const
{
    return timonier::kubeconfigPaths(m_kubeconfig, m_environment->now());
}

Result<Kubeconfig> Session::kubeconfig() const { return Kubeconfig::load(kubeconfigPaths()); }

Result<OpenContext> Session::connect(const std::string &context)
{
    const Kubeconfig config = TRY(kubeconfig());
    ResolvedContext resolved = TRY(config.resolve(context));
    auto credentials = makeCredentialSource(std::move(resolved.user), resolved.endpoint,
                                            {.runner = m_processes,
                                             .environment = m_environment,
                                             .clock = std::make_shared<SystemClock>(),
                                             .desktopLaunch = m_desktopLaunch,
                                             .terminal = m_terminal});
    auto transport = std::make_shared<CurlTransport>(m_network, resolved.endpoint, std::move(credentials));
    return OpenContext{std::move(resolved.name), std::move(resolved.ns), std::move(resolved.endpoint), std::move(transport)};
}

Result<Toolbox> Session::toolbox() const { return Toolbox(m_processes, TRY(toolSpecs(configDir() / "tools.json"))); }

Result<ToolOptions> Session::toolOptions(std::stop_token stop)
{
    ToolOptions options{.environment = m_desktopLaunch ? TRY(m_environment->full(stop)) : m_environment->now()};
    options.offlineFolder = toPath(variable(options.environment, "TIMONIER_DOWNLOADS"));
    options.mayFetch = variable(options.environment, "TIMONIER_FETCH") != "no";
    return options;
}

} // namespace timonier

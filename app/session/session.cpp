#include "session/session.h"

#include "base/say.h"

namespace timonier {

Session::Session(std::string kubeconfig, bool terminal)
    : m_kubeconfig(std::move(kubeconfig)), m_terminal(terminal), m_processes(std::make_shared<SystemProcessRunner>()),
      m_environment(std::make_shared<ShellEnvironment>(m_processes))
{
}

std::vector<std::string> Session::kubeconfigPaths() const
{
    return timonier::kubeconfigPaths(m_kubeconfig, m_environment->now());
}

Result<Kubeconfig> Session::kubeconfig() const { return Kubeconfig::load(kubeconfigPaths()); }

} // namespace timonier

// What both programs build at their start: the kubeconfig, the network thread, and a connection for each context that is
// asked for. The one place where the parts of core/kube are put together.
#pragma once

#include "base/environment.h"
#include "base/process.h"
#include "base/result.h"
#include "kube/curl_transport.h"
#include "kube/kubeconfig.h"
#include "kube/network.h"
#include "tools/toolbox.h"

#include <memory>
#include <string>
#include <vector>

namespace timonier {

struct OpenContext {
    std::string context;
    std::string ns;                 // the context's namespace; empty: none named
    Endpoint endpoint;
    std::shared_ptr<CurlTransport> transport;
};

class Session
{
public:
    // `kubeconfig`: given on the command line; empty: $KUBECONFIG, then ~/.kube/config. `terminal`: a person can answer
    // a credential plugin on stdin.
    // `desktopLaunch`: started without a shell, whose environment plugins may need.
    Session(std::string kubeconfig, bool terminal, bool desktopLaunch);

    std::vector<std::string> kubeconfigPaths() const;
    // Reads the files anew. Errors: those of Kubeconfig::load.
    Result<Kubeconfig> kubeconfig() const;
    // `context` empty: the current one. Nothing is sent yet. Errors: NotFound, Invalid …, as of Kubeconfig::resolve.
    Result<OpenContext> connect(const std::string &context);

    // What starts helm, kubectl … : the runner, and which of them there are. Errors: those of toolSpecs().
    const std::shared_ptr<ProcessRunner> &processes() const { return m_processes; }
    Result<Toolbox> toolbox() const;
    // The person's environment, with what their shell sets up where we were started without one; $TIMONIER_DOWNLOADS as the folder of
    // downloads; $TIMONIER_FETCH=no: nothing is fetched. Blocks the first time. Errors: Cancelled.
    Result<ToolOptions> toolOptions(std::stop_token stop);

private:
    const std::string m_kubeconfig;
    const bool m_terminal;
    const bool m_desktopLaunch;
    const std::shared_ptr<ProcessRunner> m_processes;
    const std::shared_ptr<ShellEnvironment> m_environment;
    Network m_network;
};

} // namespace timonier

// All that is asked of one host: scripts of resources/provision/kubeadm over its ssh session. Any thread; blocks.
#pragma once

#include "provision/kubeadm/access.h"
#include "provision/kubeadm/kubeadm_config.h"
#include "provision/kubeadm/kubeadm_output.h"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace timonier::kubeadm {

using Heard = std::function<void(std::string_view)>;

class HostTool
{
public:
    HostTool(Host host, Access access) : m_host(std::move(host)), m_access(std::move(access)) {}

    const Host &host() const { return m_host; }
    std::string name() const { return shown(m_host); }
    Result<std::shared_ptr<remote::Session>> session() const { return m_access(m_host); }

    struct Ask {
        std::string script{};                // "kernel"
        std::vector<std::string> arguments{}; // the verb first
        std::string input{};
        Heard heard{};
    };
    // Errors: Process (with "host" and its words), those of the session.
    Result<std::string> run(const Ask &ask, std::stop_token stop) const;
    // Is it so? The scripts' exit code 10 is a no.
    Result<bool> isSo(const Ask &ask, std::stop_token stop) const;

    // Name, address, cgroup version: asked once.
    Result<NodeFacts> node(std::stop_token stop) const;

    // kubeadm itself, its configuration in a file that only root reads and that goes afterwards. `version` for what failures mean. Errors: errorOf().
    struct Run {
        Work work = Work::Init;
        std::vector<std::string> arguments{}; // "--config FILE" is put behind them
        Secret config{};
        std::string version{};
        Heard heard{};
        std::function<void(double)> progress{};
    };
    Result<> kubeadm(const Run &run, std::stop_token stop) const;

    // kubectl with the rights of /etc/kubernetes/admin.conf: a control plane only. `input` may be a secret. Errors: NotFound, Unreachable (the API server), Process.
    Result<std::string> kubectl(std::vector<std::string> arguments, const std::string &input, std::stop_token stop, const Heard &heard = {}, std::chrono::milliseconds timeout = std::chrono::minutes(5)) const;

    Result<> put(const std::string &path, const std::string &content, unsigned mode, std::stop_token stop) const;
    Result<std::string> read(const std::string &path, std::stop_token stop) const;

    // What the failure of a script means, with its words.
    Error failed(const std::string &script, const ProcessOutput &output) const;

private:
    Result<ProcessOutput> output(const Ask &ask, std::stop_token stop) const;

    Host m_host;
    Access m_access;
    mutable std::mutex m_mutex{};
    mutable std::optional<NodeFacts> m_node{};
};

// What a node is known by: the spec's word; what we reach it by, where that is an address of its own (behind NAT it is not); `routed`, the one that its default
// route has; else the first that it `has`.
std::string nodeAddress(const Host &host, const std::string &routed, const std::vector<std::string> &has);

// A script as it is sent: keep.sh and its own text.
std::string scriptText(const std::string &name);

} // namespace timonier::kubeadm

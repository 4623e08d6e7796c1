// kind and its engine, asked and told about one cluster. Blocking; any thread. Each call hears what the tool prints by `heard`, if given.
#pragma once

#include "provision/kind/kind_spec.h"
#include "provision/local/cluster_state.h"
#include "provision/local/tool.h"

namespace timonier::kind {

using Heard = std::function<void(std::string_view)>;

class KindTool
{
public:
    KindTool(Spec spec, std::shared_ptr<ProcessRunner> runner) : m_spec(std::move(spec)), m_runner(std::move(runner)) {}
    const Spec &spec() const { return m_spec; }

    // Errors of all: those of ProcessRunner; what engineProblem() knows; Process (an exit code that is not 0, with the tool's last words).
    Result<bool> isThere(std::stop_token stop) const;
    Result<local::ClusterState> state(std::stop_token stop) const;
    Result<> create(const Heard &heard, const std::function<void(double)> &progress, std::stop_token stop) const;
    Result<> remove(const Heard &heard, std::stop_token stop) const; // one that is gone is no error
    Result<> start(const Heard &heard, std::stop_token stop) const;  // all its nodes' containers
    Result<> halt(const Heard &heard, std::stop_token stop) const;
    Result<std::string> kubeconfig(std::stop_token stop) const;
    Result<> exportLogs(const std::string &folder, const Heard &heard, std::stop_token stop) const;

    Result<bool> hasImage(const std::string &image, std::stop_token stop) const; // this computer's engine
    Result<> pull(const std::string &image, const Heard &heard, std::stop_token stop) const;
    Result<bool> isLoaded(const std::string &image, std::stop_token stop) const; // the same one, on every node
    // An image of this computer's engine, or an archive of some, into all nodes.
    Result<> load(const std::string &image, const Heard &heard, std::stop_token stop) const;

    Result<bool> registryRuns(std::stop_token stop) const;
    Result<> startRegistry(const Heard &heard, std::stop_token stop) const;
    Result<> removeRegistry(std::stop_token stop) const;
    Result<bool> nodesKnowRegistries(std::stop_token stop) const;
    Result<> tellNodesOfRegistries(std::stop_token stop) const;

private:
    Result<ProcessOutput> run(const std::string &program, std::vector<std::string> arguments, std::stop_token stop, const Heard &heard = {}, const std::string &input = {}) const;
    Result<ProcessOutput> checked(const std::string &program, std::vector<std::string> arguments, std::stop_token stop, const Heard &heard = {}, const std::string &input = {}) const;
    Result<std::vector<std::string>> nodes(std::stop_token stop) const;
    // Files by their path below /etc/containerd/certs.d on each node.
    std::vector<std::pair<std::string, std::string>> registryFiles() const;

    Spec m_spec;
    std::shared_ptr<ProcessRunner> m_runner;
};

// All clusters that kind has with this engine. Errors as above.
Result<std::vector<std::string>> clusters(ProcessRunner &runner, const std::string &engine, std::stop_token stop);

} // namespace timonier::kind

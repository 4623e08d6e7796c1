// minikube, asked and told about one profile. Blocking; any thread.
//
// It runs with a kubeconfig of its own (in our cache): what it does to the person's file is ours to do (provision/local/kubeconfig_step.h).
#pragma once

#include "provision/local/cluster_state.h"
#include "provision/local/tool.h"
#include "provision/minikube/minikube_failures.h"

namespace timonier::minikube {


// What is heard while a command runs; each may be empty.
struct Listener {
    std::function<void(std::string_view)> line{};   // for people
    std::function<void(double)> progress{};         // 0 to 1
    std::function<void(const form::Check &)> failure{}; // what a failed start means, with its fixes
};

class MinikubeTool
{
public:
    MinikubeTool(Spec spec, std::shared_ptr<ProcessRunner> runner) : m_spec(std::move(spec)), m_runner(std::move(runner)) {}
    const Spec &spec() const { return m_spec; }

    // Errors of all: those of ProcessRunner; Process, with the "id" and what to do (minikube_failures.h); Protocol (an answer that is none).
    Result<> start(const Listener &listener, bool downloadOnly, std::stop_token stop) const;
    Result<> halt(const Listener &listener, std::stop_token stop) const;
    Result<> remove(const Listener &listener, std::stop_token stop) const; // one that is gone is no error
    Result<bool> isThere(std::stop_token stop) const; // its profile, be it broken
    Result<local::ClusterState> state(std::stop_token stop) const;
    Result<std::string> kubeconfig(std::stop_token stop) const; // as minikube wrote it

    Result<std::vector<local::Addon>> addons(std::stop_token stop) const;
    Result<> setAddon(const std::string &name, bool on, const Listener &listener, std::stop_token stop) const;
    // `service --url`: with docker on Windows and a Mac the command has to go on for the URL to answer; there a Protocol error says so. NotFound: it has
    // no port on the nodes (ClusterIP), of which minikube only warns.
    Result<std::vector<std::string>> serviceUrls(const std::string &ns, const std::string &name, std::stop_token stop) const;
    Result<bool> isLoaded(const std::string &image, std::stop_token stop) const;
    // An image of this computer, or an archive of some. NotFound: there is none, of which minikube only warns.
    Result<> load(const std::string &image, const Listener &listener, std::stop_token stop) const;
    // Of its nodes and components, into a file of that folder, which is made.
    Result<> exportLogs(const std::string &folder, const Listener &listener, std::stop_token stop) const;
    // Services of type LoadBalancer get addresses while it runs: until `stop`, which ends it without an error. It asks for root in a terminal,
    // which a child has none of, and then goes on without a route: Forbidden, with the command to type.
    Result<> tunnel(const Listener &listener, std::stop_token stop) const;

private:
    Command command(std::vector<std::string> arguments) const;
    Result<ProcessOutput> run(std::vector<std::string> arguments, std::stop_token stop) const;
    Error problem(const ProcessOutput &output) const; // of a command that ended with another code than 0
    // One that prints for people: heard, and its failure read. Nothing knows what it says but its exit code.
    Result<ProcessOutput> spoken(std::vector<std::string> arguments, const Listener &listener, std::stop_token stop) const;
    // A command that prints events, to its end. Only start, stop and delete have --output, and of these only start asks questions.
    Result<> course(std::vector<std::string> arguments, const Listener &listener, bool mustBeDone, std::stop_token stop) const;

    Spec m_spec;
    std::shared_ptr<ProcessRunner> m_runner;
};

struct Profile {
    std::string name{}, driver{}, kubernetes{}, status{};
    bool valid = true;
};
Result<std::vector<Profile>> profiles(ProcessRunner &runner, std::stop_token stop);

// `status -o json`, whatever it prints: an object, an array, events of a profile that is not there. Pure.
Result<local::ClusterState> readStatus(const std::string &out, const std::string &name);
Result<std::vector<Profile>> readProfiles(const std::string &out);
Result<std::vector<local::Addon>> readAddons(const std::string &out);

} // namespace timonier::minikube

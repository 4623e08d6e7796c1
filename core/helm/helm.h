// Helm as a child process: charts rendered, releases installed, upgraded, rolled back, removed. A release stays Helm's own: what is
// installed here, `helm list` shows, and the other way round. Helm 3.14 and newer, and Helm 4. Blocks; worker threads.
//
// Values go by standard input, credentials by a kubeconfig: neither is ever an argument, which every process can read.
#pragma once

#include "base/environment.h"
#include "base/process.h"
#include "base/result.h"
#include "base/secret.h"
#include "kube/transport.h"
#include "manifest/manifest_reader.h"
#include "tools/toolbox.h"

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace timonier::helm {

struct Chart {
    std::string reference{};             // a folder, an archive (.tgz), an https or oci:// address; or a name in `repository`
    std::string repository{};            // https address of a repository; empty: none
    std::string version{};               // "1.2.3", or a range as Helm reads it; empty: the newest
    std::string values{};                // YAML: all that differs from the chart's own; what an earlier revision had is not kept
};

struct ReleaseName {
    std::string ns{};
    std::string name{};
};

struct Release {
    ReleaseName name{};
    int revision = 0;
    std::string status{};                // "deployed", "failed", "pending-upgrade", "superseded" …, as Helm says it
    std::string chart{}, chartVersion{}; // "nginx", "1.2.3"
    std::string appVersion{};
    std::string updated{};               // as Helm prints it: a time with its zone
    std::string description{};           // of a revision: "Upgrade complete", why it failed
    std::string notes{};                 // of an install: what the chart tells people; may hold passwords
};

// Which cluster, and as whom.
struct Access {
    std::vector<std::string> kubeconfigs{}; // files, as KUBECONFIG has them
    std::string context{};                  // empty: the current one
    Secret kubeconfig{};                    // instead of files: its text. Lies in a file of mode 0600 as long as helm runs
};

// What a cluster offers, for charts that ask (.Capabilities). Empty: Helm's own idea of a cluster.
struct Capabilities {
    std::string kubeVersion{};              // "v1.36.3"
    std::vector<std::string> apiVersions{}; // "apps/v1", "monitoring.coreos.com/v1/Prometheus"
};
// Errors: those of fetch(), Protocol.
Result<Capabilities> capabilitiesOf(Transport &transport, std::stop_token stop);

struct InstallOptions {
    bool wait = true;                       // until all is ready; false: until the server has it
    bool rollbackOnFailure = false;         // a failed upgrade is taken back, a failed install removed
    std::chrono::seconds timeout{300};      // for the waiting, and for each hook
};

class Helm
{
public:
    Helm(Tool tool, std::shared_ptr<ProcessRunner> runner, Access access, Environment environment = processEnvironment());

    // What the chart makes. `forDiff`: without hooks and definitions, which Helm does not keep in a release's manifest either.
    // Errors: Invalid (the values, a template: file and line in the context), NotFound (the chart), Unsupported (not for this
    // Kubernetes), Unreachable, Process, Cancelled.
    Result<ManifestText> templated(const ReleaseName &release, const Chart &chart, const Capabilities &cluster, bool forDiff, std::stop_token stop) const;
    // The chart's own values, with their comments. Errors: as above.
    Result<std::string> defaultValues(const Chart &chart, std::stop_token stop) const;

    // helm upgrade --install. The namespace is made. Errors: as above; Conflict (an object is there and not this release's, another helm is at
    // work on it), Timeout (not ready in time: the release is there, and "failed"), Forbidden, Unauthorized. Cancelled: Helm is asked to end,
    // and marks the release as failed.
    Result<Release> install(const ReleaseName &release, const Chart &chart, const InstallOptions &options, std::stop_token stop) const;
    // All, of every status; of one namespace, or (empty) of all.
    Result<std::vector<Release>> releases(const std::string &ns, std::stop_token stop) const;
    // Oldest first. Errors: NotFound: no such release.
    Result<std::vector<Release>> history(const ReleaseName &release, std::stop_token stop) const;
    // The values that a revision (0: the newest) was given: YAML, "" for none. May hold passwords.
    Result<std::string> values(const ReleaseName &release, int revision, std::stop_token stop) const;
    // Its objects as they were sent, without hooks.
    Result<ManifestText> manifest(const ReleaseName &release, int revision, std::stop_token stop) const;
    // To a revision of history(). Errors: NotFound, and those of install().
    Result<> rollback(const ReleaseName &release, int revision, const InstallOptions &options, std::stop_token stop) const;
    // What is left on purpose (helm.sh/resource-policy: keep), as Helm names it; definitions of a chart's crds/ stay as well, and
    // Helm does not say so. Errors: NotFound, Timeout, and those of install().
    Result<std::vector<std::string>> uninstall(const ReleaseName &release, const InstallOptions &options, std::stop_token stop) const;

private:
    Result<std::string> run(std::vector<std::string> arguments, const ReleaseName &release, const std::string &input, std::chrono::seconds limit, std::stop_token stop) const;
    bool isOfOld() const;                   // Helm 3, whose options have other names

    const Tool m_tool;
    const std::shared_ptr<ProcessRunner> m_runner;
    const Access m_access;
    const Environment m_environment;
};

} // namespace timonier::helm

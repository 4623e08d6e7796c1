// The kubeconfig: what kubectl would read, merged as client-go merges it (tools/clientcmd/loader.go). Read, never written.
// Any thread; plain data once loaded. It is reloaded by loading it again: see FileStamp over files().
#pragma once

#include "base/environment.h"
#include "base/result.h"
#include "kube/kubeconfig_file.h"

#include <string>
#include <string_view>
#include <vector>

namespace timonier {

// A context as lists show it.
struct ContextInfo {
    std::string name;
    std::string cluster;
    std::string user;
    std::string ns;                        // empty: "default"
    std::string server;                    // without user and password
    bool insecureSkipTlsVerify = false;
    std::optional<Error> problem;          // why it cannot be used, as far as the kubeconfig says
};

struct ResolvedContext {
    std::string name;
    std::string ns;                        // never empty
    Endpoint endpoint;
    UserSpec user;
};

// Where the kubeconfig is: `chosen` if it is not empty (--kubeconfig), else the files of KUBECONFIG, else ~/.kube/config.
std::vector<std::string> kubeconfigPaths(const std::string &chosen, const Environment &environment);

class Kubeconfig
{
public:
    // The first file that has a cluster, user, context or current-context of a name wins; nothing is merged deeper.
    // Missing files are skipped; unreadable or broken ones are among the problems, as long as one can be used.
    // Errors: NotFound (all missing), or what is wrong with the only one.
    static Result<Kubeconfig> load(const std::vector<std::string> &paths);

    const std::vector<std::string> &files() const { return m_files; } // also those that are missing: they may appear
    const std::string &currentContext() const { return m_current; }
    const std::vector<Error> &problems() const { return m_problems; } // of files, and of entries without a name
    std::vector<ContextInfo> contexts() const;                        // in the order of the files

    // The context of that name, the current one when it is empty; reads the certificate authority's file.
    // Errors: NotFound (with the nearest name), Invalid, Unsupported, Io; "file", "line", "column" in the context.
    Result<ResolvedContext> resolve(const std::string &name) const;

private:
    void add(KubeconfigFile file);
    std::optional<Error> problemOf(const Named<ContextEntry> &context) const;

    std::vector<std::string> m_files;
    std::string m_current;
    std::vector<Error> m_problems;
    std::vector<Named<ClusterEntry>> m_clusters;
    std::vector<Named<UserEntry>> m_users;
    std::vector<Named<ContextEntry>> m_contexts;
};

} // namespace timonier

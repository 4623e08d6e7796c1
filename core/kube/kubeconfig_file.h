// One kubeconfig file, read and checked, before it is merged with others. Any thread.
// The fields are those of client-go's tools/clientcmd/api/v1.
#pragma once

#include "base/result.h"
#include "kube/endpoint.h"
#include "kube/user_spec.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace timonier {

struct ClusterEntry {
    Endpoint endpoint{.server = {}};       // caPem: only what is inline
    std::string caFile{};                  // absolute; empty where the PEM is inline
    std::string execConfig{};              // JSON of the extension client.authentication.k8s.io/exec
};

struct UserEntry {
    UserSpec user;
    Impersonation impersonate;
};

struct ContextEntry {
    std::string cluster;
    std::string user;
    std::string ns;
};

// An entry with a problem keeps its name: it must not be taken from a later file, and others stay usable.
template <class T>
struct Named {
    std::string name;
    T value{};
    std::optional<Error> problem{};
};

struct KubeconfigFile {
    std::string path;
    std::string currentContext;
    std::vector<Named<ClusterEntry>> clusters;
    std::vector<Named<UserEntry>> users;
    std::vector<Named<ContextEntry>> contexts;
    std::vector<Error> problems;           // nameless or doubled entries, a list that is none
};

// Errors, with file, line and column in the context: NotFound (no such file), Io, TooLarge (over 4 MB), Invalid (not YAML,
// not UTF-8 or UTF-16, not a kubeconfig).
Result<KubeconfigFile> readKubeconfigFile(const std::string &path);
// The same of a text; relative file names in it are relative to the folder of `path`.
Result<KubeconfigFile> parseKubeconfigFile(std::string_view text, const std::string &path);

// What is in the file, at most `limit` bytes. Errors: NotFound, Io, TooLarge; the file is in the context.
Result<std::string> readSmallFile(const std::string &path, std::size_t limit = 1u << 20);

} // namespace timonier

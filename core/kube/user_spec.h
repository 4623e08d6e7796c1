// How a user of a kubeconfig proves who he is: what is written there, nothing resolved yet. Plain data.
#pragma once

#include "base/secret.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace timonier {

// When a credential plugin may have the terminal (client.authentication.k8s.io).
enum class InteractiveMode { Never, IfAvailable, Always };

struct ExecSpec {
    std::string apiVersion{};              // "client.authentication.k8s.io/v1" or "…/v1beta1"
    std::string command{};                 // a name for PATH, or an absolute path
    std::vector<std::string> arguments{};
    std::vector<std::pair<std::string, std::string>> environment{};
    std::string installHint{};
    InteractiveMode interactiveMode = InteractiveMode::IfAvailable;
    bool provideClusterInfo = false;
    std::string clusterConfig{};           // JSON: the cluster's extension of that name, for the plugin; may be empty
};

struct UserSpec {
    std::string name{};                    // in the kubeconfig
    std::string certificateFile{};         // absolute; empty where the PEM is inline
    std::string certificatePem{};
    std::string keyFile{};
    Secret keyPem{};
    Secret token{};
    std::string tokenFile{};               // absolute; goes before `token` as long as it can be read
    std::string username{};
    Secret password{};
    std::optional<ExecSpec> exec{};        // not asked where there is a token or a password
};

} // namespace timonier

// Where an API server is and how to reach it: the cluster half of a kubeconfig context. Plain data.
#pragma once

#include <string>
#include <vector>

namespace timonier {

struct Impersonation {
    std::string user{};                    // Impersonate-User; empty: nobody is impersonated
    std::string uid{};
    std::vector<std::string> groups{};
    std::vector<std::pair<std::string, std::vector<std::string>>> extra{};
};

struct Endpoint {
    std::string server;                    // "https://host:6443" or with a path ("https://rancher/k8s/clusters/x"); no slash at the end
    std::string caPem{};                   // empty: the system's authorities
    std::string tlsServerName{};           // the name the certificate must have; empty: the host of `server`
    bool insecureSkipTlsVerify = false;    // shown in red wherever the cluster is shown
    std::string proxyUrl{};                // http, https or socks5; empty: the environment's HTTPS_PROXY/NO_PROXY
    bool disableCompression = false;
    Impersonation impersonate{};
};

} // namespace timonier

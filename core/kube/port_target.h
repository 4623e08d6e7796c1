// What a port is forwarded to: from a pod, a service or a workload to one pod that is ready, and a port of it. Asked anew
// for each connection, since pods are replaced.
#pragma once

#include "base/result.h"
#include "kube/transport.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace timonier {

struct PortTarget {
    std::string ns{};
    std::string kind{};      // "pods", "services", "deployments", "statefulsets", "daemonsets", "replicasets", "jobs"
    std::string name{};
    std::string port{};      // a number or a name; of a service: its own port, not the pods'
};

bool canForwardTo(std::string_view kind);

struct PodPort {
    std::string pod{};
    std::uint16_t port = 0;
    bool operator==(const PodPort &) const = default;
};

struct PortLookup {
    std::optional<PodPort> found{};
    std::string reason{};    // why there is none, for now: "web-7d9: ImagePullBackOff"
};

struct DeclaredPort {
    std::uint16_t number = 0;
    std::string name{};      // may be empty
    bool operator==(const DeclaredPort &) const = default;
};

class PortResolver
{
public:
    PortResolver(std::shared_ptr<Transport> transport, PortTarget target) : m_transport(std::move(transport)), m_target(std::move(target)) {}

    // A pod to forward to; the same one again as long as it is ready. A pod that was named and is gone is followed to what
    // replaced it, if a controller did. Blocks. Any thread, one at a time waits for the other.
    // Errors: fetch's; NotFound (the object, or such a port: with those there are), Invalid (nothing a port could lead to).
    Result<PortLookup> find(std::stop_token stop);

private:
    Result<PortLookup> ofService(std::stop_token stop);
    Result<PortLookup> ofWorkload(std::stop_token stop);
    Result<PortLookup> ofPod(std::stop_token stop);
    Result<PortLookup> readyPod(const std::string &selector, const std::string &port, std::stop_token stop);

    const std::shared_ptr<Transport> m_transport;
    const PortTarget m_target;
    std::mutex m_mutex;            // of all below, and of the order of look-ups
    std::string m_last;            // the pod that was found last
    std::string m_ownerPath;       // of a named pod: the path of what made it, once it was seen
};

// The TCP ports that the object declares, in its order. Errors: fetch's.
Result<std::vector<DeclaredPort>> declaredPorts(Transport &transport, const PortTarget &target, std::stop_token stop);

} // namespace timonier

// Whether a service leads anywhere: its endpoints, and what is wrong when there are none. Pure; one thread.
#pragma once

#include "kube/row.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace timonier {

struct ServiceHealth {
    enum class State : std::uint8_t {
        Ready,             // every endpoint is
        SomeReady,
        NoneReady,         // there are pods, and none of them is ready
        NoPod,             // the selector matches no pod
        NoSuchPort,        // `port` is the name of no port of any pod behind it
        NoEndpoint,        // no selector (endpoints are kept by hand), or pods are not known; and there are none
        Elsewhere,         // ExternalName: a name in the DNS, and no endpoints
    };
    State state = State::Ready;
    std::int64_t ready = 0, total = 0;
    std::string port{};
    bool operator==(const ServiceHealth &) const = default;
};

// Answers for all services of one look: the pods and slices are indexed once.
class ServiceCheck
{
public:
    using Rows = std::unordered_map<Uid, RowPtr>;
    // The rows outlive this. `pods` null: they may not be seen, and what only they could tell is not said.
    ServiceCheck(const Columns &serviceColumns, const Columns &sliceColumns, const Rows &slices, const Columns &podColumns,
                 const Rows *pods);
    ServiceHealth of(const Row &service);

private:
    struct Behind {
        std::int64_t ready[2] = {0, 0}, total[2] = {0, 0};  // by address family: a pod may have an address of each
        std::vector<std::string_view> targets;              // uids of pods
    };
    std::vector<const Row *> podsBehind(const Row &service, std::string_view selector, const Behind *behind);
    const std::vector<const Row *> &candidates(std::string_view ns, std::string_view selector);

    std::size_t m_type, m_targetPorts, m_addressType, m_ready, m_podPorts;
    const Rows *m_pods;
    std::unordered_map<std::string, Behind> m_behind;       // by "ns/service"
    std::unordered_map<std::string, std::vector<const Row *>> m_byLabel; // by "ns/k=v"
    bool m_labelled = false;
};

} // namespace timonier

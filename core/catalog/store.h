// An object store of the cluster, reached through a port-forward to its Service for as long as this object lives. Blocking: worker threads only.
#pragma once

#include "catalog/delivery.h"
#include "kube/port_forward.h"

#include <memory>
#include <stop_token>

namespace timonier::s3 {
class Bucket;
}

namespace timonier::catalog {

class OpenStore
{
public:
    // Errors: Unauthorized (no keys are known), those of forwardPort().
    static Result<std::unique_ptr<OpenStore>> open(const std::shared_ptr<Transport> &transport, const StreamAccess &streams, const StorePlace &place, const form::Values &values, std::stop_token stop);
    ~OpenStore();
    OpenStore(const OpenStore &) = delete;
    OpenStore &operator=(const OpenStore &) = delete;

    const s3::Bucket &bucket() const { return *m_bucket; }
    // An error of the bucket, told with what the port-forward knows of it.
    Error explained(Error error) const;

private:
    OpenStore() = default;
    StorePlace m_place{};
    std::unique_ptr<PortForward> m_forward{};
    std::unique_ptr<s3::Bucket> m_bucket{};
};

// Whether each store that something is to be sent to answers, knows the keys, and has the bucket. Nothing is changed. Errors: Cancelled.
Result<std::vector<form::Check>> storeChecks(const std::shared_ptr<Transport> &transport, const StreamAccess &streams, const std::vector<Shipment> &shipments, const form::Values &values, std::stop_token stop);

// What the application has in a store that it will not use any more: it stays there, and no removal finds it later. `kept`: as it was deployed.
// Nothing where all goes where it went before. Errors: those of storeOf().
Result<std::vector<form::Check>> strandedChecks(const Entry &entry, const Filling &kept, const std::vector<Shipment> &shipments);

} // namespace timonier::catalog

#include "catalog/store.h"

#include "base/say.h"
#include "cloud/s3/bucket.h"

#include <thread>

namespace timonier::catalog {

namespace {

using namespace std::chrono_literals;

Secret secretOf(const form::Values &values, const std::string &id)
{
    const auto found = values.secrets.find(id);
    return found == values.secrets.end() ? Secret() : found->second;
}

} // namespace

OpenStore::~OpenStore() = default;

Result<std::unique_ptr<OpenStore>> OpenStore::open(const std::shared_ptr<Transport> &transport, const StreamAccess &streams, const StorePlace &place, const form::Values &values, std::stop_token stop)
{
    const Secret id = secretOf(values, place.id), key = secretOf(values, place.key);
    if (id.empty() || key.empty())
        return fail(ErrorKind::Unauthorized, say("Core", "no keys of the object store {} in {} are known", place.service.name, place.service.ns),
                    say("Core", "Name the Secret that holds them, and may be read by you; or give them: --set-file {}=FILE --set-file {}=FILE.", place.id, place.key));
    auto made = std::unique_ptr<OpenStore>(new OpenStore);
    made->m_place = place;
    auto forward = forwardPort(transport, streams, place.service, {.patience = 15s}, [] {}, std::move(stop));
    if (!forward)
        return std::unexpected(std::move(forward).error().because(say("Core", "the object store {} in {} cannot be reached", place.service.name, place.service.ns)));
    made->m_forward = std::move(*forward);
    // No proxy, no authorities: the other end is on this computer.
    made->m_bucket = std::make_unique<s3::Bucket>(systemHttpClient(Environment{}), s3::Place{.url = fmt::format("http://127.0.0.1:{}", made->m_forward->port()), .region = place.region, .bucket = place.bucket,
                                                                                              .keys = {.id = id.reveal(), .secret = key}});
    return made;
}

Error OpenStore::explained(Error error) const
{
    if (error.kind != ErrorKind::Unreachable && error.kind != ErrorKind::Timeout)
        return error;
    for (int i = 0; i < 20 && !m_forward->status().problem; ++i) // it may know a moment later
        std::this_thread::sleep_for(10ms);
    const ForwardStatus status = m_forward->status();
    const std::string why = status.problem ? status.problem->text() : status.unready;
    Error told{.kind = error.kind, .message = say("Core", "the object store {} in {} does not answer: {}", m_place.service.name, m_place.service.ns, why.empty() ? error.text() : why),
               .hint = say("Core", "Do its pods run, and is {} the port that speaks S3? Then run it again: what has arrived is not sent twice.", m_place.service.port)};
    return told;
}

Result<std::vector<form::Check>> strandedChecks(const Entry &entry, const Filling &kept, const std::vector<Shipment> &shipments)
{
    std::vector<form::Check> checks;
    for (const Delivery &delivery : entry.deliveries) {
        if (!delivery.store || (!delivery.onlyIf.empty() && !holds(delivery.onlyIf, entry.parameters, kept.values)))
            continue;
        const StorePlace before = TRY(storeOf(entry, kept, *delivery.store));
        const bool again = std::ranges::any_of(shipments, [&](const Shipment &one) {
            return one.store && one.store->bucket == before.bucket && one.store->folder == before.folder && one.store->service.ns == before.service.ns && one.store->service.name == before.service.name;
        });
        if (!again)
            checks.push_back({.id = "stranded." + delivery.file, .title = say("Core", "Object store of before"), .state = form::CheckState::Careful,
                              .words = say("Core", "s3://{}/{} in {} keeps what it has: nothing reads it any more", before.bucket, before.folder, before.service.name),
                              .why = say("Core", "Remove the application first where that is to go too, or delete it there by hand.")});
    }
    return checks;
}

Result<std::vector<form::Check>> storeChecks(const std::shared_ptr<Transport> &transport, const StreamAccess &streams, const std::vector<Shipment> &shipments, const form::Values &values, std::stop_token stop)
{
    std::vector<form::Check> checks;
    for (const Shipment &shipment : shipments) {
        if (!shipment.store || shipment.file.empty())
            continue;
        const StorePlace &place = *shipment.store;
        form::Check check{.id = "store." + shipment.parameter, .title = say("Core", "Object store"), .state = form::CheckState::Good};
        const auto bad = [&](const Error &error) {
            check.state = form::CheckState::Bad;
            check.words = error.message;
            check.why = error.hint;
            check.evidence = error.text();
        };
        if (const auto open = OpenStore::open(transport, streams, place, values, stop); !open) {
            bad(open.error());
        } else if (const auto there = (*open)->bucket().exists(stop); !there) {
            bad((*open)->explained(there.error()));
        } else {
            check.words = *there ? say("Core", "{} in {} has the bucket {}", place.service.name, place.service.ns, place.bucket) : say("Core", "{} in {} answers; the bucket {} will be made", place.service.name, place.service.ns, place.bucket);
        }
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        checks.push_back(std::move(check));
    }
    return checks;
}

} // namespace timonier::catalog

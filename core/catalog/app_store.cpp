// A model in an object store of the cluster: sent, the one before cleared away, and all of it with the application.
#include "catalog/app_deployment.h"

#include "base/paths.h"
#include "base/say.h"
#include "catalog/secrets.h"
#include "catalog/store.h"
#include "cloud/s3/bucket.h"
#include "kube/fetch.h"
#include "kube/scope.h"

namespace timonier::catalog {

using namespace std::chrono_literals;
using plan::StepContext;

namespace {

constexpr const char *madeKey = "timonier.dev/bucket-made"; // of the holder: its bucket goes with it, when it is empty

std::string folderOf(const Shipment &shipment) { return shipment.store->folder + "/"; }
std::string contentOf(const Shipment &shipment) { return folderOf(shipment) + shipment.sum.sha256 + "/"; }

// Those that are not there, or not whole.
std::vector<const TreeFile *> missing(const Shipment &shipment, const std::vector<s3::Stored> &there)
{
    std::vector<const TreeFile *> all;
    for (const TreeFile &one : shipment.files) {
        const auto found = std::ranges::find(there, shipment.keyOf(one), &s3::Stored::key);
        if (found == there.end() || found->bytes != one.sum.bytes)
            all.push_back(&one);
    }
    return all;
}

} // namespace

Result<bool> Deployment::isStored(const Prepared &prepared, const Shipment &shipment, std::stop_token stop)
{
    if (shipment.file.empty())
        return true;
    const auto open = TRY(OpenStore::open(m_ground.transport, m_ground.streams, *shipment.store, prepared.filling.values, stop));
    const auto there = open->bucket().list(contentOf(shipment), stop);
    if (!there && there.error().kind == ErrorKind::NotFound)
        return false;
    return there ? Result<bool>(missing(shipment, *there).empty()) : std::unexpected(open->explained(there.error()));
}

// What it is, and with which values, stands in the cluster before the first byte goes: so a removal finds what a killed run has left.
Result<> Deployment::store(StepContext &context, const Prepared &prepared, const Shipment &shipment)
{
    const std::stop_token stop = context.stop();
    TRY(makeSpace(prepared.plan, stop));
    TRY(list(prepared, {}, stop));
    const ObjectRef record = recordObject(prepared.record, *prepared.entry).ref;
    TRY(applyFirst(prepared.plan, [&](const ObjectRef &ref) { return ref == shipment.holder || ref == record; }, stop));
    TRY(tellHolder(*m_ground.transport, shipment, {}, stop));
    const auto open = TRY(OpenStore::open(m_ground.transport, m_ground.streams, *shipment.store, prepared.filling.values, stop));
    const s3::Bucket &bucket = open->bucket();
    const auto sent = [&]() -> Result<> {
        if (!TRY(bucket.exists(stop))) {
            TRY(bucket.make(stop));
            const nlohmann::json patch = {{"metadata", {{"annotations", {{madeKey, bucket.name()}}}}}};
            TRY(fetch(*m_ground.transport, {.method = "PATCH", .path = shipment.holderPath + "?fieldManager=timonier-upload", .contentType = "application/merge-patch+json", .body = patch.dump()}, stop));
            context.print(say("Core", "The bucket {} was made", bucket.name()) + "\n");
        }
        const auto lacking = missing(shipment, TRY(bucket.list(contentOf(shipment), stop)));
        std::uint64_t total = 0, before = 0;
        for (const TreeFile *one : lacking)
            total += one->sum.bytes;
        context.print(say("Core", "{} of {} files ({} bytes) go into {}", lacking.size(), shipment.files.size(), total, shipment.place()) + "\n");
        for (const TreeFile *one : lacking) {
            TRY(bucket.upload(shipment.keyOf(*one), one->file, one->sum.bytes, [&](std::uint64_t bytes) { context.progress(total ? 0.98 * double(before + bytes) / double(total) : 0.98); }, stop));
            before += one->sum.bytes;
        }
        return {};
    }();
    if (!sent)
        return std::unexpected(withKnownFix(open->explained(sent.error())));
    // The store has compared the sum of each request with what it got; that the file is still the one that was measured, only a second look tells.
    for (const TreeFile &one : shipment.files)
        if (TRY(fileSum(one.file, stop)).sha256 != one.sum.sha256) {
            TRY(bucket.remove(shipment.keyOf(one), stop));
            return fail(ErrorKind::Conflict, say("Core", "the file {} changed since it was looked at", toUtf8(one.file)), say("Core", "Run it again when nothing writes to it"));
        }
    TRY(tellHolder(*m_ground.transport, shipment, shipment.sum.sha256, stop));
    context.print(say("Core", "{} lies in {}: {} bytes, SHA-256 {}", shipment.to, shipment.place(), shipment.sum.bytes, shipment.sum.sha256) + "\n");
    return {};
}

Result<bool> Deployment::isTidy(StepContext &context)
{
    const std::shared_ptr<const Prepared> prepared = TRY(preparedOnce(context.stop()));
    for (const Shipment &shipment : prepared->shipments) {
        if (!shipment.store || shipment.file.empty())
            continue;
        const auto open = TRY(OpenStore::open(m_ground.transport, m_ground.streams, *shipment.store, prepared->filling.values, context.stop()));
        const auto there = open->bucket().list(folderOf(shipment), context.stop());
        if (!there)
            return std::unexpected(open->explained(there.error()));
        if (!std::ranges::all_of(*there, [&](const s3::Stored &one) { return one.key.starts_with(contentOf(shipment)); }))
            return false;
    }
    return true;
}

// Only now: until the new pods are ready the old ones may be started anew, and read it.
Result<> Deployment::tidy(StepContext &context)
{
    const std::shared_ptr<const Prepared> prepared = TRY(preparedOnce(context.stop()));
    for (const Shipment &shipment : prepared->shipments) {
        if (!shipment.store || shipment.file.empty())
            continue;
        const auto open = TRY(OpenStore::open(m_ground.transport, m_ground.streams, *shipment.store, prepared->filling.values, context.stop()));
        const std::vector<s3::Stored> there = TRY(open->bucket().list(folderOf(shipment), context.stop()));
        for (const s3::Stored &one : there)
            if (!one.key.starts_with(contentOf(shipment)))
                TRY(open->bucket().remove(one.key, context.stop()));
    }
    return {};
}

namespace {

// All of the application's in one store. A store that is gone has nothing left of it.
Result<> clearStore(const Ground &ground, const Entry &entry, Filling &filling, const Delivery &delivery, StepContext &context)
{
    const StorePlace place = TRY(storeOf(entry, filling, *delivery.store));
    const Rendered rendered = TRY(render(entry, filling));
    TRY(fillSecrets(*ground.transport, entry, rendered.places, filling, context.stop()));
    const auto open = OpenStore::open(ground.transport, ground.streams, place, filling.values, context.stop());
    if (!open && open.error().kind == ErrorKind::NotFound) {
        context.print(say("Core", "there is no {} in {} any more, and nothing in it", place.service.name, place.service.ns) + "\n");
        return {};
    }
    if (!open)
        return std::unexpected(open.error());
    const s3::Bucket &bucket = (*open)->bucket();
    auto there = bucket.list(place.folder + "/", context.stop());
    if (!there && there.error().kind == ErrorKind::NotFound)
        return {};
    if (!there)
        return std::unexpected((*open)->explained(there.error()));
    for (std::size_t i = 0; i < there->size(); ++i) {
        TRY(bucket.remove((*there)[i].key, context.stop()));
        context.progress(double(i + 1) / double(there->size()));
    }
    TRY(bucket.forgetParts(place.folder + "/", context.stop()));
    context.print(say("Core", "{} objects of s3://{}/{} were removed", there->size(), place.bucket, place.folder) + "\n");
    // One that somebody else uses by now is not empty, and stays.
    const std::string holder = TRY(renderText(entry, filling, delivery.holder));
    const auto answer = fetch(*ground.transport, {.path = "/api/v1/namespaces/" + percentEncoded(filling.ns) + "/secrets/" + percentEncoded(holder)}, context.stop());
    if (answer && answer->body.find(madeKey) != std::string::npos)
        if (const auto gone = bucket.remove({}, context.stop()); gone)
            context.print(say("Core", "The bucket {} was made for it, is empty, and was removed", place.bucket) + "\n");
    return {};
}

} // namespace

std::vector<plan::Step> undoStores(const Ground &ground, const Entry &entry, const SetName &set)
{
    if (std::ranges::none_of(entry.deliveries, [](const Delivery &one) { return one.store.has_value(); }))
        return {};
    const auto kept = [ground, entry, set](StepContext &context) -> Result<std::optional<Filling>> {
        auto filling = TRY(keptFilling(ground, entry, set, context.stop()));
        const bool any = filling && std::ranges::any_of(entry.deliveries, [&](const Delivery &one) { return one.store && (one.onlyIf.empty() || holds(one.onlyIf, entry.parameters, filling->values)); });
        return any ? std::move(filling) : std::optional<Filling>();
    };
    return {{.id = "store", .title = say("Core", "Remove what lies in the object store"), .estimate = 5s, .retry = {.attempts = 2, .pause = 2s},
             .check = [kept](StepContext &context) -> Result<bool> { return !TRY(kept(context)).has_value(); },
             .apply = [ground, entry, kept](StepContext &context) -> Result<> {
                 auto filling = TRY(kept(context));
                 for (const Delivery &one : entry.deliveries)
                     if (filling && one.store && (one.onlyIf.empty() || holds(one.onlyIf, entry.parameters, filling->values)))
                         TRY(clearStore(ground, entry, *filling, one, context));
                 return {};
             }}};
}

} // namespace timonier::catalog

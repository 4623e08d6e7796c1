#include "catalog/app_deployment.h"

#include "base/paths.h"
#include "base/pause.h"
#include "base/say.h"
#include "kube/exec.h"
#include "kube/fetch.h"
#include "manifest/apply.h"

#include <thread>

namespace timonier::catalog {

using namespace std::chrono_literals;
using plan::PartState;
using plan::StepContext;

namespace {

constexpr const char *podKind = "pod"; // in the ledger

std::string ledgerName(const ObjectRef &ref) { return ref.ns + "/" + ref.name; }
std::string titleOf(const Shipment &shipment) { return (shipment.file.empty() ? "" : toUtf8(shipment.file.filename()) + " → ") + shipment.place(); }

// A folder that the file lies in, made where it is missing.
Result<> makeFolder(const StreamAccess &streams, const ObjectRef &pod, const std::string &to, std::stop_token stop)
{
    const std::size_t slash = to.rfind('/');
    if (slash == std::string::npos)
        return {};
    std::string words;
    const ExecOptions what{.ns = pod.ns, .pod = pod.name, .command = {"mkdir", "-p", to.substr(0, slash)}, .needsEndOfInput = false};
    const int code = TRY(execute(streams, what, {.err = [&](std::string_view said) -> Result<> {
                                     words += said;
                                     return {};
                                 }}, std::move(stop)));
    return code == 0 ? Result<>() : fail(ErrorKind::Process, say("Core", "the folder of {} could not be made in the volume: {}", to, words), say("Core", "Does the volume let its user write, and is nothing of that name in the way?"));
}

} // namespace

Result<bool> Deployment::isDelivered(StepContext &context)
{
    const std::shared_ptr<const Prepared> prepared = TRY(preparedOnce(context.stop()));
    bool all = true;
    for (Shipment shipment : prepared->shipments) {
        TRY(lookAgain(*m_ground.transport, shipment, context.stop()));
        const bool left = !shipment.store && TRY(context.find(podKind, ledgerName(podOf(set(), shipment).ref))).has_value();
        if (shipment.store && shipment.isThere() && !TRY(isStored(*prepared, shipment, context.stop()))) // the store was emptied, or made anew
            shipment.keptSum.clear();
        context.part(shipment.parameter, titleOf(shipment), shipment.isThere() ? PartState::Already : PartState::Waiting);
        all &= shipment.isThere() && !left;
    }
    return all;
}

Result<> Deployment::deliver(StepContext &context)
{
    const std::shared_ptr<const Prepared> prepared = TRY(preparedOnce(context.stop()));
    if (prepared->plan.objects.empty())
        return fail(ErrorKind::NotFound, say("Core", "not all kinds of its objects are served"));
    for (Shipment shipment : prepared->shipments) {
        TRY(lookAgain(*m_ground.transport, shipment, context.stop()));
        if (shipment.store && shipment.isThere() && !TRY(isStored(*prepared, shipment, context.stop())))
            shipment.keptSum.clear();
        const SetEntry pod = podOf(set(), shipment);
        if (!shipment.isThere()) {
            context.part(shipment.parameter, titleOf(shipment), PartState::Running);
            if (auto carried = shipment.store ? store(context, *prepared, shipment) : carry(context, *prepared, shipment); !carried) {
                context.part(shipment.parameter, titleOf(shipment), PartState::Failed, carried.error().text());
                return carried;
            }
            context.part(shipment.parameter, titleOf(shipment), PartState::Done);
        } else if (!shipment.store && TRY(context.find(podKind, ledgerName(pod.ref)))) { // killed between the last byte and the end of its pod
            TRY(removePod(context, pod, context.stop()));
            TRY(list(*prepared, {}, context.stop()));
        }
    }
    return {};
}

// The pod is known (to the set in the cluster, to the ledger here) before it is asked for, and forgotten when it is gone, whatever becomes of
// the file between.
Result<> Deployment::carry(StepContext &context, const Prepared &prepared, const Shipment &shipment)
{
    const SetEntry pod = podOf(set(), shipment);
    TRY(makeSpace(prepared.plan, context.stop()));
    TRY(list(prepared, {pod}, context.stop()));
    TRY(applyFirst(prepared.plan, [&](const ObjectRef &ref) { return ref == shipment.holder; }, context.stop()));
    TRY(removePod(context, pod, context.stop())); // one that was left
    TRY(context.intend(podKind, ledgerName(pod.ref)));
    TRY(tellHolder(*m_ground.transport, shipment, {}, context.stop())); // from here on nobody knows what lies there
    auto filled = fill(context, shipment, pod);

    // Also when it was cancelled: for a while.
    std::stop_source late;
    const std::jthread patience([&late](std::stop_token own) {
        if (pause(20s, std::move(own)))
            late.request_stop();
    });
    auto removed = removePod(context, pod, late.get_token());
    if (removed)
        removed = list(prepared, {}, late.get_token());
    return filled ? removed : filled;
}

Result<> Deployment::fill(StepContext &context, const Shipment &shipment, const SetEntry &pod)
{
    Transport &transport = *m_ground.transport;
    const std::stop_token stop = context.stop();
    const std::string node = TRY(nodeOf(transport, shipment, stop));
    const auto made = fetch(transport, {.method = "POST", .path = pod.path.substr(0, pod.path.rfind('/')), .contentType = "application/json", .body = podJson(set(), shipment, node)}, stop);
    if (!made)
        return std::unexpected(withKnownFix(Error(made.error()).because(say("Core", "the pod that takes the file was refused"))));
    const auto object = nlohmann::json::parse(made->body, nullptr, false);
    const nlohmann::json::json_pointer uid("/metadata/uid");
    TRY(context.made(podKind, ledgerName(pod.ref), object.contains(uid) && object[uid].is_string() ? object[uid].get<std::string>() : std::string()));
    TRY(await(context, [&]() -> Result<std::vector<ObjectState>> {
        std::vector<ObjectState> states{stateOf(transport, pod, failures(), stop)};
        if (states.front().what == ObjectState::Missing)
            return fail(ErrorKind::Gone, say("Core", "{} was removed by somebody", title(pod.ref)), say("Core", "Run it again."));
        return states;
    }));

    if (auto folder = makeFolder(m_ground.streams, pod.ref, shipment.to, stop); !folder)
        return std::unexpected(withKnownFix(std::move(folder).error()));
    context.print(say("Core", "{} ({} bytes) goes into the volume {} as {}", toUtf8(shipment.file.filename()), shipment.sum.bytes, shipment.holder.name, shipment.to) + "\n");
    const Upload what{.ns = pod.ref.ns, .pod = pod.ref.name, .container = "upload", .file = shipment.file, .target = shipment.to, .replaces = true, .progress = [&](std::uint64_t sent, std::uint64_t total) {
                          context.progress(0.98 * double(sent) / double(total));
                      }};
    auto uploaded = upload(m_ground.streams, what, stop);
    if (!uploaded) {
        Error error = std::move(uploaded).error();
        if (error.kind == ErrorKind::Process)
            error.hint = say("Core", "Is there room in the volume for the old file and the new one, and may the pod's user write there?");
        return std::unexpected(withKnownFix(std::move(error)));
    }
    if (uploaded->sha256 != shipment.sum.sha256)
        return fail(ErrorKind::Conflict, say("Core", "the file {} changed since it was looked at", toUtf8(shipment.file)), say("Core", "Run it again when nothing writes to it"));
    TRY(tellHolder(transport, shipment, uploaded->sha256, stop));
    context.print((uploaded->compared ? say("Core", "{} lies in {}: {} bytes, SHA-256 {} compared there", shipment.to, shipment.holder.name, uploaded->bytes, uploaded->sha256)
                                      : say("Core", "{} lies in {}: {} bytes; the image has no sha256sum, so only their number was compared", shipment.to, shipment.holder.name, uploaded->bytes)) + "\n");
    return {};
}

Result<> Deployment::removePod(StepContext &context, const SetEntry &pod, std::stop_token stop)
{
    const auto removals = removeEntries(*m_ground.transport, {pod}, {.setLabel = setLabel(set()), .patience = 60s}, [](const SetEntry &, const Removal &) {}, std::move(stop));
    const Removal &removal = removals.front();
    if (removal.what == Removal::Removed || removal.what == Removal::WasGone)
        return context.gone(podKind, ledgerName(pod.ref));
    if (removal.what == Removal::NotOurs)
        return fail(ErrorKind::Conflict, say("Core", "there is a pod {} that is not of this set", pod.ref.name), say("Core", "Rename or remove it, then run again"));
    return fail(ErrorKind::Server, say("Core", "{} is still there: {}", title(pod.ref), removal.reason), say("Core", "The set lists it: the next run or removal takes it away"));
}

} // namespace timonier::catalog

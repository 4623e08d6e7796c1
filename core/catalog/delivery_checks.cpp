#include "catalog/delivery.h"

#include "base/paths.h"
#include "base/say.h"
#include "kube/quantity.h"
#include "manifest/may.h"

namespace timonier::catalog {

namespace {

using form::Check;
using form::CheckState;

std::string megabytes(std::uint64_t bytes) { return fmt::format("{:.1f} MB", double(bytes) / 1e6); }

// What the claim asks for; 0: it is not told.
std::uint64_t roomOf(const Shipment &shipment, const ApplyPlan &plan)
{
    const auto claim = std::ranges::find(plan.objects, shipment.holder, &ManifestObject::ref);
    if (claim == plan.objects.end())
        return 0;
    const auto json = nlohmann::json::parse(claim->json, nullptr, false);
    const nlohmann::json::json_pointer where("/spec/resources/requests/storage");
    return json.contains(where) && json[where].is_string() ? static_cast<std::uint64_t>(std::max<std::int64_t>(milliQuantity(json[where].get<std::string>()) / 1000, 0)) : 0;
}

} // namespace

Check deliveryCheck(const Shipment &shipment, std::uint64_t room)
{
    Check check{.id = "deliver." + shipment.parameter, .title = shipment.store ? say("Core", "File for the object store") : say("Core", "File for the volume"), .state = CheckState::Good};
    const std::string name = toUtf8(shipment.file.filename());
    if (shipment.file.empty() && shipment.keptSum.empty()) {
        check.state = CheckState::Careful;
        check.words = say("Core", "no file is given, and nothing is known to lie in {}", shipment.place());
        check.why = say("Core", "What needs it will not start until it is there: give it with --set {}=FILE.", shipment.parameter);
    } else if (shipment.file.empty() && shipment.keptPath != shipment.path()) {
        check.state = CheckState::Careful;
        check.words = say("Core", "{} has the file as {}, not as {}", shipment.place(), shipment.keptPath, shipment.path());
        check.why = say("Core", "What needs it looks for the new name: give the file once more with --set {}=FILE.", shipment.parameter);
    } else if (shipment.file.empty()) {
        check.words = say("Core", "no file is given: {} keeps what it has (SHA-256 {})", shipment.place(), shipment.keptSum.substr(0, 12));
    } else if (shipment.isThere()) {
        check.words = say("Core", "{} has {} already (SHA-256 {}): it is not sent again", shipment.place(), name, shipment.keptSum.substr(0, 12));
    } else if (room && shipment.sum.bytes > room) {
        check.state = CheckState::Bad;
        check.words = say("Core", "{} has {}, and the volume {} has room for {}", name, megabytes(shipment.sum.bytes), shipment.place(), megabytes(room));
        check.why = say("Core", "Ask for a larger volume; one that is there already grows only if its StorageClass allows it.");
    } else if (shipment.store) {
        check.words = say("Core", "{} ({}) goes into {}, through {} in {}", name, megabytes(shipment.sum.bytes), shipment.place(), shipment.store->service.name, shipment.store->service.ns);
    } else {
        check.words = say("Core", "{} ({}) goes into {}, through a pod of {}", name, megabytes(shipment.sum.bytes), shipment.place(), shipment.image);
        if (room && shipment.sum.bytes > room / 2 && !shipment.keptSum.empty()) {
            check.state = CheckState::Careful;
            check.why = say("Core", "It lies beside the old one until it is whole, and the volume has room for {}.", megabytes(room));
        }
    }
    return check;
}

Result<std::vector<Check>> deliveryChecks(Transport &transport, const std::vector<Shipment> &shipments, const ApplyPlan &plan, bool asks, const std::string &ns, std::stop_token stop)
{
    std::vector<Check> checks;
    for (const Shipment &shipment : shipments)
        checks.push_back(deliveryCheck(shipment, roomOf(shipment, plan)));
    std::vector<Deed> deeds;
    if (std::ranges::any_of(shipments, [](const Shipment &one) { return !one.store && !one.isThere(); })) // a store's port-forward is tried (store.cpp)
        deeds = {{"create", "", "pods", "", ns}, {"get", "", "pods", "", ns}, {"delete", "", "pods", "", ns}, {"get", "", "pods", "exec", ns}, {"patch", "", "persistentvolumeclaims", "", ns}};
    if (asks)
        deeds.push_back({"get", "", "pods", "portforward", ns});
    std::string refused;
    for (const Deed &deed : deeds)
        if (!TRY(mayDo(transport, deed, stop)))
            refused += (refused.empty() ? "" : ", ") + deed.verb + " " + deed.resource + (deed.subresource.empty() ? "" : "/" + deed.subresource);
    if (!refused.empty())
        checks.push_back({.id = "deliver.permission", .title = say("Core", "Permission to upload and ask"), .state = CheckState::Bad, .words = say("Core", "you may not {} in {}", refused, ns),
                          .why = say("Core", "The file goes through a pod by exec, and a question through a port-forward. Ask who runs the cluster for a role with this permission (from Kubernetes 1.35 on, create on pods/exec and pods/portforward as well); or leave file and question out, and bring the file into the volume some other way.")});
    return checks;
}

} // namespace timonier::catalog

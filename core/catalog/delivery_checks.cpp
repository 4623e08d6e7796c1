#include "catalog/delivery.h"

#include "base/paths.h"
#include "base/say.h"
#include "manifest/may.h"

namespace timonier::catalog {

namespace {

using form::Check;
using form::CheckState;

std::string megabytes(std::uint64_t bytes) { return fmt::format("{:.1f} MB", double(bytes) / 1e6); }

Check ofFile(const Shipment &shipment)
{
    Check check{.id = "deliver." + shipment.parameter, .title = say("Core", "File for the volume"), .state = CheckState::Good};
    const std::string name = toUtf8(shipment.file.filename());
    if (shipment.file.empty() && shipment.keptSum.empty()) {
        check.state = CheckState::Careful;
        check.words = say("Core", "no file is given, and nothing is known to lie in {}", shipment.claim.name);
        check.why = say("Core", "What needs it will not start until it is there: give it with --set {}=FILE.", shipment.parameter);
    } else if (shipment.file.empty() && shipment.keptPath != shipment.to) {
        check.state = CheckState::Careful;
        check.words = say("Core", "{} has the file as {}, not as {}", shipment.claim.name, shipment.keptPath, shipment.to);
        check.why = say("Core", "What needs it looks for the new name: give the file once more with --set {}=FILE.", shipment.parameter);
    } else if (shipment.file.empty()) {
        check.words = say("Core", "no file is given: {} keeps what it has (SHA-256 {})", shipment.claim.name, shipment.keptSum.substr(0, 12));
    } else if (shipment.isThere()) {
        check.words = say("Core", "{} has {} already (SHA-256 {}): it is not sent again", shipment.claim.name, name, shipment.keptSum.substr(0, 12));
    } else {
        check.words = say("Core", "{} ({}) goes into {}, through a pod of {}", name, megabytes(shipment.sum.bytes), shipment.claim.name, shipment.image);
    }
    return check;
}

} // namespace

Result<std::vector<Check>> deliveryChecks(Transport &transport, const std::vector<Shipment> &shipments, bool asks, const std::string &ns, std::stop_token stop)
{
    std::vector<Check> checks;
    for (const Shipment &shipment : shipments)
        checks.push_back(ofFile(shipment));
    std::vector<Deed> deeds;
    if (!std::ranges::all_of(shipments, &Shipment::isThere))
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

#include "manifest/apply_preview.h"

#include "base/say.h"
#include "kube/fetch.h"
#include "manifest/apply_send.h"
#include "manifest/parallel.h"

#include <algorithm>

namespace timonier {

namespace {

bool comesWithTheSet(const ApplyPlan &plan, const std::string &ns)
{
    return !ns.empty() && std::ranges::any_of(plan.objects, [&](const ManifestObject &one) { return one.ref == ObjectRef{"", "Namespace", "", ns}; });
}

PlannedChange refused(Error error) { return {.what = PlannedChange::Refused, .error = std::move(error)}; }

PlannedChange changeOf(Transport &transport, const ApplyPlan &plan, std::size_t i, const SendOptions &options, std::stop_token stop)
{
    const ManifestObject &object = plan.objects[i];
    const auto sent = sendObject(transport, object, plan.paths[i], options, stop);
    if (!sent && sent.error().kind == ErrorKind::NotFound && (plan.ownKind[i] || comesWithTheSet(plan, object.ref.ns))) {
        auto yaml = writtenChange({}, object.json);
        if (!yaml)
            return refused(std::move(yaml).error());
        return {.what = PlannedChange::Later, .yaml = std::move(*yaml),
                .reason = comesWithTheSet(plan, object.ref.ns) && sent.error().message.find("namespaces \"") != std::string::npos ? say("Core", "checked after its namespace")
                                                                                                                                  : say("Core", "checked after the CustomResourceDefinition")};
    }
    if (!sent)
        return refused(explained(object, sent.error()));
    std::string before;
    if (!sent->created) {
        auto read = fetch(transport, {.path = plan.paths[i]}, stop);
        if (!read && read.error().kind != ErrorKind::NotFound)
            return refused(std::move(read).error());
        before = read ? std::move(read->body) : std::string();
    }
    auto yaml = writtenChange(before, sent->json);
    if (!yaml)
        return refused(std::move(yaml).error());
    const auto what = before.empty() ? PlannedChange::Create : yaml->before == yaml->after ? PlannedChange::Leave : PlannedChange::Change;
    return {.what = what, .yaml = std::move(*yaml)};
}

} // namespace

Result<std::vector<PlannedChange>> previewPlan(Transport &transport, const ApplyPlan &plan, const std::string &setLabel, bool force, std::stop_token stop)
{
    std::vector<PlannedChange> changes(plan.objects.size());
    inParallel(plan.objects.size(), 12, [&](std::size_t i) {
        if (!stop.stop_requested())
            changes[i] = changeOf(transport, plan, i, {.force = force, .dryRun = true, .setLabel = setLabel}, stop);
    });
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, say("Core", "the request was cancelled"));
    return changes;
}

} // namespace timonier

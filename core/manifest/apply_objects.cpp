// What is made of a run's results, and the short way for a handful of objects.
#include "manifest/apply.h"

#include "base/say.h"

namespace timonier {

std::optional<Error> failureOf(const ApplyPlan &plan, const std::vector<AppliedResult> &results)
{
    std::optional<Error> first;
    std::size_t count = 0;
    for (std::size_t i = 0; i < results.size(); ++i) {
        if (!results[i].error)
            continue;
        ++count;
        if (!first) {
            first = *results[i].error;
            first->message = title(plan.objects[i].ref) + ": " + first->message;
        } else if (results[i].error->kind != ErrorKind::Timeout) {
            first->kind = results[i].error->kind; // a wait that ran out is the lesser evil
        }
    }
    if (count > 1)
        first->message += say("Core", " (and {} more)", count - 1);
    return first;
}

Result<> applyObjects(Transport &transport, std::vector<ManifestObject> objects, std::stop_token stop)
{
    const ApplyPlan plan = TRY(planApply(transport, std::move(objects), {}, stop));
    TRY(mayApply(transport, plan, stop));
    const auto results = applyPlan(transport, plan, {}, [](const ApplyNews &) {}, stop);
    if (auto failure = failureOf(plan, results))
        return std::unexpected(std::move(*failure));
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, say("Core", "the request was cancelled"));
    return {};
}

} // namespace timonier

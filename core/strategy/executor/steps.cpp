#include "strategy/executor/steps.h"

#include "base/say.h"
#include "strategy/executor/world.h"
#include "strategy/outcome.h"
#include "strategy/strategies.h"

namespace timonier::rollout {

namespace {

std::int64_t shareOf(std::int64_t replicas, int percent) { return (percent * replicas + 99) / 100; }

bool isBeside(Strategy strategy) { return strategy != Strategy::Recreate && strategy != Strategy::Rolling; }

} // namespace

bool isRouted(const Plan &plan, const Before &before)
{
    return plan.strategy == Strategy::AB || plan.strategy == Strategy::Shadow ||
           (plan.strategy == Strategy::Canary && before.router != Router::Service);
}

bool isPinned(const Plan &plan, const Before &before) { return plan.strategy == Strategy::BlueGreen || isRouted(plan, before); }

Split splitFor(const Plan &plan, const Before &before, int percent)
{
    const std::int64_t replicas = before.replicas;
    if (before.router != Router::Service)
        return {shareOf(replicas, percent), replicas};
    // What an autoscaler scales is left to it: the new pods come on top.
    if (before.autoscaled)
        return {std::max<std::int64_t>(1, (replicas * percent + (100 - percent) / 2) / (100 - percent)), replicas};
    const Json &surge = jsonAt(before.spec, "/strategy/rollingUpdate/maxSurge");
    const bool none = plan.maxSurge ? plan.maxSurge->value == 0 : surge == 0 || surge == "0%" || surge.is_null();
    const strategy::CanaryCounts counts = strategy::canaryCounts(static_cast<int>(replicas), percent, !none);
    return {counts.canary, counts.stable};
}

std::vector<Step> stepsForward(const Plan &plan, const Before &before)
{
    std::vector<Step> steps = {{Do::Mark}};
    const auto add = [&](std::initializer_list<Step> more) { steps.insert(steps.end(), more); };
    const std::int64_t all = before.replicas;
    if (isPinned(plan, before))
        add({{Do::Pin}});
    switch (plan.strategy) {
    case Strategy::Recreate:
    case Strategy::Rolling: break;
    case Strategy::BlueGreen:
        add({{Do::ScaleNext, all}, {Do::Watch, 0, plan.check, true}, {Do::Switch}, {Do::Watch, 0, plan.keep, true}});
        break;
    case Strategy::Canary:
        for (const int percent : plan.steps) {
            const Split split = splitFor(plan, before, percent);
            add({{Do::ScaleNext, split.next}});
            if (isRouted(plan, before))
                add({{Do::Route, percent}});
            else if (!before.autoscaled)
                add({{Do::ScaleOwn, split.own}});
            add({{Do::Watch, 0, plan.pause, true}});
        }
        break;
    case Strategy::AB:
        add({{Do::ScaleNext, shareOf(all, plan.share)}, {Do::RouteRule}, {Do::Watch, 0, plan.duration, true}});
        break;
    case Strategy::Shadow: // its users must not meet the pods that nobody was to see: they go before the Deployment changes
        add({{Do::ScaleNext, shareOf(all, plan.share)}, {Do::Mirror, plan.share}, {Do::Watch, 0, plan.duration, true},
             {Do::Unroute}, {Do::RemoveNext}, {Do::Unpin}});
        break;
    }
    // From here on all users are meant to get the new version. While the Deployment itself is rolled over, the pods beside it
    // go on serving; blue/green serves by them alone, so that nobody meets two versions.
    const bool beside = isBeside(plan.strategy) && plan.strategy != Strategy::Shadow;
    if (beside && isRouted(plan, before))
        add({{Do::Unpin}});
    add({{Do::Template}});
    if (plan.strategy == Strategy::Canary && !isRouted(plan, before) && !before.autoscaled)
        add({{Do::ScaleOwn, all}});
    if (plan.strategy == Strategy::BlueGreen)
        add({{Do::Unpin}});
    if (beside && isRouted(plan, before))
        add({{Do::Unroute}});
    if (beside)
        add({{Do::RemoveNext}});
    add({{Do::Restore}, {Do::Finish}});
    return steps;
}

std::vector<Step> stepsBack(const Plan &plan, const Before &before)
{
    std::vector<Step> steps;
    if (isRouted(plan, before))
        steps.push_back({Do::Unroute});
    if (plan.strategy == Strategy::BlueGreen)
        steps.push_back({Do::SwitchBack}); // at once where the old pods are there; else it waits for the next step
    steps.push_back({Do::TemplateBack, before.replicas});
    if (isBeside(plan.strategy))
        steps.insert(steps.end(), {{Do::RemoveNext}});
    if (isPinned(plan, before))
        steps.push_back({Do::Unpin});
    steps.insert(steps.end(), {{Do::Restore}, {Do::Finish}});
    return steps;
}

std::vector<Step> stepsOf(const Record &record)
{
    return record.state.phase == Phase::GoingBack ? stepsBack(record.plan, record.before) : stepsForward(record.plan, record.before);
}

std::string words(const Step &step, const Record &record)
{
    const std::string &name = record.plan.deployment;
    switch (step.what) {
    case Do::Mark: return say("Core", "{} is marked as being rolled out", name);
    case Do::Pin: return say("Core", "its Services are held to the pods that run now");
    case Do::ScaleNext: return say("Core", "{}-next, the new version beside it, is scaled to {}", name, step.count);
    case Do::ScaleOwn: return say("Core", "{} itself is scaled to {}", name, step.count);
    case Do::Route: return say("Core", "{} % of the requests go to the new version", step.count);
    case Do::RouteRule: return say("Core", "the users whom the rule chooses get the new version");
    case Do::Mirror: return say("Core", "{} % of the requests are mirrored to the new version", step.count);
    case Do::Watch:
        return step.span ? say("Core", "it is watched for {}", strategy::spanText(*step.span)) : say("Core", "it is watched until somebody promotes it");
    case Do::Switch: return say("Core", "all requests go to the new version");
    case Do::SwitchBack: return say("Core", "all requests go to the old version again");
    case Do::Template: return say("Core", "{} itself becomes the new version", name);
    case Do::TemplateBack: return say("Core", "{} itself is the old version", name);
    case Do::Unpin: return say("Core", "its Services are as they were");
    case Do::Unroute: return say("Core", "the routes are as they were");
    case Do::RemoveNext: return say("Core", "what ran beside it goes");
    case Do::Restore: return say("Core", "its own settings are as they were");
    case Do::Finish: return say("Core", "the mark and the record go");
    }
    return {};
}

} // namespace timonier::rollout

// The steps of act() that concern routers.
#include "strategy/executor/act.h"
#include "strategy/executor/routing.h"

#include "base/say.h"

namespace timonier::rollout {

namespace {

Wish wishFor(const Record &record, const World &world, const Step &step)
{
    Wish wish{.what = step.what == Do::RouteRule ? Wish::What::Rule : step.what == Do::Mirror ? Wish::What::Mirror : Wish::What::Weight,
              .percent = static_cast<int>(step.count), .rule = record.plan.rule, .ns = record.plan.ns, .next = Names(record.plan).next,
              .services = record.before.services};
    if (!world.services.empty())
        wish.port = static_cast<int>(numberAt(world.services.front(), "/spec/ports/0/port", 80));
    return wish;
}

} // namespace

Result<Turn> route(const Api &api, const Record &record, const World &world, const Step &step)
{
    const Wish wish = wishFor(record, world, step);
    for (const Json &original : record.before.routes) {
        const Json now = TRY(api.get(original["path"]));
        for (const RouteWrite &write : routed(record.before.router, now, original, wish)) {
            if (!write.made) {
                if (sameRoute(write.object, now))
                    continue;
                TRY(api.replace(write.path, write.object));
                return Turn{.wrote = true};
            }
            const std::string path = madePath(record.before.router, original, wish);
            const auto there = TRY(api.find(path));
            if (!there) {
                TRY(api.create(write.path, write.object));
                return Turn{.wrote = true};
            }
            Json wanted = *there;
            wanted["metadata"]["annotations"] = write.object["metadata"]["annotations"];
            if (sameRoute(wanted, *there))
                continue;
            TRY(api.replace(path, wanted));
            return Turn{.wrote = true};
        }
    }
    return Turn{.done = true};
}

Result<> tryRoute(const Api &api, const Record &record, const World &world, const Step &step)
{
    const Wish wish = wishFor(record, world, step);
    for (const Json &original : record.before.routes) {
        const Json now = TRY(api.get(original["path"]));
        for (const RouteWrite &write : routed(record.before.router, now, original, wish))
            TRY(write.made ? api.create(write.path, write.object, true) : api.replace(write.path, write.object, true));
    }
    return {};
}

Result<Turn> unroute(const Api &api, const Record &record, const World &world)
{
    // Which of the steps was the last to write is not known after a crash: any of them may be undone.
    std::vector<Wish> wishes;
    for (const Step &step : stepsForward(record.plan, record.before))
        if (step.what == Do::Route || step.what == Do::RouteRule || step.what == Do::Mirror)
            wishes.push_back(wishFor(record, world, step));
    for (const Json &original : record.before.routes) {
        if (const std::string path = madePath(record.before.router, original, wishes.front()); !path.empty()) {
            const auto there = TRY(api.find(path));
            if (there && jsonAt(*there, "/metadata/annotations").is_object() && (*there)["metadata"]["annotations"].value("timonier.dev/rollout", "") == wishes.front().next) {
                TRY(api.remove(path, textAt(*there, "/metadata/uid")));
                return Turn{.wrote = true};
            }
            continue;
        }
        const auto now = TRY(api.find(original["path"]));
        if (!now)
            continue; // it has gone, and what we wrote with it
        Json wanted = unrouted(record.before.router, *now, original, wishes.front());
        for (const Wish &wish : wishes)
            if (const Json other = unrouted(record.before.router, *now, original, wish); other["spec"] == original["spec"])
                wanted = other;
        if (sameRoute(wanted, *now))
            continue;
        TRY(api.replace(original["path"], wanted));
        return Turn{.wrote = true};
    }
    return Turn{.done = true};
}

} // namespace timonier::rollout

#include "session/cluster_delete.h"

#include "base/say.h"

namespace timonier {

namespace {

Error leftError(const std::vector<form::Trace> &left)
{
    std::string names;
    for (const form::Trace &one : left)
        names += (names.empty() ? "" : ", ") + one.text();
    return {.kind = ErrorKind::Conflict, .message = say("Core", "in the account is still: {}", names),
            .hint = say("Core", "It may cost. Delete it again in some minutes: what is being deleted is listed for a while, too; else take it away by hand, as timonierctl cluster left says")};
}

Result<Deleted> thenLook(const LocalCluster &cluster, const plan::Sink &sink, std::stop_token stop, const std::function<Result<plan::Summary>(const plan::Sink &)> &work)
{
    std::optional<plan::Event> end;
    Deleted done{.summary = TRY(work([&](const plan::Event &event) {
        if (event.kind == plan::Event::Kind::Ended)
            end = event;
        else
            sink(event);
    }))};
    if (cluster.traces && done.summary.end == plan::RunState::Finished && end && end->direction == plan::Direction::Back) {
        auto left = cluster.traces(stop);
        if (!left)
            done.summary.error = Error{.kind = left.error().kind, .message = say("Core", "it cannot be told whether something of it is left in the account"), .hint = say("Core", "Ask again: timonierctl cluster left"), .cause = std::make_shared<const Error>(left.error())};
        else if (!left->empty())
            done.summary.error = leftError(*left);
        if (left)
            done.left = std::move(*left);
        if (done.summary.error)
            done.summary.end = plan::RunState::Failed;
        end->end = done.summary.end;
        end->error = done.summary.error;
        if (!end->error)
            end->text = say("Core", "Nothing of it is left in the account, by its tags.");
    }
    if (end)
        sink(*end);
    return done;
}

} // namespace

Result<Deleted> deleteCluster(plan::Runner &runner, const plan::Plan &plan, const LocalCluster &cluster, const plan::Sink &sink, std::stop_token stop)
{
    // Who cannot look goes by the ledger: why, the steps will say, or the look afterwards.
    const auto there = cluster.traces ? cluster.traces(stop) : Result<std::vector<form::Trace>>();
    const plan::Reach reach = there && !there->empty() ? plan::Reach::Marks : plan::Reach::Ledger;
    return thenLook(cluster, sink, stop, [&](const plan::Sink &told) { return runner.undo(plan, told, stop, reach); });
}

Result<Deleted> resumeCluster(plan::Runner &runner, const plan::RunRecord &run, const plan::Plan &plan, const LocalCluster &cluster, const plan::Sink &sink, std::stop_token stop)
{
    return thenLook(cluster, sink, stop, [&](const plan::Sink &told) { return runner.resume(run, plan, told, stop); });
}

} // namespace timonier

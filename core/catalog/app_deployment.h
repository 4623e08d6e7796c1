// What the steps of one deployment share, and do. They run one after another; the mutex is for the runner's threads, not for a race.
// Blocking: the steps' threads.
#pragma once

#include "catalog/app_plan.h"
#include "catalog/state.h"
#include "manifest/remove.h"

#include <mutex>

namespace timonier::catalog {

class Deployment
{
public:
    Deployment(Ground ground, AppRequest request) : m_ground(std::move(ground)), m_request(std::move(request)) {}

    // "checks": looks at everything, and says what stands against it.
    Result<bool> checks(plan::StepContext &context);
    // What that was; null before. Any thread.
    std::shared_ptr<const Prepared> found();

    // "model": every file lies in its volume or store, and no pod is left that brought one (app_model.cpp).
    Result<bool> isDelivered(plan::StepContext &context);
    Result<> deliver(plan::StepContext &context);
    // "tidy": what lay in the store before it is gone (app_store.cpp).
    Result<bool> isTidy(plan::StepContext &context);
    Result<> tidy(plan::StepContext &context);

    // "apply": whether all of it stands there as it would be sent.
    Result<bool> isApplied(plan::StepContext &context);
    Result<> apply(plan::StepContext &context);

    // "command.N": what programs of somebody else's do (app_work.cpp).
    Result<bool> isWorkDone(std::size_t work, plan::StepContext &context);
    Result<> doWork(std::size_t work, plan::StepContext &context);

    // "ready", "question", "open" (app_ready.cpp).
    Result<bool> isReady(plan::StepContext &context);
    Result<> awaitReady(plan::StepContext &context);
    Result<bool> hasNoQuestion(plan::StepContext &context);
    Result<> ask(plan::StepContext &context);
    Result<bool> open(plan::StepContext &context);

private:
    using Look = std::function<Result<std::vector<ObjectState>>()>;

    const SetName &set() const { return m_request.set; }
    Result<std::shared_ptr<const Prepared>> prepareNow(std::stop_token stop);
    Result<std::shared_ptr<const Prepared>> preparedOnce(std::stop_token stop);
    // The set's list lies in the namespace: so that comes before all else.
    Result<> makeSpace(const ApplyPlan &plan, std::stop_token stop);
    // Those objects of the plan, and nothing that hangs on them.
    Result<> applyFirst(const ApplyPlan &plan, const std::function<bool(const ObjectRef &)> &which, std::stop_token stop);
    // What the set will have and still has; and a pod that comes and goes. Before it is sent: whatever happens, what may be there is known.
    Result<> list(const Prepared &prepared, const std::vector<SetEntry> &passing, std::stop_token stop);
    Result<> prune(plan::StepContext &context, const Prepared &prepared);

    Result<> carry(plan::StepContext &context, const Prepared &prepared, const Shipment &shipment);
    Result<> fill(plan::StepContext &context, const Shipment &shipment, const SetEntry &pod);
    Result<> store(plan::StepContext &context, const Prepared &prepared, const Shipment &shipment);
    Result<bool> isStored(const Prepared &prepared, const Shipment &shipment, std::stop_token stop);
    Result<> removePod(plan::StepContext &context, const SetEntry &pod, std::stop_token stop);

    Result<std::vector<ObjectState>> readiness(plan::StepContext &context);
    // Looks again until all is ready. What waits for a person is given half a minute: an image may have been pushed just now, a quota raised.
    Result<> await(plan::StepContext &context, const Look &look);
    std::vector<KnownFailure> failures() const;
    Error withKnownFix(Error error) const;
    Error errorOf(const ObjectState &state, ErrorKind kind) const;

    const Ground m_ground;
    const AppRequest m_request;
    std::mutex m_mutex{};
    std::shared_ptr<const Prepared> m_prepared{};
};

// The way back of what programs did, in reverse; the application's values are those that the cluster remembers.
std::vector<plan::Step> undoWorks(const Ground &ground, const Entry &entry, const SetName &set);
// What lies in object stores for it goes; none where it has nothing there.
std::vector<plan::Step> undoStores(const Ground &ground, const Entry &entry, const SetName &set);
// The application as it was deployed; none: nobody knows any more. Errors: those of readRecord().
Result<std::optional<Filling>> keptFilling(const Ground &ground, const Entry &entry, const SetName &set, std::stop_token stop);
// What they wrote on this computer, once nothing needs it any more.
void clearAfterWorks(const Ground &ground, const SetName &set);

// An object as a part of a step; the same in each run.
std::string partId(const ObjectRef &ref);
// Whoever shows a hint may go on after it.
std::string withoutStop(std::string hint);
std::string removalWords(const Removal &removal);

} // namespace timonier::catalog

// One open cluster: its worker, its transport, and the tables somebody looks at. Built by app/, used by the views.
//
// All methods are called on the owner's (GUI's) thread and return at once. Two subscriptions to the same kind and
// namespace share one reflector and one store; the last one to go stops it.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "kube/batch.h"
#include "kube/kind.h"
#include "kube/metrics.h"
#include "kube/reflector.h"
#include "kube/transport.h"

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace timonier {

// A look at one table. Dropping it ends the look.
class Subscription
{
public:
    virtual ~Subscription() = default;
    virtual Batch take() = 0;        // what changed since the last take
    virtual bool statusWaits() = 0;  // among what changed is the table's status: worth taking at once
    virtual MetricsPtr metrics() = 0; // the newest; null when none was asked for or has come yet
    virtual void retry() = 0;        // now, instead of waiting for the back-off
};

class Cluster
{
public:
    Cluster(std::shared_ptr<Transport> transport, std::shared_ptr<const Clock> clock, ReflectorTuning tuning = {});
    ~Cluster();                      // joins the worker
    Cluster(const Cluster &) = delete;
    Cluster &operator=(const Cluster &) = delete;

    // `wake` is called on the worker when there is something to take; it must only wake (queued, no payload).
    // `withMetrics`: CPU and memory of these pods or nodes are polled every 30 s as long as this subscription lives.
    std::unique_ptr<Subscription> subscribe(const KindSpec &kind, const Scope &scope, bool withMetrics,
                                            std::function<void()> wake);
    // Runs what blocks, one after another for each of the two: what a person waits for does not wait behind the rest.
    enum class Queue { Person, Background };
    void ask(Queue queue, std::function<void(Transport &, std::stop_token)> task);
    // Rows of what is watched now whose name holds `text` (case does not matter), at most `most`: those that begin with it
    // first, then by kind and name. `done` is called on the worker.
    struct Found {
        KindSpec kind;
        RowPtr row;
    };
    void search(std::string text, std::size_t most, std::function<void(std::vector<Found>)> done);
    // The rows at the other end of a relation, of what is watched now; `done` is called on the worker.
    //   linked: pods on a node (pods, Node, "node-1"), replica sets of a deployment (replicasets, Owner, its uid) …
    //   selected: pods that a service's or deployment's selector matches
    using Rows = std::function<void(std::vector<RowPtr>)>;
    void linked(const KindSpec &kind, Relation relation, std::string value, std::string ns, Rows done);
    void selected(const KindSpec &kind, std::string ns, std::string selector, Rows done);
    // The clock jumped or the network changed: every watch is made anew.
    void distrust();

private:
    struct Impl;
    std::shared_ptr<Impl> m_impl;
};

} // namespace timonier

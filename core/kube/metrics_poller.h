// Asks metrics.k8s.io every 30 s for the pods or nodes that somebody looks at. Lives on the cluster's worker; its calls
// are its own, so that a metrics-server that hangs holds up no table.
#pragma once

#include "base/worker.h"
#include "kube/mailbox.h"
#include "kube/framer.h"
#include "kube/json.h"
#include "kube/metrics.h"
#include "kube/metrics_history.h"
#include "kube/scope.h"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace timonier {

// The newest snapshot, for one view. put() on the worker, take() on the reader's thread; `wake` as in BatchInbox.
class MetricsInbox
{
public:
    explicit MetricsInbox(std::function<void()> wake) : m_wake(std::move(wake)) {}
    void put(MetricsPtr snapshot);
    MetricsPtr take(); // null: nothing came since the last take
    void close();

private:
    std::mutex m_mutex;
    MetricsPtr m_newest;
    bool m_closed = false;
    std::function<void()> m_wake;
};

// A PodMetricsList or NodeMetricsList, read item by item as it arrives.
class MetricsReader
{
public:
    // Errors: Protocol, TooLarge.
    Result<> feed(std::string_view bytes);
    Result<MetricsSnapshot> finish();

private:
    Result<> drain();
    ListFramer m_framer;
    JsonParser m_parser;
    MetricsSnapshot m_snapshot;
};

class MetricsPoller
{
public:
    // `kind`: pods or nodes (core group); anything else has no metrics and is never asked for.
    MetricsPoller(const KindSpec &kind, Scope scope, std::shared_ptr<Transport> transport, std::shared_ptr<Executor> executor,
                  const Clock &clock, std::chrono::milliseconds every = std::chrono::seconds(30));
    ~MetricsPoller();

    bool serves(const KindSpec &kind, const Scope &scope) const;
    void add(std::shared_ptr<MetricsInbox> inbox);
    // True: that was the last look at it. It goes on until somebody takes it away.
    bool drop(const std::shared_ptr<MetricsInbox> &inbox);
    bool isLookedAt() const { return !m_inboxes.empty(); }

private:
    void poll();
    void take(std::string_view bytes);
    void finish(Result<> result);
    void done(MetricsPtr snapshot);

    const std::string m_resource; // "pods" or "nodes"
    const Scope m_scope;
    const std::shared_ptr<Transport> m_transport;
    const std::shared_ptr<Executor> m_executor;
    const Clock &m_clock;
    const std::chrono::milliseconds m_every;
    std::vector<std::shared_ptr<MetricsInbox>> m_inboxes;
    MetricsPtr m_newest;
    std::shared_ptr<Mailbox> m_mailbox;
    bool m_polling = false;
    int m_status = 0;
    std::optional<MetricsReader> m_reader;
    Result<> m_read;
    std::string m_refusal;
    MetricsHistory m_history;
    TimerId m_timer = 0;
};

} // namespace timonier

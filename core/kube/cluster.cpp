#include "kube/cluster.h"

#include "base/worker.h"
#include "kube/live_table.h"
#include "kube/metrics_poller.h"

#include <list>
#include <stop_token>

namespace timonier {

namespace {

using namespace std::chrono_literals;

struct OpenTable {
    KindSpec kind;
    Scope scope;
    std::unique_ptr<LiveTable> table;
};

} // namespace

// Everything below is touched on the worker only, but for the worker itself.
struct Cluster::Impl {
    std::shared_ptr<Worker> worker = std::make_shared<Worker>("cluster");
    Worker waiting{"cluster-wait"}; // what blocks (discovery): a server that hangs must not hold up the tables
    std::shared_ptr<Transport> transport;
    std::shared_ptr<const Clock> clock;
    ReflectorTuning tuning;
    std::list<OpenTable> tables;
    std::list<std::unique_ptr<MetricsPoller>> pollers;
    std::chrono::milliseconds lastTick{0};
    std::stop_source stopping;

    OpenTable &open(const KindSpec &kind, const Scope &scope)
    {
        for (OpenTable &open : tables)
            if (open.kind.resource == kind.resource && open.scope == scope)
                return open;
        return tables.emplace_back(
            kind, scope, std::make_unique<LiveTable>(kind, scope, transport, worker, *clock, tuning));
    }

    const RowStore *storeOf(const KindSpec &kind, const std::string &ns) const
    {
        for (const OpenTable &open : tables)
            if (open.kind.resource == kind.resource && (open.scope.ns.empty() || open.scope.ns == ns))
                return &open.table->store();
        return nullptr;
    }

    // A timer that fires late by more than half a minute: the machine slept (`elapsed` runs on through suspend).
    // A time of day that moved against it means that the clock was set; rows do not depend on it, ages do.
    void tick()
    {
        const auto now = clock->elapsed();
        if (lastTick != 0ms && now - lastTick > tuning.clockLook + 30s)
            distrust();
        lastTick = now;
        worker->after(tuning.clockLook, [this] { tick(); });
    }
    void distrust()
    {
        transport->distrust(); // first: what the tables ask for next must not go down the old connection
        for (OpenTable &open : tables)
            open.table->reflector().distrust();
    }
};

namespace {

class Look final : public Subscription
{
public:
    Look(std::function<void()> wake)
        : inbox(std::make_shared<BatchInbox>(wake)), m_metrics(std::make_shared<MetricsInbox>(wake))
    {
    }
    ~Look() override
    {
        inbox->close();
        m_metrics->close();
        end();
    }
    Batch take() override { return inbox->take(); }
    bool statusWaits() override { return inbox->statusWaits(); }
    MetricsPtr metrics() override { return m_metrics->take(); }
    void retry() override { again(); }
    std::shared_ptr<MetricsInbox> metricsInbox() { return m_metrics; }

    std::shared_ptr<BatchInbox> inbox;
    std::function<void()> end;
    std::function<void()> again;

private:
    std::shared_ptr<MetricsInbox> m_metrics;
};

} // namespace

Cluster::Cluster(std::shared_ptr<Transport> transport, std::shared_ptr<const Clock> clock, ReflectorTuning tuning)
    : m_impl(std::make_shared<Impl>())
{
    m_impl->transport = std::move(transport);
    m_impl->clock = std::move(clock);
    m_impl->tuning = tuning;
    m_impl->worker->post([impl = m_impl.get()] { impl->tick(); });
}

Cluster::~Cluster()
{
    m_impl->stopping.request_stop();
    m_impl->waiting.stop();
    m_impl->worker->stop();
}

std::unique_ptr<Subscription> Cluster::subscribe(const KindSpec &kind, const Scope &scope, bool withMetrics,
                                                 std::function<void()> wake)
{
    auto look = std::make_unique<Look>(std::move(wake));
    const std::weak_ptr<Impl> weak = m_impl;
    const auto onWorker = [weak](auto what) {
        if (const auto impl = weak.lock())
            impl->worker->post([raw = impl.get(), what = std::move(what)] { what(*raw); });
    };
    onWorker([kind, scope, inbox = look->inbox, metrics = withMetrics ? look->metricsInbox() : nullptr](Impl &impl) {
        impl.open(kind, scope).table->add(inbox);
        if (!metrics)
            return;
        for (const auto &poller : impl.pollers)
            if (poller->serves(kind, scope))
                return poller->add(metrics);
        impl.pollers
            .emplace_back(std::make_unique<MetricsPoller>(kind, scope, impl.transport, impl.worker, *impl.clock))
            ->add(metrics);
    });
    look->end = [onWorker, kind, scope, inbox = look->inbox, metrics = look->metricsInbox()] {
        onWorker([kind, scope, inbox, metrics](Impl &impl) {
            std::erase_if(impl.pollers, [&](const auto &poller) { return poller->drop(metrics); });
            std::erase_if(impl.tables, [&](OpenTable &open) {
                return open.kind.resource == kind.resource && open.scope == scope && open.table->drop(inbox);
            });
        });
    };
    look->again = [onWorker, kind, scope] {
        onWorker([kind, scope](Impl &impl) { impl.open(kind, scope).table->reflector().retry(); });
    };
    return look;
}

void Cluster::discoverKinds(std::function<void(Result<Discovery>)> done)
{
    m_impl->waiting.post([transport = m_impl->transport, stop = m_impl->stopping.get_token(), done = std::move(done)] {
        done(discover(*transport, stop));
    });
}

void Cluster::linked(const KindSpec &kind, Relation relation, std::string value, std::string ns, Rows done)
{
    m_impl->worker->post([impl = m_impl.get(), kind, relation, value = std::move(value), ns = std::move(ns),
                         done = std::move(done)] {
        const RowStore *store = impl->storeOf(kind, ns);
        done(store ? store->linked(relation, value, ns) : std::vector<RowPtr>{});
    });
}

void Cluster::selected(const KindSpec &kind, std::string ns, std::string selector, Rows done)
{
    m_impl->worker->post([impl = m_impl.get(), kind, ns = std::move(ns), selector = std::move(selector),
                         done = std::move(done)] {
        const RowStore *store = impl->storeOf(kind, ns);
        done(store ? store->selected(ns, selector) : std::vector<RowPtr>{});
    });
}

void Cluster::distrust()
{
    m_impl->worker->post([impl = m_impl.get()] { impl->distrust(); });
}

} // namespace timonier

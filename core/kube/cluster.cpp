#include "kube/cluster.h"

#include "base/worker.h"
#include "kube/live_table.h"
#include "kube/metrics_poller.h"

#include <list>
#include <tuple>
#include <unordered_set>

namespace timonier {

namespace {

using namespace std::chrono_literals;

struct OpenTable {
    KindSpec kind;
    Scope scope;
    std::unique_ptr<LiveTable> table;
    TimerId leaving = 0; // when nobody looks any more
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

} // namespace

// Everything below is touched on the worker only, but for the worker itself.
struct Cluster::Impl {
    std::shared_ptr<Worker> worker = std::make_shared<Worker>("cluster");
    // What blocks: a server that hangs must not hold up the tables.
    Worker person{"cluster-ask"};
    Worker background{"cluster-wait"};
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

    void drop(const KindSpec &kind, const Scope &scope, const std::shared_ptr<BatchInbox> &inbox)
    {
        for (OpenTable &table : tables) {
            if (table.kind.resource != kind.resource || table.scope != scope || !table.table->drop(inbox))
                continue;
            // What was asked for one object's sake is of no use to another.
            const bool stays = scope.labelSelector.empty() && scope.fieldSelector.empty() && tuning.linger > 0ms;
            worker->cancel(table.leaving);
            table.leaving = worker->after(stays ? tuning.linger : 0ms, [this, at = &table] { // a list: it does not move
                tables.remove_if([at](const OpenTable &open) { return &open == at && !open.table->isLookedAt(); });
            });
            return;
        }
    }

    // A poller stays as long as a table does: its curves would begin anew.
    void drop(const std::shared_ptr<MetricsInbox> &inbox)
    {
        for (const auto &poller : pollers) {
            if (!poller->drop(inbox))
                continue;
            worker->after(tuning.linger, [this, at = poller.get()] {
                std::erase_if(pollers, [at](const auto &one) { return one.get() == at && !one->isLookedAt(); });
            });
        }
    }

    const RowStore *storeOf(const KindSpec &kind, const std::string &ns) const
    {
        for (const OpenTable &open : tables)
            if (open.kind.resource == kind.resource && (open.scope.ns.empty() || open.scope.ns == ns))
                return &open.table->store();
        return nullptr;
    }

    std::vector<Found> search(const std::string &text, std::size_t most) const
    {
        struct Hit {
            std::size_t at; // of the text in the name
            const OpenTable *table;
            RowPtr row;
        };
        std::vector<Hit> hits;
        std::unordered_set<Uid> seen; // a kind may be watched in several scopes
        for (const OpenTable &open : tables) {
            for (RowPtr &row : open.table->store().all()) {
                const auto found = std::ranges::search(row->name, text, [](char a, char b) { return lower(a) == lower(b); });
                if (!found.empty() && seen.insert(row->uid).second)
                    hits.push_back({static_cast<std::size_t>(found.begin() - row->name.begin()), &open, std::move(row)});
            }
        }
        // The one that is called so; then what somebody named. An event is called after its object, and there are many of them.
        const auto rank = [&text](const Hit &hit) {
            return std::tuple(hit.row->name.size() != text.size(), hit.table->kind.resource.name == "events", hit.at != 0, std::string_view(hit.table->kind.resource.name), hit.row->name, hit.row->ns);
        };
        const auto middle = hits.begin() + static_cast<std::ptrdiff_t>(std::min(most, hits.size()));
        std::partial_sort(hits.begin(), middle, hits.end(), [&](const Hit &a, const Hit &b) { return rank(a) < rank(b); });
        std::vector<Found> out;
        for (auto hit = hits.begin(); hit != middle; ++hit)
            out.push_back({hit->table->kind, std::move(hit->row)});
        return out;
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
    m_impl->person.stop();
    m_impl->background.stop();
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
            impl.drop(metrics);
            impl.drop(kind, scope, inbox);
        });
    };
    look->again = [onWorker, kind, scope] {
        onWorker([kind, scope](Impl &impl) { impl.open(kind, scope).table->reflector().retry(); });
    };
    return look;
}

void Cluster::ask(Queue queue, std::function<void(Transport &, std::stop_token)> task)
{
    Worker &worker = queue == Queue::Person ? m_impl->person : m_impl->background;
    worker.post([transport = m_impl->transport, stop = m_impl->stopping.get_token(), task = std::move(task)] {
        task(*transport, stop);
    });
}

void Cluster::search(std::string text, std::size_t most, std::function<void(std::vector<Found>)> done)
{
    m_impl->worker->post([impl = m_impl.get(), text = std::move(text), most, done = std::move(done)] {
        done(impl->search(text, most));
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

#include "kube/metrics_poller.h"

#include "base/say.h"
#include "kube/decode.h"
#include "kube/quantity.h"

#include <algorithm>

namespace timonier {

namespace {

// One item of a list: {"metadata":{…},"usage":{…}} of a node, {"metadata":{…},"containers":[{"usage":{…}},…]} of a pod.
void readItem(Json json, MetricsSnapshot &out)
{
    std::string_view name, ns;
    Usage usage;
    const auto readUsage = [&] {
        json.fields([&](std::string_view key) {
            if (key == "cpu")
                usage.cpu += milliQuantity(json.text());
            else if (key == "memory")
                usage.memory += milliQuantity(json.text()) / 1000;
        });
    };
    json.fields([&](std::string_view key) {
        if (key == "metadata") {
            json.fields([&](std::string_view field) {
                if (field == "name")
                    name = json.text();
                else if (field == "namespace")
                    ns = json.text();
            });
        } else if (key == "usage") {
            readUsage();
        } else if (key == "containers") {
            json.elements([&] {
                json.fields([&](std::string_view field) {
                    if (field == "usage")
                        readUsage();
                });
            });
        }
    });
    if (!name.empty())
        out.usage.emplace(ns.empty() ? std::string(name) : std::string(ns).append("/").append(name), usage);
}

} // namespace

void MetricsInbox::put(MetricsPtr snapshot)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_closed)
            return;
        m_newest.swap(snapshot);
    }
    m_wake();
}

MetricsPtr MetricsInbox::take()
{
    const std::scoped_lock lock(m_mutex);
    return std::exchange(m_newest, nullptr);
}

void MetricsInbox::close()
{
    const std::scoped_lock lock(m_mutex);
    m_closed = true;
}

Result<> MetricsReader::feed(std::string_view bytes)
{
    m_framer.append(bytes);
    return drain();
}

Result<> MetricsReader::drain()
{
    const auto broken = [] {
        return fail(ErrorKind::Protocol, say("Core", "The metrics server's answer cannot be understood"));
    };
    for (;;) {
        const auto item = m_framer.next();
        if (!item)
            return broken();
        if (!*item)
            return {};
        const auto json = m_parser.parse(**item);
        if (!json)
            return broken();
        readItem(*json, m_snapshot);
    }
}

Result<MetricsSnapshot> MetricsReader::finish()
{
    m_framer.close();
    if (auto drained = drain(); !drained)
        return std::unexpected(std::move(drained).error());
    if (!m_framer.sawElements())
        return fail(ErrorKind::Protocol, say("Core", "The metrics server's answer cannot be understood"));
    return std::move(m_snapshot);
}

MetricsPoller::MetricsPoller(const KindSpec &kind, Scope scope, std::shared_ptr<Transport> transport,
                             std::shared_ptr<Executor> executor, const Clock &clock, std::chrono::milliseconds every)
    : m_resource(kind.resource.name), m_scope(std::move(scope)), m_transport(std::move(transport)),
      m_executor(std::move(executor)), m_clock(clock), m_every(every)
{
}

MetricsPoller::~MetricsPoller()
{
    if (m_mailbox)
        m_mailbox->close();
    m_executor->cancel(m_timer);
}

bool MetricsPoller::serves(const KindSpec &kind, const Scope &scope) const
{
    return kind.resource.name == m_resource && scope == m_scope;
}

void MetricsPoller::add(std::shared_ptr<MetricsInbox> inbox)
{
    if (m_newest)
        inbox->put(m_newest);
    m_inboxes.push_back(std::move(inbox));
    if (!std::exchange(m_polling, true))
        poll();
}

bool MetricsPoller::drop(const std::shared_ptr<MetricsInbox> &inbox)
{
    return std::erase(m_inboxes, inbox) > 0 && m_inboxes.empty();
}

void MetricsPoller::poll()
{
    std::string path = "/apis/metrics.k8s.io/v1beta1";
    if (!m_scope.ns.empty())
        path += "/namespaces/" + percentEncoded(m_scope.ns);
    path += "/" + m_resource;
    if (!m_scope.labelSelector.empty())
        path += "?labelSelector=" + percentEncoded(m_scope.labelSelector);
    m_status = 0;
    m_refusal.clear();
    m_reader.emplace();
    m_read = {};
    m_mailbox = Mailbox::make(m_executor, {
        .head = [this](const ResponseHead &head) { m_status = head.status; },
        .data = [this](std::string_view bytes) { take(bytes); },
        .finished = [this](Result<> result) { finish(std::move(result)); }});
    m_mailbox->start(*m_transport, {.path = std::move(path)});
}

void MetricsPoller::take(std::string_view bytes)
{
    constexpr std::size_t longestRefusal = 64 << 10;
    if (m_status != 200)
        m_refusal.append(bytes.substr(0, longestRefusal - std::min(longestRefusal, m_refusal.size())));
    else if (m_read)
        m_read = m_reader->feed(bytes);
}

void MetricsPoller::finish(Result<> result)
{
    if (result)
        result = std::move(m_read);
    auto read = !result           ? Result<MetricsSnapshot>(std::unexpected(result.error()))
              : m_status == 200 ? m_reader->finish()
                                : Result<MetricsSnapshot>(std::unexpected(statusError(m_status, m_refusal)));
    m_reader.reset();
    auto snapshot = std::make_shared<MetricsSnapshot>();
    if (read) {
        *snapshot = std::move(*read);
        m_history.add(*snapshot);
    } else if (m_status == 404) {
        snapshot->unavailable =
            Error{.kind = ErrorKind::NotFound,
                  .message = say("Core", "This cluster has no metrics-server, so CPU and memory in use are not known"),
                  .hint = say("Core", "Install metrics-server in the cluster")};
    } else {
        snapshot->unavailable =
            std::move(read.error()).because(say("Core", "CPU and memory in use cannot be read at the moment"));
    }
    snapshot->taken = m_clock.wall();
    done(std::move(snapshot));
}

void MetricsPoller::done(MetricsPtr snapshot)
{
    m_newest = std::move(snapshot);
    for (const auto &inbox : m_inboxes)
        inbox->put(m_newest);
    m_timer = m_executor->after(m_every, [this] { poll(); });
}

} // namespace timonier

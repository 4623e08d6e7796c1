#include "kube/metrics_poller.h"

#include "base/say.h"
#include "kube/decode.h"
#include "kube/quantity.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace timonier {

namespace {

// The list is read as a stream of events: 10,000 pods are 5 MB of text, and would be 50 MB as a tree.
//   items[] . metadata . {name, namespace}
//   items[] . usage . {cpu, memory}                 (nodes)
//   items[] . containers[] . usage . {cpu, memory}  (pods: the sum)
class MetricsReader final : public nlohmann::json_sax<nlohmann::json>
{
public:
    explicit MetricsReader(MetricsSnapshot &out) : m_out(out) {}

    bool start_object(std::size_t) override
    {
        m_path.push_back(m_key);
        if (m_path.size() == itemDepth) {
            m_name.clear();
            m_ns.clear();
            m_usage = {};
        }
        return true;
    }
    bool end_object() override
    {
        if (m_path.size() == itemDepth && !m_name.empty())
            m_out.usage.emplace(m_ns.empty() ? m_name : m_ns + "/" + m_name, m_usage);
        m_path.pop_back();
        return true;
    }
    bool start_array(std::size_t) override
    {
        m_isList = m_isList || (m_path.size() == 1 && m_key == "items");
        return true;
    }
    bool end_array() override { return true; }
    bool key(string_t &key) override
    {
        m_key = key;
        return true;
    }
    bool string(string_t &value) override
    {
        if (m_path.size() < itemDepth)
            return true;
        if (m_path.size() == itemDepth + 1 && m_path.back() == "metadata") {
            if (m_key == "name")
                m_name = value;
            else if (m_key == "namespace")
                m_ns = value;
        } else if (m_path.back() == "usage") {
            const std::int64_t milli = milliQuantity(value);
            if (m_key == "cpu")
                m_usage.cpu += milli;
            else if (m_key == "memory")
                m_usage.memory += milli / 1000;
        }
        return true;
    }
    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t &) override { return true; }
    bool binary(binary_t &) override { return true; }
    bool parse_error(std::size_t, const std::string &, const nlohmann::detail::exception &) override { return false; }

    bool isList() const { return m_isList; }

private:
    static constexpr std::size_t itemDepth = 2; // the list, an item
    MetricsSnapshot &m_out;
    std::vector<std::string> m_path;
    std::string m_key;
    std::string m_name;
    std::string m_ns;
    Usage m_usage;
    bool m_isList = false;
};

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

Result<MetricsSnapshot> readMetrics(std::string_view json)
{
    MetricsSnapshot snapshot;
    MetricsReader reader(snapshot);
    if (!nlohmann::json::sax_parse(json.begin(), json.end(), &reader) || !reader.isList())
        return fail(ErrorKind::Protocol, say("Core", "The metrics server's answer cannot be understood"));
    return snapshot;
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
    if (m_inboxes.size() == 1)
        poll();
}

bool MetricsPoller::drop(const std::shared_ptr<MetricsInbox> &inbox)
{
    std::erase(m_inboxes, inbox);
    return m_inboxes.empty();
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
    m_body.clear();
    m_mailbox = Mailbox::make(m_executor, {
        .head = [this](const ResponseHead &head) { m_status = head.status; },
        .data = [this](std::string_view bytes) { m_body += bytes; },
        .finished = [this](Result<> result) {
            auto read = !result            ? Result<MetricsSnapshot>(std::unexpected(result.error()))
                        : m_status == 200 ? readMetrics(m_body)
                                          : Result<MetricsSnapshot>(std::unexpected(statusError(m_status, m_body)));
            auto snapshot = std::make_shared<MetricsSnapshot>();
            if (read) {
                *snapshot = std::move(*read);
            } else if (m_status == 404) {
                snapshot->unavailable =
                    Error{.kind = ErrorKind::NotFound,
                          .message = say("Core", "This cluster has no metrics-server, so CPU and memory in use are not known"),
                          .hint = say("Core", "Install metrics-server in the cluster")};
            } else {
                snapshot->unavailable = std::move(read.error())
                                            .because(say("Core", "CPU and memory in use cannot be read at the moment"));
            }
            snapshot->taken = m_clock.wall();
            m_body = {};
            done(std::move(snapshot));
        }});
    m_mailbox->start(*m_transport, {.path = std::move(path)});
}

void MetricsPoller::done(MetricsPtr snapshot)
{
    m_newest = std::move(snapshot);
    for (const auto &inbox : m_inboxes)
        inbox->put(m_newest);
    m_timer = m_executor->after(m_every, [this] { poll(); });
}

} // namespace timonier

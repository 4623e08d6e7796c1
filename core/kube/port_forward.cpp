#include "kube/port_forward.h"

#include "base/pause.h"
#include "base/say.h"
#include "base/single_flight.h"
#include "kube/fetch.h"
#include "kube/forward_connection.h"
#include "kube/local_listener.h"
#include "kube/scope.h"
#include "kube/stream_rights.h"

#include <nlohmann/json.hpp>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <list>
#include <thread>

namespace timonier {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto freshness = 1s;          // a burst of connections (a browser's) shares one look-up
constexpr auto betweenTries = 500ms;
constexpr std::size_t mostConnections = 400; // threads; more wait in the kernel's queue

Result<> checkRights(Transport &transport, const std::string &ns, std::stop_token stop)
{
    using Json = nlohmann::json;
    const Json attributes = {{"namespace", ns}, {"verb", "get"}, {"resource", "pods"}, {"subresource", "portforward"}};
    const Json review = {{"apiVersion", "authorization.k8s.io/v1"}, {"kind", "SelfSubjectAccessReview"}, {"spec", {{"resourceAttributes", attributes}}}};
    const auto answer = fetch(transport, {.method = "POST", .path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
                                          .contentType = "application/json", .body = review.dump()}, std::move(stop));
    if (!answer)
        return {}; // it cannot be asked; the first connection will tell
    const Json said = Json::parse(answer->body, nullptr, false);
    const Json::json_pointer allowed("/status/allowed");
    if (!said.is_object() || !said.contains(allowed) || said[allowed] != false)
        return {};
    return std::unexpected(withStreamRights({.kind = ErrorKind::Forbidden, .message = say("Core", "you may not forward ports of pods in the namespace {}", ns)},
                                            "portforward", ns));
}

bool mayHeal(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::NotFound: // the pod went between the look-up and the call
    case ErrorKind::Server:   // its node cannot be reached, its container is not there yet
    case ErrorKind::Unreachable:
    case ErrorKind::Timeout:
    case ErrorKind::Throttled: return true;
    default: return false;
    }
}

// The kubelet reached the pod, and there it failed.
bool isThePods(const Error &error)
{
    const auto said = std::ranges::find(error.context, std::pair<std::string, std::string>("cause", "pod"));
    return said != error.context.end() || (error.cause && isThePods(*error.cause));
}

class Forward final : public PortForward
{
public:
    Forward(std::shared_ptr<Transport> transport, StreamAccess access, PortTarget target, ForwardOptions options, std::function<void()> wake)
        : m_access(std::move(access)), m_target(std::move(target)), m_options(std::move(options)), m_wake(std::move(wake)),
          m_resolver(std::move(transport), m_target)
    {
    }
    ~Forward() override
    {
        m_stop.request_stop();
        if (m_listener.socket >= 0)
            ::shutdown(m_listener.socket, SHUT_RDWR); // its thread wakes
        if (m_thread.joinable())
            m_thread.join();
        m_connections.clear(); // joins
        if (m_listener.socket >= 0)
            ::close(m_listener.socket);
    }

    Result<> begin(Transport &transport, std::stop_token stop)
    {
        const PortLookup first = TRY(lookUp(stop));
        if (first.found)
            m_status.pod = *first.found;
        m_status.unready = first.reason;
        if (auto may = checkRights(transport, m_target.ns, stop); !may)
            return may;
        m_listener = TRY(listenOn(m_options.address, m_options.port));
        m_thread = std::thread([this] { acceptAll(); });
        return {};
    }

    std::string address() const override { return m_options.address == "localhost" ? "127.0.0.1" : m_options.address; }
    std::uint16_t port() const override { return m_listener.port; }
    ForwardStatus status() const override
    {
        const std::scoped_lock lock(m_mutex);
        ForwardStatus status = m_status;
        status.received = m_counters.received;
        status.sent = m_counters.sent;
        return status;
    }

private:
    struct Connection {
        std::atomic<bool> done = false;
        std::jthread thread;
    };

    void acceptAll()
    {
        while (!m_stop.stop_requested()) {
            m_connections.remove_if([](const Connection &connection) { return connection.done.load(); });
            const bool full = m_connections.size() >= mostConnections;
            pollfd waits{m_listener.socket, static_cast<short>(full ? 0 : POLLIN), 0};
            if (::poll(&waits, 1, full ? 100 : 5000) <= 0 || m_stop.stop_requested())
                continue;
            const int client = ::accept4(m_listener.socket, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
            if (client < 0) {
                pause(50ms, m_stop.get_token()); // out of descriptors, or gone again
                continue;
            }
            Connection &connection = m_connections.emplace_back();
            connection.thread = std::jthread([this, client, &connection] {
                serve(client, m_stop.get_token());
                connection.done = true;
            });
        }
    }

    // A connection from its beginning to its end.
    void serve(int client, std::stop_token stop)
    {
        change([](ForwardStatus &status, Count &count) {
            ++status.connections;
            ++count.connecting;
        });
        auto pod = reachPod(client, stop);
        if (!pod) {
            const std::optional<Error> problem = pod.error().kind == ErrorKind::Cancelled ? std::nullopt : std::optional(pod.error());
            change([&](ForwardStatus &status, Count &count) {
                --count.connecting;
                if (problem)
                    status.problem = *problem;
            });
            return closeClient(client, true);
        }
        change([&](ForwardStatus &status, Count &count) {
            --count.connecting;
            ++status.active;
            status.problem.reset();
        });
        const Result<> ended = relay(**pod, client, m_options.linger, stop, m_counters);
        if (ended) {
            (*pod)->close(); // a word of goodbye, if it can go out at once
            std::ignore = (*pod)->turn(false, {}, 0ms, [](std::uint8_t, std::string_view) {});
        } else {
            forget();
        }
        closeClient(client, !ended);
        change([&](ForwardStatus &status, Count &) {
            --status.active;
            if (!ended && ended.error().kind != ErrorKind::Cancelled)
                status.problem = explained(ended.error(), status.pod);
        });
    }

    // The WebSocket to a pod that is ready: tried as long as it may heal and the client waits, within its patience.
    Result<std::unique_ptr<WebSocket>> reachPod(int client, std::stop_token stop)
    {
        const auto end = Clock::now() + m_options.patience;
        bool missed = false; // the pod was not there any more
        for (;;) {
            Result<PortLookup> lookup = lookUp(stop);
            std::optional<Error> problem;
            if (!lookup) {
                if (!mayHeal(lookup.error()) || lookup.error().kind == ErrorKind::NotFound)
                    return std::unexpected(std::move(lookup).error());
                problem = std::move(lookup).error();
            } else if (!lookup->found) {
                problem = Error{.kind = ErrorKind::NotFound, .message = say("Core", "no pod is ready: {}", lookup->reason),
                                .hint = say("Core", "The connection waits for one.")};
                change([&](ForwardStatus &status, Count &) { status.unready = lookup->reason; });
            } else {
                change([&](ForwardStatus &status, Count &) {
                    status.pod = *lookup->found;
                    status.unready.clear();
                });
                auto opened = WebSocket::open(m_access, portForwardPath(m_target.ns, *lookup->found), {"v4.channel.k8s.io"}, stop, m_options.times);
                if (opened)
                    return opened;
                Error error = withStreamRights(std::move(opened).error(), "portforward", m_target.ns);
                if (!mayHeal(error))
                    return std::unexpected(std::move(error));
                forget();
                if (error.kind == ErrorKind::NotFound && !std::exchange(missed, true))
                    continue; // what was known was old: look anew at once
                problem = std::move(error);
            }
            const bool late = Clock::now() >= end;
            if (late || hasHungUp(client))
                return std::unexpected(std::move(*problem));
            change([&](ForwardStatus &status, Count &count) {
                ++count.waiting;
                status.problem = *problem;
            });
            const bool goesOn = pause(betweenTries, stop);
            change([](ForwardStatus &, Count &count) { --count.waiting; });
            if (!goesOn)
                return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        }
    }

    Result<PortLookup> lookUp(std::stop_token stop)
    {
        return m_flight.run(std::move(stop), [this](std::stop_token inner) -> Result<PortLookup> {
            {
                const std::scoped_lock lock(m_mutex);
                if (m_known && m_known->found && Clock::now() - m_knownAt < freshness)
                    return *m_known;
            }
            PortLookup lookup = TRY(m_resolver.find(std::move(inner)));
            const std::scoped_lock lock(m_mutex);
            m_known = lookup;
            m_knownAt = Clock::now();
            return lookup;
        });
    }
    void forget()
    {
        const std::scoped_lock lock(m_mutex);
        m_known.reset();
    }

    // The kubelet's words for a port that nobody listens on come from the container runtime, and end as the system's do.
    static Error explained(const Error &error, const PodPort &pod)
    {
        if (!isThePods(error))
            return error;
        if (error.message.find("connection refused") != std::string::npos)
            return Error(error).because(say("Core", "nothing in the pod {} listens on port {}", pod.pod, pod.port),
                                        say("Core", "Is it the port that the program in the container listens on, and has it started?"));
        return Error(error).because(say("Core", "the connection to port {} of the pod {} failed", pod.port, pod.pod));
    }

    struct Count {
        unsigned connecting = 0; // those that wait are among them
        unsigned waiting = 0;
    };
    template <class Change>
    void change(Change make)
    {
        bool news = false;
        {
            const std::scoped_lock lock(m_mutex);
            const auto before = std::tuple(m_status.state, m_status.active, m_status.pod, m_status.problem ? m_status.problem->message : std::string());
            make(m_status, m_count);
            m_status.state = stateNow();
            news = before != std::tuple(m_status.state, m_status.active, m_status.pod, m_status.problem ? m_status.problem->message : std::string());
        }
        if (news && !m_stop.stop_requested())
            m_wake();
    }
    ForwardState stateNow() const
    {
        if (m_count.waiting > 0)
            return ForwardState::Waiting;
        if (m_status.active > 0)
            return ForwardState::Active;
        if (m_count.connecting > 0)
            return m_status.state == ForwardState::Waiting ? ForwardState::Waiting : ForwardState::Connecting;
        if (!m_status.problem)
            return ForwardState::Listening;
        if (m_status.problem->kind == ErrorKind::Forbidden)
            return ForwardState::Refused;
        return isThePods(*m_status.problem) ? ForwardState::PortClosed : ForwardState::Broken;
    }

    const StreamAccess m_access;
    const PortTarget m_target;
    const ForwardOptions m_options;
    const std::function<void()> m_wake;
    PortResolver m_resolver;
    SingleFlight<PortLookup> m_flight;
    Listener m_listener;
    std::stop_source m_stop;
    ForwardCounters m_counters;
    mutable std::mutex m_mutex;    // of the next five
    ForwardStatus m_status;
    Count m_count;
    std::optional<PortLookup> m_known;
    Clock::time_point m_knownAt{};
    std::list<Connection> m_connections; // the listening thread's, until it has ended
    std::thread m_thread;
};

} // namespace

std::string_view name(ForwardState state)
{
    switch (state) {
    case ForwardState::Listening: return "Listening";
    case ForwardState::Connecting: return "Connecting";
    case ForwardState::Active: return "Active";
    case ForwardState::Waiting: return "Waiting";
    case ForwardState::Refused: return "Refused";
    case ForwardState::PortClosed: return "PortClosed";
    case ForwardState::Broken: return "Broken";
    }
    return {};
}

std::string portForwardPath(const std::string &ns, const PodPort &pod)
{
    return "/api/v1/namespaces/" + percentEncoded(ns) + "/pods/" + percentEncoded(pod.pod) + "/portforward?ports=" + std::to_string(pod.port);
}

Result<std::unique_ptr<PortForward>> forwardPort(std::shared_ptr<Transport> transport, StreamAccess access, PortTarget target,
                                                 ForwardOptions options, std::function<void()> wake, std::stop_token stop)
{
    auto forward = std::make_unique<Forward>(transport, std::move(access), std::move(target), std::move(options), std::move(wake));
    if (auto begun = forward->begin(*transport, std::move(stop)); !begun)
        return std::unexpected(std::move(begun).error());
    return forward;
}

} // namespace timonier

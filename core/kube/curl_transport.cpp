#include "kube/curl_transport.h"

#include "base/say.h"
#include "base/worker.h"
#include "kube/curl_transfer.h"
#include "kube/lanes.h"
#include "kube/network.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <stop_token>

namespace timonier {

namespace {

std::unexpected<Error> cancelled()
{
    return fail(ErrorKind::Cancelled, say("Core", "the request was cancelled"));
}

} // namespace

// The half of a transport that lives on the network thread.
struct CurlTransport::Link final : NetworkClient, Transfer::Host, std::enable_shared_from_this<Link> {
    using TransferPtr = std::shared_ptr<Transfer>;

    // The sign of life of one lane. It counts as soon as a head comes.
    struct Probe final : Receiver {
        explicit Probe(Link &link, unsigned lane) : m_link(link), m_lane(lane) {}
        void head(const ResponseHead &) override
        {
            m_alive = true; // whatever the status; the rest of the answer is of no interest
            m_link.inbox->post([self = m_link.shared_from_this(), probe = m_link.probes[m_lane]] { self->finish(probe, {}); });
        }
        Flow data(std::string_view) override { return Flow::Continue; }
        void finished(Result<>) override { m_link.probed(m_lane, m_alive); }
        bool m_alive = false;
        Link &m_link;
        unsigned m_lane;
    };

    Link(Network &net, Endpoint endpoint, std::shared_ptr<CredentialSource> source, std::string userAgent, TransportTimes limits,
         std::shared_ptr<Worker> helper)
        : inbox(net.inbox()), network(net), credentials(std::move(source)), worker(std::move(helper)), times(limits)
    {
        static std::atomic<std::uint64_t> lastOwner = 0;
        auto common = std::make_shared<TransferSettings>();
        common->owner = ++lastOwner;
        common->userAgent = std::move(userAgent);
        common->connectLimit = times.connect;
        if (auto server = ServerUrl::of(endpoint))
            common->server = std::move(*server);
        else
            invalid = std::move(server).error();
        common->endpoint = std::move(endpoint);
        auto forProbes = std::make_shared<TransferSettings>(*common);
        forProbes->connectLimit = times.answer;
        probeSettings = std::move(forProbes);
        settings = std::move(common);
    }

    std::shared_ptr<NetworkInbox> inbox;
    Network &network;                                 // on its own thread only: it is there then
    std::shared_ptr<const TransferSettings> settings;
    std::shared_ptr<const TransferSettings> probeSettings; // the same with the probe's time to connect
    std::shared_ptr<TransferCounters> counters = std::make_shared<TransferCounters>();
    std::optional<Error> invalid;                     // why this endpoint cannot be asked at all
    std::shared_ptr<CredentialSource> credentials;
    std::shared_ptr<Worker> worker;                   // for credentials; stopped by ~CurlTransport
    TransportTimes times;
    std::stop_source stop;

    std::set<TransferPtr> transfers;                  // all that have not finished
    std::vector<TransferPtr> waiting;                 // for a credential
    bool resolving = false;
    bool resolvingAgain = false;                      // after a 401
    Lanes lanes;
    std::map<unsigned, TransferPtr> probes;           // under way, by lane
    std::map<unsigned, std::vector<ConnectionPtr>> doubted; // what they ask after
    bool closed = false;

    // --- one call ---
    void begin(const TransferPtr &transfer)
    {
        if (closed) {
            transfer->receiver().finished(cancelled());
            return;
        }
        transfers.insert(transfer);
        if (invalid)
            return finish(transfer, std::unexpected(*invalid));
        if (!credentials)
            return send(transfer, {});
        if (const auto credential = credentials->cached())
            return send(transfer, *credential);
        waiting.push_back(transfer);
        resolve(false, std::nullopt);
    }

    void send(const TransferPtr &transfer, const Credential &credential)
    {
        lanes.leave(transfer); // a follower has a place already
        const unsigned number = lanes.enter(transfer, credential);
        if (lanes.mustWait(number, transfer, credential))
            return;
        if (auto sent = transfer->send(credential, number); !sent)
            finish(transfer, std::move(sent));
    }

    void finish(const TransferPtr &transfer, Result<> result)
    {
        transfer->stop();
        std::erase(waiting, transfer);
        const auto left = lanes.leave(transfer);
        // Those that waited for its connection share its fate, unless that was not the connection's fault.
        const bool shared = !result && !transfer->hadConnection() && result.error().kind != ErrorKind::Cancelled;
        std::optional<Error> fate = shared ? std::optional(result.error()) : std::nullopt;
        if (transfers.erase(transfer))
            transfer->receiver().finished(std::move(result));
        if (!fate)
            return go(left);
        for (const auto &[follower, credential] : left)
            finish(follower, std::unexpected(*fate));
    }

    // Not from here, where curl calls: the next round of the loop lets the others go.
    void connected(Transfer &transfer) override
    {
        if (!lanes.isLeader(transfer))
            return;
        inbox->post([self = shared_from_this(), kept = transfer.shared_from_this()] {
            self->go(self->lanes.open(kept));
        });
    }

    void go(const Lanes::Followers &followers)
    {
        for (const auto &[follower, credential] : followers) {
            if (!transfers.contains(follower))
                continue;
            send(follower, credential);
        }
    }

    void ended(Transfer &transfer, bool refused, Result<> result) override
    {
        const TransferPtr kept = transfer.shared_from_this();
        if (!refused)
            return finish(kept, std::move(result));
        if (kept->refreshed || !credentials) {
            kept->deliverRefusal();
            return finish(kept, {});
        }
        kept->refreshed = true;
        const auto followers = lanes.leave(kept);
        waiting.push_back(kept);
        resolve(true, kept->credential());
        go(followers);
    }

    // --- credentials ---
    // One resolution at a time; whoever waits when it ends gets its answer. A request that the last one refused while
    // another already fetched a new credential must not throw that away: the worker looks at the cache first.
    void resolve(bool afterRejection, std::optional<Credential> rejected)
    {
        if (std::exchange(resolving, true))
            return;
        resolvingAgain = afterRejection;
        worker->post([self = shared_from_this(), afterRejection, rejected = std::move(rejected), token = stop.get_token()] {
            Result<Credential> credential = [&]() -> Result<Credential> {
                if (afterRejection) {
                    if (const auto newer = self->credentials->cached(); newer && *newer != *rejected)
                        return *newer;
                }
                return self->credentials->resolve(afterRejection, token);
            }();
            self->inbox->post([self, credential = std::move(credential)] { self->resolved(credential); });
        });
    }

    void resolved(const Result<Credential> &credential)
    {
        resolving = false;
        std::vector<TransferPtr> stillRefused;
        for (const TransferPtr &transfer : std::exchange(waiting, {})) {
            if (!transfers.contains(transfer))
                continue;
            if (!credential) {
                finish(transfer, std::unexpected(Error(credential.error()).with("host", settings->server.shown)));
            } else if (transfer->refreshed && transfer->credential() == *credential && !resolvingAgain) {
                stillRefused.push_back(transfer); // it came in while something else was being resolved
            } else if (transfer->refreshed && transfer->credential() == *credential) {
                transfer->deliverRefusal(); // asking again would be refused again
                finish(transfer, {});
            } else {
                send(transfer, *credential);
            }
        }
        if (!stillRefused.empty()) {
            waiting = std::move(stillRefused);
            resolve(true, waiting.front()->credential());
        }
    }

    // --- time ---
    TimePoint tick(TimePoint now) override
    {
        TimePoint next = now + std::chrono::hours(1);
        std::vector<std::pair<TransferPtr, Error>> late;
        struct Live {
            TransferPtr some;        // one of its transfers
            bool unanswered = false; // one of them waits for its head
        };
        std::map<ConnectionPtr, Live> live;
        for (const TransferPtr &transfer : transfers) {
            if (auto error = transfer->overdue(now, next)) {
                late.emplace_back(transfer, std::move(*error));
                continue;
            }
            if (!transfer->lane || !transfer->connection() || transfer->connection()->dead) // (a probe is in no lane)
                continue;
            Live &connection = live[transfer->connection()];
            connection.some = transfer;
            const auto since = transfer->unansweredSince();
            connection.unanswered = connection.unanswered || (since && *since >= transfer->connection()->received);
        }
        std::map<unsigned, std::vector<TransferPtr>> silent; // by lane: one transfer of each connection to ask after
        for (const auto &[connection, what] : live) {
            const unsigned lane = *what.some->lane;
            if (probes.contains(lane))
                continue;
            const TimePoint due = std::max(connection->received, connection->probed)
                + (what.unanswered ? std::min(times.unanswered, times.silence) : times.silence);
            if (now < due)
                next = std::min(next, due);
            else
                silent[lane].push_back(what.some);
        }
        for (const auto &[lane, some] : silent)
            probe(now, lane, some);
        if (!silent.empty())
            next = std::min(next, now + times.answer);
        for (auto &[transfer, error] : late)
            finish(transfer, std::unexpected(std::move(error)));
        return next;
    }

    // --- signs of life ---
    // On HTTP/2 the probe goes down the silent connection itself. On HTTP/1.1 it needs one of its own: then it says
    // whether the server is there, and TCP keep-alive does the rest.
    void probe(TimePoint now, unsigned lane, const std::vector<TransferPtr> &about)
    {
        for (const TransferPtr &transfer : about) {
            transfer->connection()->probed = now;
            doubted[lane].push_back(transfer->connection());
        }
        auto transfer = std::make_shared<Transfer>(*this, network, probeSettings, counters,
                                                   Request{.path = "/version", .stall = times.answer},
                                                   std::make_shared<Probe>(*this, lane), false);
        transfers.insert(transfer);
        probes[lane] = transfer;
        if (auto sent = transfer->send(about.front()->credential(), lane); !sent)
            finish(transfer, std::move(sent));
    }

    void probed(unsigned lane, bool alive)
    {
        probes.erase(lane);
        const auto asked = std::move(doubted[lane]);
        doubted.erase(lane);
        if (alive || closed)
            return;
        for (const ConnectionPtr &connection : asked) {
            if (connection->received > connection->probed || connection->streams == 0)
                continue; // it spoke meanwhile, or nobody is on it
            SocketTable::cut(*connection);
        }
    }

    // --- the end ---
    void distrust()
    {
        network.sockets().cutAll(settings->owner, false);
        for (const TransferPtr &transfer : std::set(transfers)) {
            if (transfer->onWire())
                finish(transfer, fail(ErrorKind::Unreachable, say("Core", "the network changed; the connection to {} was dropped",
                                                                  settings->server.shown)));
        }
    }

    void abandon() override
    {
        closed = true;
        for (const TransferPtr &transfer : std::exchange(transfers, {})) {
            transfer->stop();
            transfer->receiver().finished(cancelled());
        }
        waiting.clear();
        probes.clear();
        lanes = {};
    }

    void close()
    {
        abandon();
        network.sockets().cutAll(settings->owner, true);
        network.detach(shared_from_this());
    }
};

namespace {

// What the caller holds. Its commands are tasks; a transfer that has gone ignores them.
template <class Link>
struct CurlCall final : Call {
    CurlCall(std::shared_ptr<Link> l, std::weak_ptr<Transfer> t) : link(std::move(l)), transfer(std::move(t)) {}
    ~CurlCall() override { CurlCall::cancel(); }
    void resume() override
    {
        link->inbox->post([t = transfer] {
            if (const auto kept = t.lock())
                kept->resume();
        });
    }
    void cancel() override
    {
        link->inbox->post([l = link, t = transfer] {
            if (const auto kept = t.lock(); kept && l->transfers.contains(kept))
                l->finish(kept, cancelled());
        });
    }
    std::shared_ptr<Link> link;
    std::weak_ptr<Transfer> transfer;
};

} // namespace

CurlTransport::CurlTransport(Network &network, Endpoint endpoint, std::shared_ptr<CredentialSource> credentials,
                             std::string userAgent, TransportTimes times)
    : m_worker(std::make_shared<Worker>("credentials"))
{
    m_link = std::make_shared<Link>(network, std::move(endpoint), std::move(credentials), std::move(userAgent), times, m_worker);
    m_link->inbox->post([link = m_link] { link->network.attach(link); });
}

CurlTransport::~CurlTransport()
{
    m_link->stop.request_stop();
    m_worker->stop();
    m_link->inbox->post([link = m_link] { link->close(); });
}

std::unique_ptr<Call> CurlTransport::start(Request request, std::shared_ptr<Receiver> receiver)
{
    // Not yet anything of curl's: handles are made on the thread that uses them.
    auto transfer = std::make_shared<Transfer>(*m_link, m_link->network, m_link->settings, m_link->counters, std::move(request),
                                               receiver, m_link->credentials != nullptr);
    auto call = std::make_unique<CurlCall<Link>>(m_link, transfer);
    if (!m_link->inbox->post([link = m_link, transfer] { link->begin(transfer); }))
        receiver->finished(cancelled());
    return call;
}

void CurlTransport::distrust()
{
    m_link->inbox->post([link = m_link] { link->distrust(); });
}

TransportStats CurlTransport::stats() const
{
    const TransferCounters &c = *m_link->counters;
    return {.connections = c.connections, .requests = c.requests, .bytesReceived = c.received, .bytesSent = c.sent};
}

std::string CurlTransport::defaultUserAgent() { return "timonier/" TIMONIER_VERSION; }

} // namespace timonier

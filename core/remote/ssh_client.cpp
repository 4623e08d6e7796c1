#include "remote/ssh_client.h"

#include "base/say.h"
#include "remote/multiplexer.h"
#include "remote/ssh_session.h"

namespace timonier::remote {

namespace {

// A stream to `to` through a jump host: our end of a pair of sockets whose other end is pumped over there.
Result<int> through(Multiplexer &jump, const Destination &to, std::stop_token stop)
{
    const auto [ours, theirs] = TRY(socketPair());
    const ExchangePtr tunnel = jump.tunnel(to.host, to.port, theirs);
    // No limit of its own: the jump host's connection has one, and a person may be asked for its key meanwhile. Then the answer to the channel is waited for.
    Exchange::TimePoint until = Exchange::TimePoint::max();
    while (true) {
        const Exchange::Heard heard = tunnel->hear(until, stop);
        if (heard.started && !heard.ended)
            return ours;
        if (!heard.ended && !stop.stop_requested())
            continue;
        tunnel->abandon();
        closeSocket(ours);
        auto result = tunnel->result();
        if (stop.stop_requested() || result)
            return fail(stop.stop_requested() ? ErrorKind::Cancelled : ErrorKind::Unreachable, stop.stop_requested() ? say("Core", "cancelled") : say("Core", "the jump host closed the way to {}", to.name()));
        return std::unexpected(std::move(result).error());
    }
}

std::shared_ptr<Multiplexer> multiplexer(const Destination &to, const std::shared_ptr<Multiplexer> &jump, const std::string &jumpName, const std::shared_ptr<Asker> &asker)
{
    return std::make_shared<Multiplexer>(to.name(), Multiplexer::Liveness{to.aliveInterval, to.aliveCount}, [to, jump, jumpName, asker](std::stop_token stop) -> Result<std::unique_ptr<Connection>> {
        int socket = -1;
        if (jump) {
            auto made = through(*jump, to, stop);
            if (!made)
                return std::unexpected(std::move(made).error().with("through", jumpName));
            socket = *made;
        } else if (to.proxyCommand.empty()) {
            socket = TRY(dial(to.host, to.port, to.connectTimeout, to.answerTimeout, stop));
        }
        return Connection::open(to, jumpName, socket, *asker, stop);
    });
}

} // namespace

SshClient::SshClient(Questions questions, Surroundings surroundings) : m_asker(std::make_shared<Asker>(std::move(questions))), m_surroundings(std::move(surroundings)) {}
SshClient::~SshClient() = default;

Result<std::shared_ptr<Multiplexer>> SshClient::jumpTo(const Target &target, const Destination &to)
{
    std::shared_ptr<Multiplexer> last;
    std::string way, lastName;
    for (const std::string &text : to.jumps) {
        Target hop = TRY(parseTarget(text));
        hop.knownHosts = target.knownHosts;
        hop.readsConfig = target.readsConfig;
        hop.configFile = target.configFile;
        hop.keyFiles = target.keyFiles; // whoever names a key mostly has that one for both
        hop.agent = target.agent;
        hop.jump = "none";              // the way is what is listed
        hop.connectTimeout = target.connectTimeout;
        hop.answerTimeout = target.answerTimeout;
        hop.aliveInterval = target.aliveInterval;
        hop.aliveCount = target.aliveCount;
        const Destination at = TRY(resolve(hop, m_surroundings));
        if (at.host == to.host && at.port == to.port) // "Host *" with a ProxyJump, and the jump host itself is meant
            return nullptr;
        way += at.name() + ' ';
        const std::scoped_lock lock(m_mutex);
        auto shared = m_jumps[way].lock();
        if (!shared) {
            shared = multiplexer(at, last, lastName, m_asker);
            m_jumps[way] = shared;
        }
        last = std::move(shared);
        lastName = at.name();
    }
    return last;
}

Result<std::unique_ptr<Session>> SshClient::open(const Target &target)
{
    const Destination to = TRY(resolve(target, m_surroundings));
    const std::shared_ptr<Multiplexer> jump = TRY(jumpTo(target, to));
    return std::make_unique<SshSession>(to, multiplexer(to, jump, jump ? to.jumps.back() : std::string(), m_asker), m_asker);
}

} // namespace timonier::remote

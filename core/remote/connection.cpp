#include "remote/connection.h"

#include "base/paths.h"
#include "base/say.h"
#include "remote/dial.h"
#include "remote/host_words.h"
#include "remote/sign_in.h"

#include <libssh/callbacks.h>
#include <libssh/libssh.h>
#include <libssh/server.h>

#include <poll.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace timonier::remote {

namespace {

using Clock = std::chrono::steady_clock;

// libssh 0.10's own order (kex.c), without ssh-rsa (SHA-1) and DSA.
constexpr std::string_view hostKeyAlgorithms[] = {"ssh-ed25519", "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256"};

std::vector<KnownHostsFile> readKnownHosts(const Destination &to)
{
    std::vector<KnownHostsFile> files;
    for (const auto *paths : {&to.knownHosts, &to.globalKnownHosts})
        for (const std::string &path : *paths)
            if (std::ifstream in(toPath(path), std::ios::binary); in)
                files.push_back({path, std::string(std::istreambuf_iterator<char>(in), {})});
    return files;
}

// Those of which a key is known first: a server has several keys, and shows the one that is asked for.
std::string preferredHostKeys(const std::vector<std::string> &known)
{
    const auto isKnown = [&](std::string_view algorithm) { return std::ranges::any_of(known, [&](const std::string &type) { return type == algorithm || (type == "ssh-rsa" && algorithm.starts_with("rsa-")); }); };
    std::string list;
    for (const bool first : {true, false})
        for (const std::string_view algorithm : hostKeyAlgorithms)
            if (isKnown(algorithm) == first)
                list.append(list.empty() ? "" : ",").append(algorithm);
    return list;
}

Error withHost(Error error, const Destination &to)
{
    return std::move(error).with("host", to.name());
}

} // namespace

struct Connection::Counters {
    ssh_counter_struct socket{};
    ssh_counter_struct raw{};
};

void waitForSession(ssh_session_struct *session)
{
    pollfd one{.fd = ssh_get_fd(session), .events = POLLIN, .revents = 0};
    if (ssh_get_poll_flags(session) & SSH_WRITE_PENDING)
        one.events |= POLLOUT;
    ::poll(&one, 1, 50);
}

Connection::~Connection()
{
    // Not ssh_disconnect(): with a socket that it was given it leaves that open, but closes it on errors; ssh_free() closes it always, and once.
    ssh_free(m_session);
    closeSocket(m_socket);
}

int Connection::socket() const { return ssh_get_fd(m_session); }

std::uint64_t Connection::received() const { return m_counters->socket.in_bytes; }

void Connection::askForLife()
{
    // The first call only takes the answer to the last request off libssh's hands, where there was one.
    ssh_send_keepalive(m_session);
    ssh_send_keepalive(m_session);
}

Result<std::unique_ptr<Connection>> Connection::open(const Destination &to, const std::string &through, int socket, Asker &asker, std::stop_token stop)
{
    std::unique_ptr<Connection> connection(new Connection);
    connection->m_socket = socket;
    connection->m_session = ssh_new();
    if (!connection->m_session)
        return fail(ErrorKind::Internal, say("Core", "out of memory"));
    connection->m_counters = std::make_unique<Counters>();
    ssh_set_counters(connection->m_session, &connection->m_counters->socket, &connection->m_counters->raw);
    TRY(connection->exchangeKeys(to, stop));
    TRY(connection->checkHostKey(to, through, asker, stop));
    TRY(signIn(connection->m_session, to, asker, stop));
    return connection;
}

Result<> Connection::exchangeKeys(const Destination &to, std::stop_token stop)
{
    const auto set = [&](ssh_options_e option, const std::string &value) { return ssh_options_set(m_session, option, value.c_str()) == 0; };
    const bool no = false;
    const unsigned port = to.port;
    const char *nothing = "/dev/null"; // known hosts are ours to judge; libssh would also choose algorithms by them
    ssh_options_set(m_session, SSH_OPTIONS_PROCESS_CONFIG, &no);
    ssh_options_set(m_session, SSH_OPTIONS_PORT, &port);
    ssh_options_set(m_session, SSH_OPTIONS_KNOWNHOSTS, nothing);
    ssh_options_set(m_session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, nothing);
    set(SSH_OPTIONS_HOST, to.host);
    set(SSH_OPTIONS_USER, to.user);
    if (m_socket >= 0)
        ssh_options_set(m_session, SSH_OPTIONS_FD, &m_socket);
    else
        set(SSH_OPTIONS_PROXYCOMMAND, to.proxyCommand);
    if (!to.agentSocket.empty())
        set(SSH_OPTIONS_IDENTITY_AGENT, to.agentSocket);
    const std::string keys = !to.hostKeyAlgorithms.empty() ? to.hostKeyAlgorithms : preferredHostKeys(knownTypes(readKnownHosts(to), to.keyName, to.port, to.hasAlias));
    bool understood = set(SSH_OPTIONS_HOSTKEYS, keys);
    for (const auto &[option, value] : {std::pair(SSH_OPTIONS_KEY_EXCHANGE, to.keyExchanges), std::pair(SSH_OPTIONS_CIPHERS_C_S, to.ciphers), std::pair(SSH_OPTIONS_CIPHERS_S_C, to.ciphers),
                                        std::pair(SSH_OPTIONS_HMAC_C_S, to.macs), std::pair(SSH_OPTIONS_HMAC_S_C, to.macs), std::pair(SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, to.publicKeyAlgorithms)})
        understood = (value.empty() || set(option, value)) && understood;
    if (!understood)
        return std::unexpected(withHost({.kind = ErrorKind::Invalid, .message = say("Core", "the configuration of ssh names no algorithm for {} that is known here", to.name()), .hint = ssh_get_error(m_session)}, to));

    ssh_set_blocking(m_session, 0);
    const auto until = Clock::now() + to.connectTimeout;
    int state = SSH_AGAIN;
    m_socket = -1; // libssh's from here on
    while ((state = ssh_connect(m_session)) == SSH_AGAIN) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        if (Clock::now() >= until)
            return std::unexpected(withHost({.kind = ErrorKind::Timeout, .message = say("Core", "what listens at {} does not speak ssh within {} s", to.name(), std::chrono::duration<double>(to.connectTimeout).count()),
                                             .hint = say("Core", "Is {} the port of sshd? A host that is just starting, or very busy, needs a moment", to.port)}, to));
        waitForSession(m_session);
    }
    if (state == SSH_OK)
        return {};
    const std::string words = hostWords(ssh_get_error(m_session)); // with what the host said
    const char *banner = ssh_get_serverbanner(m_session);
    if (words.find("kex error") != words.npos || words.find("no match for method") != words.npos)
        return std::unexpected(withHost({.kind = ErrorKind::Protocol, .message = say("Core", "{} and this program have no algorithm in common", to.name()), .hint = words}, to));
    if (!banner)
        return std::unexpected(withHost({.kind = ErrorKind::Unreachable, .message = say("Core", "{} ends the connection before it has begun", to.name()),
                                         .hint = say("Core", "It may have too many connections (MaxStartups), or not let this address in (hosts.deny, fail2ban); or no sshd listens there"), .context = {{"libssh", words}}}, to));
    return std::unexpected(withHost({.kind = ErrorKind::Unreachable, .message = say("Core", "the connection to {} failed while keys were exchanged: {}", to.name(), words)}, to));
}

Result<> Connection::checkHostKey(const Destination &to, const std::string &through, Asker &asker, std::stop_token stop)
{
    ssh_key key = nullptr;
    char *encoded = nullptr;
    if (ssh_get_server_publickey(m_session, &key) != SSH_OK || ssh_pki_export_pubkey_base64(key, &encoded) != SSH_OK) {
        ssh_key_free(key);
        return std::unexpected(withHost({.kind = ErrorKind::Protocol, .message = say("Core", "{} shows no host key", to.name())}, to));
    }
    const HostKey offered = hostKeyOf(ssh_key_type_to_char(ssh_key_type(key)), encoded);
    ssh_string_free_char(encoded);
    ssh_key_free(key);

    const auto look = [&] { return judge(readKnownHosts(to), to.keyName, to.port, to.hasAlias, offered); };
    const auto refusal = [&](const HostKeyVerdict &verdict) {
        Error error{.kind = ErrorKind::Tls, .message = {}};
        if (verdict.is == HostKeyIs::Changed) {
            error.message = say("Core", "the host key of {} is not the known one: {} ({}) is offered, {} ({}) is known from {}:{}", to.name(), offered.fingerprint(), offered.type, verdict.known.fingerprint(), verdict.known.type, verdict.file, verdict.line);
            error.hint = say("Core", "Either the host was set up anew, or somebody stands between. Ask whoever runs it for its fingerprint (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub there); only if it is the offered one, remove the known line: ssh-keygen -f {} -R '{}'",
                             verdict.file, knownHostName(to.keyName, to.hasAlias ? 22 : to.port));
            error.context = {{"known", verdict.known.fingerprint()}, {"offered", offered.fingerprint()}, {"file", verdict.file}, {"line", std::to_string(verdict.line)}};
        } else if (verdict.is == HostKeyIs::Revoked) {
            error.message = say("Core", "the host key of {}, {}, is marked as revoked in {}:{}", to.name(), offered.fingerprint(), verdict.file, verdict.line);
            error.hint = say("Core", "It is known to be in the wrong hands. Nothing is done on this host before it has a new one");
            error.context = {{"known", offered.fingerprint()}, {"offered", offered.fingerprint()}, {"file", verdict.file}, {"line", std::to_string(verdict.line)}};
        } else {
            error.message = say("Core", "the host key of {} is not known: {} ({})", to.name(), offered.fingerprint(), offered.type);
            error.hint = say("Core", "Compare it with what the host itself says (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub there), then accept it, or sign in once with ssh");
            error.context = {{"known", ""}, {"offered", offered.fingerprint()}};
        }
        error.context.emplace_back("type", offered.type);
        return std::unexpected(withHost(std::move(error), to));
    };

    HostKeyVerdict verdict = look();
    if (verdict.is == HostKeyIs::Known)
        return {};
    if (verdict.is != HostKeyIs::Unknown || to.knownHosts.empty())
        return refusal(verdict);
    const UnknownHostKey question{.host = to.name(), .through = through, .type = offered.type, .fingerprint = offered.fingerprint(), .file = to.knownHosts.front()};
    const bool trusted = TRY(asker.accepts(
        question,
        [&]() -> Result<bool> {
            verdict = look();
            if (verdict.is == HostKeyIs::Changed || verdict.is == HostKeyIs::Revoked)
                return refusal(verdict);
            return verdict.is == HostKeyIs::Known;
        },
        [&] { return addKnownHost(to.knownHosts.front(), knownHostName(to.keyName, to.hasAlias ? 22 : to.port), offered); }, stop));
    if (!trusted)
        return refusal(verdict);
    return {};
}

} // namespace timonier::remote

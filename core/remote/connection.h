// One connection to an ssh server, from the first byte to "signed in": key exchange, host key, sign-in. libssh's session is for one thread: the one that opened it.
#pragma once

#include "remote/asker.h"
#include "remote/known_hosts.h"
#include "remote/ssh_config.h"

#include <cstdint>
#include <memory>

struct ssh_session_struct;

namespace timonier::remote {

class Connection
{
public:
    // On a socket that is connected already (-1: libssh runs the ProxyCommand); it is ours from now on. `through`: the jump host, for people. Blocks; a
    // person may be asked. Errors: Unreachable, Timeout, Cancelled; Tls (host key: "known" and "offered" fingerprints, "file" and "line" in the context); Unauthorized
    // (sign-in: "tried" and "offered" methods); Invalid, Forbidden, NotFound (the key file that was named); Io (known_hosts); Protocol.
    static Result<std::unique_ptr<Connection>> open(const Destination &to, const std::string &through, int socket, Asker &asker, std::stop_token stop);
    ~Connection();
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    ssh_session_struct *session() const { return m_session; }
    int socket() const;
    std::uint64_t received() const; // bytes, ever
    void askForLife();              // keepalive@openssh.com; whatever is answered counts as received

private:
    Connection() = default;
    Result<> exchangeKeys(const Destination &to, std::stop_token stop);
    Result<> checkHostKey(const Destination &to, const std::string &through, Asker &asker, std::stop_token stop);

    struct Counters;
    ssh_session_struct *m_session = nullptr;
    int m_socket = -1;              // as long as libssh does not have it
    std::unique_ptr<Counters> m_counters;
};

// Waits until libssh has something to do, at most a moment.
void waitForSession(ssh_session_struct *session);

} // namespace timonier::remote

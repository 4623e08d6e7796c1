// Hosts over ssh, for real: what all sessions of a program have in common (answers that were given, jump hosts that several go through). Any thread.
#pragma once

#include "remote/questions.h"
#include "remote/session.h"
#include "remote/ssh_config.h"

#include <map>
#include <memory>
#include <mutex>

namespace timonier::remote {

class Asker;
class Multiplexer;

class SshClient
{
public:
    explicit SshClient(Questions questions, Surroundings surroundings = thisComputer());
    ~SshClient();
    SshClient(const SshClient &) = delete;

    // Connects to nothing yet: that is the first command's. Errors: Invalid (a name that is none, a configuration that cannot be read).
    // A session may outlive the client. Its end ends what runs on it.
    Result<std::unique_ptr<Session>> open(const Target &target);

private:
    Result<std::shared_ptr<Multiplexer>> jumpTo(const Target &target, const Destination &to);

    const std::shared_ptr<Asker> m_asker;
    const Surroundings m_surroundings;
    std::mutex m_mutex;
    std::map<std::string, std::weak_ptr<Multiplexer>> m_jumps; // by the way to them
};

} // namespace timonier::remote

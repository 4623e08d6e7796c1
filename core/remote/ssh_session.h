// A host as the interface has it, on a connection of its own: commands under marks, sudo's questions answered, files put there. Made by SshClient.
#pragma once

#include "remote/command_line.h"
#include "remote/multiplexer.h"
#include "remote/session.h"

#include <atomic>

namespace timonier::remote {

class SshSession final : public Session
{
public:
    SshSession(Destination to, std::shared_ptr<Multiplexer> host, std::shared_ptr<Asker> asker) : m_to(std::move(to)), m_host(std::move(host)), m_asker(std::move(asker)) {}

    std::string name() const override { return m_to.name(); }
    Result<ProcessOutput> run(const HostCommand &command, std::stop_token stop) override;
    Result<> put(const Upload &upload, std::stop_token stop) override;
    Result<> send(const std::string &from, const Upload &to, const std::function<void(std::uint64_t, std::uint64_t)> &progress, std::stop_token stop) override;
    Result<std::string> read(const std::string &path, bool root, std::size_t limit, std::stop_token stop) override;

private:
    // The next piece of what it reads; an empty one is the end. An error ends the command.
    using Input = std::function<Result<std::string>()>;
    class Talk;
    Result<ProcessOutput> talk(const HostCommand &command, const Input &input, std::stop_token stop);
    Result<> upload(const Upload &to, std::uint64_t size, const Input &input, std::stop_token stop);

    const Destination m_to;
    const std::shared_ptr<Multiplexer> m_host;
    const std::shared_ptr<Asker> m_asker;
    std::atomic<const char *> m_locale = ""; // found by the first command
};

} // namespace timonier::remote

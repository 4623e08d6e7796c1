// One channel of a connection, as both its ends see it: whoever wants a command to run, on any thread, and the connection's own thread, which alone speaks to libssh.
#pragma once

#include "base/result.h"
#include "remote/dial.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace timonier::remote {

class Exchange
{
public:
    using TimePoint = std::chrono::steady_clock::time_point;
    static constexpr std::size_t window = 1u << 20; // bytes that wait on either way before the other side is slowed down

    // A command line, or a connection from there to host:port that is pumped into a socket (ours from now on).
    explicit Exchange(std::string commandLine) : command(std::move(commandLine)) {}
    Exchange(std::string toHost, std::uint16_t toPort, int ours) : host(std::move(toHost)), port(toPort), socket(ours) {}
    ~Exchange() { closeSocket(socket); }
    Exchange(const Exchange &) = delete;

    struct Heard {
        std::string out{}, err{};
        bool started = false;      // it runs there
        bool ended = false;        // and nothing more will come
    };
    // What came since the last call. Blocks until something has changed, until `until`, or `stop`; with `wantsRoom` also until offer() can take something.
    Heard hear(TimePoint until, std::stop_token stop, bool wantsRoom = false);
    // To its standard input: how much of it is taken.
    std::size_t offer(std::string_view bytes);
    void closeInput();
    // It is not waited for any more: the channel is closed, or never opened.
    void abandon();
    // After `ended`. The exit code, 128 + the signal's number where one ended it.
    Result<int> result();

    bool isCommand() const { return host.empty(); }

    // What follows is the connection's.
    const std::string command{};
    const std::string host{};
    const std::uint16_t port = 0;
    int socket = -1;
    unsigned attempts = 0;             // connections that were lost before it could begin
    std::function<void()> wake{};      // set once, before anybody else has it

    struct Side {                      // under the mutex
        std::string out{}, err{}, in{};
        bool inputEnds = false;
        bool started = false, ended = false, abandoned = false;
        std::optional<Error> error{};
        int exitCode = 0;
    };
    template <class Change>
    auto change(Change change)         // on the connection's thread
    {
        const std::scoped_lock lock(m_mutex);
        struct Notify {
            Exchange &self;
            ~Notify() { self.m_changed.notify_all(); }
        } notify{*this};
        return change(m_side);
    }
    void end(Error error);

private:
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    Side m_side{};
    bool m_startTold = false;
};

using ExchangePtr = std::shared_ptr<Exchange>;

} // namespace timonier::remote

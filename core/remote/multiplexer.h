// A host, connected when first needed and again after it was lost: one thread that alone speaks to libssh, and any number of exchanges on it.
#pragma once

#include "remote/connection.h"
#include "remote/exchange.h"

#include <deque>
#include <thread>

namespace timonier::remote {

class Multiplexer
{
public:
    struct Liveness {
        std::chrono::milliseconds interval{};
        unsigned count = 3;
    };
    using Connect = std::function<Result<std::unique_ptr<Connection>>(std::stop_token)>;

    // `name`: for people. `connect` runs on the multiplexer's thread.
    Multiplexer(std::string name, Liveness liveness, Connect connect);
    // What runs ends as Cancelled; waits for the thread.
    ~Multiplexer();
    Multiplexer(const Multiplexer &) = delete;

    // Begun in this order. Errors are the exchange's own: those of connecting; Unreachable with "connection" = "lost" in the context; Forbidden (the host opens no channel).
    // What had not begun when a connection was lost begins on the next one.
    ExchangePtr run(std::string commandLine);
    ExchangePtr tunnel(std::string host, std::uint16_t port, int socket);

private:
    struct Wake;

    ExchangePtr begin(ExchangePtr exchange);
    void drive(std::stop_token stop);
    void serve(Connection &connection, std::stop_token stop);
    bool wanted();                       // whether anybody still waits for a connection
    std::vector<ExchangePtr> takeQueued(std::size_t commands); // all tunnels, and so many commands
    void endQueued(const Error &error);
    Error lost() const;

    const std::string m_name;
    const Liveness m_liveness;
    const Connect m_connect;
    const std::shared_ptr<Wake> m_wake;
    std::mutex m_mutex;
    std::condition_variable_any m_queued;
    std::deque<ExchangePtr> m_queue;
    std::jthread m_thread;               // the last member: it uses the others
};

} // namespace timonier::remote

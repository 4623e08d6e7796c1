// One libssh channel, moved on as far as it goes without waiting. On its connection's thread only.
#pragma once

#include "remote/exchange.h"

#include <memory>

struct ssh_channel_struct;
struct ssh_session_struct;

namespace timonier::remote {

class Channel
{
public:
    Channel(ssh_session_struct *session, ExchangePtr exchange);
    ~Channel(); // closes it: what runs there finds its streams closed
    Channel(const Channel &) = delete;

    enum class State { Waiting, Ended, NoRoom }; // NoRoom: the host opens no more channels now (MaxSessions)
    State step();
    bool begun() const { return m_phase > Phase::Opening; } // the host may have begun the command
    short socketEvents() const; // what a tunnel's socket is waited for; 0: for nothing
    std::chrono::milliseconds patience() const; // when to step again even if nothing comes

    const ExchangePtr exchange;

private:
    enum class Phase { Opening, Requesting, Running };
    State open();
    State request();
    State run();
    bool takeOutput(bool errors);
    bool giveInput();
    State pump();

    struct Callbacks;
    ssh_session_struct *const m_session;
    ssh_channel_struct *m_channel = nullptr;
    std::unique_ptr<Callbacks> m_callbacks;
    Phase m_phase = Phase::Opening;
    std::string m_pending{};         // to the host, from m_sent on
    std::size_t m_sent = 0;
    std::string m_toSocket{};        // of a tunnel, from m_given on
    std::size_t m_given = 0;
    bool m_inputEnds = false, m_eofSent = false, m_heldBack = false, m_socketEnded = false;
    std::chrono::steady_clock::time_point m_lastMoved{};
};

} // namespace timonier::remote

// Keeps the rows of one kind and scope equal to the server's: one LIST, then watches, for ever, through every failure.
// The states are in reflector_state.h; this file has the effects. Lives on the cluster's worker.
#pragma once

#include "base/worker.h"
#include "kube/batch.h"
#include "kube/decode.h"
#include "kube/mailbox.h"
#include "kube/scope.h"

#include <memory>
#include <optional>
#include <random>
#include <string>

namespace timonier {

// What a reflector tells of what it sees; on the worker.
struct ReflectorSink {
    virtual ~ReflectorSink() = default;
    virtual void listBegins() = 0;             // rows told before are confirmed by what follows, until listEnds()
    virtual void listEnds() = 0;               // what was not told again since listBegins() is gone
    virtual void change(Change change) = 0;
    virtual void columns(std::shared_ptr<const Columns> columns) = 0;
    virtual void status(const TableStatus &status) = 0;
    virtual void flush() = 0;                  // a piece of the stream has been read: hand on what has gathered
};

struct ReflectorTuning {
    std::chrono::milliseconds firstBackoff{500};       // doubled at each failure in a row, halved at random
    std::chrono::milliseconds longestBackoff{30'000};
    std::chrono::milliseconds forbiddenBackoff{60'000};
    int doubtfulRefusals = 6;                          // of one who was let in before: retried as other failures are
    std::chrono::milliseconds shortWatch{2'000};       // watches that end sooner than this are re-armed with a back-off
    std::chrono::milliseconds steadyWatch{5'000};      // a watch that held so long ends a row of failures
    std::chrono::seconds watchTimeout{300};            // asked of the server; up to twice as long, at random
    std::chrono::milliseconds clockLook{5'000};        // how often a cluster looks whether the machine slept
    std::chrono::milliseconds linger{60'000};          // a table nobody looks at any more is kept so long: people come back
};

class Reflector
{
public:
    Reflector(KindSpec kind, Scope scope, std::shared_ptr<Transport> transport, std::shared_ptr<Executor> executor, const Clock &clock,
              ReflectorSink &sink, ReflectorTuning tuning = {});
    ~Reflector();

    void start();
    void stop();
    void retry();      // now; nothing unless Stale or Forbidden
    void distrust();   // the clock jumped or the network changed
    const TableStatus &status() const { return m_status; }

private:
    void handle(ReflectorEvent event, std::optional<Error> why = {});
    void list();
    void watch();
    void again();
    void backoff(const std::optional<Error> &why);
    void close();
    void failed(Error error);
    void listFinished(Result<> result);
    void watchFinished(Result<> result);
    void noteColumns(const std::shared_ptr<const Columns> &columns);

    const KindSpec m_kind;
    const Scope m_scope;
    const std::shared_ptr<Transport> m_transport;
    const std::shared_ptr<Executor> m_executor;
    const Clock &m_clock;
    ReflectorSink &m_sink;
    const ReflectorTuning m_tuning;

    TableStatus m_status;
    std::shared_ptr<Mailbox> m_mailbox;              // of the call under way
    std::unique_ptr<ListDecoder> m_listDecoder;
    std::unique_ptr<WatchDecoder> m_watchDecoder;
    std::shared_ptr<StringPool> m_pool;
    std::shared_ptr<const Columns> m_columns;
    std::optional<ResponseHead> m_head;
    std::string m_errorBody;                         // of an answer that is not a 200
    std::string m_revision;                          // where the next watch begins
    Freshness m_freshness;                           // of the next LIST
    TimerId m_timer = 0;                             // back-off, or the latest end of a watch
    int m_failures = 0;                              // in a row, without a steady watch between them
    int m_gone = 0;                                  // 410s, likewise
    bool m_relist = false;                           // the next try is a LIST: going on with the watch would lose something
    std::chrono::milliseconds m_watchBegan{0};
    std::chrono::milliseconds m_lastBytes{0};
    std::minstd_rand m_random;
    std::shared_ptr<int> m_alive = std::make_shared<int>(0); // timers hold a weak pointer to it
};

} // namespace timonier

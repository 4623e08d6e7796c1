#include "kube/reflector.h"

#include "kube/string_pool.h"

#include <algorithm>

namespace timonier {

using namespace std::chrono_literals;

Reflector::Reflector(KindSpec kind, Scope scope, std::shared_ptr<Transport> transport, std::shared_ptr<Executor> executor,
                     const Clock &clock, ReflectorSink &sink, ReflectorTuning tuning)
    : m_kind(std::move(kind)), m_scope(std::move(scope)), m_transport(std::move(transport)), m_executor(std::move(executor)),
      m_clock(clock), m_sink(sink), m_tuning(tuning), m_random(std::random_device{}())
{
}

Reflector::~Reflector() { close(); }

void Reflector::start() { handle(ReflectorEvent::Start); }
void Reflector::stop() { handle(ReflectorEvent::Stop); }

void Reflector::retry()
{
    m_failures = 0;
    again();
}

void Reflector::distrust()
{
    if (m_status.state == ReflectorState::Stale)
        m_failures = 0;
    handle(ReflectorEvent::Jumped);
}

void Reflector::handle(ReflectorEvent event, std::optional<Error> why)
{
    const ReflectorStep step = next(m_status.state, event, m_status.complete);
    if (step.state == m_status.state && step.action == ReflectorAction::None)
        return;
    if (step.state != m_status.state || step.action == ReflectorAction::Backoff) {
        if (step.state != m_status.state)
            m_status.since = m_clock.wall();
        m_status.state = step.state;
        m_status.error = why;
        m_status.retryIn.reset();
    }
    switch (step.action) {
    case ReflectorAction::None: break;
    case ReflectorAction::List: list(); break;
    case ReflectorAction::Watch: watch(); break;
    case ReflectorAction::Backoff: backoff(why); break;
    case ReflectorAction::Close:
        close();
        m_status.complete = false;
        m_freshness = {};
        break;
    }
    m_sink.status(m_status);
    m_sink.flush();
}

void Reflector::close()
{
    if (m_mailbox)
        m_mailbox->close();
    m_mailbox.reset();
    m_executor->cancel(m_timer);
    m_timer = 0;
    m_head.reset();
    m_errorBody.clear();
    // The decoders stay until the next call replaces them: one of them may be what called us.
}

void Reflector::list()
{
    close();
    m_relist = false;
    m_pool = std::make_shared<StringPool>();
    m_sink.listBegins();
    m_listDecoder = std::make_unique<ListDecoder>(m_kind, m_pool, [this](RowPtr row) {
        noteColumns(m_listDecoder->columns());
        m_sink.change({ChangeKind::Upserted, std::move(row)});
    });
    m_mailbox = Mailbox::make(m_executor, {
        .head = [this](const ResponseHead &head) { m_head = head; },
        .data = [this](std::string_view bytes) {
            m_lastBytes = m_clock.elapsed();
            if (!m_head || m_head->status != 200) {
                m_errorBody.append(bytes.substr(0, 65'536));
                return;
            }
            if (const auto result = m_listDecoder->feed(bytes); !result)
                return failed(result.error());
            m_sink.flush();
        },
        .finished = [this](Result<> result) { listFinished(std::move(result)); }});
    m_mailbox->start(*m_transport, {.path = listPath(m_kind, m_scope, m_freshness), .accept = m_kind.accept()});
}

void Reflector::listFinished(Result<> result)
{
    if (!result)
        return failed(result.error());
    if (m_head->status != 200)
        return failed(statusError(m_head->status, m_errorBody));
    const auto end = m_listDecoder->finish();
    if (!end)
        return failed(end.error());
    noteColumns(m_listDecoder->columns()); // of an empty list as well
    m_sink.listEnds();
    m_revision = end->resourceVersion;
    m_freshness = {Freshness::NotOlderThan, m_revision};
    m_status.complete = true;
    m_status.verified = m_clock.wall();
    handle(ReflectorEvent::Listed, end->unreadable);
}

void Reflector::watch()
{
    close();
    m_watchBegan = m_lastBytes = m_clock.elapsed();
    const auto spread = std::uniform_int_distribution<long>(0, m_tuning.watchTimeout.count())(m_random);
    const std::chrono::seconds timeout = m_tuning.watchTimeout + std::chrono::seconds(spread);
    m_watchDecoder = std::make_unique<WatchDecoder>(
        m_kind, m_pool,
        WatchDecoder::Sink{.change =
                               [this](Change change) {
                                   noteColumns(m_watchDecoder->columns());
                                   m_sink.change(std::move(change));
                               },
                           .revision =
                               [this](std::string_view revision) {
                                   m_revision = revision;
                                   m_freshness = {Freshness::NotOlderThan, m_revision};
                               }});
    m_mailbox = Mailbox::make(m_executor, {
        .head = [this](const ResponseHead &head) {
            m_head = head;
            if (head.status == 200)
                handle(ReflectorEvent::Watched);
        },
        .data = [this](std::string_view bytes) {
            m_lastBytes = m_clock.elapsed();
            if (!m_head || m_head->status != 200) {
                m_errorBody.append(bytes.substr(0, 65'536));
                return;
            }
            if (const auto result = m_watchDecoder->feed(bytes); !result)
                return failed(result.error());
            m_sink.flush();
        },
        .finished = [this](Result<> result) { watchFinished(std::move(result)); }});
    // No byte may come for minutes on a quiet kind: only the connection's liveness probe judges it, and the end of
    // the time we asked for, with a tenth of grace for a server that forgets to end it.
    m_mailbox->start(*m_transport, {.path = watchPath(m_kind, m_scope, m_revision, timeout),
                                    .accept = m_kind.accept(),
                                    .stall = 0ms});
    m_timer = m_executor->after(timeout * 11 / 10, [this, alive = std::weak_ptr(m_alive)] {
        if (!alive.expired())
            handle(ReflectorEvent::WatchEnded);
    });
}

void Reflector::watchFinished(Result<> result)
{
    if (!result)
        return failed(result.error());
    if (!m_head || m_head->status != 200)
        return failed(statusError(m_head ? m_head->status : 0, m_errorBody));
    if (m_clock.elapsed() - m_watchBegan >= m_tuning.shortWatch)
        return handle(ReflectorEvent::WatchEnded);
    // A server (or something before it) that ends every watch at once must not be asked in a circle.
    close();
    m_timer = m_executor->after(500ms, [this, alive = std::weak_ptr(m_alive)] {
        if (!alive.expired())
            handle(ReflectorEvent::WatchEnded);
    });
}

void Reflector::failed(Error error)
{
    const std::optional<std::chrono::seconds> retryAfter = m_head ? m_head->retryAfter : std::nullopt;
    const bool listing = m_status.state == ReflectorState::Listing || m_status.state == ReflectorState::Relisting;
    // A watch that breaks whenever it begins is a failure in a row with those before it, though its lists succeed.
    if (m_status.state == ReflectorState::Watching && m_clock.elapsed() - m_watchBegan >= m_tuning.steadyWatch)
        m_failures = m_gone = 0;
    ReflectorEvent event = ReflectorEvent::Lost;
    switch (error.kind) {
    case ErrorKind::Gone:
        // A LIST without a resourceVersion cannot be too old, nor a watch from a fresh LIST: a second 410 is a fault of
        // the server, not of ours.
        if (m_gone++ == 0 && (!listing || m_freshness.match != Freshness::MostRecent))
            event = ReflectorEvent::Gone;
        m_freshness = {Freshness::MostRecent, {}};
        m_relist = true;
        break;
    case ErrorKind::Protocol:
    case ErrorKind::TooLarge:
        // The same watch would bring the same bytes again. What they meant to say, a LIST says.
        m_freshness = {Freshness::MostRecent, {}};
        m_relist = true;
        break;
    case ErrorKind::Unauthorized:
    case ErrorKind::Forbidden:
    case ErrorKind::NotFound: event = ReflectorEvent::Refused; break;
    default: break;
    }
    if (m_status.state == ReflectorState::Watching) {
        // Bytes that stopped coming without a word were last true when the connection was last seen alive.
        const auto silent = error.kind == ErrorKind::Timeout
                                ? std::min<std::chrono::milliseconds>(m_clock.elapsed() - m_lastBytes, 45s)
                                : 0ms;
        m_status.verified = m_clock.wall() - silent;
    }
    close();
    if (retryAfter)
        error.context.emplace_back("retry-after", std::to_string(retryAfter->count()));
    handle(event, std::move(error));
}

// The back-off is over, or somebody asks. A Jump is what leads from Stale to a LIST.
void Reflector::again()
{
    handle(m_relist && m_status.state == ReflectorState::Stale ? ReflectorEvent::Jumped : ReflectorEvent::Retry);
}

void Reflector::backoff(const std::optional<Error> &why)
{
    close();
    std::chrono::milliseconds delay = m_tuning.firstBackoff * (1 << std::min(m_failures, 10));
    delay = std::min(delay, m_tuning.longestBackoff);
    ++m_failures;
    // An API server that has just started refuses everybody until it has read the roles: who was let in before is not
    // to wait a minute for that.
    const bool doubtful = m_status.complete && m_failures <= m_tuning.doubtfulRefusals;
    if (m_status.state == ReflectorState::Forbidden && !doubtful)
        delay = m_tuning.forbiddenBackoff;
    delay -= std::chrono::milliseconds(std::uniform_int_distribution<long>(0, delay.count() / 2)(m_random));
    if (why)
        for (const auto &[key, value] : why->context)
            if (key == "retry-after")
                delay = std::max<std::chrono::milliseconds>(delay, std::chrono::seconds(std::stol(value)));
    m_status.retryIn = delay;
    m_timer = m_executor->after(delay, [this, alive = std::weak_ptr(m_alive)] {
        if (!alive.expired())
            again();
    });
}

void Reflector::noteColumns(const std::shared_ptr<const Columns> &columns)
{
    if (!columns || columns == m_columns)
        return;
    if (m_columns && *m_columns == *columns) {
        m_columns = columns;
        return;
    }
    m_columns = columns;
    m_sink.columns(columns);
}

} // namespace timonier

#include "kube/fetch.h"

#include "base/pause.h"
#include "base/say.h"
#include "kube/decode.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>

namespace timonier {

namespace {

constexpr std::size_t queueLimit = 512u << 10; // bytes on their way to the caller before the sender is asked to wait
constexpr std::size_t worthWaking = 128u << 10; // bytes that the caller is woken for at once; fewer wait for more, but not long
constexpr std::chrono::milliseconds patience{1};
constexpr std::size_t errorLimit = 256u << 10; // bytes of an error's body that are looked at
constexpr std::chrono::milliseconds longestDelay{10'000};
constexpr std::chrono::seconds longestRetryAfter{60}; // beyond: the caller is told, instead of kept waiting

// Between the network thread, which fills it, and the calling thread, which empties it.
class Exchange final : public Receiver
{
public:
    void head(const ResponseHead &head) override
    {
        const std::scoped_lock lock(m_mutex);
        m_head = head;
    }
    Flow data(std::string_view bytes) override
    {
        bool wakes = false;
        bool full = false;
        {
            const std::scoped_lock lock(m_mutex);
            const std::size_t before = m_queue.size();
            m_queue.append(bytes);
            full = m_paused = m_queue.size() >= queueLimit;
            wakes = before == 0 || (before < worthWaking && m_queue.size() >= worthWaking);
        }
        if (wakes)
            m_wake.notify_one();
        return full ? Flow::Pause : Flow::Continue;
    }
    void finished(Result<> result) override
    {
        {
            const std::scoped_lock lock(m_mutex);
            m_result = std::move(result);
        }
        m_wake.notify_one();
    }

    // The next bytes; empty at the end. Two buffers go to and fro between the threads, so that neither is made anew.
    Result<> next(std::stop_token stop, Call &call, std::string &bytes)
    {
        bytes.clear();
        bool resume = false;
        {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, stop, [&] { return !m_queue.empty() || m_result; }))
                return fail(ErrorKind::Cancelled, say("Core", "the request was cancelled"));
            // curl hands out 16 kB at a time; to go to and fro between the threads for each would cost more than decoding it.
            m_wake.wait_for(lock, stop, patience, [&] { return m_queue.size() >= worthWaking || m_result; });
            if (m_queue.empty()) {
                if (!*m_result)
                    return std::unexpected(m_result->error());
                return {};
            }
            bytes.swap(m_queue);
            resume = std::exchange(m_paused, false);
        }
        if (resume)
            call.resume();
        return {};
    }
    // The head; an empty one before any data came.
    ResponseHead takenHead()
    {
        const std::scoped_lock lock(m_mutex);
        return m_head;
    }

private:
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    ResponseHead m_head;
    std::string m_queue;
    std::optional<Result<>> m_result;
    bool m_paused = false;
};

struct Attempt {
    Result<ResponseHead> result;
    std::optional<std::chrono::seconds> retryAfter{};
    bool delivered = false; // the caller has got bytes: it cannot be done again
};

Attempt once(Transport &transport, Request request, std::stop_token stop, bool anyStatus,
             const std::function<Result<>(std::string_view)> &chunk)
{
    const auto exchange = std::make_shared<Exchange>();
    const auto call = transport.start(std::move(request), exchange);
    std::string refusal, bytes;
    bool delivered = false;
    for (;;) {
        if (auto next = exchange->next(stop, *call, bytes); !next)
            return {.result = std::unexpected(std::move(next).error()), .delivered = delivered};
        const ResponseHead head = exchange->takenHead();
        const bool good = anyStatus || (head.status >= 200 && head.status < 300);
        if (bytes.empty()) {
            if (good)
                return {.result = head, .delivered = delivered};
            Error error = statusError(head.status, refusal);
            if (!head.auditId.empty())
                error.context.emplace_back("audit id", head.auditId);
            return {.result = std::unexpected(std::move(error)), .retryAfter = head.retryAfter};
        }
        if (!good) {
            refusal.append(bytes, 0, errorLimit - std::min(errorLimit, refusal.size()));
            continue;
        }
        delivered = true;
        if (auto taken = chunk(bytes); !taken)
            return {.result = std::unexpected(std::move(taken).error()), .delivered = true};
    }
}

bool worthAnother(const Error &error)
{
    return error.kind == ErrorKind::Unreachable || error.kind == ErrorKind::Throttled || error.kind == ErrorKind::Server;
}

std::chrono::milliseconds jittered(std::chrono::milliseconds delay)
{
    // Half to one and a half: many clients that lost one server together do not come back together.
    thread_local std::minstd_rand random{std::random_device{}()};
    return delay / 2 + std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(0, delay.count())(random));
}

Result<ResponseHead> withRetries(Transport &transport, const Request &request, std::stop_token stop, const FetchOptions &options,
                                 const std::function<Result<>(std::string_view)> &chunk, const std::function<void()> &restart)
{
    const int attempts = request.method == "GET" ? std::max(1, options.attempts) : 1;
    auto delay = options.firstDelay;
    for (int left = attempts - 1;; --left) {
        Attempt attempt = once(transport, request, stop, options.anyStatus, chunk);
        const bool again = !attempt.result && left > 0 && worthAnother(attempt.result.error()) && (restart || !attempt.delivered)
            && attempt.retryAfter.value_or(std::chrono::seconds(0)) <= longestRetryAfter;
        if (!again)
            return std::move(attempt.result);
        const auto wait = attempt.retryAfter ? std::chrono::milliseconds(*attempt.retryAfter) : jittered(delay);
        delay = std::min(2 * delay, longestDelay);
        if (!pause(wait, stop))
            return fail(ErrorKind::Cancelled, say("Core", "the request was cancelled"));
        if (restart)
            restart();
    }
}

} // namespace

Result<Response> fetch(Transport &transport, Request request, std::stop_token stop, FetchOptions options)
{
    Response response;
    const auto append = [&](std::string_view bytes) -> Result<> {
        if (response.body.size() + bytes.size() > options.limit) {
            return fail(ErrorKind::TooLarge, say("Core", "the answer is larger than {} MB", options.limit >> 20),
                        say("Core", "Ask for less, with a namespace, a label selector or a name."));
        }
        response.body.append(bytes);
        return {};
    };
    response.head = TRY(withRetries(transport, request, stop, options, append, [&] { response.body.clear(); }));
    return response;
}

Result<ResponseHead> stream(Transport &transport, Request request, std::stop_token stop,
                            const std::function<Result<>(std::string_view)> &chunk)
{
    return withRetries(transport, request, stop, {}, chunk, nullptr);
}

} // namespace timonier

#include "kube/log_feed.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace timonier {

namespace {

constexpr std::size_t inboxBytes = 512u << 10; // what a view can take in one frame without being late
constexpr std::size_t lineCost = 48; // what a line takes besides its text: empty lines fill memory too

// Between the reading threads and whoever takes. Outlives the feed until its last thread has ended.
class Inbox
{
public:
    explicit Inbox(std::function<void()> wake) : m_wake(std::move(wake)) {}

    // Waits while there is no room; false when asked to stop.
    bool put(std::uint32_t source, std::string_view text, std::stop_token stop)
    {
        const std::size_t cost = text.size() + lineCost;
        bool wakes = false;
        {
            std::unique_lock lock(m_mutex);
            if (!m_room.wait(lock, stop, [&] { return m_bytes == 0 || m_bytes + cost <= inboxBytes; }))
                return false;
            wakes = empty();
            m_bytes += cost;
            m_piece.lines.push_back({source, std::string(text)});
        }
        if (wakes)
            wake(stop);
        return true;
    }
    void tell(LogNews news, std::stop_token stop)
    {
        bool wakes = false;
        {
            const std::scoped_lock lock(m_mutex);
            wakes = empty();
            m_piece.news.push_back(std::move(news));
        }
        if (wakes)
            wake(stop);
    }
    LogPiece take()
    {
        LogPiece piece;
        {
            const std::scoped_lock lock(m_mutex);
            std::swap(piece, m_piece);
            m_bytes = 0;
        }
        m_room.notify_all();
        return piece;
    }

private:
    bool empty() const { return m_piece.lines.empty() && m_piece.news.empty(); }
    void wake(const std::stop_token &stop) const
    {
        if (!stop.stop_requested())
            m_wake();
    }

    std::mutex m_mutex;
    std::condition_variable_any m_room;
    LogPiece m_piece;
    std::size_t m_bytes = 0;
    const std::function<void()> m_wake;
};

class Feed final : public LogFeed
{
public:
    Feed(std::shared_ptr<Transport> transport, std::shared_ptr<Executor> closing, std::function<void()> wake)
        : m_shared(std::make_shared<Shared>(std::move(transport), std::move(wake))), m_closing(std::move(closing))
    {
    }
    ~Feed() override
    {
        m_stop.request_stop();
        // A jthread joins when it goes, whether the task runs or is dropped with its executor.
        if (!m_threads.empty())
            m_closing->post([threads = std::move(m_threads)]() mutable { threads.clear(); });
    }
    LogPiece take() override { return m_shared->inbox.take(); }
    void add(std::vector<LogOptions> which) override
    {
        std::size_t missing = 0;
        {
            const std::scoped_lock lock(m_shared->mutex);
            for (LogOptions &options : which)
                m_shared->waiting.emplace_back(m_next++, std::move(options));
            missing = std::min(mostLogsAtOnce - m_shared->readers, m_shared->waiting.size());
            m_shared->readers += missing;
        }
        for (std::size_t i = 0; i < missing; ++i)
            m_threads.emplace_back([shared = m_shared, stop = m_stop.get_token()] { shared->run(stop); });
    }

private:
    struct Shared {
        Shared(std::shared_ptr<Transport> on, std::function<void()> wake) : transport(std::move(on)), inbox(std::move(wake)) {}

        // One thread: a log after the other, as long as some wait.
        void run(std::stop_token stop)
        {
            while (auto next = take(stop))
                read(next->first, next->second, stop);
        }
        std::optional<std::pair<std::uint32_t, LogOptions>> take(const std::stop_token &stop)
        {
            const std::scoped_lock lock(mutex);
            if (waiting.empty() || stop.stop_requested()) {
                --readers;
                return {};
            }
            auto next = std::move(waiting.front());
            waiting.pop_front();
            return next;
        }
        void read(std::uint32_t source, const LogOptions &options, std::stop_token stop)
        {
            inbox.tell({source, LogNews::Type::Begun}, stop);
            const Result<> result = readLog(
                *transport, options, stop, [&](std::string_view line) { inbox.put(source, line, stop); },
                [&](const Error &error) { inbox.tell({source, LogNews::Type::Interrupted, error}, stop); });
            if (stop.stop_requested())
                return;
            if (result)
                inbox.tell({source, LogNews::Type::Ended}, stop);
            else
                inbox.tell({source, LogNews::Type::Failed, result.error()}, stop);
        }

        const std::shared_ptr<Transport> transport;
        Inbox inbox;
        std::mutex mutex;
        std::deque<std::pair<std::uint32_t, LogOptions>> waiting;
        std::size_t readers = 0;
    };

    const std::shared_ptr<Shared> m_shared;
    const std::shared_ptr<Executor> m_closing;
    std::stop_source m_stop;
    std::vector<std::jthread> m_threads;
    std::uint32_t m_next = 0;
};

} // namespace

std::unique_ptr<LogFeed> followLogs(std::shared_ptr<Transport> transport, std::shared_ptr<Executor> closing,
                                    std::vector<LogOptions> which, std::function<void()> wake)
{
    auto feed = std::make_unique<Feed>(std::move(transport), std::move(closing), std::move(wake));
    feed->add(std::move(which));
    return feed;
}

} // namespace timonier

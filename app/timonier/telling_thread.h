// A thread that tells the window what comes of its work, piece by piece, and in the end how it ended. The window takes what there is when it is
// woken; nobody waits for the thread, not even when this goes.
#pragma once

#include "base/worker.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace timonier {

template <class Piece, class End>
class TellingThread
{
public:
    // Blocking, on the thread.
    using Work = std::function<End(const std::function<void(Piece)> &tell, std::stop_token)>;

    // `closing`: joins the thread once it has been stopped and has come to a safe end. `wake` is called on the thread.
    TellingThread(std::shared_ptr<Worker> closing, std::function<void()> wake, Work work) : m_closing(std::move(closing))
    {
        m_thread = std::jthread([box = m_box, wake = std::move(wake), work = std::move(work)](std::stop_token stop) {
            const auto tell = [&](Piece piece) {
                {
                    const std::scoped_lock lock(box->mutex);
                    box->told.push_back(std::move(piece));
                }
                wake();
            };
            End ended = work(tell, stop);
            {
                const std::scoped_lock lock(box->mutex);
                box->ended.emplace(std::move(ended));
            }
            wake();
        });
    }
    ~TellingThread()
    {
        m_thread.request_stop();
        m_closing->post([thread = std::move(m_thread)] {});
    }
    TellingThread(const TellingThread &) = delete;
    TellingThread &operator=(const TellingThread &) = delete;

    // Since the last take. GUI thread, as the next two.
    std::vector<Piece> take()
    {
        const std::scoped_lock lock(m_box->mutex);
        return std::exchange(m_box->told, {});
    }
    std::optional<End> ended() const
    {
        const std::scoped_lock lock(m_box->mutex);
        return m_box->ended;
    }
    void stop() { m_thread.request_stop(); }

private:
    struct Box {
        std::mutex mutex;
        std::vector<Piece> told{};
        std::optional<End> ended{};
    };
    const std::shared_ptr<Worker> m_closing;
    const std::shared_ptr<Box> m_box = std::make_shared<Box>();
    std::jthread m_thread;
};

} // namespace timonier

// Work that several threads want at once and that is done once: the first to come does it, the others wait for what it
// finds. A caller that is told to stop leaves at once; if it was the one at work, one of those that wait begins anew.
#pragma once

#include "base/result.h"
#include "base/say.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

namespace timonier {

template <class T>
class SingleFlight
{
public:
    // The result of `work`, or of the same work that was under way. Blocks. Errors: those of the work, Cancelled.
    Result<T> run(std::stop_token stop, const std::function<Result<T>(std::stop_token)> &work)
    {
        std::unique_lock lock(m_mutex);
        while (m_flight) {
            const auto flight = m_flight;
            if (!m_landed.wait(lock, stop, [&] { return flight->result.has_value(); }))
                return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
            const Result<T> &result = *flight->result;
            if (result || result.error().kind != ErrorKind::Cancelled)
                return result;
        }
        const auto flight = m_flight = std::make_shared<Flight>();
        lock.unlock();
        Result<T> result = work(stop);
        lock.lock();
        flight->result = result;
        m_flight = nullptr;
        lock.unlock();
        m_landed.notify_all();
        return result;
    }

private:
    struct Flight {
        std::optional<Result<T>> result;
    };
    std::mutex m_mutex;
    std::condition_variable_any m_landed;
    std::shared_ptr<Flight> m_flight;
};

} // namespace timonier

#include "remote/exchange.h"

#include <algorithm>
#include <utility>

namespace timonier::remote {

Exchange::Heard Exchange::hear(TimePoint until, std::stop_token stop, bool wantsRoom)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_until(lock, stop, until,
                         [&] { return !m_side.out.empty() || !m_side.err.empty() || m_side.ended || (m_side.started && !m_startTold) || (wantsRoom && m_side.in.size() < window / 2); });
    Heard heard{.out = std::exchange(m_side.out, {}), .err = std::exchange(m_side.err, {}), .started = m_side.started, .ended = m_side.ended};
    m_startTold = m_side.started;
    const bool slowed = heard.out.size() >= window || heard.err.size() >= window;
    lock.unlock();
    if (slowed)
        wake();
    return heard;
}

std::size_t Exchange::offer(std::string_view bytes)
{
    std::size_t taken = 0;
    {
        const std::scoped_lock lock(m_mutex);
        taken = std::min(bytes.size(), window - std::min(window, m_side.in.size()));
        m_side.in.append(bytes.substr(0, taken));
    }
    if (taken > 0)
        wake();
    return taken;
}

void Exchange::closeInput()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_side.inputEnds = true;
    }
    wake();
}

void Exchange::abandon()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_side.abandoned = true;
    }
    wake();
}

Result<int> Exchange::result()
{
    const std::scoped_lock lock(m_mutex);
    if (m_side.error)
        return std::unexpected(*m_side.error);
    return m_side.exitCode;
}

void Exchange::end(Error error)
{
    change([&](Side &side) {
        side.error = std::move(error);
        side.ended = true;
    });
}

} // namespace timonier::remote

#include "plan/board.h"

#include <utility>

namespace timonier::plan {

namespace {

constexpr Span tick{200};        // how soon progress by time and silence are seen
constexpr Span asleep{10'000};   // a tick that took this long: the computer slept

} // namespace

Board::Board(const Plan &plan, const Clock &clock, const std::vector<Span> &estimates)
    : m_plan(plan), m_clock(clock), m_live(plan.steps.size()), m_looked(clock.elapsed())
{
    for (std::size_t i = 0; i < m_live.size(); ++i)
        m_live[i].clock.estimate = estimates[i];
}

std::stop_token Board::attempt(std::size_t step)
{
    const std::scoped_lock lock(m_mutex);
    Live &live = m_live[step];
    live.stop = std::stop_source();
    if (m_stopped)
        live.stop.request_stop();
    live.begun = live.sign = m_clock.elapsed();
    live.runs = true;
    live.stalled = false;
    live.clock.fraction = -1;
    return live.stop.get_token();
}

void Board::print(std::size_t step, std::string_view text)
{
    const std::scoped_lock lock(m_mutex);
    m_live[step].sign = m_clock.elapsed();
    m_live[step].output.add(text);
}

void Board::progress(std::size_t step, double fraction)
{
    const std::scoped_lock lock(m_mutex);
    m_live[step].sign = m_clock.elapsed();
    m_live[step].clock.fraction = std::max(m_live[step].clock.fraction, std::clamp(fraction, 0.0, 1.0));
}

void Board::takeLines(std::size_t step, bool last)
{
    for (std::string &line : m_live[step].output.take(last))
        m_news.events.push_back({.kind = Event::Kind::Line, .step = m_plan.steps[step].id, .text = std::move(line)});
    for (Part &part : m_live[step].parts.take())
        m_news.events.push_back({.kind = Event::Kind::Part, .step = m_plan.steps[step].id, .title = std::move(part.title), .part = std::move(part.id),
                                 .partState = part.state, .text = std::move(part.reason)});
}

void Board::part(std::size_t step, std::string_view id, std::string_view title, PartState state, std::string_view reason)
{
    const std::scoped_lock lock(m_mutex);
    m_live[step].sign = m_clock.elapsed();
    m_live[step].parts.set(id, title, state, reason);
}

void Board::post(std::size_t step, Event event)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (event.kind == Event::Kind::Step && isOver(event.state))
            m_live[step].parts.stop();
        takeLines(step, true);
        if (event.kind == Event::Kind::Step)
            m_live[step].clock.state = event.state;
        event.step = m_plan.steps[step].id;
        event.title = m_plan.steps[step].title;
        m_news.events.push_back(std::move(event));
    }
    m_wake.notify_one();
}

void Board::end(StepEnd end)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_live[end.step].runs = false;
        m_news.ends.push_back(std::move(end));
    }
    m_wake.notify_one();
}

bool Board::isStalled(std::size_t step) const
{
    const std::scoped_lock lock(m_mutex);
    return m_live[step].stalled;
}

Span Board::spent(std::size_t step) const
{
    const std::scoped_lock lock(m_mutex);
    return m_clock.elapsed() - m_live[step].begun;
}

Board::News Board::take()
{
    std::unique_lock lock(m_mutex);
    m_wake.wait_for(lock, tick, [&] { return !m_news.events.empty() || !m_news.ends.empty(); });
    for (std::size_t i = 0; i < m_live.size(); ++i)
        if (m_live[i].runs)
            takeLines(i, false);
    return std::exchange(m_news, {});
}

void Board::stopStalled()
{
    std::vector<std::stop_source> stalled;
    {
        const std::scoped_lock lock(m_mutex);
        const Span now = m_clock.elapsed();
        const bool slept = now - std::exchange(m_looked, now) > asleep;
        for (std::size_t i = 0; i < m_live.size(); ++i) {
            Live &live = m_live[i];
            const bool acts = live.clock.state != StepState::Pausing && live.runs;
            if (slept || !acts)
                live.sign = now;
            if (live.runs && !live.stalled && m_plan.steps[i].quiet > Span(0) && now - live.sign > m_plan.steps[i].quiet) {
                live.stalled = true;
                stalled.push_back(live.stop);
            }
        }
    }
    for (std::stop_source &source : stalled) // what listens may call us
        source.request_stop();
}

std::vector<StepClock> Board::clocks() const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<StepClock> clocks;
    for (const Live &live : m_live) {
        clocks.push_back(live.clock);
        if (live.runs)
            clocks.back().spent = m_clock.elapsed() - live.begun;
    }
    return clocks;
}

void Board::stopAll()
{
    std::vector<std::stop_source> sources;
    {
        const std::scoped_lock lock(m_mutex);
        m_stopped = true;
        for (const Live &live : m_live)
            if (live.runs)
                sources.push_back(live.stop);
    }
    for (std::stop_source &source : sources)
        source.request_stop();
}

} // namespace timonier::plan

// Where the threads of steps leave what the runner's thread hands on: states, lines, signs of life. Any thread.
#pragma once

#include "base/clock.h"
#include "plan/event.h"
#include "plan/forecast.h"
#include "plan/output.h"
#include "plan/parts.h"

#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace timonier::plan {

// How a step ended.
struct StepEnd {
    std::size_t step = 0;
    StepState state = StepState::Done;
    std::optional<Error> error{};
};

class Board
{
public:
    struct News {
        std::vector<Event> events{};
        std::vector<StepEnd> ends{};
    };

    // `estimates`: of each step.
    Board(const Plan &plan, const Clock &clock, const std::vector<Span> &estimates);

    // From a step's thread. An attempt begins: the token is the attempt's own.
    std::stop_token attempt(std::size_t step);
    void print(std::size_t step, std::string_view text);
    void progress(std::size_t step, double fraction);
    void part(std::size_t step, std::string_view id, std::string_view title, PartState state, std::string_view reason);
    // What it printed before comes before it.
    void post(std::size_t step, Event event);
    void end(StepEnd end);
    // The attempt was stopped since it gave no sign of life.
    bool isStalled(std::size_t step) const;
    // Since the attempt began.
    Span spent(std::size_t step) const;

    // From the runner's thread. Waits for news, a short time at most.
    News take();
    // Stops the attempts that gave no sign of life for too long. Not those that could not, for the computer slept.
    void stopStalled();
    std::vector<StepClock> clocks() const;

    // Any thread: all attempts, those of now and later.
    void stopAll();

private:
    struct Live {
        std::stop_source stop{};
        OutputLines output{};
        Parts parts{};
        Span begun{0}, sign{0};
        StepClock clock{};
        bool runs = false, stalled = false;
    };
    void takeLines(std::size_t step, bool last); // with the lock held; and the parts

    const Plan &m_plan;
    const Clock &m_clock;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<Live> m_live;
    News m_news{};
    Span m_looked{0}; // when stopStalled() was called last
    bool m_stopped = false;
};

} // namespace timonier::plan

// Which steps may begin: those whose needs are met and for which there is room. Pure; one thread.
#pragma once

#include "plan/plan.h"
#include "plan/state.h"

#include <cstddef>
#include <vector>

namespace timonier::plan {

class Schedule
{
public:
    // Back: a step waits for all that need it. The plan is valid and outlives this.
    Schedule(const Plan &plan, Direction direction);
    // Those that may begin now, in the plan's order; they count as running from here on.
    std::vector<std::size_t> begin();
    // One that ran is over. A bad one: what runs goes on, nothing else begins.
    void end(std::size_t step, bool good);
    // Nothing else begins.
    void stop() { m_stopped = true; }
    bool anyRuns() const { return m_running > 0; }
    // Every step ended well.
    bool complete() const { return m_good == m_plan.steps.size(); }

private:
    enum class Place { Waits, Runs, Good, Bad };
    bool hasRoom(const Step &step) const;

    const Plan &m_plan;
    std::vector<std::vector<std::size_t>> m_before; // who must have ended well
    std::vector<Place> m_places;
    int m_running = 0;
    std::size_t m_good = 0;
    bool m_stopped = false;
};

} // namespace timonier::plan

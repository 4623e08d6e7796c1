#include "plan/schedule.h"

namespace timonier::plan {

Schedule::Schedule(const Plan &plan, Direction direction)
    : m_plan(plan), m_before(before(plan, direction)), m_places(plan.steps.size(), Place::Waits)
{
}

bool Schedule::hasRoom(const Step &step) const
{
    int host = 0, group = 0, provider = 0;
    for (std::size_t i = 0; i < m_places.size(); ++i) {
        if (m_places[i] != Place::Runs)
            continue;
        const Step &other = m_plan.steps[i];
        host += !step.host.empty() && other.host == step.host;
        group += !step.group.empty() && other.group == step.group;
        provider += !step.provider.empty() && other.provider == step.provider;
    }
    const auto isFull = [](const std::map<std::string, int> &limits, const std::string &key, int now) {
        const auto limit = limits.find(key);
        return limit != limits.end() && now >= limit->second;
    };
    const Limits &limits = m_plan.limits;
    return m_running < limits.all && host < limits.perHost && !isFull(limits.groups, step.group, group) &&
           !isFull(limits.providers, step.provider, provider);
}

std::vector<std::size_t> Schedule::begin()
{
    std::vector<std::size_t> begun;
    if (m_stopped)
        return begun;
    for (std::size_t i = 0; i < m_places.size(); ++i) {
        const auto isGood = [&](std::size_t other) { return m_places[other] == Place::Good; };
        if (m_places[i] != Place::Waits || !std::ranges::all_of(m_before[i], isGood) || !hasRoom(m_plan.steps[i]))
            continue;
        m_places[i] = Place::Runs;
        ++m_running;
        begun.push_back(i);
    }
    return begun;
}

void Schedule::end(std::size_t step, bool good)
{
    m_places[step] = good ? Place::Good : Place::Bad;
    --m_running;
    m_good += good;
    if (!good)
        m_stopped = true;
}

} // namespace timonier::plan

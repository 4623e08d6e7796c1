#include "strategy/strategies.h"

#include "base/say.h"
#include "strategy/simulation.h"

#include <algorithm>
#include <cmath>

namespace timonier::strategy {

namespace {

constexpr int own = 0, extra = 1; // the user's Deployment, and the one beside it

class Script
{
public:
    Script(const Parameters &parameters, std::optional<Time> abortAt)
        : m_p(parameters), m_simulation(parameters.cluster), m_stop(std::min(abortAt.value_or(never), parameters.limit)), m_asked(abortAt)
    {
    }

    Run play(Strategy strategy)
    {
        DeploymentSpec spec = m_p.spec;
        spec.recreate = strategy == Strategy::Recreate;
        m_simulation.addSettled(spec, m_p.current, m_p.unhealthy);
        route({{1, {own}}});
        const bool done = strategy == Strategy::BlueGreen ? blueGreen()
                          : strategy == Strategy::Canary  ? canary()
                          : strategy == Strategy::AB      ? ab()
                          : strategy == Strategy::Shadow  ? shadow()
                                                          : inPlace();
        const bool asked = m_asked && *m_asked <= m_p.limit;
        if (done && asked && m_run.finished != never) { // all is over already: a roll-out back
            m_simulation.runUntil(*m_asked);
            abort();
        } else if (!done && (m_failed || asked)) {
            abort();
        }
        m_run.versions = m_simulation.versions();
        m_run.timeline = m_simulation.timeline();
        return std::move(m_run);
    }

private:
    void route(std::vector<Route> routes) { m_run.routing.push_back({m_simulation.now(), std::move(routes)}); }
    void stage(std::string words) { m_run.stages.push_back({m_simulation.now(), std::move(words)}); }

    // False: somebody goes back, or the end of what is simulated has come.
    bool wait(Time span)
    {
        const Time until = m_simulation.now() + span;
        m_simulation.runUntil(std::min(until, m_stop));
        return until <= m_stop;
    }
    // False also where Kubernetes reports that it makes no progress (progressDeadline): then it has failed. Ten thousand pods may
    // take longer than that in all, and fewer pods being wanted is no progress that could be missing.
    bool complete(int deployment)
    {
        const Time patience = m_p.spec.progressDeadline.value_or(m_p.limit);
        for (Time until = m_simulation.now() + patience;;) {
            if (m_simulation.runUntilComplete(deployment, std::min(until, m_stop)) != never)
                return true;
            const DeploymentState &state = m_simulation.deployment(deployment);
            m_failed = state.progress == Progress::TimedOut;
            if (m_failed || until >= m_stop)
                return false;
            const Time due = state.lastProgress + patience + Time(2'000); // when that has been reported: it is looked at a second late
            until = due > until ? due : until + patience;
        }
    }

    // Rolling and recreate: Kubernetes does it all; nothing goes back by itself.
    bool inPlace()
    {
        m_simulation.setVersion(own, m_p.next);
        std::vector<Change> changes = m_p.changes;
        std::ranges::stable_sort(changes, {}, &Change::at);
        for (const Change &change : changes) {
            if (!wait(std::max(Time(0), change.at - m_simulation.now())))
                return false;
            if (change.replicas)
                m_simulation.setReplicas(own, *change.replicas);
            if (change.paused)
                m_simulation.setPaused(own, *change.paused);
        }
        // With many calls allowed per second a crash loop would fill the memory; nothing more is learnt from it then.
        const Time patience = m_simulation.now() + 2 * m_p.spec.progressDeadline.value_or(m_p.limit / 2);
        const Time done = m_simulation.runUntilComplete(own, std::min(m_stop, patience));
        if (done == never) {
            m_run.finished = never;
            return !m_asked;
        }
        m_run.promoted = done;
        return finish();
    }

    // What terminates ends; then nothing extra is left.
    bool finish()
    {
        m_run.finished = m_simulation.now();
        m_simulation.runUntilIdle(m_simulation.now() + 2 * std::max(m_p.current.grace, m_p.next.grace) + Time(10'000));
        return true;
    }

    bool start(int replicas)
    {
        DeploymentSpec spec = m_p.spec;
        spec.replicas = replicas;
        spec.recreate = spec.paused = false;
        m_simulation.addNew(spec, m_p.next);
        m_extra = true;
        return complete(extra);
    }

    // The user's own Deployment becomes the new version while the extra one serves, then that one goes. `share`: what a router sends to
    // the extra one; the rest goes to both from here on, since all are meant to get the new version.
    bool promote(bool routed, double share = 1)
    {
        if (share < 1)
            route({{share, {extra}}, {1 - share, {own, extra}}});
        m_simulation.setVersion(own, m_p.next);
        if (!complete(own))
            return false;
        if (m_simulation.deployment(own).spec.replicas != m_p.spec.replicas) {
            m_simulation.setReplicas(own, m_p.spec.replicas);
            if (!complete(own))
                return false;
        }
        if (routed)
            route({{1, {own}}});
        stage(say("Core", "the Deployment runs the new version; what was added goes"));
        if (m_run.promoted == never)
            m_run.promoted = m_simulation.now();
        if (routed && !wait(m_p.cluster.delays.endpoints))
            return false;
        m_simulation.setReplicas(extra, 0);
        return complete(extra) && finish();
    }

    bool blueGreen()
    {
        stage(say("Core", "a second colour starts beside the first"));
        if (!start(m_p.spec.replicas))
            return false;
        stage(say("Core", "it is ready, and looked at before anyone gets it"));
        if (!wait(m_p.blueGreenCheck))
            return false;
        route({{1, {extra}}});
        stage(say("Core", "all requests go to the new version at once; the old one is kept"));
        m_run.promoted = m_simulation.now();
        return wait(m_p.blueGreenKeep) && promote(true);
    }

    bool canary()
    {
        for (const int percent : m_p.canarySteps) {
            const int replicas = m_p.spec.replicas;
            const bool surge = m_p.spec.maxSurge.value > 0;
            const CanaryCounts counts = m_p.weighted ? CanaryCounts{(percent * replicas + 99) / 100, replicas}
                                                     : canaryCounts(replicas, percent, surge);
            if (!m_extra && !m_p.weighted)
                route({{1, {own, extra}}});
            if (!m_extra ? !start(counts.canary) : (m_simulation.setReplicas(extra, counts.canary), !complete(extra)))
                return false;
            if (counts.stable != m_simulation.deployment(own).spec.replicas)
                m_simulation.setReplicas(own, counts.stable);
            if (m_p.weighted)
                route({{percent / 100.0, {extra}}, {1 - percent / 100.0, {own}}});
            const double share = m_p.weighted ? percent : 100.0 * counts.canary / std::max(1, counts.canary + counts.stable);
            stage(say("Core", "{:.0f} % of the requests go to the new version ({} of {} pods)", share, counts.canary,
                      counts.canary + counts.stable));
            if (!wait(m_p.canaryPause))
                return false;
        }
        return promote(m_p.weighted, m_p.weighted && !m_p.canarySteps.empty() ? m_p.canarySteps.back() / 100.0 : 1);
    }

    bool ab()
    {
        stage(say("Core", "the new version starts for the users whom the rule chooses"));
        if (!start((m_p.abShare * m_p.spec.replicas + 99) / 100))
            return false;
        route({{m_p.abShare / 100.0, {extra}}, {1 - m_p.abShare / 100.0, {own}}});
        stage(say("Core", "{} % of the users get the new version, always the same ones", m_p.abShare));
        return wait(m_p.abDuration) && promote(true, m_p.abShare / 100.0);
    }

    bool shadow()
    {
        stage(say("Core", "the new version starts; nobody sees its answers"));
        if (!start((m_p.shadowShare * m_p.spec.replicas + 99) / 100))
            return false;
        stage(say("Core", "{} % of the requests are mirrored to it", m_p.shadowShare));
        if (!wait(m_p.shadowDuration))
            return false;
        m_simulation.setReplicas(extra, 0);
        if (!complete(extra))
            return false;
        stage(say("Core", "the mirror is taken down; the Deployment is rolled over"));
        m_simulation.setVersion(own, m_p.next);
        if (!complete(own))
            return false;
        m_run.promoted = m_simulation.now();
        return finish();
    }

    void abort()
    {
        const Time begun = m_run.aborted = m_simulation.now();
        stage(m_failed ? say("Core", "the new version did not become ready in time: it goes back by itself") : say("Core", "somebody goes back"));
        route({{1, {own}}});
        m_run.promoted = never;
        m_simulation.setVersion(own, m_p.current);
        m_simulation.setReplicas(own, m_p.spec.replicas);
        m_simulation.setPaused(own, false);
        if (m_extra)
            m_simulation.setReplicas(extra, 0);
        const Time limit = begun + m_p.limit;
        const Time back = m_simulation.runUntilComplete(own, limit);
        if (m_extra)
            m_simulation.runUntilComplete(extra, limit);
        m_simulation.runUntilIdle(m_simulation.now() + 2 * std::max(m_p.current.grace, m_p.next.grace) + Time(10'000));
        if (back == never)
            return;
        // Not before the last client has learnt where the old version is.
        m_run.rolledBack = std::max(back, begun + (m_extra ? m_p.cluster.delays.endpoints : Time(0)));
        const Timeline &timeline = m_simulation.timeline();
        for (const PodRecord &pod : timeline.pods)
            if (timeline.setInfo[static_cast<std::size_t>(pod.set)].version != 0 && pod.ready != never && pod.terminating >= begun && pod.terminating != never)
                m_run.rolledBack = std::max(m_run.rolledBack, std::min(pod.terminating, begun + m_p.limit) + m_p.cluster.delays.endpoints);
    }

    const Parameters &m_p;
    Simulation m_simulation;
    Time m_stop;
    std::optional<Time> m_asked;
    Run m_run;
    bool m_failed = false, m_extra = false;
};

} // namespace

std::string_view key(Strategy strategy)
{
    constexpr std::string_view keys[] = {"recreate", "rolling", "blue-green", "canary", "ab", "shadow"};
    return keys[static_cast<std::size_t>(strategy)];
}

std::string title(Strategy strategy)
{
    switch (strategy) {
    case Strategy::Recreate: return say("Core", "Recreate");
    case Strategy::Rolling: return say("Core", "Ramped");
    case Strategy::BlueGreen: return say("Core", "Blue/green");
    case Strategy::Canary: return say("Core", "Canary");
    case Strategy::AB: return say("Core", "A/B");
    case Strategy::Shadow: return say("Core", "Shadow");
    }
    return {};
}

Result<Strategy> strategyOf(std::string_view wanted)
{
    std::string names;
    for (const Strategy strategy : allStrategies) {
        if (key(strategy) == wanted)
            return strategy;
        names += (names.empty() ? "" : ", ") + std::string(key(strategy));
    }
    return fail(ErrorKind::Invalid, say("Core", "There is no strategy “{}”", wanted), say("Core", "There are: {}", names));
}

CanaryCounts canaryCounts(int replicas, int percent, bool surge)
{
    if (replicas == 0)
        return {};
    const double exact = replicas * percent / 100.0;
    const int up = static_cast<int>(std::ceil(exact)), down = static_cast<int>(std::floor(exact));
    // A canary of no pods shows nothing: only where a single pod may not have a second one beside it.
    const bool zeroAllowed = replicas == 1 && !surge;
    CanaryCounts best{0, replicas};
    double least = 1e9;
    const auto consider = [&](int canary, int total) {
        const double off = std::abs(canary * 100.0 / total - percent);
        if ((canary > 0 || zeroAllowed) && off < least) {
            least = off;
            best = {canary, total - canary};
        }
    };
    for (int total = replicas; total <= replicas + (surge ? 1 : 0); ++total) {
        if (up < total || zeroAllowed)
            consider(up, total);
        consider(down, total);
    }
    return best;
}

Run run(const Parameters &parameters, Strategy strategy, std::optional<Time> abortAt)
{
    return Script(parameters, abortAt).play(strategy);
}

} // namespace timonier::strategy

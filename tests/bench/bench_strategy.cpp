// How long it takes to foretell a roll-out: the simulation alone, and with figures, traffic and the way back. One line of JSON
// each; CPU time of the thread, the median of some runs.
#include "stopwatch.h"
#include "strategy/outcome.h"
#include "strategy/simulation.h"

#include <fmt/format.h>

#include <algorithm>

using namespace timonier;
using namespace timonier::strategy;
using namespace std::chrono_literals;

namespace {

Parameters parameters(int replicas, bool limited, int nodes, Time jitter)
{
    Parameters p;
    p.spec.replicas = replicas;
    p.current.name = "old";
    p.next.name = "new";
    p.next.jitter = jitter;
    p.requestsPerSecond = 1000;
    if (!limited)
        p.cluster.delays.qps = 0;
    for (int i = 0; i < nodes; ++i)
        p.cluster.nodes.push_back({"", 1ll << 40, 1ll << 60, replicas, 0});
    return p;
}

template <class Work>
void measure(const char *name, int replicas, Work work)
{
    std::vector<double> times;
    for (int i = 0; i < 15; ++i) {
        const double begin = cpuMilliseconds(CLOCK_THREAD_CPUTIME_ID);
        work();
        times.push_back(cpuMilliseconds(CLOCK_THREAD_CPUTIME_ID) - begin);
    }
    std::ranges::sort(times);
    fmt::print("{{\"bench\":\"{}\",\"replicas\":{},\"median_ms\":{:.2f},\"worst_ms\":{:.2f}}}\n", name, replicas, times[times.size() / 2], times.back());
}

void simulate(const Parameters &p)
{
    Simulation simulation(p.cluster);
    const int d = simulation.addSettled(p.spec, p.current);
    simulation.setVersion(d, p.next);
    if (simulation.runUntilComplete(d, 24h) == never)
        fmt::print(stderr, "it was not complete\n");
    simulation.runUntilIdle(24h);
}

} // namespace

int main()
{
    for (const int replicas : {100, 1'000, 10'000}) {
        measure("simulation", replicas, [p = parameters(replicas, true, 0, 0s)] { simulate(p); });
        measure("simulation, no limit of calls, jitter", replicas, [p = parameters(replicas, false, 0, 5s)] { simulate(p); });
        measure("simulation, nodes", replicas, [p = parameters(replicas, true, std::max(3, replicas / 30), 2s)] { simulate(p); });
        measure("foretell rolling", replicas, [p = parameters(replicas, true, 0, 0s)] { foretell(p, Strategy::Rolling); });
    }
    return 0;
}

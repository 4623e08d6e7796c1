#include "strategy/advice.h"

#include "base/say.h"
#include "strategy/figures_text.h"

#include <algorithm>
#include <cmath>

namespace timonier::strategy {

namespace {

struct Argument {
    double weight;      // how much it speaks against
    std::string words;  // "nobody answers for 12 s"
};

double lostOf(const Figures &f) { return f.lost + f.overloaded + f.wrongAnswers; }

// A new version that does not work ends no roll-out well. What counts then: who is hurt, and does it go back by itself?
bool isBroken(const Parameters &p) { return p.next.neverReady || p.next.crashAfter; }

Time firstCrash(const Run &run)
{
    const auto found = std::ranges::find(run.timeline.changes, PodEvent::Crashed, &PodChange::event);
    return found == run.timeline.changes.end() ? never : found->at;
}

double metUntil(const Parameters &p, const std::vector<TrafficPoint> &traffic, Time until)
{
    double met = 0;
    for (std::size_t i = 0; i < traffic.size() && traffic[i].at < until; ++i) {
        const Time end = std::min(until, i + 1 < traffic.size() ? traffic[i + 1].at : until);
        met += traffic[i].next * p.requestsPerSecond * static_cast<double>((end - traffic[i].at).count()) / 1000;
    }
    return met;
}

// A version that crashes after a while: once it has, everybody sees it, and goes back. What happens after that does not count;
// what does is who had met it by then.
std::vector<Argument> againstCrashing(const Parameters &p, const Outcome &o)
{
    const Time crash = firstCrash(o.run);
    std::vector<Argument> found;
    if (crash == never || crash >= o.run.promoted)
        found.push_back({400, say("Core", "all users have the new version before it crashes")});
    else if (const double met = metUntil(p, o.traffic, crash); met >= 1)
        found.push_back({12 * std::log10(1 + met), say("Core", "about {} requests meet the new version before it crashes", numberText(met))});
    if (o.strategy == Strategy::Recreate)
        found.push_back({600, say("Core", "nobody answers while the pods are exchanged")});
    if (o.figures.extraPods > 1)
        found.push_back({6 + 24.0 * o.figures.extraPods / std::max(1, p.spec.replicas), say("Core", "it needs room for {} pods more than usual",
                numberText(o.figures.extraPods))});
    found.push_back({7.0 * traitsOf(o.strategy).complexity, say("Core", "it is more work to set up")});
    std::ranges::stable_sort(found, std::ranges::greater(), &Argument::weight);
    return found;
}

// What speaks against a strategy, the worst first. The weights say what outweighs what: an outage more than any cost, room that is
// not there more than effort; effort decides among those that harm nobody.
std::vector<Argument> against(const Parameters &p, const Outcome &o)
{
    if (p.next.crashAfter)
        return againstCrashing(p, o);
    const Figures &f = o.figures;
    const Traits &traits = traitsOf(o.strategy);
    const double wanted = std::max(1, p.spec.replicas);
    std::vector<Argument> found;
    const auto say_ = [&](double weight, std::string words) { found.push_back({weight, std::move(words)}); };
    if (f.withoutService > Time(0))
        say_(1'000 + std::min(500.0, static_cast<double>(f.withoutService.count()) / 1000), say("Core", "nobody answers for {}", spanText(f.withoutService)));
    if (o.run.aborted == never && o.run.finished == never)
        say_(700, isBroken(p)      ? say("Core", "it stands still half way, and nothing goes back by itself")
                  : f.neverPlaced ? say("Core", "there is no room for the pods that it adds: it stands still")
                                  : say("Core", "it does not finish"));
    else if (o.run.aborted != never && !isBroken(p))
        say_(600, f.neverPlaced ? say("Core", "there is no room for the pods that it adds, and it goes back") : say("Core", "it gives up and goes back"));
    if (f.neverPlaced && o.run.finished != never)
        say_(200, say("Core", "for {} of its pods there is no room at first", f.neverPlaced));
    if (f.leastCapacity < 0.999 && f.withoutService == Time(0))
        say_(f.leastCapacity < 0.7 ? 150 * (1 - f.leastCapacity) : 40 * (1 - f.leastCapacity),
             say("Core", "at the worst {} of {} pods answer", f.leastServing, p.spec.replicas));
    if (const double lost = lostOf(f); lost >= 1 && f.withoutService == Time(0))
        say_(std::min(120.0, 12 * std::log10(1 + lost)), say("Core", "about {} requests go wrong", numberText(lost)));
    if (f.extraPods > 1 && !f.neverPlaced)
        say_(6 + 24 * f.extraPods / wanted, say("Core", "it needs room for {} pods more than usual", numberText(f.extraPods)));
    if (f.rollback != never && f.rollback > Time(20'000))
        say_(std::min(30.0, 4 * std::log2(static_cast<double>(f.rollback.count()) / 10'000)), say("Core", "going back takes {}", spanText(f.rollback)));
    if (o.run.finished != never && o.run.finished > Time(600'000))
        say_(std::min(20.0, 4 * std::log2(static_cast<double>(o.run.finished.count()) / 300'000)), say("Core", "it takes {}", spanText(o.run.finished)));
    say_(7.0 * traits.complexity, o.strategy == Strategy::AB       ? say("Core", "it needs a router that knows users apart")
                                  : o.strategy == Strategy::Shadow ? say("Core", "it needs a router that mirrors requests")
                                  : traits.complexity > 1          ? say("Core", "it is more work to set up")
                                                                   : std::string());
    // The only one that shows a new version to somebody before all have it pays for that where nothing else checks it.
    if (!p.next.readiness && !p.next.startup && !traits.realTraffic && o.strategy != Strategy::BlueGreen)
        say_(16, say("Core", "without a readiness probe nothing looks at the new version before all users get it"));
    std::ranges::stable_sort(found, std::ranges::greater(), &Argument::weight);
    return found;
}

double total(const std::vector<Argument> &arguments)
{
    double sum = 0;
    for (const Argument &argument : arguments)
        sum += argument.weight;
    return sum;
}

std::string joined(const std::vector<std::string> &parts)
{
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text += (i == 0 ? std::string() : i + 1 == parts.size() ? say("Core", " and ") : std::string(", ")) + parts[i];
    return text;
}

std::vector<std::string> inFavour(const Application &application, const Parameters &p, const Outcome &o)
{
    const Figures &f = o.figures;
    std::vector<std::string> found;
    if (p.next.crashAfter) {
        const Time crash = firstCrash(o.run);
        if (crash == never || crash >= o.run.promoted)
            return {say("Core", "nothing shows the fault before all users have it")};
        const double met = metUntil(p, o.traffic, crash);
        return {met < 1 ? say("Core", "it crashes after {}, before anyone has met it", spanText(crash))
                        : say("Core", "it crashes after {}, when about {} requests have met it, and one can go back in {}", spanText(crash),
                                numberText(met), spanText(o.figures.rollback))};
    }
    if (o.run.aborted != never && isBroken(p)) {
        found.push_back(f.newSeen ? say("Core", "only {} requests meet the new version before it goes back by itself", numberText(f.onTrial))
                                  : say("Core", "nobody meets the new version, and it goes back by itself after {}", spanText(o.run.aborted)));
    }
    if (f.withoutService == Time(0) && f.belowCapacity == Time(0) && p.spec.replicas > 0)
        found.push_back(p.spec.replicas == 1 ? say("Core", "a pod answers all the time") : say("Core", "all {} pods answer all the time",
                numberText(p.spec.replicas)));
    else if (f.withoutService == Time(0) && f.leastCapacity >= 0.7)
        found.push_back(say("Core", "at least {} of {} pods answer all the time", numberText(f.leastServing), numberText(p.spec.replicas)));
    if (o.run.finished != never)
        found.push_back(say("Core", "it takes {}", spanText(o.run.finished)));
    if (o.run.finished == never && o.run.aborted != never && !isBroken(p))
        found.push_back(say("Core", "it gives up after {}, and all is as it was", spanText(o.run.aborted)));
    if (isBroken(p) || o.run.finished == never) // what it needs otherwise does not matter then
        return found;
    if (f.extraPods == 0)
        found.push_back(say("Core", "it needs no room beyond what is used now"));
    else if (f.neverPlaced == 0)
        found.push_back(f.extraPods == 1   ? application.nodes ? say("Core", "the 1 pod more that it needs finds room")
                : say("Core", "it needs room for 1 pod more only")
                        : application.nodes ? say("Core", "the {} pods more that it needs find room", numberText(f.extraPods))
                                            : say("Core", "it needs room for {} pods more", numberText(f.extraPods)));
    switch (o.strategy) {
    case Strategy::Recreate:
    case Strategy::Rolling: found.push_back(say("Core", "Kubernetes does it by itself")); break;
    case Strategy::BlueGreen: found.push_back(say("Core", "the new version is looked at before anyone gets it")); break;
    case Strategy::Canary: found.push_back(say("Core", "a few requests show whether the new version is good before all get it")); break;
    case Strategy::AB: found.push_back(say("Core", "only the chosen users get the new version")); break;
    case Strategy::Shadow: found.push_back(say("Core", "real requests try the new version, and nobody sees its answers")); break;
    }
    return found;
}

Cell stars(std::string computed, Level level, int stars)
{
    return {.computed = std::move(computed), .level = level, .stars = stars, .general = {}};
}

Cell yesNo(std::string computed, Level level, bool yes)
{
    return {.computed = std::move(computed), .level = level, .stars = -1, .general = yes ? say("Core", "yes") : say("Core", "no")};
}

} // namespace

const Traits &traitsOf(Strategy strategy)
{
    static constexpr Traits all[] = {
        {false, false, false, 1, 3, 3, 0}, {true, false, false, 1, 3, 1, 1}, {true, false, false, 3, 0, 2, 2},
        {true, true, false, 1, 1, 1, 2},   {true, true, true, 1, 1, 1, 3},   {true, true, false, 3, 0, 0, 3},
    };
    return all[static_cast<std::size_t>(strategy)];
}

std::vector<std::string> tableHeads()
{
    return {say("Core", "Zero downtime"),     say("Core", "Real traffic"),    say("Core", "Targeted users"), say("Core", "Cloud cost"),
            say("Core", "Rollback duration"), say("Core", "Impact on users"), say("Core", "Set-up")};
}

std::vector<TableRow> decisionTable(const Parameters &p, std::span<const Outcome> outcomes)
{
    std::vector<TableRow> table;
    for (const Outcome &o : outcomes) {
        const Figures &f = o.figures;
        const Traits &t = traitsOf(o.strategy);
        const double lost = lostOf(f);
        TableRow row{o.strategy, {}};
        row.cells.push_back(f.withoutService > Time(0) ? yesNo(say("Core", "{} out", spanText(f.withoutService)), Level::Bad, t.zeroDowntime)
                            : f.belowCapacity > Time(0) ? yesNo(say("Core", "≥ {} of {}", numberText(f.leastServing), numberText(p.spec.replicas)),
                                    f.leastCapacity < 0.7 ? Level::Caution : Level::Good, t.zeroDowntime)
                                                        : yesNo(say("Core", "all answer"), Level::Good, t.zeroDowntime));
        row.cells.push_back(yesNo(o.strategy == Strategy::Shadow ? say("Core", "a copy")
                                  : t.realTraffic                ? say("Core", "{} req.", numberText(f.onTrial))
                                                                 : say("Core", "none"),
                                  Level::Good, t.realTraffic));
        row.cells.push_back(yesNo(t.targetedUsers ? say("Core", "{} %", p.abShare) : say("Core", "none"), Level::Good, t.targetedUsers));
        const std::string more = f.extraPods == 1 ? say("Core", "+1 pod") : say("Core", "+{} pods", numberText(f.extraPods));
        row.cells.push_back(stars(f.extraPods ? more + (f.cost >= 0.01 ? ", " + priceText(f.cost) : std::string()) : say("Core", "no more"),
                                  f.neverPlaced ? Level::Bad : f.extraPods >= std::max(2, p.spec.replicas) ? Level::Caution : Level::Good, t.cost));
        row.cells.push_back(stars(f.rollback == never ? say("Core", "none") : spanText(f.rollback), f.rollback == never ? Level::Bad
                : f.rollback > Time(60'000) ? Level::Caution : Level::Good, t.rollback));
        row.cells.push_back(stars(say("Core", "{} req.", numberText(lost)), f.withoutService > Time(0) ? Level::Bad : lost >= 1 ? Level::Caution
                : Level::Good, t.impact));
        row.cells.push_back(stars(o.strategy <= Strategy::Rolling                                   ? say("Core", "nothing")
                                  : o.strategy == Strategy::BlueGreen                               ? say("Core", "a switch")
                                  : o.strategy == Strategy::Canary && !p.weighted                   ? say("Core", "steps")
                                                                                                    : say("Core", "a router"),
                                  Level::Good, t.complexity));
        table.push_back(std::move(row));
    }
    return table;
}

Advice advise(const Application &application, const Parameters &p, std::span<const Outcome> outcomes)
{
    Advice advice;
    std::vector<std::vector<Argument>> arguments;
    std::size_t best = 0;
    for (const Outcome &outcome : outcomes) {
        arguments.push_back(against(p, outcome));
        if (total(arguments.back()) < total(arguments[best]))
            best = arguments.size() - 1;
    }
    const Outcome &chosen = outcomes[best];
    advice.best = chosen.strategy;
    advice.none = isBroken(p) || total(arguments[best]) >= 600;
    const std::string reasons = joined(inFavour(application, p, chosen));
    advice.sentence = advice.none ? say("Core", "For {}, none goes well like this; {} harms least: {}", p.name, title(chosen.strategy), reasons)
                                  : say("Core", "For {}: {}, because {}", p.name, title(chosen.strategy), reasons);
    if (const Figures &f = chosen.figures; !isBroken(p) && f.lost >= 1 && f.withoutService == Time(0) && p.current.preStop < p.cluster.delays.endpoints)
        advice.tip = say("Core", "The {} requests that fail would not, if leaving pods went on answering for {} (preStop)", numberText(f.lost),
                spanText(p.cluster.delays.endpoints));
    else if (const auto rolling = std::ranges::find(outcomes, Strategy::Rolling, &Outcome::strategy);
             rolling != outcomes.end() && !isBroken(p) && rolling->figures.withoutService > Time(0) && rolling->figures.leastServing > 0
                     && p.current.preStop < p.cluster.delays.endpoints)
        advice.tip = say("Core", "Ramped would do as well, if leaving pods went on answering for {} (preStop): clients do not learn faster where the new ones are", spanText(p.cluster.delays.endpoints));
    if (!isBroken(p) && chosen.figures.neverPlaced && chosen.run.finished == never)
        advice.tip = say("Core", "Ramped makes do with the room there is where a pod may be missing on the way (max unavailable of at least 1)");
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (i == best)
            continue;
        std::vector<std::string> words; // the two that weigh most
        for (const Argument &argument : arguments[i])
            if (words.size() < 2 && argument.weight > 0 && !argument.words.empty())
                words.push_back(argument.words);
        advice.instead.push_back({outcomes[i].strategy, joined(words)});
    }
    return advice;
}

} // namespace timonier::strategy

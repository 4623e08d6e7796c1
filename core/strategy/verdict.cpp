// The figures in words: what to think of it, why, and what the users notice.
#include "strategy/outcome.h"

#include "base/say.h"
#include "strategy/figures_text.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace timonier::strategy {

namespace {

std::string count(double requests)
{
    return requests >= 10 ? fmt::format("{:.0f}", requests) : fmt::format("{:.1f}", requests);
}

class Reasons
{
public:
    explicit Reasons(Verdict &verdict) : m_verdict(verdict) {}
    void add(Level level, std::string words)
    {
        m_verdict.level = std::max(m_verdict.level, level);
        m_verdict.reasons.push_back(std::move(words));
    }

private:
    Verdict &m_verdict;
};

void outcomeReasons(const Parameters &p, const Run &run, const Figures &f, Reasons &reasons)
{
    if (p.spec.paused && run.finished == never)
        reasons.add(Level::Bad, say("Core", "The Deployment is paused: nothing rolls until it is resumed"));
    if (run.aborted != never)
        reasons.add(Level::Caution, f.rollback != never ? say("Core", "It gives up by itself after {} and is back after {} more",
                                                              spanText(run.aborted), spanText(f.rollback))
                                                        : say("Core", "It gives up by itself after {}, and does not come back", spanText(run.aborted)));
    else if (run.finished == never)
        reasons.add(Level::Bad, f.deadlineExceeded != never
                                    ? say("Core", "It does not finish: Kubernetes reports that after {}, and leaves it as it is", spanText(f.deadlineExceeded))
                                    : say("Core", "It does not finish within what was simulated"));
    else
        reasons.add(Level::Good, say("Core", "It takes {}", spanText(run.finished)));
    if (f.restarts)
        reasons.add(Level::Bad, say("Core", "Containers of the new version end and are started again: {} times", f.restarts));
    if (f.neverPlaced)
        reasons.add(Level::Caution, say("Core", "For {} pods there was no room on any node at first", f.neverPlaced));
}

void serviceReasons(const Parameters &p, const Figures &f, Reasons &reasons)
{
    if (f.withoutService > Time(0))
        reasons.add(Level::Bad, say("Core", "For {} nobody answers", spanText(f.withoutService)));
    else if (f.belowCapacity > Time(0))
        reasons.add(f.leastCapacity < 0.7 ? Level::Caution : Level::Good,
                    say("Core", "For {} fewer pods answer than wanted; at the worst {} of {}", spanText(f.belowCapacity),
                        numberText(f.leastServing), numberText(p.spec.replicas)));
    else
        reasons.add(Level::Good, say("Core", "All {} pods wanted answer all the time", numberText(p.spec.replicas)));
    if (f.lost > 0 && f.withoutService == Time(0))
        reasons.add(Level::Caution, say("Core", "About {} requests fail: they are sent to pods that have left (a preStop pause of {} avoids it)",
                                        count(f.lost), spanText(p.cluster.delays.endpoints)));
    else if (f.lost > 0)
        reasons.add(Level::Bad, say("Core", "About {} requests fail", count(f.lost)));
    if (f.overloaded > 0)
        reasons.add(Level::Bad, say("Core", "About {} requests are more than the pods can answer", count(f.overloaded)));
    if (f.wrongAnswers > 0)
        reasons.add(Level::Caution, say("Core", "About {} requests get a wrong answer of the new version", count(f.wrongAnswers)));
}

void costReasons(const Parameters &p, const Figures &f, Reasons &reasons)
{
    if (f.extraPods)
        reasons.add(f.extraPods >= std::max(2, p.spec.replicas) ? Level::Caution : Level::Good,
                    f.extraPods == 1 ? say("Core", "It needs room for 1 pod more than usual") : say("Core", "It needs room for {} pods more than usual", numberText(f.extraPods)));
    if (f.cost >= 0.01)
        reasons.add(Level::Good, say("Core", "They cost about {}", priceText(f.cost)));
    if (f.rollback != never && f.rollbackAt != never)
        reasons.add(f.rollback > Time(60'000) ? Level::Caution : Level::Good,
                    say("Core", "Going back after {} takes {}", spanText(f.rollbackAt), spanText(f.rollback)));
}

std::string noticed(Strategy strategy, const Figures &f)
{
    if (f.withoutService > Time(0))
        return say("Core", "An outage of {}", spanText(f.withoutService));
    if (f.overloaded > 0 || f.leastCapacity < 0.5)
        return say("Core", "Slow answers while pods are missing");
    if (f.wrongAnswers > 0)
        return say("Core", "Errors, for those who get the new version");
    if (!f.newSeen)
        return say("Core", "Nothing");
    switch (strategy) {
    case Strategy::Recreate: return say("Core", "Nothing");
    case Strategy::Rolling: return say("Core", "Both versions at the same time, at random, while it lasts");
    case Strategy::BlueGreen: return say("Core", "All get the new version at the same moment");
    case Strategy::Canary: return say("Core", "A few get the new version first, at random");
    case Strategy::AB: return say("Core", "The chosen ones get the new version, the others do not");
    case Strategy::Shadow: return say("Core", "Nothing of the trial; then both versions while it rolls");
    }
    return {};
}

} // namespace

std::string spanText(Time span)
{
    if (span == never)
        return say("Core", "never");
    if (span < Time(10'000))
        return say("Core", "{} s", QLocale().toString(static_cast<double>(span.count()) / 1000, 'f', 1).toStdString());
    const auto seconds = (span.count() + 500) / 1000;
    if (seconds < 60)
        return say("Core", "{} s", seconds);
    if (seconds < 3600)
        return seconds % 60 ? say("Core", "{} min {} s", seconds / 60, seconds % 60) : say("Core", "{} min", seconds / 60);
    return seconds / 60 % 60 ? say("Core", "{} h {} min", seconds / 3600, seconds / 60 % 60) : say("Core", "{} h", seconds / 3600);
}

Verdict verdict(const Parameters &parameters, Strategy strategy, const Run &run, const Figures &figures)
{
    Verdict verdict;
    Reasons reasons(verdict);
    outcomeReasons(parameters, run, figures, reasons);
    serviceReasons(parameters, figures, reasons);
    costReasons(parameters, figures, reasons);
    verdict.users = noticed(strategy, figures);
    switch (verdict.level) {
    case Level::Good: verdict.summary = say("Core", "It goes well"); break;
    case Level::Caution: verdict.summary = say("Core", "It goes, with something to know"); break;
    case Level::Bad: verdict.summary = say("Core", "Better not like this"); break;
    }
    return verdict;
}

} // namespace timonier::strategy

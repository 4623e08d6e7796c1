#include "strategy/figures_text.h"

#include "base/say.h"
#include "strategy/kubelet.h"
#include "strategy/rules.h"

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace timonier::strategy {

namespace {

Time startOf(const Version &version)
{
    const Time probing = untilReady(version);
    return probing == never ? never : version.startUp + probing;
}

std::string startText(const Application &a, const Parameters &p)
{
    const Time start = startOf(p.next);
    if (start == never)
        return say("Core", "A new pod never becomes ready (what if)");
    return say("Core", "A new pod takes {} from its creation to being ready ({})", spanText(start),
               start == startOf(a.parameters.next) ? sourceOf(a, "startUp") : say("Core", "set by you"));
}

int waves(const Run &run)
{
    int count = 0;
    for (const ScaleStep &step : run.timeline.steps)
        count += step.to > step.from && run.timeline.setInfo[static_cast<std::size_t>(step.set)].version != 0;
    return count;
}

std::string durationWhy(const Application &a, const Parameters &p, const Outcome &o, const Course &course)
{
    std::string text;
    if (o.strategy == Strategy::Recreate) {
        text = p.spec.replicas == 1 ? say("Core", "The old pod ends first: that takes {}. Only then the new one is created.", spanText(untilGone(p.current)))
                                    : say("Core", "All {} old pods end first: that takes {}. Only then the new ones are created.", p.spec.replicas,
                                            spanText(untilGone(p.current)));
    } else if (o.strategy == Strategy::Rolling) {
        const int surge = maxSurge(p.spec), unavailable = maxUnavailable(p.spec);
        text = say("Core", "Pods wanted: {}; on the way at most {} more (max surge) and {} fewer (max unavailable). Steps in which the new ones are created: {}.",
                   p.spec.replicas, surge, unavailable, waves(o.run));
    } else {
        for (std::size_t i = 0; i < course.stages.size(); ++i) {
            const Time until = i + 1 < course.stages.size() ? course.stages[i + 1].at : o.run.finished != never ? o.run.finished : course.end;
            text += (i ? "\n" : "") + say("Core", "{}: {}", spanText(until - course.stages[i].at), course.stages[i].words);
        }
    }
    text += "\n" + startText(a, p) + ".";
    if (p.spec.minReady > Time(0))
        text += " " + say("Core", "It counts only after another {} (minReadySeconds).", spanText(p.spec.minReady));
    if (p.spec.replicas >= 300 && p.cluster.delays.qps > 0)
        text += " " + say("Core", "The controllers may make {:.0f} calls a second: so many pods are not asked for faster.", p.cluster.delays.qps);
    if (o.run.finished == never && o.figures.deadlineExceeded != never)
        text += " " + say("Core", "Without progress for {} Kubernetes reports it (progressDeadlineSeconds).",
                spanText(p.spec.progressDeadline.value_or(never)));
    return text;
}

std::string backWhy(const Application &a, const Parameters &p, const Outcome &o)
{
    const Figures &f = o.figures;
    if (f.rollback == never)
        return say("Core", "Within what was simulated it does not come back.");
    std::string text = o.run.aborted != never ? say("Core", "It gives up by itself after {}.", spanText(f.rollbackAt))
                                              : say("Core", "Somebody goes back after {}, half way.", spanText(f.rollbackAt));
    const bool beside = o.strategy >= Strategy::BlueGreen && (o.run.promoted == never || f.rollbackAt < o.run.promoted || o.strategy == Strategy::BlueGreen);
    text += " " + (beside && f.rollback < startOf(a.parameters.current)
                       ? say("Core", "The old pods still run: only the requests are sent back to them, and the last client knows after {}.",
                               spanText(p.cluster.delays.endpoints))
                       : say("Core", "Old pods that have gone by then have to start again, and each takes {}.", spanText(startOf(p.current))));
    return text;
}

std::string peakWhy(const Parameters &p, const Course &course)
{
    const Moment &peak = *std::ranges::max_element(course.moments, {}, [](const Moment &m) { return m.pods(); });
    std::string text = say("Core", "At {}: {} old and {} new ready, {} starting, {} ending.", spanText(peak.at), peak.oldReady, peak.newReady,
            peak.starting, peak.terminating);
    if (peak.terminating > 0)
        text += " " + say("Core", "Pods that end still hold their room for up to {}, though Kubernetes no longer counts them.", spanText(untilGone(p.current)));
    return text;
}

std::string costWhy(const Parameters &p, const Outcome &o)
{
    const Figures &f = o.figures;
    if (f.extraPods == 0)
        return say("Core", "There are never more pods than the {} wanted.", p.spec.replicas);
    if (p.nodeHour <= 0)
        return say("Core", "No price of a node was given.");
    return say("Core", "{:.3f} hours of one pod beyond the {} wanted, each the share of a node that it asks for, at {:.2f} for a node and hour.",
               f.extraPodHours, p.spec.replicas, p.nodeHour);
}

std::string riskWhy(const Parameters &p, const Outcome &o, const Course &course)
{
    const Figures &f = o.figures;
    const Moment &worst = *std::ranges::max_element(course.moments, {}, &Moment::failing);
    std::string text;
    if (f.withoutService > Time(0))
        text = say("Core", "For {} there is no pod that answers, at {:.0f} requests per second.", spanText(f.withoutService), p.requestsPerSecond);
    else if (worst.failing > 0.0005)
        text = say("Core", "At {} {:.0f} % of the requests go to pods that have left, until the last client knows ({}); a preStop pause of that length avoids it.",
                   spanText(worst.at), std::max(1.0, worst.failing * 100), spanText(p.cluster.delays.endpoints));
    else
        text = say("Core", "At every moment each request finds a pod that answers: leaving pods go on answering until the last client knows.");
    if (f.overloaded > 0)
        text += " " + say("Core", "{} are more than the pods that are left can answer.", numberText(f.overloaded));
    if (f.wrongAnswers > 0)
        text += " " + say("Core", "{} get a wrong answer of the new version.", numberText(f.wrongAnswers));
    return text;
}

std::string capacityWhy(const Parameters &p, const Course &course)
{
    const Moment &least = *std::ranges::min_element(course.moments, {}, &Moment::serving);
    if (least.serving >= p.spec.replicas)
        return say("Core", "A pod leaves only when another one answers in its place.");
    return say("Core", "At {} {} of {} pods answer.", spanText(least.at), least.serving, p.spec.replicas);
}

} // namespace

std::vector<KeyFigure> keyFigures(const Application &a, const Parameters &p, const Outcome &o, const Course &course)
{
    const Figures &f = o.figures;
    const double risk = f.lost + f.overloaded + f.wrongAnswers;
    const Moment &peak = *std::ranges::max_element(course.moments, {}, [](const Moment &m) { return m.pods(); });
    const std::string pods = peak.terminating ? say("Core", "{} + {} ending", numberText(peak.pods() - peak.terminating), numberText(peak.terminating)) : numberText(peak.pods());
    std::vector<KeyFigure> found;
    found.push_back({"duration", say("Core", "Duration"), o.run.finished == never && o.run.aborted == never ? say("Core", "never done")
            : durationText(o), durationWhy(a, p, o, course),
                     o.run.finished == never ? Level::Bad : Level::Good});
    found.push_back({"rollback", say("Core", "Way back"), spanText(f.rollback), backWhy(a, p, o), f.rollback == never ? Level::Bad : Level::Good});
    found.push_back({"peak", say("Core", "Most pods at once"), pods, peakWhy(p, course), f.neverPlaced ? Level::Bad
            : f.extraPods >= std::max(2, p.spec.replicas) ? Level::Caution : Level::Good});
    found.push_back({"cost", say("Core", "Extra cost"), p.nodeHour > 0 ? priceText(f.cost) : "–", costWhy(p, o), Level::Good});
    found.push_back({"risk", say("Core", "Requests at risk"), numberText(risk), riskWhy(p, o, course), f.withoutService > Time(0) ? Level::Bad
            : risk >= 1 ? Level::Caution : Level::Good});
    found.push_back({"capacity", say("Core", "Lowest capacity"), say("Core", "{} of {}", numberText(f.leastServing), numberText(p.spec.replicas)),
            capacityWhy(p, course),
                     f.leastServing == 0 && p.spec.replicas > 0 ? Level::Bad : f.leastCapacity < 0.7 ? Level::Caution : Level::Good});
    return found;
}

std::string roomText(const Application &application, const Parameters &p, const Outcome &outcome)
{
    std::string text;
    if (application.nodes == 0 && p.cluster.nodes.empty())
        return say("Core", "What is free on the nodes is not known: it is assumed that there is room.");
    std::vector<std::pair<std::int64_t, std::string>> rooms; // how many more of these pods, on which node
    std::int64_t all = 0;
    for (const Node &node : p.cluster.nodes) {
        std::int64_t fits = std::max(0, node.pods);
        if (p.next.cpuMilli > 0)
            fits = std::min(fits, std::max<std::int64_t>(0, node.cpuMilli) / p.next.cpuMilli);
        if (p.next.memoryBytes > 0)
            fits = std::min(fits, std::max<std::int64_t>(0, node.memoryBytes) / p.next.memoryBytes);
        all += fits;
        rooms.emplace_back(fits, node.name);
    }
    std::ranges::stable_sort(rooms, std::ranges::greater(), [](const auto &room) { return room.first; });
    for (std::size_t i = 0; i < std::min<std::size_t>(3, rooms.size()); ++i)
        if (!rooms[i].second.empty())
            text += (text.empty() ? "" : ", ") + say("Core", "{} can take {} more", rooms[i].second, rooms[i].first);
    if (rooms.size() > 3 && !text.empty())
        text += ", " + say("Core", "{} nodes together {}", rooms.size(), all);
    text += (text.empty() ? "" : ". ") + (outcome.figures.neverPlaced ? say("Core", "Pods that found no room at first: {}.", outcome.figures.neverPlaced)
                                           : outcome.figures.extraPods ? say("Core", "There is room for the pods it adds ({}).", outcome.figures.extraPods)
                                                                       : say("Core", "No room beyond what is used is needed."));
    return text;
}

std::string durationText(const Outcome &outcome)
{
    if (outcome.run.finished == never && outcome.run.aborted != never)
        return say("Core", "gives up");
    return spanText(outcome.figures.duration);
}

std::string numberText(double number)
{
    const bool fraction = number < 10 && std::abs(number - std::round(number)) > 0.05;
    return QLocale().toString(number, 'f', fraction ? 1 : 0).toStdString();
}

std::string priceText(double price)
{
    const auto words = [](double value) { return QLocale().toString(value, 'f', 2).toStdString(); };
    return price <= 0 ? "0" : price < 0.01 ? "< " + words(0.01) : words(price);
}

} // namespace timonier::strategy

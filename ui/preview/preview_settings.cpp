#include "ui/preview/preview_settings.h"

#include "strategy/kubelet.h"
#include "strategy/outcome.h"
#include "strategy/rules.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace timonier {

using strategy::Amount;
using strategy::Parameters;
using strategy::Strategy;
using strategy::Time;

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(PreviewSettings)
};

constexpr unsigned bit(Strategy strategy) { return 1u << static_cast<unsigned>(strategy); }
constexpr unsigned every = (1u << strategy::allStrategies.size()) - 1;

QString number(double value)
{
    return QLocale().toString(value, 'f', value < 10 && value != std::floor(value) ? 2 : 0);
}

QString spanWords(Time time) { return time == Time(0) ? Words::tr("none", "a pause of no length") : QString::fromStdString(strategy::spanText(time)); }

// 0, 1, 2 … 10, 12, 15, 20 …: about equal steps for the eye, all of them numbers that people use.
std::vector<double> roundStops(double least, double most)
{
    std::vector<double> stops;
    if (least <= 0)
        stops.push_back(0);
    for (double decade = 1; decade <= most; decade *= 10)
        for (const double digit : {1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0}) {
            const double value = digit * decade;
            if (value == std::floor(value) && value >= least && value <= most)
                stops.push_back(value);
        }
    return stops;
}

std::vector<double> timeStops(double least, double most) // seconds
{
    std::vector<double> stops;
    for (const double value : {0.0,   1.0,   2.0,   3.0,   4.0,   5.0,   6.0,   7.0,    8.0,    9.0,    10.0,   12.0,   14.0,   16.0,   18.0,
            20.0,    25.0,    30.0,   35.0,
                               40.0,  45.0,  50.0,  60.0,  75.0,  90.0,  120.0, 150.0,  180.0,  240.0,  300.0,  420.0,  600.0,  900.0,  1'200.0,
                                       1'800.0, 2'700.0, 3'600.0,
                               7'200.0, 14'400.0, 28'800.0, 86'400.0})
        if (value >= least && value <= most)
            stops.push_back(value);
    return stops;
}

std::vector<double> evenStops(double least, double most, double step)
{
    std::vector<double> stops;
    for (double value = least; value <= most + step / 2; value += step)
        stops.push_back(value);
    return stops;
}

double seconds(Time time) { return static_cast<double>(time.count()) / 1000; }
Time time(double seconds) { return Time(std::llround(seconds * 1000)); }

// A pod as it will be, whatever is supposed of it.
Time probing(const Parameters &p)
{
    strategy::Version works = p.next;
    works.neverReady = false;
    return strategy::untilReady(works);
}

PreviewSetting amount(std::string key, QString name, QString help, Amount strategy::DeploymentSpec::*field, int (*pods)(const strategy::DeploymentSpec &))
{
    return {.key = std::move(key), .name = std::move(name), .help = std::move(help), .strategies = bit(Strategy::Rolling),
            .stops = [field](const Parameters &p) { return (p.spec.*field).percent ? evenStops(0, 100, 5) : roundStops(0, std::max(1, p.spec.replicas)); },
            .read = [field](const Parameters &p) { return double((p.spec.*field).value); },
            .write = [field](Parameters &p, double value) { (p.spec.*field).value = static_cast<int>(value); },
            .text = [field, pods](const Parameters &p) {
                const int count = pods(p.spec);
                return (p.spec.*field).percent ? Words::tr("%1 % = %n pod(s)", "a share of the pods, and how many that is", count).arg((p.spec.*field).value)
                                               : Words::tr("%n pod(s)", "", count);
            }};
}

PreviewSetting span(std::string key, QString name, QString help, unsigned strategies, double most, std::function<Time &(Parameters &)> field)
{
    const auto read = [field](const Parameters &p) { return field(const_cast<Parameters &>(p)); };
    return {.key = std::move(key), .name = std::move(name), .help = std::move(help), .strategies = strategies,
            .stops = [most](const Parameters &) { return timeStops(0, most); },
            .read = [read](const Parameters &p) { return seconds(read(p)); },
            .write = [field](Parameters &p, double value) { field(p) = time(value); },
            .text = [read](const Parameters &p) { return spanWords(read(p)); }};
}

PreviewSetting percent(std::string key, QString name, QString help, Strategy strategy, double most, int Parameters::*field)
{
    return {.key = std::move(key), .name = std::move(name), .help = std::move(help), .strategies = bit(strategy),
            .stops = [most](const Parameters &) { return most == 100 ? evenStops(5, 100, 5) : evenStops(1, most, 1); },
            .read = [field](const Parameters &p) { return double(p.*field); },
            .write = [field](Parameters &p, double value) { p.*field = static_cast<int>(value); },
            .text = [field](const Parameters &p) { return Words::tr("%1 %").arg(p.*field); }};
}

PreviewSetting rate(std::string key, QString name, QString help, double Parameters::*field, std::vector<double> stops, std::function<QString(double)> text)
{
    return {.key = std::move(key), .name = std::move(name), .help = std::move(help), .strategies = every,
            .stops = [stops](const Parameters &) { return stops; },
            .read = [field](const Parameters &p) { return p.*field; },
            .write = [field](Parameters &p, double value) { p.*field = value; },
            .text = [field, text](const Parameters &p) { return text(p.*field); }};
}

PreviewSetting steps()
{
    return {.key = "canarySteps", .name = Words::tr("Steps"),
            .help = Words::tr("How many times the new version gets a larger share of the requests before it gets all of them."),
            .strategies = bit(Strategy::Canary), .stops = [](const Parameters &) { return evenStops(1, 9, 1); },
            .read = [](const Parameters &p) { return double(p.canarySteps.size()); },
            .write = [](Parameters &p, double value) {
                p.canarySteps.clear();
                for (int i = 1; i <= static_cast<int>(value); ++i)
                    p.canarySteps.push_back(static_cast<int>(std::lround(100.0 * i / (value + 1))));
            },
            .text = [](const Parameters &p) {
                QStringList shares;
                for (const int share : p.canarySteps)
                    shares << QString::number(share);
                return Words::tr("%1 %").arg(shares.size() > 5 ? shares.first() + QStringLiteral(" … ") + shares.last() : shares.join(QStringLiteral(", ")));
            }};
}

} // namespace

std::vector<PreviewSetting> previewSettings()
{
    std::vector<PreviewSetting> all;
    all.push_back(amount("maxSurge", Words::tr("Max surge"),
            Words::tr("How many pods there may be above the number wanted. More is quicker and needs more room."),
                         &strategy::DeploymentSpec::maxSurge, strategy::maxSurge));
    all.push_back(amount("maxUnavailable", Words::tr("Max unavailable"),
            Words::tr("How many pods may be missing on the way. More is quicker and leaves less to answer requests."),
                         &strategy::DeploymentSpec::maxUnavailable, strategy::maxUnavailable));
    all.push_back(steps());
    all.push_back(span("canaryPause", Words::tr("Pause at each step"), Words::tr("How long each share is watched before the next one."),
            bit(Strategy::Canary), 28'800,
                       [](Parameters &p) -> Time & { return p.canaryPause; }));
    all.push_back(span("blueGreenCheck", Words::tr("Looked at for"),
            Words::tr("How long the new colour is tried before all users are switched to it."), bit(Strategy::BlueGreen), 28'800,
                       [](Parameters &p) -> Time & { return p.blueGreenCheck; }));
    all.push_back(span("blueGreenKeep", Words::tr("Old colour kept for"),
            Words::tr("How long the old pods stay after the switch: so long going back takes a second."), bit(Strategy::BlueGreen), 86'400,
                       [](Parameters &p) -> Time & { return p.blueGreenKeep; }));
    all.push_back(percent("abShare", Words::tr("Users chosen"),
            Words::tr("The share of the users whom the rule (a header, a cookie, a country, a device) gives the new version."), Strategy::AB, 99,
            &Parameters::abShare));
    all.push_back(span("abDuration", Words::tr("Compared for"), Words::tr("How long the two versions run side by side."), bit(Strategy::AB), 86'400,
            [](Parameters &p) -> Time & { return p.abDuration; }));
    all.push_back(percent("shadowShare", Words::tr("Requests mirrored"),
            Words::tr("The share of the requests that is copied to the new version. Nobody sees its answers."), Strategy::Shadow, 100,
            &Parameters::shadowShare));
    all.push_back(span("shadowDuration", Words::tr("Mirrored for"), Words::tr("How long the new version gets these copies."), bit(Strategy::Shadow),
            86'400, [](Parameters &p) -> Time & { return p.shadowDuration; }));
    all.push_back({.key = "replicas", .name = Words::tr("Pods wanted"), .help = Words::tr("How many pods the Deployment asks for (replicas)."),
            .strategies = every,
                   .stops = [](const Parameters &) { return roundStops(0, 10'000); },
                   .read = [](const Parameters &p) { return double(p.spec.replicas); },
                   .write = [](Parameters &p, double value) { p.spec.replicas = static_cast<int>(value); },
                   .text = [](const Parameters &p) { return number(p.spec.replicas); }});
    all.push_back({.key = "startUp", .name = Words::tr("Start-up to ready"),
            .help = Words::tr("From a pod's creation until it is ready: image, start of the container, probes."), .strategies = every,
                   .stops = [](const Parameters &p) { return timeStops(seconds(probing(p)), 3'600); },
                   .read = [](const Parameters &p) { return seconds(p.next.startUp + probing(p)); },
                   .write = [](Parameters &p, double value) { p.current.startUp = p.next.startUp = std::max(Time(0), time(value) - probing(p)); },
                   .text = [](const Parameters &p) { return p.next.startUp + probing(p) > Time(0) ? spanWords(p.next.startUp + probing(p))
                           : Words::tr("below 1 s"); }});
    all.push_back(span("minReady", Words::tr("Ready before it counts"),
            Words::tr("How long a pod must be ready before the next step is taken (minReadySeconds). Longer catches what fails soon."),
                       bit(Strategy::Rolling) | bit(Strategy::Recreate), 600, [](Parameters &p) -> Time & { return p.spec.minReady; }));
    all.push_back(span("preStop", Words::tr("Pause before the end"),
            Words::tr("How long a leaving pod goes on answering (preStop). A second or two, and no request is sent to a pod that has left."), every, 60,
                       [](Parameters &p) -> Time & { return p.next.preStop; }));
    all.back().write = [](Parameters &p, double value) { p.current.preStop = p.next.preStop = time(value); };
    all.push_back(rate("rps", Words::tr("Requests per second"), Words::tr("Of all users together. It decides how many requests are at risk."),
            &Parameters::requestsPerSecond, roundStops(0, 100'000), number));
    all.push_back(rate("podCapacity", Words::tr("One pod answers"),
            Words::tr("How many requests per second one pod can answer. Not given: the load that is there now is spread over all pods."),
            &Parameters::podCapacity,
                       roundStops(0, 10'000), [](double value) { return value > 0 ? Words::tr("%1 per second").arg(number(value)) : Words::tr("not given"); }));
    std::vector<double> prices;
    for (int i = 0; i <= 20; ++i)
        prices.push_back(i * 0.05);
    for (const double price : {1.25, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 20.0, 30.0})
        prices.push_back(price);
    all.push_back(rate("nodeHour", Words::tr("Price of a node-hour"), Words::tr("In your own currency. It decides what the extra pods cost."),
            &Parameters::nodeHour, prices,
                       [](double value) { return QLocale().toString(value, 'f', 2); }));
    return all;
}

QString wordsOf(WhatIf what)
{
    switch (what) {
    case WhatIf::Works: return Words::tr("works", "what if the new version …");
    case WhatIf::NeverReady: return Words::tr("is never ready", "what if the new version …");
    case WhatIf::Crashes: return Words::tr("crashes after a minute", "what if the new version …");
    case WhatIf::NoRoom: return Words::tr("finds no room beside the old", "what if the new version …");
    }
    return {};
}

Parameters applied(Parameters p, WhatIf what)
{
    const auto suppose = [&p](std::string_view key, std::string_view value) {
        const auto set = strategy::set(p, key, value);
        Q_ASSERT(set);
    };
    switch (what) {
    case WhatIf::Works: break;
    case WhatIf::NeverReady: suppose("neverReady", "true"); break;
    case WhatIf::Crashes: suppose("crashAfter", "60s"); break;
    case WhatIf::NoRoom: suppose("room", "0"); break;
    }
    return p;
}

} // namespace timonier

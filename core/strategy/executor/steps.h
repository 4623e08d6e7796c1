// A strategy as a list of steps: the same script that the simulator plays (strategies.cpp), for a real cluster. Each step can be
// begun again at any moment and does only what is still to be done. Pure. Included by the executor's own files only.
#pragma once

#include "strategy/executor/record.h"

#include <string>
#include <vector>

namespace timonier::rollout {

enum class Do {
    Mark,          // the Deployment says that a roll-out of it is under way
    Pin,           // its Services lead to the old pods alone, whatever other pods have their labels
    ScaleNext,     // the Deployment beside it runs `count` pods of the new version
    ScaleOwn,      // the Deployment itself runs `count` pods
    Route,         // `count` % of the requests go to the new version
    RouteRule,     // those go to it whom the rule chooses
    Mirror,        // `count` % of the requests are mirrored to it
    Watch,         // nothing for `span` (none: until somebody promotes), while checks are made
    Switch,        // the Services lead to the new pods
    SwitchBack,    // and to the old ones again
    Template,      // the Deployment gets the new version's template
    TemplateBack,  // and the old one's again
    Unpin,         // the Services are as they were
    Unroute,       // the routes are as they were
    RemoveNext,    // the Deployment beside it goes, and its Service
    Restore,       // the Deployment's own strategy is as it was
    Finish,        // the mark and the record go
};

struct Step {
    Do what;
    std::int64_t count = 0;
    std::optional<Time> span{};
    bool promotable = false; // Watch: "promote" ends it at once
};

std::vector<Step> stepsForward(const Plan &plan, const Before &before);
std::vector<Step> stepsBack(const Plan &plan, const Before &before);
std::vector<Step> stepsOf(const Record &record); // those that it is at
// What the step does, for people: "All requests go to the new version".
std::string words(const Step &step, const Record &record);
// The new version's pods for a share of the requests, and the old version's beside them.
struct Split {
    std::int64_t next = 0, own = 0;
};
Split splitFor(const Plan &plan, const Before &before, int percent);
// Whether the new pods get their requests through a Service of their own.
bool isRouted(const Plan &plan, const Before &before);
// The Services of the Deployment are pinned to one version's pods while the other one runs beside it.
bool isPinned(const Plan &plan, const Before &before);

} // namespace timonier::rollout

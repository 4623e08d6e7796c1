// Which strategy to take for this application on this cluster, and why: what is generally said of the six, what was computed for
// this one, and what follows. Pure; any thread.
#pragma once

#include "strategy/application.h"
#include "strategy/outcome.h"

#include <span>

namespace timonier::strategy {

// The decision table that is generally quoted, with its stars (0 to 3, more is more).
struct Traits {
    bool zeroDowntime, realTraffic, targetedUsers;
    int cost, rollback, impact, complexity;
};
const Traits &traitsOf(Strategy strategy);

// A cell of the table: what was computed for this application, beside what is generally said.
struct Cell {
    std::string computed;
    Level level = Level::Good;
    int stars = -1; // -1: a yes or no, which `general` says
    std::string general;
};
struct TableRow {
    Strategy strategy;
    std::vector<Cell> cells; // in the order of tableHeads()
};
std::vector<std::string> tableHeads();
std::vector<TableRow> decisionTable(const Parameters &parameters, std::span<const Outcome> outcomes);

struct Advice {
    Strategy best = Strategy::Rolling;
    bool none = false;                   // nothing goes well: `best` is the one that harms least
    std::string sentence;                // "For web: Ramped, because …"
    std::string tip;                     // what would make it better still; may be empty
    struct Instead {
        Strategy strategy;
        std::string why;                 // "it needs room for 3 pods more than usual"
    };
    std::vector<Instead> instead;        // each of the others
};
// `outcomes`: of all six, or of those that come into question; at least one.
Advice advise(const Application &application, const Parameters &parameters, std::span<const Outcome> outcomes);

} // namespace timonier::strategy

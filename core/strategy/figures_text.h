// The figures that people look at first, each with where it comes from: computed words, never a canned text. Pure; any thread.
#pragma once

#include "strategy/application.h"
#include "strategy/course.h"

namespace timonier::strategy {

struct KeyFigure {
    std::string key;   // "duration": what a program knows it by
    std::string name;  // "Duration"
    std::string value; // "1 min 12 s"
    std::string why;   // sentences
    Level level = Level::Good;
};

// Duration, way back, most pods, extra cost, requests at risk, lowest capacity; in this order.
std::vector<KeyFigure> keyFigures(const Application &application, const Parameters &parameters, const Outcome &outcome, const Course &course);

// Which node can take how many more of these pods; that it is not known.
std::string roomText(const Application &application, const Parameters &parameters, const Outcome &outcome);

// How long it takes: "1 min 12 s", "gives up", "never".
std::string durationText(const Outcome &outcome);

// "6,120", "0.4", "0": as the person's language writes numbers.
std::string numberText(double number);
// "0.03"; "< 0.01" for less; the currency is the person's own.
std::string priceText(double price);

} // namespace timonier::strategy

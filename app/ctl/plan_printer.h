// A plan as it runs: a live list on a terminal, a line for each change where it is piped, or one JSON object a line.
#pragma once

#include "plan/event.h"

#include <chrono>
#include <map>

namespace timonier::ctl {

class PlanPrinter
{
public:
    explicit PlanPrinter(bool json);
    void tell(const plan::Event &event);

private:
    struct ShownPart {
        std::string title{}, reason{};
        plan::PartState state = plan::PartState::Waiting;
    };
    struct Shown {
        std::string title{};
        plan::StepState state = plan::StepState::Waiting;
        std::string line{}; // the last one that it printed
        std::vector<std::string> partOrder{};
        std::map<std::string, ShownPart> parts{};
        std::size_t partsOver = 0;
    };
    void take(const plan::Event &event);
    void addStep(std::vector<std::string> &lines, const Shown &step, std::size_t columns) const;
    void tellLine(const plan::Event &event);
    void paint();

    const bool m_json, m_terminal;
    std::vector<std::string> m_order{};
    std::map<std::string, Shown> m_steps{};
    std::string m_progress{};
    std::chrono::steady_clock::time_point m_paintedAt{};
    int m_painted = 0; // lines of the list that stand on the terminal
};

// "done", "is running" … in the person's language.
std::string stateText(plan::StepState state);
std::string stateText(plan::PartState state);
std::string stateText(plan::RunState state);
// "12 s", "3 min".
std::string spanWords(plan::Span span);

} // namespace timonier::ctl

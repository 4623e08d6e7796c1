// A plan as it runs: a live list on a terminal, a line for each change where it is piped, or one JSON object a line.
#pragma once

#include "plan/event.h"

#include <map>

namespace timonier::ctl {

class PlanPrinter
{
public:
    explicit PlanPrinter(bool json);
    void tell(const plan::Event &event);

private:
    struct Shown {
        std::string title{};
        plan::StepState state = plan::StepState::Waiting;
        std::string line{}; // the last one that it printed
    };
    void tellLine(const plan::Event &event);
    void paint();

    const bool m_json, m_terminal;
    std::vector<std::string> m_order{};
    std::map<std::string, Shown> m_steps{};
    std::string m_progress{};
    int m_painted = 0; // lines of the list that stand on the terminal
};

// "done", "is running" … in the person's language.
std::string stateText(plan::StepState state);
std::string stateText(plan::RunState state);
// "12 s", "3 min".
std::string spanWords(plan::Span span);

} // namespace timonier::ctl

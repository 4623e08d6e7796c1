// A roll-out as it goes: one changing line on a terminal, a line for each change where it is piped, or one JSON object a line.
#pragma once

#include "strategy/executor/driver.h"

namespace timonier::ctl {

class RolloutPrinter
{
public:
    explicit RolloutPrinter(bool json);
    // What stands against it and what will be done.
    void prepared(const rollout::Prepared &prepared, bool only);
    void progress(const rollout::Progress &progress);
    void status(const rollout::Progress &progress);
    // No more comes.
    void finish();
    const std::string &why() const { return m_last.why; }

private:
    const bool m_json, m_terminal;
    bool m_open = false; // a line stands on the terminal that is not ended
    rollout::Progress m_last;
};

} // namespace timonier::ctl

// Ctrl+C as a stop token. A second one ends the program at once.
#pragma once

#include <stop_token>

namespace timonier::ctl {

class Interrupt
{
public:
    // Takes SIGINT and SIGTERM for itself; made first in main(), since threads inherit what it blocks.
    Interrupt();
    std::stop_token token() const { return m_source.get_token(); }

private:
    std::stop_source m_source;
};

} // namespace timonier::ctl

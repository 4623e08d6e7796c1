// A tool that is fetched says so on stderr: once at the start, then each tenth of it.
#pragma once

#include "tools/toolbox.h"

namespace timonier::ctl {

ToolProgress fetchPrinter();

} // namespace timonier::ctl

// How long ago something was, in words. Pure.
#pragma once

#include <QString>

#include <cstdint>

namespace timonier {

// "4 min ago"; both in Unix seconds. A clock that runs behind the server's says "just now".
QString agoWords(std::int64_t when, std::int64_t now);
// "16 January 2026 09:12:44", for a tool tip.
QString exactTime(std::int64_t when);

} // namespace timonier

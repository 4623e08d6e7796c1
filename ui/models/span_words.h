// How long something takes, in words. Pure.
#pragma once

#include <QString>

#include <chrono>

namespace timonier {

// "0.2 s", "41 s", "1 min 37 s", "2 h 5 min".
QString spanWords(std::chrono::milliseconds span);
// "about 40 s": rounded as an estimate deserves.
QString aboutWords(std::chrono::milliseconds span);

} // namespace timonier

// What can be changed in a preview, as data: a name, plain-word help, the stops of its slider, how it is read and written. GUI thread.
#pragma once

#include "strategy/parameters.h"

#include <QString>

#include <functional>
#include <vector>

namespace timonier {

struct PreviewSetting {
    std::string key; // as of strategy::set(), so that its source is known
    QString name, help;
    unsigned strategies; // bit of each strategy it matters to
    std::function<std::vector<double>(const strategy::Parameters &)> stops; // rising
    std::function<double(const strategy::Parameters &)> read;
    std::function<void(strategy::Parameters &, double)> write;
    std::function<QString(const strategy::Parameters &)> text;

    bool matters(strategy::Strategy strategy) const { return strategies >> static_cast<unsigned>(strategy) & 1; }
};

// Those of single strategies first, then what matters to all.
std::vector<PreviewSetting> previewSettings();

enum class WhatIf { Works, NeverReady, Crashes, NoRoom };
inline constexpr WhatIf allWhatIfs[] = {WhatIf::Works, WhatIf::NeverReady, WhatIf::Crashes, WhatIf::NoRoom};
QString wordsOf(WhatIf what);
strategy::Parameters applied(strategy::Parameters parameters, WhatIf what);

} // namespace timonier

// The colours of the two themes, by role. One accent; colour never says anything alone.
#pragma once

#include "ui/models/status_tone.h"

#include <QColor>
#include <QPalette>

#include <array>

namespace timonier {

struct Colours {
    QColor background, panel, line;
    QColor text, dim;
    QColor accent, onAccent, selection;
    QColor good, careful, bad;
    bool dark = false;
    // To tell several of one kind apart (the logs of pods), beside their names; none of them says good or bad.
    std::array<QColor, 6> series;

    QColor of(Tone tone) const;
};

enum class ThemeChoice { System, Light, Dark };

// The theme in use. GUI thread.
const Colours &colours();
// Sets the application's style, palette and font. System: dark when the desktop's palette is, now and when it changes.
void applyTheme(ThemeChoice choice);

} // namespace timonier

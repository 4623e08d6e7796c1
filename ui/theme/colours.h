// The colours of the two themes, by role. One accent; colour never says anything alone.
#pragma once

#include "ui/models/status_tone.h"

#include <QColor>
#include <QPalette>

namespace timonier {

struct Colours {
    QColor background, panel, line;
    QColor text, dim;
    QColor accent, onAccent, selection;
    QColor good, careful, bad;
    bool dark = false;

    QColor of(Tone tone) const;
};

enum class ThemeChoice { System, Light, Dark };

// The theme in use. GUI thread.
const Colours &colours();
// Sets the application's style, palette and font. System: dark when the desktop's palette is, now and when it changes.
void applyTheme(ThemeChoice choice);

} // namespace timonier

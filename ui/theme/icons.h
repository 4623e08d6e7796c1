// The project's own icons (resources/icons, one stroke weight), in the colour that is asked for.
#pragma once

#include <QIcon>
#include <QPixmap>

namespace timonier {

// `name`: "search" …; `size` in device-independent px.
QPixmap iconPixmap(const char *name, int size, const QColor &colour, qreal scale);
QIcon themedIcon(const char *name, const QColor &colour);

} // namespace timonier

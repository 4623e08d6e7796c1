#include "ui/theme/icons.h"

#include <QFile>
#include <QPainter>
#include <QSvgRenderer>

namespace timonier {

QPixmap iconPixmap(const char *name, int size, const QColor &colour, qreal scale)
{
    QFile file(QStringLiteral(":/icons/%1.svg").arg(QLatin1StringView(name)));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArray svg = file.readAll();
    svg.replace("currentColor", colour.name().toLatin1());
    if (size > 24) // one weight at every size
        svg.replace("stroke-width=\"1.5\"", "stroke-width=\"0.8\"");
    QPixmap pixmap(QSize(size, size) * scale);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    QSvgRenderer(svg).render(&painter);
    painter.end();
    pixmap.setDevicePixelRatio(scale);
    return pixmap;
}

QIcon themedIcon(const char *name, const QColor &colour)
{
    QIcon icon;
    for (const qreal scale : {1.0, 2.0})
        icon.addPixmap(iconPixmap(name, 16, colour, scale));
    return icon;
}

} // namespace timonier

#include "ui/theme/colours.h"

#include "ui/theme/style.h"

#include <QApplication>
#include <QEvent>
#include <QFontDatabase>
#include <QFontInfo>
#include <QTimer>

namespace timonier {

namespace {

const Colours light{QColor(0xfbfbfc), QColor(0xf3f4f6), QColor(0xe2e5ea), QColor(0x1d2430), QColor(0x626c7c),
                    QColor(0x2463d6), QColor(0xffffff), QColor(0xe4edfd), QColor(0x1f9d61), QColor(0xc98a06),
                    QColor(0xd0362f), false,
                    {QColor(0x2463d6), QColor(0x9a4f96), QColor(0x0f7277), QColor(0x8a5a14), QColor(0x5b54c9), QColor(0x55702a)}};
const Colours dark{QColor(0x15181d), QColor(0x1b1f26), QColor(0x2a3039), QColor(0xe4e8ef), QColor(0x8b95a5),
                   QColor(0x6ea0ff), QColor(0x10151d), QColor(0x20304d), QColor(0x49c489), QColor(0xe2b04a),
                   QColor(0xf0726b), true,
                   {QColor(0x6ea0ff), QColor(0xd892d3), QColor(0x55c2c4), QColor(0xd3a565), QColor(0xa9a2ff), QColor(0xa8c274)}};

const Colours *current = &light;
ThemeChoice chosen = ThemeChoice::System;

QPalette paletteOf(const Colours &c)
{
    QPalette p;
    p.setColor(QPalette::Window, c.panel);
    p.setColor(QPalette::WindowText, c.text);
    p.setColor(QPalette::Base, c.background);
    p.setColor(QPalette::AlternateBase, c.panel);
    p.setColor(QPalette::Text, c.text);
    p.setColor(QPalette::PlaceholderText, c.dim);
    p.setColor(QPalette::Button, c.panel);
    p.setColor(QPalette::ButtonText, c.text);
    p.setColor(QPalette::BrightText, c.bad);
    p.setColor(QPalette::Highlight, c.selection);
    p.setColor(QPalette::HighlightedText, c.text);
    p.setColor(QPalette::Link, c.accent);
    p.setColor(QPalette::LinkVisited, c.accent);
    p.setColor(QPalette::ToolTipBase, c.panel);
    p.setColor(QPalette::ToolTipText, c.text);
    p.setColor(QPalette::Light, c.background);
    p.setColor(QPalette::Midlight, c.panel);
    p.setColor(QPalette::Mid, c.line);
    p.setColor(QPalette::Dark, c.line);
    p.setColor(QPalette::Shadow, c.dark ? QColor(0x0c0e11) : QColor(0xc8cdd6));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        p.setColor(QPalette::Disabled, role, c.dim);
    return p;
}

// Qt 6.4 has no QStyleHints::colorScheme(): what the desktop wants is seen in the palette that stands below ours.
bool systemIsDark()
{
    QApplication::setPalette(QPalette());
    const QPalette system = QApplication::palette();
    return system.color(QPalette::Window).lightness() < system.color(QPalette::WindowText).lightness();
}

// Qt tells the windows when the desktop's theme changes.
class ThemeFollower final : public QObject
{
public:
    using QObject::QObject;
    bool eventFilter(QObject *object, QEvent *event) override
    {
        if (event->type() == QEvent::ThemeChange && !std::exchange(m_waiting, true)) {
            QTimer::singleShot(0, this, [this] { // one of many windows: once for all
                m_waiting = false;
                if (chosen == ThemeChoice::System)
                    applyTheme(chosen);
            });
        }
        return QObject::eventFilter(object, event);
    }

private:
    bool m_waiting = false;
};

// Without a desktop's settings Qt falls back on whatever fontconfig has first.
void chooseFont()
{
    QFont font = QApplication::font();
    if (QFontInfo(font).family() == QLatin1StringView("DejaVu Sans") && QFontDatabase::hasFamily(QStringLiteral("Inter"))) {
        font.setFamilies({QStringLiteral("Inter")});
        font.setPointSizeF(10);
        QApplication::setFont(font);
    }
}

} // namespace

QColor Colours::of(Tone tone) const
{
    switch (tone) {
    case Tone::Good:
        return good;
    case Tone::Careful:
        return careful;
    case Tone::Bad:
        return bad;
    case Tone::None:
    case Tone::Done:
    case Tone::Busy:
        break;
    }
    return dim;
}

const Colours &colours()
{
    return *current;
}

void applyTheme(ThemeChoice choice)
{
    chosen = choice;
    const bool wantsDark = choice == ThemeChoice::Dark || (choice == ThemeChoice::System && systemIsDark());
    current = wantsDark ? &dark : &light;
    static bool once = false;
    if (!std::exchange(once, true)) {
        chooseFont();
        QApplication::setStyle(new Style);
        qApp->installEventFilter(new ThemeFollower(qApp));
    }
    QApplication::setPalette(paletteOf(*current));
}

} // namespace timonier

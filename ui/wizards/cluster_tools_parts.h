// What the tabs of cluster_tools_dialog.h are made of. Included by its .cpp files only.
#pragma once

#include "ui/views/tone_label.h"
#include "ui/wizards/wizard_parts.h"

#include <QLineEdit>

namespace timonier {

inline QString shown(const std::string &text) { return QString::fromStdString(text); }

inline QLineEdit *field(const char *name, const QString &accessible, const QString &placeholder)
{
    auto *edit = named(new QLineEdit, QLatin1StringView(name), accessible);
    edit->setPlaceholderText(placeholder);
    return edit;
}

inline ToneLabel *state(const char *name, const QString &accessible)
{
    auto *label = named(new ToneLabel, QLatin1StringView(name), accessible);
    label->hide();
    return label;
}

inline void tell(ToneLabel *label, Tone tone, const QString &text)
{
    label->show({tone, text, false});
    label->setAccessibleDescription(text);
    label->setVisible(!text.isEmpty());
}

} // namespace timonier

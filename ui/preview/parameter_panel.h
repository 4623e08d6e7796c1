// The left side of a preview: what is assumed, to be changed, each with where it comes from; and what if the new version is bad.
// GUI thread.
#pragma once

#include "strategy/application.h"
#include "ui/preview/preview_settings.h"

#include <QWidget>

#include <set>

class QButtonGroup;
class QCheckBox;
class QLabel;
class QPushButton;

namespace timonier {

class SettingRow;

class ParameterPanel final : public QWidget
{
    Q_OBJECT
public:
    explicit ParameterPanel(QWidget *parent = nullptr);

    // Begins with what the application itself says; `keep`: what a person has set stays.
    void show(const strategy::Application &application, bool keep = false);
    // Shows what matters to this one; nothing: what matters to all.
    void setStrategy(std::optional<strategy::Strategy> strategy);
    // As they are set, without what is only supposed.
    const strategy::Parameters &parameters() const { return m_parameters; }
    WhatIf whatIf() const { return m_whatIf; }
    void setWhatIf(WhatIf what);
    void setImage(const QString &image);
    // What the simulator is asked.
    strategy::Parameters question() const { return applied(m_parameters, m_whatIf); }

signals:
    void changed();

private:
    void refresh();
    void refreshVisible();

    strategy::Application m_application;
    strategy::Parameters m_parameters;
    std::set<std::string> m_touched; // settings that a person has changed
    std::optional<strategy::Strategy> m_strategy;
    WhatIf m_whatIf = WhatIf::Works;
    std::vector<SettingRow *> m_rows;
    QCheckBox *m_weighted;
    QButtonGroup *m_suppositions;
    QLabel *m_help;
    QPushButton *m_reset;
};

} // namespace timonier

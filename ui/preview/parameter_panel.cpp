#include "ui/preview/parameter_panel.h"

#include "ui/preview/setting_row.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QSlider>
#include <QVBoxLayout>

namespace timonier {

ParameterPanel::ParameterPanel(QWidget *parent)
    : QWidget(parent), m_weighted(new QCheckBox(tr("A router splits the traffic"), this)), m_suppositions(new QButtonGroup(this)), m_help(new QLabel(this)),
      m_reset(new QPushButton(tr("As it was", "button: all settings back to what was read"), this))
{
    setObjectName(QStringLiteral("parameterPanel"));
    setAccessibleName(tr("What is assumed", "accessible name of the panel with the settings"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(6);
    const auto heading = [this, column](const char *name, const QString &text) {
        auto *label = new QLabel(text, this);
        label->setObjectName(QLatin1StringView(name));
        QFont bold = label->font();
        bold.setWeight(QFont::DemiBold);
        label->setFont(bold);
        column->addWidget(label);
    };
    heading("whatIfTitle", tr("What if the new version …"));
    for (const WhatIf what : allWhatIfs) {
        auto *radio = new QRadioButton(wordsOf(what), this);
        radio->setObjectName(QStringLiteral("whatIf%1").arg(static_cast<int>(what)));
        radio->setAccessibleName(tr("What if the new version %1").arg(wordsOf(what)));
        m_suppositions->addButton(radio, static_cast<int>(what));
        column->addWidget(radio);
    }
    m_suppositions->button(0)->setChecked(true);
    connect(m_suppositions, &QButtonGroup::idToggled, this, [this](int id, bool on) {
        if (on) {
            m_whatIf = static_cast<WhatIf>(id);
            emit changed();
        }
    });
    column->addSpacing(8);
    for (PreviewSetting &setting : previewSettings()) {
        auto *row = new SettingRow(std::move(setting), this);
        m_rows.push_back(row);
        column->addWidget(row);
        connect(row, &SettingRow::moved, this, [this, row](double value) {
            row->setting().write(m_parameters, value);
            m_touched.insert(row->setting().key);
            refresh();
            emit changed();
        });
        connect(row, &SettingRow::regarded, this, [this, row] { m_help->setText(row->setting().help); });
        if (row->setting().key == "canaryPause")
            column->addWidget(m_weighted);
    }
    m_weighted->setObjectName(QStringLiteral("weighted"));
    m_weighted->setAccessibleName(m_weighted->text());
    m_weighted->setToolTip(tr("Gateway API, Istio or ingress-nginx split requests exactly; without one, the number of pods does it."));
    connect(m_weighted, &QCheckBox::toggled, this, [this](bool on) {
        m_parameters.weighted = on;
        emit changed();
    });
    m_help->setObjectName(QStringLiteral("settingHelp"));
    m_help->setWordWrap(true);
    m_help->setForegroundRole(QPalette::PlaceholderText);
    m_help->setText(tr("Move a slider: the roll-out is worked out anew at once."));
    m_help->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_help->setMinimumHeight(fontMetrics().lineSpacing() * 4);
    column->addWidget(m_help);
    m_reset->setObjectName(QStringLiteral("resetSettings"));
    m_reset->setAccessibleName(tr("Set all as it was read"));
    m_reset->setToolTip(m_reset->accessibleName());
    column->addWidget(m_reset, 0, Qt::AlignLeft);
    connect(m_reset, &QPushButton::clicked, this, [this] {
        const std::string image = m_parameters.next.name;
        m_parameters = m_application.parameters;
        m_parameters.next.name = image;
        m_touched.clear();
        m_weighted->setChecked(m_parameters.weighted);
        refresh();
        emit changed();
    });
    column->addStretch(1);
    refreshVisible();
}

void ParameterPanel::show(const strategy::Application &application, bool keep)
{
    m_application = application;
    const strategy::Parameters before = std::exchange(m_parameters, application.parameters);
    if (keep) {
        m_parameters.weighted = before.weighted;
        for (const SettingRow *row : m_rows)
            if (m_touched.contains(row->setting().key))
                row->setting().write(m_parameters, row->setting().read(before));
    } else {
        m_touched.clear();
        setWhatIf(WhatIf::Works);
    }
    m_weighted->setChecked(m_parameters.weighted);
    refresh();
}

void ParameterPanel::setStrategy(std::optional<strategy::Strategy> strategy)
{
    m_strategy = strategy;
    refreshVisible();
}

void ParameterPanel::setWhatIf(WhatIf what)
{
    m_suppositions->button(static_cast<int>(what))->setChecked(true);
}

void ParameterPanel::setImage(const QString &image)
{
    // The same image again stands for a new one that is not named yet: of the same version there would be nothing to roll out.
    const bool same = image.isEmpty() || image.toStdString() == m_application.parameters.current.name;
    m_parameters.next.name = same ? m_application.parameters.next.name : image.toStdString();
    emit changed();
}

void ParameterPanel::refresh()
{
    for (SettingRow *row : m_rows) {
        const std::string &key = row->setting().key;
        row->show(m_parameters, m_touched.contains(key) ? tr("set by you", "where the value of a setting comes from")
                : QString::fromStdString(strategy::sourceOf(m_application, key)));
    }
    m_reset->setEnabled(!m_touched.empty());
}

void ParameterPanel::refreshVisible()
{
    const bool canary = m_strategy == strategy::Strategy::Canary;
    m_weighted->setVisible(canary);
    for (SettingRow *row : m_rows) {
        const bool all = row->setting().strategies + 1 == 1u << strategy::allStrategies.size();
        row->setVisible(m_strategy ? row->setting().matters(*m_strategy) : all);
    }
}

} // namespace timonier

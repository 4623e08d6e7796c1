#include "ui/preview/setting_row.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QWheelEvent>

#include <cmath>

namespace timonier {

SettingRow::SettingRow(PreviewSetting setting, QWidget *parent)
    : QWidget(parent), m_setting(std::move(setting)), m_name(new QLabel(m_setting.name, this)), m_value(new QLabel(this)), m_source(new QLabel(this)),
      m_slider(new QSlider(Qt::Horizontal, this))
{
    const QString key = QString::fromStdString(m_setting.key);
    setObjectName(QStringLiteral("setting-") + key);
    setAccessibleName(m_setting.name);
    m_name->setObjectName(QStringLiteral("settingName-") + key);
    m_value->setObjectName(QStringLiteral("settingValue-") + key);
    m_source->setObjectName(QStringLiteral("settingSource-") + key);
    m_slider->setObjectName(QStringLiteral("slider-") + key);
    m_slider->setAccessibleName(m_setting.name);
    m_slider->setToolTip(m_setting.help);
    m_slider->setPageStep(4);
    m_slider->installEventFilter(this);
    m_name->setBuddy(m_slider);
    m_source->setForegroundRole(QPalette::PlaceholderText);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.88);
    m_source->setFont(small);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_value->setFont(bold);
    m_value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 4);
    grid->setVerticalSpacing(0);
    grid->setColumnStretch(0, 1);
    grid->addWidget(m_name, 0, 0);
    grid->addWidget(m_value, 0, 1);
    grid->addWidget(m_slider, 1, 0, 1, 2);
    grid->addWidget(m_source, 2, 0, 1, 2);
    connect(m_slider, &QSlider::valueChanged, this, [this](int at) { emit moved(m_stops[static_cast<std::size_t>(at)]); });
}

void SettingRow::show(const strategy::Parameters &parameters, const QString &source)
{
    m_stops = m_setting.stops(parameters);
    const double value = m_setting.read(parameters);
    const auto nearest = std::ranges::min_element(m_stops, {}, [value](double stop) { return std::abs(stop - value); });
    {
        const QSignalBlocker quiet(m_slider);
        m_slider->setRange(0, static_cast<int>(m_stops.size()) - 1);
        m_slider->setValue(static_cast<int>(nearest - m_stops.begin()));
    }
    m_value->setText(m_setting.text(parameters));
    m_source->setText(source);
    m_slider->setAccessibleDescription(m_value->text() + QStringLiteral(", ") + source + QStringLiteral(". ") + m_setting.help);
}

QString SettingRow::valueText() const { return m_value->text(); }

bool SettingRow::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::FocusIn)
        emit regarded();
    if (event->type() == QEvent::Wheel && !m_slider->hasFocus()) { // the panel scrolls; nothing is changed on the way
        event->ignore();
        return true;
    }
    return QWidget::eventFilter(object, event);
}

void SettingRow::enterEvent(QEnterEvent *event)
{
    QWidget::enterEvent(event);
    emit regarded();
}

} // namespace timonier

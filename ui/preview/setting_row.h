// One setting of a preview: its name, its value, a slider, and where the value comes from. GUI thread.
#pragma once

#include "strategy/application.h"
#include "ui/preview/preview_settings.h"

#include <QWidget>

class QLabel;
class QSlider;

namespace timonier {

class SettingRow final : public QWidget
{
    Q_OBJECT
public:
    explicit SettingRow(PreviewSetting setting, QWidget *parent = nullptr);
    const PreviewSetting &setting() const { return m_setting; }
    QSlider *slider() const { return m_slider; }
    // `source`: "measured from 5 pods".
    void show(const strategy::Parameters &parameters, const QString &source);
    QString valueText() const;

signals:
    void moved(double value);
    // It is looked at: the keyboard or the pointer is on it.
    void regarded();

protected:
    bool eventFilter(QObject *object, QEvent *event) override;
    void enterEvent(QEnterEvent *event) override;

private:
    PreviewSetting m_setting;
    std::vector<double> m_stops;
    QLabel *m_name, *m_value, *m_source;
    QSlider *m_slider;
};

} // namespace timonier

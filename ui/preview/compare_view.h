// All six for this application: which to take and why, each over time, and the decision table. GUI thread.
#pragma once

#include "ui/preview/foretold.h"

#include <QWidget>

class QLabel;

namespace timonier {

class CompareChart;
class DecisionTable;

class CompareView final : public QWidget
{
    Q_OBJECT
public:
    explicit CompareView(QWidget *parent = nullptr);
    // Nothing changes before all six are known.
    void show(const strategy::Application &application, const AllForetold &all);
    CompareChart *chart() const { return m_chart; }

signals:
    void strategyWanted(timonier::strategy::Strategy strategy);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QLabel *m_sentence, *m_tip, *m_note;
    QWidget *m_advice;
    CompareChart *m_chart;
    DecisionTable *m_table;
};

} // namespace timonier

// The decision table: what was computed for this application, and beside it what is generally said, in stars. GUI thread.
#pragma once

#include "strategy/advice.h"

#include <QTableWidget>

namespace timonier {

class DecisionTable final : public QTableWidget
{
    Q_OBJECT
public:
    explicit DecisionTable(QWidget *parent = nullptr);
    void show(const std::vector<strategy::TableRow> &rows, strategy::Strategy best);

    static constexpr int StarsRole = Qt::UserRole, GeneralRole = Qt::UserRole + 1, LevelRole = Qt::UserRole + 2, BestRole = Qt::UserRole + 3;

signals:
    void strategyWanted(timonier::strategy::Strategy strategy);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void shareWidth();
    std::vector<int> m_natural; // px of each column
};

} // namespace timonier

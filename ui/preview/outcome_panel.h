// The right side of a preview: the verdict, the figures with their reasons, what users notice, the room, and the other strategies.
// GUI thread.
#pragma once

#include "ui/preview/foretold.h"

#include <QWidget>

class QLabel;
class QTableWidget;

namespace timonier {

class FigureRow;

class OutcomePanel final : public QWidget
{
    Q_OBJECT
public:
    explicit OutcomePanel(QWidget *parent = nullptr);
    void show(const AllForetold &all, strategy::Strategy strategy);

signals:
    void strategyWanted(timonier::strategy::Strategy strategy);

protected:
    void changeEvent(QEvent *event) override;

private:
    class Verdict;
    void showOther(std::size_t row);

    Verdict *m_verdict;
    std::vector<FigureRow *> m_figures;
    QLabel *m_users, *m_room;
    QTableWidget *m_others;
    AllForetold m_shown; // what is written here
    strategy::Strategy m_strategy = strategy::Strategy::Rolling;
};

} // namespace timonier

// Before a roll-out begins: what it will do, what stands against it, and what must be true on the way. Each change is checked against the
// cluster anew; nothing is changed before "Run". GUI thread.
#pragma once

#include "ui/models/cluster_opener.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;
class QVBoxLayout;

namespace timonier {

class RunDialog final : public QDialog
{
    Q_OBJECT
public:
    RunDialog(std::shared_ptr<OpenCluster> cluster, rollout::Plan plan, QWidget *parent = nullptr);

signals:
    // The person has said yes. Once.
    void confirmed(const timonier::rollout::Prepared &prepared);

private:
    void layOut();
    void ask();
    void tell(const Result<rollout::Prepared> &prepared);
    rollout::Plan plan() const;
    void showRule();
    void fit();

    const std::shared_ptr<OpenCluster> m_cluster;
    const rollout::Plan m_plan;        // as the preview has it
    std::optional<rollout::Prepared> m_prepared;
    int m_asked = 0;                   // answers to an earlier question are not heard
    QTimer m_later;

    QLabel *m_title, *m_state;
    QVBoxLayout *m_concerns;
    QListWidget *m_steps;
    QCheckBox *m_byHand;
    QComboBox *m_ruleBy, *m_device;
    QLineEdit *m_path, *m_ruleName, *m_ruleValue;
    QSpinBox *m_port, *m_restarts, *m_failures;
    QPushButton *m_run, *m_cancel;
};

} // namespace timonier

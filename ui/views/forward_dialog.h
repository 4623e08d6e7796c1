// Asks which port of a pod, a service or a workload is to be reached from this computer, and begins it.
#pragma once

#include "ui/models/forward_list.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace timonier {

class ForwardDialog final : public QDialog
{
    Q_OBJECT
public:
    // `target`: without a port yet.
    ForwardDialog(ForwardList *forwards, std::shared_ptr<OpenCluster> cluster, const QString &context, PortTarget target, QWidget *parent = nullptr);

signals:
    void begun(int id);

private:
    void offer(const Result<std::vector<DeclaredPort>> &ports);
    void start();
    void tellState(const QString &text, const QString &evidence = {});

    ForwardList *m_forwards;
    const std::shared_ptr<OpenCluster> m_cluster;
    const QString m_context;
    PortTarget m_target;
    QComboBox *m_remote;
    QSpinBox *m_local;
    QLabel *m_state;
    QLabel *m_evidence;
    QPushButton *m_start;
};

} // namespace timonier

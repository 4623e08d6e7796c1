// Offers to install metrics-server: says what will be made in the cluster, makes it, and says how it went.
#pragma once

#include "ui/models/cluster_opener.h"

#include <QDialog>

class QCheckBox;
class QLabel;
class QPushButton;

namespace timonier {

class MetricsServerDialog final : public QDialog
{
    Q_OBJECT
public:
    MetricsServerDialog(std::shared_ptr<OpenCluster> cluster, const QString &context, QWidget *parent = nullptr);

private:
    void install();
    void grow();

    const std::shared_ptr<OpenCluster> m_cluster;
    QCheckBox *m_selfSigned;
    QLabel *m_state;
    QLabel *m_evidence;
    QPushButton *m_install;
    QPushButton *m_close;
};

} // namespace timonier

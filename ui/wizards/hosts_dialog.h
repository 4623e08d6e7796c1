// The hosts of a cluster on hosts of one's own: how each is, when its certificates end, and what is done with them, each in a wizard. Stays open beside the window. GUI thread.
#pragma once

#include "ui/models/cluster_hosts.h"

#include <QDialog>
#include <QPointer>

#include <memory>

class QPushButton;
class QTableView;

namespace timonier {

class FlowLayout;
class HelpCard;
class HostTable;
class ToneLabel;

class HostsDialog final : public QDialog
{
    Q_OBJECT
public:
    HostsDialog(const QString &cluster, std::unique_ptr<ClusterHosts> hosts, QWidget *parent = nullptr);
    ~HostsDialog() override;
    // It was changed: what it is now.
    void setHosts(std::unique_ptr<ClusterHosts> hosts);
    void lookAgain();
    bool isLooking() const { return m_looking; }
    HostTable *table() const { return m_table; }
    void choose(const QString &host);

signals:
    void actionWanted(const QString &id, const QString &host);
    void deleteWanted();

private:
    void tellChosen();
    void shareWidth();
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

    const QString m_cluster;
    std::unique_ptr<ClusterHosts> m_hosts;
    std::vector<HostAction> m_actions{};
    std::vector<QPushButton *> m_buttons{};
    HostTable *m_table;
    QTableView *m_view;
    ToneLabel *m_state;
    HelpCard *m_card;
    QPushButton *m_again = nullptr;
    FlowLayout *m_row = nullptr;
    QWidget *m_buttonBox;
    bool m_looking = false;
    int m_asked = 0; // an answer to an earlier question is not heard
};

} // namespace timonier

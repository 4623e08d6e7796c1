// The tabs that ask one thing and tell one answer: a service's address, a tunnel, logs.
#include "ui/wizards/cluster_tools_dialog.h"

#include "ui/wizards/cluster_tools_parts.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace timonier {

void ClusterToolsDialog::addServices()
{
    QVBoxLayout *body = addTab(ClusterTool::Services, QStringLiteral("services"), tr("Services"), tr("The address by which this computer reaches a Service that has a port on the nodes."));
    m_namespace = field("serviceNamespace", tr("Namespace"), tr("Namespace"));
    m_namespace->setText(QStringLiteral("default"));
    m_service = field("serviceName", tr("Service"), tr("Service"));
    m_find = button(QStringLiteral("serviceFind"), tr("Find"), tr("Asks the cluster's tool"), [this] { findService(); });
    m_find->setEnabled(false);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_namespace, 1);
    row->addWidget(m_service, 1);
    row->addWidget(m_find);
    m_urlState = state("urlState", tr("The service's address"));
    m_urls = mono(QStringLiteral("serviceUrls"));
    m_urls->hide();
    m_openUrl = button(QStringLiteral("serviceOpen"), tr("Open in browser"), {}, [this] { emit openWanted(m_urls->text().section(u'\n', 0, 0)); });
    m_openUrl->hide();
    body->addLayout(row);
    body->addWidget(m_urlState);
    body->addWidget(m_urls);
    body->addWidget(m_openUrl, 0, Qt::AlignLeft);
    connect(m_service, &QLineEdit::textChanged, this, [this] { m_find->setEnabled(!m_service->text().trimmed().isEmpty()); });
    connect(m_service, &QLineEdit::returnPressed, this, [this] { findService(); });
}

void ClusterToolsDialog::findService()
{
    const QString ns = m_namespace->text().trimmed(), service = m_service->text().trimmed();
    if (service.isEmpty())
        return;
    m_urls->hide();
    m_openUrl->hide();
    m_find->setEnabled(false);
    m_cards.at(std::size_t(ClusterTool::Services))->hide();
    tell(m_urlState, Tone::Busy, tr("It is looked up …"));
    m_tools->serviceUrls(ns.isEmpty() ? QStringLiteral("default") : ns, service, later([this](const Result<QStringList> &urls) { showUrls(urls); }));
}

void ClusterToolsDialog::showUrls(const Result<QStringList> &urls)
{
    m_find->setEnabled(true);
    tell(m_urlState, Tone::None, {});
    if (!urls)
        return tellError(ClusterTool::Services, urls.error());
    m_urls->setText(urls->join(u'\n'));
    m_openUrl->setToolTip(urls->value(0));
    m_urls->show();
    m_openUrl->show();
}

void ClusterToolsDialog::addTunnel()
{
    QVBoxLayout *body = addTab(ClusterTool::Tunnel, QStringLiteral("tunnel"), tr("Tunnel"), tr("While it is open, Services of the type LoadBalancer get an address that this computer reaches. It ends when Timonier does."));
    m_tunnel = button(QStringLiteral("tunnelOpen"), tr("Open the tunnel"), tr("It may need the rights of root, to set routes"), [this] { openTunnel(); });
    m_tunnelState = state("tunnelState", tr("How the tunnel is"));
    body->addWidget(m_tunnel, 0, Qt::AlignLeft);
    body->addWidget(m_tunnelState);
}

void ClusterToolsDialog::openTunnel()
{
    if (m_open) {
        m_tunnel->setEnabled(false);
        return m_tools->closeTunnel();
    }
    m_open = true;
    m_tunnel->setText(tr("Close the tunnel"));
    m_cards.at(std::size_t(ClusterTool::Tunnel))->hide();
    tell(m_tunnelState, Tone::Busy, tr("It is being opened …"));
    m_tools->openTunnel(later([this](const QString &line) { tell(m_tunnelState, Tone::Good, tr("It is open: %1", "%1: the tool's own words").arg(line)); }),
                        later([this](const Result<> &closed) {
                            m_open = false;
                            m_tunnel->setEnabled(true);
                            m_tunnel->setText(tr("Open the tunnel"));
                            tell(m_tunnelState, Tone::None, closed ? tr("It is closed") : QString());
                            if (closed)
                                return;
                            tellError(ClusterTool::Tunnel, closed.error());
                            tellEnd(false, tr("The tunnel to %1 is closed: %2").arg(m_cluster, shown(closed.error().text())));
                        }));
}

void ClusterToolsDialog::addLogs()
{
    QVBoxLayout *body = addTab(ClusterTool::Logs, QStringLiteral("logs"), tr("Logs"), tr("What the nodes and the parts of Kubernetes on them have written, for whoever is to find out what is wrong."));
    m_export = button(QStringLiteral("logsExport"), tr("Export…"), tr("Into a folder"), [this] {
        auto *dialog = named(new QFileDialog(this, tr("Where the logs go")), QStringLiteral("logsFolderDialog"), tr("Where the logs go"));
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &QFileDialog::fileSelected, this, &ClusterToolsDialog::exportLogs);
        dialog->open();
    });
    m_logState = state("logState", tr("How the export is"));
    body->addWidget(m_export, 0, Qt::AlignLeft);
    body->addWidget(m_logState);
}

void ClusterToolsDialog::exportLogs(const QString &folder)
{
    m_exporting = true;
    m_export->setEnabled(false);
    m_cards.at(std::size_t(ClusterTool::Logs))->hide();
    tell(m_logState, Tone::Busy, tr("They are being gathered …"));
    m_tools->exportLogs(folder, later([this](const QString &line) { tell(m_logState, Tone::Busy, line); }), later([this, folder](const Result<> &done) {
                            m_exporting = false;
                            m_export->setEnabled(true);
                            tell(m_logState, Tone::Good, done ? tr("They are in %1", "%1: a folder").arg(folder) : QString());
                            if (!done)
                                tellError(ClusterTool::Logs, done.error());
                            tellEnd(bool(done), done ? m_logState->text() : tr("The logs of %1 could not be exported: %2").arg(m_cluster, shown(done.error().text())));
                        }));
}

} // namespace timonier

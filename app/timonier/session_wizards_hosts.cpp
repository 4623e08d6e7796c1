// Clusters on hosts of one's own, in the window: their hosts in a dialog, and what is done with them, each in a wizard.
#include "session_wizards.h"

#include "cluster_hosts_session.h"

#include "ui/views/main_window.h"
#include "ui/wizards/hosts_dialog.h"
#include "ui/wizards/wizard_window.h"

namespace timonier {

namespace {

QString shown(const std::string &text) { return QString::fromStdString(text); }

} // namespace

std::unique_ptr<ClusterHosts> SessionWizards::hostsOf(const MadeCluster &made)
{
    auto spec = kubeadm::readSpec(kubeadmForm(m_hosts).text(made.values), made.context);
    if (spec)
        return std::make_unique<SessionClusterHosts>(std::move(*spec), m_hosts, m_closing);
    m_window.tellNotice(Tone::Bad, shown(spec.error().text()), {}, {});
    return nullptr;
}

HostsDialog *SessionWizards::showHosts(const QString &context)
{
    const auto made = std::ranges::find(m_made, context.toStdString(), &MadeCluster::context);
    if (made == m_made.end() || made->provider != "kubeadm")
        return nullptr;
    QPointer<HostsDialog> &dialog = m_hostDialogs[context];
    if (!dialog) {
        auto hosts = hostsOf(*made);
        if (!hosts)
            return nullptr;
        dialog = new HostsDialog(context, std::move(hosts), &m_window);
        connect(dialog, &HostsDialog::actionWanted, this, [this, context](const QString &id, const QString &host) { operate(context, id, host); });
        connect(dialog, &HostsDialog::deleteWanted, this, [this, context] { manage(context, ClusterTask::Delete); });
    }
    dialog->show();
    dialog->raise();
    dialog->activateWindow();
    return dialog;
}

WizardWindow *SessionWizards::operate(const QString &context, const QString &verb, const QString &host)
{
    const auto made = std::ranges::find(m_made, context.toStdString(), &MadeCluster::context);
    const auto operation = std::ranges::find(hostOperations(), verb.toStdString(), &HostOperation::verb);
    if (made == m_made.end() || operation == hostOperations().end())
        return nullptr;
    auto *window = new WizardWindow(shown(operation->title), &m_window);
    window->setSubject(subjectOf(operation->form({.values = made->values, .hosts = m_hosts}, host.toStdString())));
    return show(window);
}

void SessionWizards::resumeOperation(const plan::RunRecord &run)
{
    auto form = operationOfRun(run.provider, run.spec, say("Core", "the spec of run {}", run.id), m_hosts);
    auto values = form ? form->values(run.spec, say("Core", "the spec of run {}", run.id)) : std::unexpected(form.error());
    if (!values) // it can still be resumed on the command line, which says why
        return m_window.tellNotice(Tone::Bad, shown(values.error().text()), {}, {});
    auto *window = new WizardWindow(shown(form->title), &m_window);
    window->setSubject(subjectOf(std::move(*form)));
    show(window)->resume(run.id, std::move(*values));
}

// Those that were changed show what they are now; those that are gone go.
void SessionWizards::refreshHosts()
{
    for (auto it = m_hostDialogs.begin(); it != m_hostDialogs.end();) {
        const auto made = std::ranges::find(m_made, it->first.toStdString(), &MadeCluster::context);
        if (it->second && made != m_made.end()) {
            if (auto hosts = hostsOf(*made))
                it->second->setHosts(std::move(hosts));
            ++it;
            continue;
        }
        if (it->second)
            it->second->deleteLater();
        it = m_hostDialogs.erase(it);
    }
}

} // namespace timonier

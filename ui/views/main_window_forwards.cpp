// Ports forwarded: asked for what is chosen in the table, followed whatever page is shown, listed behind the status line.
#include "ui/views/main_window.h"

#include "ui/views/forward_dialog.h"
#include "ui/views/forwards_dialog.h"
#include "ui/views/notice_stack.h"
#include "ui/views/status_line.h"
#include "ui/views/table_page.h"

#include <QAction>
#include <QDesktopServices>
#include <QStackedWidget>
#include <QUrl>

namespace timonier {

void MainWindow::wireForwards()
{
    connect(m_status, &StatusLine::forwardsWanted, this, &MainWindow::showForwards);
    connect(m_forwards, &ForwardList::changed, this, [this] { m_status->setForwards(static_cast<int>(m_forwards->items().size())); });
}

std::optional<PortTarget> MainWindow::chosenToForward() const
{
    if (m_pages->currentWidget() != m_table || !canForwardTo(m_table->kind().resource.name))
        return {};
    const RowPtr row = m_table->subject().row;
    if (!row)
        return {};
    return PortTarget{.ns = std::string(row->ns), .kind = m_table->kind().resource.name, .name = std::string(row->name)};
}

void MainWindow::forwardChosen()
{
    const auto target = chosenToForward();
    if (!target || !isOpen())
        return;
    auto *dialog = new ForwardDialog(m_forwards, current()->cluster, m_current, *target, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ForwardDialog::begun, this, &MainWindow::showForwards);
    dialog->open();
}

void MainWindow::openForwarded(ForwardOpening::Wanted wanted, ForwardOpening::Tell tell)
{
    for (ForwardOpening *one : findChildren<ForwardOpening *>(Qt::FindDirectChildrenOnly))
        if (one->isFor(wanted))
            delete one; // pressed again: the newer one speaks
    const auto browse = [](const QString &url) { return QDesktopServices::openUrl(QUrl(url)); };
    (new ForwardOpening(m_fleet, m_forwards, std::move(wanted), browse, std::move(tell), this))->begin();
}

void MainWindow::showForwards()
{
    auto *dialog = findChild<ForwardsDialog *>();
    if (!dialog) {
        dialog = new ForwardsDialog(m_forwards, this);
        connect(dialog, &ForwardsDialog::openWanted, this, [this](const QString &url) {
            if (!QDesktopServices::openUrl(QUrl(url)))
                m_notices->tell({Tone::Careful, tr("No browser could be opened; the address is %1").arg(url)});
        });
    }
    dialog->show();
    dialog->raise();
    dialog->activateWindow();
}

} // namespace timonier

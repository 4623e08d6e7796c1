// The way to a roll-out's preview: from the Deployment that is chosen, from its name, from a file.
#include "ui/views/main_window.h"

#include "ui/models/utf8_text.h"
#include "ui/preview/preview_page.h"
#include "ui/views/notice_stack.h"
#include "ui/views/overview_page.h"
#include "ui/views/table_page.h"

#include <QFileDialog>
#include <QStackedWidget>

namespace timonier {

RowPtr MainWindow::chosenDeployment() const
{
    if (m_pages->currentWidget() != m_table || m_table->kind().resource.name != "deployments")
        return {};
    return m_table->subject().row;
}

void MainWindow::previewChosen()
{
    if (const RowPtr row = chosenDeployment())
        showPreview(fromView(row->ns), fromView(row->name));
}

void MainWindow::showPreview(const QString &ns, const QString &name)
{
    if (isOpen())
        arrive({.context = m_current, .preview = PreviewTarget{.ns = ns, .name = name}});
}

void MainWindow::showPreviewOfFile(QString file)
{
    if (file.isEmpty())
        file = QFileDialog::getOpenFileName(this, tr("Preview a roll-out from a file"), {}, tr("Manifests (*.yaml *.yml *.json);;All files (*)"));
    if (!file.isEmpty())
        arrive({.context = m_current, .preview = PreviewTarget{.file = file}});
}

void MainWindow::showPreviewAt(const Place &place)
{
    m_table->leave();
    m_overview->leave();
    closeDetails();
    m_previewed = place.preview;
    m_pages->setCurrentWidget(m_preview);
    if (!m_start.strategy.isEmpty()) // the command line names it before there is anything to show
        if (const auto strategy = strategy::strategyOf(std::exchange(m_start.strategy, {}).toStdString()))
            m_preview->setStrategy(*strategy);
    if (place.preview->file.isEmpty()) {
        m_preview->showDeployment(current()->cluster, place.preview->ns, place.preview->name);
        watchCurrent();
    } else {
        m_preview->showFile(place.preview->file);
    }
    m_preview->setFocus(Qt::OtherFocusReason);
    markRail();
    refreshStatus();
    refreshActions();
}

} // namespace timonier

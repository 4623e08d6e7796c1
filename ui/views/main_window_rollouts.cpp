// Roll-outs that are run: begun from a preview, found under way when a cluster is opened, followed whatever page is shown.
#include "ui/views/main_window.h"

#include "ui/models/palette_model.h"
#include "ui/models/rollout_watch.h"
#include "ui/preview/preview_page.h"
#include "ui/preview/run_dialog.h"
#include "ui/views/desktop_notice.h"
#include "ui/views/notice_stack.h"

#include <QCloseEvent>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>

namespace timonier {

namespace {

QString keyOf(const QString &context, const std::string &ns, const std::string &deployment)
{
    return context + u'\n' + QString::fromStdString(ns) + u'/' + QString::fromStdString(deployment);
}

} // namespace

void MainWindow::wireRollouts()
{
    connect(m_preview, &PreviewPage::runRequested, this, &MainWindow::askToRun);
    connect(m_preview, &PreviewPage::applicationChanged, this, &MainWindow::showRun);
    connect(m_preview, &PreviewPage::runDismissed, this, [this] {
        if (RolloutWatch *watch = watchOfPreview()) {
            m_rollouts.erase(keyOf(m_current, watch->ns(), watch->deployment()));
            m_preview->setRun(nullptr);
            watch->deleteLater();
            m_preview->readAgain();
        }
    });
}

RolloutWatch *MainWindow::watchOfPreview() const
{
    const strategy::Application &application = m_preview->application();
    const auto found = m_rollouts.find(keyOf(m_current, application.ns, application.parameters.name));
    return application.file.empty() && found != m_rollouts.end() ? found->second : nullptr;
}

void MainWindow::showRun()
{
    RolloutWatch *watch = watchOfPreview();
    m_preview->setRun(watch);
    if (watch && m_pages->currentWidget() == m_preview)
        m_notices->withdraw(keyOf(m_current, watch->ns(), watch->deployment())); // it is being looked at
}

void MainWindow::askToRun(const strategy::Parameters &parameters, strategy::Strategy strategy, const QString &image)
{
    if (!isOpen())
        return;
    auto *dialog = new RunDialog(current()->cluster, rollout::planOf(parameters, strategy, m_preview->application().ns, image.toStdString()), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RunDialog::confirmed, this, [this, context = m_current](const rollout::Prepared &prepared) {
        if (RolloutWatch *watch = addRollout(context, prepared.plan.ns, prepared.plan.deployment))
            watch->start(prepared);
    });
    dialog->open();
}

RolloutWatch *MainWindow::addRollout(const QString &context, const std::string &ns, const std::string &deployment)
{
    const FleetEntry *entry = m_fleet->entry(context);
    if (!entry || entry->state != ContextState::Open)
        return nullptr;
    RolloutWatch *&watch = m_rollouts[keyOf(context, ns, deployment)];
    if (watch)
        watch->deleteLater(); // an earlier one that is over
    watch = new RolloutWatch(entry->cluster, ns, deployment, this);
    connect(watch, &RolloutWatch::changed, this, [this, watch] {
        if (watch->course().size() == 1 && watchOfPreview() == watch) // now it is known by which strategy
            m_preview->setStrategy(watch->course().back().strategy);
    });
    connect(watch, &RolloutWatch::over, this, [this, watch, context] {
        m_notices->withdraw(keyOf(context, watch->ns(), watch->deployment()));
        const bool back = !watch->course().empty() && watch->course().back().phase == "went-back";
        const QString name = QString::fromStdString(watch->deployment());
        const QString text = back ? tr("The roll-out of %1 went back").arg(name) : tr("The roll-out of %1 is done").arg(name);
        const auto show = [this, watch = QPointer(watch), context] {
            if (watch)
                showRollout(context, watch->ns(), watch->deployment());
        };
        m_desktop->tell(text, show);
        if (m_pages->currentWidget() != m_preview || watchOfPreview() != watch) // else it is being looked at
            m_notices->tell({back ? Tone::Bad : Tone::Good, text, tr("Show"), show});
    });
    showRun();
    return watch;
}

void MainWindow::showRollout(const QString &context, const std::string &ns, const std::string &deployment)
{
    arrive({.context = context, .preview = PreviewTarget{.ns = QString::fromStdString(ns), .name = QString::fromStdString(deployment)}});
    if (const RolloutWatch *watch = watchOfPreview(); watch && !watch->course().empty())
        m_preview->setStrategy(watch->course().back().strategy);
}

// Somebody, perhaps this program before it ended, has begun some: they are seen where they stand.
void MainWindow::lookForRollouts(const QString &context)
{
    const FleetEntry *entry = m_fleet->entry(context);
    if (!entry || !entry->cluster || !entry->cluster->rollouts())
        return;
    entry->cluster->rollouts()->underWay([self = QPointer(this), context](Result<std::vector<std::pair<std::string, std::string>>> found) {
        if (!self || !found) // who may not list config maps in all namespaces sees the mark on the Deployment
            return;
        for (const auto &[ns, deployment] : *found) {
            if (self->m_rollouts.contains(keyOf(context, ns, deployment)))
                continue;
            RolloutWatch *watch = self->addRollout(context, ns, deployment);
            if (!watch)
                return;
            watch->follow();
            if (self->m_pages->currentWidget() == self->m_preview && self->watchOfPreview() == watch)
                continue;
            self->m_notices->tell({Tone::Careful, tr("A roll-out of %1 in %2 is under way").arg(QString::fromStdString(deployment), QString::fromStdString(ns)),
                                   tr("Show"), [self, context, ns = ns, deployment = deployment] { self->showRollout(context, ns, deployment); },
                                   keyOf(context, ns, deployment)});
        }
    });
}

std::vector<PaletteItem> MainWindow::rolloutItems()
{
    std::vector<PaletteItem> items;
    for (const auto &[key, watch] : m_rollouts) {
        const QString context = key.left(key.indexOf(u'\n'));
        items.push_back({.type = PaletteItem::Type::Action,
                         .text = tr("Show the roll-out of %1").arg(QString::fromStdString(watch->deployment())),
                         .detail = QString::fromStdString(watch->ns()),
                         .run = [this, context, ns = watch->ns(), deployment = watch->deployment()] { showRollout(context, ns, deployment); }});
    }
    return items;
}

void MainWindow::forgetRollouts(const QString &context)
{
    for (auto it = m_rollouts.begin(); it != m_rollouts.end();) {
        if (!it->first.startsWith(context + u'\n')) {
            ++it;
            continue;
        }
        it->second->deleteLater();
        it = m_rollouts.erase(it);
    }
    showRun();
}

// What this window drives stays where it is when it closes: nobody should learn of that afterwards.
void MainWindow::closeEvent(QCloseEvent *event)
{
    if (m_mayClose && !m_mayClose())
        return event->ignore();
    QStringList driven;
    for (const auto &[key, watch] : m_rollouts)
        if (watch->drives())
            driven << QString::fromStdString(watch->deployment());
    if (driven.isEmpty())
        return QMainWindow::closeEvent(event);
    QMessageBox box(QMessageBox::Question, tr("Roll-outs are under way"),
                    tr("This window drives the roll-out of %1. If you close it, it stays where it is until you or somebody else goes on with it or back; "
                       "users go on being served.").arg(driven.join(QStringLiteral(", "))),
                    QMessageBox::NoButton, this);
    box.setObjectName(QStringLiteral("closeDriving"));
    const QPushButton *close = box.addButton(tr("Close all the same"), QMessageBox::AcceptRole);
    box.addButton(tr("Stay"), QMessageBox::RejectRole);
    box.exec();
    if (box.clickedButton() == close)
        QMainWindow::closeEvent(event);
    else
        event->ignore();
}

} // namespace timonier

#include "ui/preview/preview_page.h"

#include "strategy/planned.h"
#include "ui/preview/compare_view.h"
#include "ui/preview/diff_dialog.h"
#include "ui/preview/outcome_panel.h"
#include "ui/preview/parameter_panel.h"
#include "ui/preview/preview_export.h"
#include "ui/preview/run_bar.h"
#include "ui/preview/timeline_view.h"
#include "ui/theme/colours.h"
#include "ui/theme/icons.h"

#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>

namespace timonier {

namespace {

constexpr qint64 largestManifest = 16 << 20;

Result<std::string> readFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Io, PreviewPage::tr("%1 cannot be read: %2").arg(path, file.errorString()).toStdString());
    const QByteArray bytes = file.read(largestManifest + 1);
    if (bytes.size() > largestManifest)
        return fail(ErrorKind::TooLarge, PreviewPage::tr("%1 is larger than 16 MB: that is no manifest").arg(path).toStdString());
    return bytes.toStdString();
}

} // namespace

PreviewPage::PreviewPage(QWidget *parent) : QWidget(parent), m_foreteller(new Foreteller(this))
{
    layOut();
    connect(m_tabs, &QTabBar::currentChanged, this, [this] {
        m_parameters->setStrategy(strategy());
        arrange();
        refresh();
        refreshRun();
        m_centre->verticalScrollBar()->setValue(0);
        if (m_loaded)
            ask(); // what is looked at comes first from now on
    });
    connect(m_parameters, &ParameterPanel::changed, this, &PreviewPage::ask);
    connect(m_image, &QLineEdit::textEdited, this, [this] {
        m_parameters->setImage(image());
        refreshTop();
    });
    connect(m_bar, &RunBar::dismissed, this, &PreviewPage::runDismissed);
    connect(m_foreteller, &Foreteller::told, this, &PreviewPage::refresh);
    connect(m_foreteller, &Foreteller::completed, this, [this] {
        m_compare->show(*m_application, m_foreteller->all());
        emit settled();
    });
    const auto wanted = [this](strategy::Strategy strategy) { setStrategy(strategy); };
    connect(m_compare, &CompareView::strategyWanted, this, wanted);
    connect(m_outcome, &OutcomePanel::strategyWanted, this, wanted);
    connect(m_timeline, &TimelineView::momentChanged, this, &PreviewPage::refreshMoment);
    connect(m_timeline, &TimelineView::playingChanged, this, &PreviewPage::refreshMoment);
    connect(m_play, &QToolButton::clicked, this, [this] { m_timeline->play(!m_timeline->isPlaying()); });
    connect(m_export, &QPushButton::clicked, this, &PreviewPage::exportAs);
    connect(m_diff, &QPushButton::clicked, this, &PreviewPage::showDiff);
    connect(m_run, &QPushButton::clicked, this, [this] {
        if (strategy())
            emit runRequested(m_parameters->parameters(), *strategy(), image());
    });
    m_parameters->setStrategy(strategy());
}

QString PreviewPage::image() const { return m_image->text().trimmed(); }

std::optional<strategy::Strategy> PreviewPage::strategy() const
{
    const int tab = m_tabs->currentIndex();
    return tab > 0 ? std::optional(strategy::allStrategies[static_cast<std::size_t>(tab - 1)]) : std::nullopt;
}

void PreviewPage::setStrategy(std::optional<strategy::Strategy> strategy)
{
    m_tabs->setCurrentIndex(strategy ? static_cast<int>(indexOf(*strategy)) + 1 : 0);
}

void PreviewPage::setRun(RolloutWatch *watch)
{
    if (m_watch)
        m_watch->disconnect(this);
    m_watch = watch;
    m_bar->show(watch);
    if (watch)
        connect(watch, &RolloutWatch::changed, this, &PreviewPage::refreshRun);
    refreshRun();
}

void PreviewPage::refreshRun()
{
    std::vector<LivePoint> live;
    // Only over the foretelling of what is done.
    if (m_watch && !m_watch->course().empty() && strategy() == m_watch->course().back().strategy)
        for (const rollout::Progress &told : m_watch->course())
            live.push_back({told.at, static_cast<int>(told.oldReady), static_cast<int>(told.newReady), told.newShare});
    m_timeline->setLive(std::move(live));
    refreshTop();
}

void PreviewPage::begin(const QString &of)
{
    ++m_reading;
    m_of = of;
    m_loaded = m_failed = false;
    m_message->setText(tr("Reading %1 …").arg(of));
    m_body->setCurrentIndex(0);
    refreshTop();
}

void PreviewPage::showApplication(const strategy::Application &application)
{
    begin(QString::fromStdString(application.file.empty() ? application.ns + "/" + application.parameters.name : application.file));
    loaded(application);
}

void PreviewPage::showFile(const QString &file)
{
    m_cluster.reset();
    if (m_loaded && m_of == file)
        return;
    begin(file);
    const auto text = readFile(file);
    auto read = text ? strategy::readApplicationFile(*text, QFileInfo(file).fileName().toStdString()) : std::unexpected(text.error());
    if (read)
        loaded(*read);
    else
        fail(read.error());
}

void PreviewPage::showDeployment(std::shared_ptr<OpenCluster> cluster, const QString &ns, const QString &name)
{
    const QString of = ns + u'/' + name;
    if (m_loaded && m_of == of && m_cluster == cluster)
        return;
    m_cluster = std::move(cluster);
    begin(of);
    m_cluster->readApplication(ns.toStdString(), name.toStdString(), [self = QPointer<PreviewPage>(this),
            reading = m_reading](Result<strategy::Application> read) {
        if (!self || self->m_reading != reading)
            return;
        if (read)
            self->loaded(*read);
        else
            self->fail(read.error());
    });
}

void PreviewPage::readAgain()
{
    m_loaded = false;
    if (m_cluster)
        showDeployment(m_cluster, QString::fromStdString(m_application->ns), QString::fromStdString(m_application->parameters.name));
}

void PreviewPage::leave()
{
    m_timeline->play(false);
    m_cluster.reset();
}

void PreviewPage::loaded(const strategy::Application &application)
{
    // Who comes back to the same one finds the settings as they were left, over what it is by now.
    const bool again = std::exchange(m_loadedOf, m_of) == m_of;
    const bool named = again && image() != QString::fromStdString(m_application->parameters.current.name);
    m_application = std::make_shared<const strategy::Application>(application);
    m_loaded = true;
    m_parameters->show(application, again);
    if (!named)
        m_image->setText(QString::fromStdString(application.parameters.current.name));
    m_parameters->setImage(image());
    m_body->setCurrentIndex(1);
    refreshTop();
    emit applicationChanged();
    ask();
}

void PreviewPage::fail(const Error &error)
{
    m_failed = true;
    m_message->setText(QString::fromStdString(error.text() + (error.hint.empty() ? "" : "\n\n" + error.hint)));
    m_body->setCurrentIndex(0);
    refreshTop();
    emit settled();
}

void PreviewPage::ask()
{
    if (m_loaded)
        m_foreteller->ask(m_application, m_parameters->question(), strategy().value_or(m_application->parameters.spec.recreate
                ? strategy::Strategy::Recreate : strategy::Strategy::Rolling));
}

void PreviewPage::refresh()
{
    if (!m_loaded || !strategy())
        return;
    const ForetoldPtr &told = m_foreteller->all()[indexOf(*strategy())];
    if (!told)
        return;
    m_timeline->show(told);
    m_outcome->show(m_foreteller->all(), *strategy());
}

void PreviewPage::refreshMoment()
{
    const bool plays = m_timeline->isPlaying();
    const QString stage = m_timeline->stageText();
    m_moment->setText(m_timeline->momentText() + (stage.isEmpty() ? QString() : u'\n' + stage));
    m_play->setIcon(themedIcon(plays ? "pause" : "play", colours().text));
    m_play->setToolTip(plays ? tr("Pause (Space)") : tr("Play (Space)"));
    m_play->setAccessibleName(m_play->toolTip());
}

void PreviewPage::refreshTop()
{
    const QFontMetrics metrics(m_oldImage->font());
    const strategy::Parameters &p = m_application->parameters;
    const QString ns = QString::fromStdString(m_application->file.empty() ? m_application->ns : m_application->file);
    const QString where = m_loaded ? QString::fromStdString(p.name) + (ns.isEmpty() ? QString() : QStringLiteral("  ·  ") + ns) : m_of;
    m_where->setText(m_where->fontMetrics().elidedText(where, Qt::ElideRight, std::max(90, width() / 4)));
    m_where->setToolTip(where);
    const QString old = m_loaded ? QString::fromStdString(p.current.name) : QString();
    m_oldImage->setText(metrics.elidedText(old, Qt::ElideMiddle, std::clamp(width() / 6, 80, 260)) + (m_loaded ? QStringLiteral("  →") : QString()));
    m_oldImage->setToolTip(old);
    m_oldImage->setVisible(width() >= (m_cluster ? 940 : 700));
    for (QWidget *widget : std::initializer_list<QWidget *>{m_image, m_export, m_diff, m_tabs})
        widget->setEnabled(m_loaded);
    m_title->setVisible(width() >= 1'080);
    m_run->setVisible(m_cluster != nullptr);
    // What cannot be done says why.
    const bool changed = m_loaded && image() != old && !image().isEmpty();
    m_run->setEnabled(m_loaded && strategy() && changed && !m_watch);
    m_run->setToolTip(m_watch       ? tr("One is under way")
                      : !strategy() ? tr("Choose a strategy first")
                      : !changed    ? tr("Name the image of the new version first")
                                    : tr("Do it on the cluster, with these settings"));
}

void PreviewPage::exportAs()
{
    if (!m_foreteller->isComplete())
        return;
    const QString name = QString::fromStdString(m_application->parameters.name + "-" + (strategy() ? std::string(strategy::key(*strategy())) : "compared"));
    const QString file = QFileDialog::getSaveFileName(this, tr("Export this preview"), name + QStringLiteral(".png"),
            tr("Picture (*.png);;Drawing (*.svg);;Table (*.csv);;Text (*.md)"));
    if (file.isEmpty())
        return;
    Exported what{*m_application, {}, m_column};
    if (strategy())
        what.told.push_back(m_foreteller->all()[indexOf(*strategy())]);
    else
        what.told.assign(m_foreteller->all().begin(), m_foreteller->all().end());
    if (const auto written = exportTo(file, what); !written)
        QMessageBox::warning(this, tr("Export this preview"), QString::fromStdString(written.error().text() + "\n" + written.error().hint));
}

void PreviewPage::showDiff()
{
    const strategy::Strategy of = strategy().value_or(m_application->parameters.spec.recreate ? strategy::Strategy::Recreate : strategy::Strategy::Rolling);
    const std::string patch = strategy::patchFor(*m_application, m_parameters->parameters(), of, image().toStdString());
    auto *dialog = new DiffDialog(QString::fromStdString(m_application->parameters.name), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
    const QString beside = of >= strategy::Strategy::BlueGreen
            ? QStringLiteral(" ") + tr("While the roll-out lasts, a second Deployment runs beside it; this is what stays.") : QString();
    if (!m_cluster) {
        if (const auto change = mergedOnPaper(m_application->object, patch))
            dialog->show(*change, tr("Worked out from the file; no server was asked.") + beside);
        else
            dialog->fail(change.error());
        return;
    }
    m_cluster->dryRunDeployment(m_application->ns, m_application->parameters.name, patch,
            [dialog = QPointer<DiffDialog>(dialog), beside](Result<ObjectChange> change) {
        if (!dialog)
            return;
        if (change)
            dialog->show(*change, tr("The server's own dry run: what it would make of it. Nothing has been changed.") + beside);
        else
            dialog->fail(change.error());
    });
}

void PreviewPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
    refreshTop();
}

void PreviewPage::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        refreshMoment();
}

} // namespace timonier

#include "ui/wizards/wizard_window.h"

#include "ui/models/step_tree.h"
#include "ui/models/wizard_draft.h"
#include "ui/views/elided_label.h"
#include "ui/wizards/check_page.h"
#include "ui/wizards/done_page.h"
#include "ui/wizards/form_page.h"
#include "ui/wizards/intro_page.h"
#include "ui/wizards/page_list.h"
#include "ui/wizards/plan_page.h"
#include "ui/wizards/run_page.h"
#include "ui/wizards/wizard_header.h"
#include "ui/wizards/wizard_parts.h"

#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>

namespace timonier {

WizardWindow::WizardWindow(const QString &title, QWidget *parent)
    : QDialog(parent, Qt::Window), m_title(title), m_header(new WizardHeader(title)), m_list(new PageList), m_stack(new QStackedWidget), m_hint(new ElidedLabel)
{
    setObjectName(QStringLiteral("wizardWindow"));
    setWindowTitle(title);
    setAccessibleName(title);
    layOut();
    resize(1120, 720);
    setMinimumSize(720, 480);
    connect(m_list, &PageList::wanted, this, [this](int page) { goTo(m_pages[std::size_t(page)]); });
}

WizardWindow::~WizardWindow() = default;

void WizardWindow::addFirst(WizardPage *page)
{
    addPage(page);
    m_firstPages = m_pages.size();
    if (m_pages.size() == 1)
        goTo(page);
    refresh();
}

void WizardWindow::addPage(WizardPage *page)
{
    m_pages.push_back(page);
    m_stack->addWidget(page);
    connect(page, &WizardPage::changed, this, &WizardWindow::refresh);
    connect(page, &WizardPage::nextWanted, this, &WizardWindow::next);
    QStringList titles;
    for (const WizardPage *one : m_pages)
        titles << one->title();
    m_list->setPages(titles);
    shareWidth();
}

void WizardWindow::setSubject(std::shared_ptr<WizardSubject> subject)
{
    while (m_pages.size() > m_firstPages) {
        m_stack->removeWidget(m_pages.back());
        delete m_pages.back();
        m_pages.pop_back();
    }
    delete m_draft;
    m_subject = std::move(subject);
    m_draft = new WizardDraft(m_subject, this);
    m_runId = 0;
    m_file.clear();
    m_intro = new IntroPage(m_subject->intro());
    m_form = m_subject->parameters().empty() ? nullptr : new FormPage(m_draft); // there may be nothing to ask
    m_checks = new CheckPage(m_draft);
    m_plan = new PlanPage(m_draft);
    m_run = new RunPage;
    m_done = new DonePage(m_draft);
    for (WizardPage *page : std::initializer_list<WizardPage *>{m_intro, m_form, m_checks, m_plan, m_run, m_done})
        if (page)
            addPage(page);
    m_furthest = m_firstPages;
    connect(m_draft, &WizardDraft::valuesChanged, this, [this] {
        // What was worked out of other values does not count any more.
        const auto at = std::size_t(std::ranges::find(m_pages, settings()) - m_pages.begin());
        m_furthest = std::min(m_furthest, at);
        refresh();
    });
    connect(m_run, &RunPage::over, this, &WizardWindow::runOver);
    connect(m_run, &RunPage::resumeWanted, this, [this] {
        if (m_run->aim() == RunAim::TakeBack)
            return takeBack();
        if (m_run->aim() == RunAim::Halt)
            return halt();
        begin([this](WizardSubject::Wake wake) {
            return m_runId ? m_subject->resume(m_runId, m_draft->values(), std::move(wake)) : m_subject->start(m_draft->values(), std::move(wake));
        });
    });
    connect(m_run, &RunPage::settingsWanted, this, [this] { goTo(settings()); });
    connect(m_done, &DonePage::left, this, [this](const QString &id) {
        emit left(id);
        close();
    });
    setWindowTitle(m_subject->intro().title);
    setAccessibleName(windowTitle());
    goTo(m_intro);
}

void WizardWindow::fill(form::Values values) { m_draft->setAll(std::move(values)); }

void WizardWindow::resume(plan::RunId run, form::Values values)
{
    m_draft->setAll(std::move(values));
    m_runId = run;
    begin([this](WizardSubject::Wake wake) { return m_subject->resume(m_runId, m_draft->values(), std::move(wake)); });
}

WizardPage *WizardWindow::settings() const { return m_form ? static_cast<WizardPage *>(m_form) : m_checks; }

WizardPage *WizardWindow::page() const { return static_cast<WizardPage *>(m_stack->currentWidget()); }

bool WizardWindow::isRunning() const { return m_run && m_run->isRunning(); }

QString WizardWindow::name() const { return m_subject ? m_subject->subjectOf(m_draft->values()).label : QString(); }

void WizardWindow::goTo(WizardPage *page)
{
    m_furthest = std::max(m_furthest, std::size_t(std::ranges::find(m_pages, page) - m_pages.begin()));
    m_stack->setCurrentWidget(page);
    page->enter();
    refresh();
    if (isVisible())
        page->begin();
}

void WizardWindow::next()
{
    const auto at = std::size_t(std::ranges::find(m_pages, page()) - m_pages.begin());
    if (m_subject && page() == m_done) {
        close();
        return;
    }
    if (!page()->whyNot().isEmpty()) {
        if (m_form && page() == m_form)
            m_form->showFirstProblem();
        return;
    }
    WizardPage *was = page();
    was->leave();
    if (page() != was)
        return; // it knows the way itself
    if (page() == m_plan) {
        m_runId = 0;
        return start();
    }
    if (at + 1 < m_pages.size())
        goTo(m_pages[at + 1]);
}

void WizardWindow::back()
{
    const auto at = std::size_t(std::ranges::find(m_pages, page()) - m_pages.begin());
    if (at > 0 && !isRunning())
        goTo(m_pages[at - 1]);
}

void WizardWindow::begin(const std::function<std::unique_ptr<WizardRun>(WizardSubject::Wake)> &start) { begin(start, RunAim::Make); }

void WizardWindow::begin(const std::function<std::unique_ptr<WizardRun>(WizardSubject::Wake)> &start, RunAim aim)
{
    goTo(m_run);
    m_run->drive(start, aim);
}

void WizardWindow::start()
{
    begin([this](WizardSubject::Wake wake) { return m_subject->start(m_draft->values(), std::move(wake)); });
}

void WizardWindow::halt()
{
    begin([this](WizardSubject::Wake wake) { return m_subject->halt(m_draft->values(), std::move(wake)); }, RunAim::Halt);
}

void WizardWindow::takeBack()
{
    begin([this](WizardSubject::Wake wake) { return m_subject->undo(m_draft->values(), std::move(wake)); }, RunAim::TakeBack);
}

void WizardWindow::manage(form::Values values, ClusterTask task)
{
    m_draft->setAll(std::move(values));
    m_manages = true;
    setWindowTitle(tr("The cluster %1").arg(name()));
    setAccessibleName(windowTitle());
    goTo(m_run);
    switch (task) {
    case ClusterTask::Start: return start();
    case ClusterTask::Stop: return askHalt();
    case ClusterTask::Delete: return askUndo();
    }
}

void WizardWindow::runOver()
{
    if (m_run->steps()->run())
        m_runId = m_run->steps()->run();
    const RunAim aim = m_run->aim();
    if (m_run->hasFinished() && aim == RunAim::Make)
        goTo(m_done);
    refresh();
    const QString good = aim == RunAim::Make ? tr("%1 is ready").arg(name()) : aim == RunAim::Halt ? tr("%1 is stopped").arg(name()) : tr("%1 has been taken back").arg(name());
    emit ended(m_run->hasFinished(), m_run->hasFinished() ? good : tr("The run for %1 did not come to its end").arg(name()));
    if (!isVisible() && m_run->hasFinished())
        emit finished();
}

void WizardWindow::refresh()
{
    if (m_pages.empty())
        return;
    const bool running = isRunning();
    const auto at = std::size_t(std::ranges::find(m_pages, page()) - m_pages.begin());
    for (std::size_t i = 0; i < m_pages.size(); ++i) {
        const bool runFailed = m_pages[i] == m_run && m_run && !m_run->hasFinished() && m_run->steps()->isOver();
        const auto state = i == at ? PageList::State::Current : i < std::max(at, m_furthest) && !runFailed ? PageList::State::Behind : PageList::State::Later;
        m_list->tell(int(i), state, m_pages[i]->count(), i <= m_furthest && i != at && !running);
    }
    const WizardFact about = m_subject ? m_subject->subjectOf(m_draft->values()) : WizardFact();
    m_header->tell(m_subject ? windowTitle() : m_title, about.label, about.value, m_run ? m_run->timeWords() : QString());
    tellFooter(running);
}

void WizardWindow::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    if (page())
        page()->begin();
}

} // namespace timonier

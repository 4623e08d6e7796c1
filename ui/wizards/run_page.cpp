#include "ui/wizards/run_page.h"

#include "ui/models/span_words.h"
#include "ui/models/step_tree.h"
#include "ui/models/waker.h"
#include "ui/wizards/done_bar.h"
#include "ui/wizards/log_pane.h"
#include "ui/wizards/row_view.h"
#include "ui/wizards/wizard_parts.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QPushButton>
#include <QScrollBar>
#include <QSplitter>
#include <QVBoxLayout>

namespace timonier {

namespace {

constexpr int batchMs = 33, clockMs = 1'000;
constexpr int fewParts = 12; // of a step that is over; more are folded away
QString shown(const std::string &text) { return QString::fromStdString(text); }

} // namespace

RunPage::RunPage(QWidget *parent)
    : WizardPage(parent), m_steps(new StepTree(this)), m_waker(new Waker(this)), m_bar(new DoneBar(m_steps)), m_summary(dimmed(QStringLiteral("runSummary"))),
      m_view(new RowView(QStringLiteral("runTree"), tr("Steps, and the parts of each"),
                         {.detail = StepTree::DetailRole, .time = StepTree::TimeRole, .tone = StepTree::ToneRole, .busy = StepTree::BusyRole, .waiting = StepTree::WaitingRole})),
      m_card(new HelpCard(QStringLiteral("runCard"))), m_log(new LogPane)
{
    named(this, QStringLiteral("runPage"), title());
    m_view->setModel(m_steps);
    m_card->hide();
    auto *left = named(new QWidget, QStringLiteral("runLeft"), tr("Steps"));
    auto *leftColumn = new QVBoxLayout(left);
    leftColumn->setContentsMargins(20, 20, 12, 12);
    leftColumn->setSpacing(12);
    leftColumn->addWidget(m_bar);
    leftColumn->addWidget(m_summary);
    leftColumn->addWidget(m_view, 1);
    auto *right = named(new QWidget, QStringLiteral("runRight"), tr("The chosen step"));
    auto *rightColumn = new QVBoxLayout(right);
    rightColumn->setContentsMargins(20, 16, 20, 12);
    rightColumn->setSpacing(16);
    rightColumn->addWidget(m_card);
    rightColumn->addWidget(m_log, 1);
    auto *split = named(new QSplitter(Qt::Horizontal), QStringLiteral("runSplit"), tr("Steps and what they print"));
    split->setChildrenCollapsible(false);
    split->addWidget(left);
    split->addWidget(right);
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(split);

    m_batch.setSingleShot(true);
    m_batch.setInterval(batchMs);
    connect(&m_batch, &QTimer::timeout, this, &RunPage::take);
    connect(m_waker, &Waker::woken, this, [this] {
        if (!m_batch.isActive())
            m_batch.start();
    });
    m_clock.setInterval(clockMs);
    connect(&m_clock, &QTimer::timeout, this, [this] {
        m_view->viewport()->update();
        emit changed();
    });
    connect(m_steps, &StepTree::stepChanged, this, &RunPage::unfold);
    connect(m_steps, &StepTree::printed, this, [this](int step, const QStringList &lines) {
        if (step == m_shown)
            m_log->add(lines);
    });
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this, &RunPage::tellChosen);
    const auto chose = [this] { m_personChose = true; };
    connect(m_view, &QAbstractItemView::pressed, this, chose);
    connect(m_view->verticalScrollBar(), &QAbstractSlider::actionTriggered, this, chose);
    m_view->installEventFilter(this);
}

RunPage::~RunPage() = default;

QString RunPage::count() const
{
    if (!isRunning() && !m_steps->isOver())
        return {};
    return tr("%1 of %2", "steps that are over").arg(QLocale().toString(m_steps->stepsOver()), QLocale().toString(m_steps->rowCount()));
}

QString RunPage::whyNot() const
{
    if (isRunning())
        return m_stopping ? tr("It comes to a stop …") : tr("It is running");
    return hasFinished() ? QString() : tr("It has not come to its end");
}

bool RunPage::hasFinished() const { return !isRunning() && m_steps->end() == plan::RunState::Finished; }

void RunPage::begin() { m_view->setFocus(Qt::OtherFocusReason); }

void RunPage::drive(const std::function<std::unique_ptr<WizardRun>(WizardSubject::Wake)> &begin, RunAim aim)
{
    m_aim = aim;
    m_steps->clear();
    m_refused.reset();
    m_stopping = m_personChose = false;
    m_shown = -1;
    m_card->hide();
    m_log->show({}, {}, {});
    m_run = begin(m_waker->wake());
    m_clock.start();
    tellProgress();
    emit changed();
}

void RunPage::stop()
{
    if (!m_run || std::exchange(m_stopping, true))
        return;
    m_run->stop();
    tellProgress();
    emit changed();
}

void RunPage::take()
{
    if (!m_run)
        return;
    const auto ended = m_run->ended(); // before: what is taken now is all of it then
    if (const std::vector<plan::Event> events = m_run->take(); !events.empty())
        m_steps->take(events);
    if (ended) {
        m_run.reset();
        m_clock.stop();
        if (!*ended)
            m_refused = ended->error();
    }
    follow();
    tellProgress();
    if (ended)
        tellEnd();
    tellChosen();
    if (!ended)
        return emit changed();
    emit changed();
    emit over();
}

// A step's parts are seen while it runs or when one of them failed; what is well and long is folded away.
void RunPage::unfold(int step)
{
    const QModelIndex index = m_steps->index(step, 0);
    const int parts = m_steps->rowCount(index);
    if (parts == 0 || m_personChose)
        return;
    const plan::StepState state = m_steps->stateOf(step);
    const bool open = !plan::isOver(state) ? state != plan::StepState::Waiting : state == plan::StepState::Failed || parts <= fewParts;
    if (m_view->isExpanded(index) != open)
        m_view->setExpanded(index, open);
}

// What runs is looked at, until the person looks at something else.
void RunPage::follow()
{
    if (m_personChose && m_run)
        return;
    QModelIndex at = m_steps->failed();
    if (!at.isValid())
        at = m_steps->running();
    if (!at.isValid() && m_steps->rowCount() > 0 && !m_run)
        at = m_steps->index(m_steps->rowCount() - 1, 0);
    if (!at.isValid() || at == m_view->currentIndex())
        return;
    m_view->setCurrentIndex(at);
    m_view->scrollTo(at, QAbstractItemView::EnsureVisible);
}

void RunPage::tellChosen()
{
    const QModelIndex chosen = m_view->currentIndex();
    const int step = m_steps->stepOf(chosen);
    if (step < 0)
        return;
    const int part = m_steps->partOf(chosen);
    const QString title = part < 0 ? m_steps->titleOf(step) : chosen.data().toString();
    const bool onCard = m_card->isVisible() && chosen == m_steps->failed();
    const QString detail = part < 0 ? stateWords(m_steps->stateOf(step)) : m_steps->titleOf(step) + (onCard || m_steps->detailOf(step, part).isEmpty() ? QString() : QStringLiteral(": ") + m_steps->detailOf(step, part));
    if (step != std::exchange(m_shown, step)) {
        const auto &lines = m_steps->linesOf(step);
        m_log->show(title, detail, QStringList(lines.begin(), lines.end()));
    } else {
        m_log->retitle(title, detail);
    }
}

void RunPage::tellProgress()
{
    m_bar->update();
    m_bar->setAccessibleDescription(tr("%1 %", "how much of a run is done").arg(qRound(100 * m_steps->fraction())));
    QString words;
    if (m_stopping && m_run)
        words = tr("It comes to a stop; what is being made is brought to a safe end …");
    else if (m_run)
        words = m_steps->notices().isEmpty() ? QString() : m_steps->notices().constLast();
    m_summary->setText(words);
    m_summary->setVisible(!words.isEmpty());
}

void RunPage::tellEnd()
{
    m_card->clearButtons();
    if (hasFinished()) {
        m_card->setVisible(m_aim != RunAim::Make);
        m_card->tell(Tone::Good, m_aim == RunAim::Halt ? tr("It is stopped; what it holds is kept") : tr("All that was made has been taken back"), m_steps->notices().isEmpty() ? QString() : m_steps->notices().constLast());
        return;
    }
    const bool cancelled = m_steps->end() == plan::RunState::Cancelled;
    const auto error = m_refused ? m_refused : m_steps->error();
    if (cancelled) {
        m_card->tell(Tone::Careful, tr("It was stopped"), tr("What was made is kept and known: it can go on from here, or be taken back."));
    } else if (const QModelIndex at = m_steps->failed(); at.isValid()) {
        const int step = m_steps->stepOf(at), part = m_steps->partOf(at);
        const auto why = m_steps->errorOf(step);
        const QString sentence = part < 0 ? tr("“%1” failed", "%1: a step").arg(m_steps->titleOf(step)) : tr("%1: %2", "an object, and why it failed").arg(at.data().toString(), m_steps->detailOf(step, part));
        QString evidence;
        for (const Error *cause = why && why->cause ? why->cause.get() : nullptr; cause; cause = cause->cause.get())
            evidence += shown(cause->message) + u'\n';
        if (why)
            for (const auto &[key, words] : why->context)
                if (key == "evidence")
                    evidence += shown(words);
        // What a part says of itself, the step's error often says again.
        QString reason = why && (part < 0 || !shown(why->message).contains(m_steps->detailOf(step, part))) ? shown(why->message) : QString();
        if (why && !why->hint.empty())
            reason += (reason.isEmpty() ? QString() : QStringLiteral(".\n")) + shown(why->hint);
        m_card->tell(Tone::Bad, sentence, reason, evidence);
    } else {
        m_card->tell(Tone::Bad, m_refused ? tr("It could not begin") : tr("It did not come to its end"), error ? shown(error->hint) : QString(), error ? shown(error->text()) : QString());
    }
    QPushButton *resume = m_card->offer(QStringLiteral("Resume"), tr("Resume"), tr("Goes on from where it stands; what is done is not done again"), [this] { emit resumeWanted(); });
    resume->setDefault(true);
    m_card->offer(QStringLiteral("Settings"), tr("Change settings…"), tr("Back to the fields; what was made stays"), [this] { emit settingsWanted(); });
    m_card->show();
}

QString RunPage::timeWords() const
{
    if (!m_run && !m_steps->isOver())
        return {};
    const QString spent = spanWords(m_steps->elapsed());
    if (m_steps->isOver() || !m_run)
        return spent;
    return m_steps->left() > plan::Span(0) ? tr("%1, %2 left", "1 min 37 s, about 45 s left").arg(spent, aboutWords(m_steps->left())) : spent;
}

void RunPage::resizeEvent(QResizeEvent *event)
{
    WizardPage::resizeEvent(event);
    auto *split = findChild<QSplitter *>(QStringLiteral("runSplit"));
    split->setSizes({width() * 57 / 100, width() * 43 / 100});
}

bool RunPage::eventFilter(QObject *object, QEvent *event)
{
    if (object == m_view && event->type() == QEvent::KeyPress)
        m_personChose = true;
    return WizardPage::eventFilter(object, event);
}

} // namespace timonier

// What the rows of a run say: states, details, times, and the same for a screen reader.
#include "ui/models/step_tree.h"

#include "ui/models/span_words.h"

#include <QDateTime>
#include <QLocale>

namespace timonier {

using namespace plan;

namespace {

QString shown(const std::string &text) { return QString::fromStdString(text); }
bool isBusy(StepState state) { return state != StepState::Waiting && !isOver(state); }

struct Words {
    Q_DECLARE_TR_FUNCTIONS(StepTree)
};

} // namespace

QString stateWords(StepState state)
{
    switch (state) {
    case StepState::Waiting: return Words::tr("waiting");
    case StepState::Checking: return Words::tr("is it so already?");
    case StepState::Applying: return Words::tr("under way");
    case StepState::Pausing: return Words::tr("will be tried again");
    case StepState::Done: return Words::tr("done");
    case StepState::Already: return Words::tr("nothing to do");
    case StepState::Failed: return Words::tr("failed");
    case StepState::Cancelled: return Words::tr("stopped");
    case StepState::Undoing: return Words::tr("being taken back");
    case StepState::Undone: return Words::tr("taken back");
    }
    return {};
}

QString stateWords(PartState state)
{
    switch (state) {
    case PartState::Waiting: return Words::tr("waiting");
    case PartState::Running: return Words::tr("under way");
    case PartState::Done: return Words::tr("done");
    case PartState::Already: return Words::tr("nothing to do");
    case PartState::Failed: return Words::tr("failed");
    case PartState::Skipped: return Words::tr("left out");
    }
    return {};
}

QString StepTree::detailOf(int at, int part) const
{
    const Step &step = m_steps[std::size_t(at)];
    if (part >= 0)
        return step.parts[std::size_t(part)].reason;
    if (step.error && (step.state == StepState::Failed || step.state == StepState::Pausing))
        return shown(step.error->message);
    if (!step.parts.empty())
        return tr("%1 of %2", "parts of a step that are over").arg(QLocale().toString(step.over), QLocale().toString(int(step.parts.size())));
    if (step.state == StepState::Already || step.state == StepState::Checking || step.state == StepState::Undone || step.state == StepState::Cancelled)
        return stateWords(step.state);
    if (isBusy(step.state) && !step.lines.empty())
        return step.lines.back().trimmed();
    return {};
}

Tone StepTree::toneOf(const Step &step) const
{
    switch (step.state) {
    case StepState::Done:
    case StepState::Already: return Tone::Good;
    case StepState::Failed: return Tone::Bad;
    case StepState::Pausing:
    case StepState::Cancelled: return Tone::Careful;
    case StepState::Waiting:
    case StepState::Undone: return Tone::Done;
    default: return Tone::Busy;
    }
}

Tone StepTree::toneOf(const Part &part) const
{
    switch (part.state) {
    case PartState::Done:
    case PartState::Already: return Tone::Good;
    case PartState::Failed: return Tone::Bad;
    case PartState::Skipped: return Tone::Careful;
    case PartState::Running: return Tone::Busy;
    case PartState::Waiting: break;
    }
    return Tone::Done;
}

QString StepTree::timeOf(const Step &step) const
{
    if (step.state == StepState::Waiting)
        return m_end ? QString() : aboutWords(step.estimate);
    if (!step.begun)
        return {};
    return spanWords(Span((step.ended ? step.ended : QDateTime::currentMSecsSinceEpoch()) - step.begun));
}

QString StepTree::timeOf(const Part &part) const
{
    if (part.state == PartState::Waiting || !part.begun)
        return {};
    return spanWords(Span((part.ended ? part.ended : QDateTime::currentMSecsSinceEpoch()) - part.begun));
}

QString StepTree::words(const QModelIndex &index) const
{
    const Step &step = m_steps[std::size_t(stepOf(index))];
    const int part = partOf(index);
    const QString state = part < 0 ? stateWords(step.state) : stateWords(step.parts[std::size_t(part)].state);
    const QString detail = detailOf(stepOf(index), part);
    QString all = index.data(Qt::DisplayRole).toString() + QStringLiteral(", ") + state;
    if (!detail.isEmpty() && detail != state)
        all += QStringLiteral(", ") + detail;
    const QString time = index.data(TimeRole).toString();
    return time.isEmpty() ? all : all + QStringLiteral(", ") + time;
}

QVariant StepTree::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Step &step = m_steps[std::size_t(stepOf(index))];
    const int at = partOf(index);
    const Part *part = at < 0 ? nullptr : &step.parts[std::size_t(at)];
    switch (role) {
    case Qt::DisplayRole: return part ? part->title : step.title;
    case DetailRole: return detailOf(stepOf(index), at);
    case TimeRole: return part ? timeOf(*part) : timeOf(step);
    case ToneRole: return int(part ? toneOf(*part) : toneOf(step));
    case BusyRole: return part ? part->state == PartState::Running : isBusy(step.state);
    case FailedRole: return part ? part->state == PartState::Failed : step.state == StepState::Failed;
    case WaitingRole: return part ? part->state == PartState::Waiting : step.state == StepState::Waiting;
    case Qt::AccessibleTextRole: return words(index);
    case Qt::ToolTipRole: return detailOf(stepOf(index), at).toHtmlEscaped();
    default: return {};
    }
}

} // namespace timonier

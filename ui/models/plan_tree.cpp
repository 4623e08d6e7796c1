#include "ui/models/plan_tree.h"

#include "ui/models/resource_words.h"
#include "ui/models/span_words.h"

namespace timonier {

using Verdict = plan::Foreseen::Verdict;

namespace {

QString shown(const std::string &text) { return QString::fromStdString(text); }

QString wordsOf(WizardChange::Kind kind)
{
    using Kind = WizardChange::Kind;
    switch (kind) {
    case Kind::Create: return PlanTree::tr("will be created");
    case Kind::Change: return PlanTree::tr("will be changed");
    case Kind::Same: return PlanTree::tr("stays as it is");
    case Kind::Remove: return PlanTree::tr("will be removed");
    case Kind::Refused: return PlanTree::tr("is refused");
    case Kind::Later: return PlanTree::tr("checked once its CRD is there");
    }
    return {};
}

Tone toneOf(WizardChange::Kind kind)
{
    using Kind = WizardChange::Kind;
    return kind == Kind::Refused ? Tone::Bad : kind == Kind::Same ? Tone::Good : kind == Kind::Remove ? Tone::Careful : kind == Kind::Change ? Tone::Busy : Tone::Done;
}

} // namespace

void PlanTree::show(WizardPlan plan)
{
    beginResetModel();
    m_plan = std::move(plan);
    endResetModel();
}

plan::Span PlanTree::all() const
{
    if (m_plan.time.count() > 0)
        return m_plan.time;
    plan::Span all{0};
    for (const WizardStep &step : m_plan.steps)
        if (step.verdict != Verdict::Already)
            all += step.estimate;
    return all;
}

int PlanTree::toDo() const
{
    return int(std::ranges::count_if(m_plan.steps, [](const WizardStep &step) { return step.verdict != Verdict::Already; }));
}

int PlanTree::objects(WizardChange::Kind kind) const { return int(std::ranges::count(m_plan.changes, kind, &WizardChange::kind)); }

std::optional<Error> PlanTree::firstError() const
{
    for (const WizardStep &step : m_plan.steps)
        if (step.error)
            return step.error;
    return {};
}

QModelIndex PlanTree::index(int row, int column, const QModelIndex &parent) const
{
    if (column != 0 || row < 0 || row >= rowCount(parent))
        return {};
    return createIndex(row, 0, parent.isValid() ? quintptr(parent.row()) + 1 : quintptr(0));
}

QModelIndex PlanTree::parent(const QModelIndex &index) const
{
    return index.isValid() && index.internalId() != 0 ? createIndex(int(index.internalId()) - 1, 0, quintptr(0)) : QModelIndex();
}

int PlanTree::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return int(m_plan.steps.size() + m_plan.changes.size());
    if (parent.internalId() != 0 || parent.row() >= int(m_plan.steps.size()))
        return 0;
    return int(m_plan.steps[std::size_t(parent.row())].creates.size());
}

QVariant PlanTree::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    if (role == Qt::AccessibleTextRole) {
        QStringList all{data(index, Qt::DisplayRole).toString()};
        for (const int one : {int(DetailRole), int(TimeRole)})
            if (const QString text = data(index, one).toString(); !text.isEmpty())
                all << text;
        return all.join(QStringLiteral(", "));
    }
    if (index.parent().isValid()) {
        const plan::Creates &creates = m_plan.steps[std::size_t(index.parent().row())].creates[std::size_t(index.row())];
        switch (role) {
        case Qt::DisplayRole: return shown(creates.name);
        case DetailRole: return resourceWords(creates.kind);
        case ToneRole: return int(Tone::None);
        default: return {};
        }
    }
    if (isChange(index)) {
        const WizardChange &one = change(index);
        switch (role) {
        case Qt::DisplayRole: return one.object;
        case DetailRole: return one.note.isEmpty() ? wordsOf(one.kind) : one.note;
        case ToneRole: return int(toneOf(one.kind));
        case DiffRole: return one.diff;
        default: return {};
        }
    }
    const WizardStep &step = m_plan.steps[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole: return step.title;
    case DetailRole:
        return step.verdict == Verdict::Already ? tr("nothing to do") : step.verdict == Verdict::Unknown ? tr("cannot be told: %1").arg(shown(step.error ? step.error->message : std::string())) : QString();
    case TimeRole: return step.verdict == Verdict::Already ? QString() : aboutWords(step.estimate);
    case ToneRole: return int(step.verdict == Verdict::Already ? Tone::Good : step.verdict == Verdict::Unknown ? Tone::Careful : Tone::Done);
    default: return {};
    }
}

} // namespace timonier

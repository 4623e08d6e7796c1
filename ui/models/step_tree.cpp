#include "ui/models/step_tree.h"

#include <QDateTime>

#include <map>

namespace timonier {

using namespace plan;

namespace {

QString shown(const std::string &text) { return QString::fromStdString(text); }
bool isBusy(StepState state) { return state != StepState::Waiting && !isOver(state); }

} // namespace

void StepTree::clear()
{
    beginResetModel();
    m_steps.clear();
    m_places.clear();
    m_run = 0;
    m_fraction = 0;
    m_left = Span(0);
    m_begun = m_ended = 0;
    m_end.reset();
    m_error.reset();
    m_notices.clear();
    m_resources.clear();
    endResetModel();
    emit runChanged();
}

void StepTree::begin(const Event &event)
{
    beginResetModel();
    m_steps.clear();
    m_places.clear();
    m_run = event.run;
    m_direction = event.direction;
    m_begun = event.at;
    m_ended = 0;
    m_fraction = 0;
    m_end.reset();
    m_error.reset();
    m_notices.clear();
    for (const Event::Outline &one : event.steps) {
        m_places.insert(shown(one.id), int(m_steps.size()));
        Step &step = m_steps.emplace_back();
        step.title = shown(one.title);
        step.id = shown(one.id);
        step.estimate = one.estimate;
    }
    endResetModel();
}

// New rows first, those of one step at once: what follows only changes rows that are there.
void StepTree::addParts(const std::vector<Event> &events)
{
    std::map<int, std::vector<const Event *>> news;
    for (const Event &event : events) {
        if (event.kind != Event::Kind::Part)
            continue;
        const int at = m_places.value(shown(event.step), -1);
        if (at < 0)
            continue;
        Step &step = m_steps[std::size_t(at)];
        if (const QString id = shown(event.part); !step.places.contains(id)) {
            auto &mine = news[at];
            step.places.insert(id, int(step.parts.size() + mine.size()));
            mine.push_back(&event);
        }
    }
    for (const auto &[at, parts] : news) {
        Step &step = m_steps[std::size_t(at)];
        const int first = int(step.parts.size());
        beginInsertRows(index(at, 0), first, first + int(parts.size()) - 1);
        for (const Event *event : parts)
            step.parts.push_back({.title = shown(event->title)});
        endInsertRows();
    }
}

void StepTree::takeStep(Step &step, const Event &event)
{
    if (!isBusy(step.state) && isBusy(event.state)) {
        step.begun = event.at;
        step.error.reset();
    }
    step.ended = plan::isOver(event.state) ? event.at : 0;
    step.state = event.state;
    step.attempt = event.attempt;
    if (event.error)
        step.error = event.error;
}

void StepTree::takePart(int at, const Event &event, std::vector<Changed> &changed)
{
    Step &step = m_steps[std::size_t(at)];
    const int place = step.places.value(shown(event.part), -1);
    if (place < 0)
        return;
    Part &part = step.parts[std::size_t(place)];
    step.over += int(plan::isOver(event.partState)) - int(plan::isOver(part.state));
    if (event.partState == PartState::Running && part.state != PartState::Running)
        part.begun = event.at;
    part.ended = plan::isOver(event.partState) && part.begun ? event.at : 0;
    part.state = event.partState;
    part.title = shown(event.title);
    part.reason = shown(event.text);
    Changed &mine = changed[std::size_t(at)];
    mine.first = mine.first < 0 ? place : std::min(mine.first, place);
    mine.last = std::max(mine.last, place);
    mine.itself = true; // it counts them
}

void StepTree::takeResource(const Resource &resource)
{
    const auto same = std::ranges::find_if(m_resources, [&](const Resource &one) { return one.kind == resource.kind && one.name == resource.name; });
    if (same != m_resources.end())
        *same = resource;
    else
        m_resources.push_back(resource);
}

void StepTree::take(const std::vector<Event> &events)
{
    std::size_t from = 0;
    for (std::size_t i = 0; i < events.size(); ++i)
        if (events[i].kind == Event::Kind::Begun)
            from = i;
    if (from < events.size() && events[from].kind == Event::Kind::Begun)
        begin(events[from]);
    addParts(events);
    std::vector<Changed> changed(m_steps.size());
    for (const Event &event : events) {
        const int at = m_places.value(shown(event.step), -1);
        switch (event.kind) {
        case Event::Kind::Begun: break;
        case Event::Kind::Step:
            if (at >= 0) {
                takeStep(m_steps[std::size_t(at)], event);
                changed[std::size_t(at)].itself = true;
            }
            break;
        case Event::Kind::Part:
            if (at >= 0)
                takePart(at, event, changed);
            break;
        case Event::Kind::Line:
            if (at >= 0) {
                changed[std::size_t(at)].lines << shown(event.text);
                changed[std::size_t(at)].itself = true;
            }
            break;
        case Event::Kind::Progress:
            m_fraction = std::max(m_fraction, event.fraction);
            m_left = event.left;
            break;
        case Event::Kind::Resource: takeResource(event.resource); break;
        case Event::Kind::Notice: m_notices << shown(event.text); break;
        case Event::Kind::Ended:
            m_end = event.end;
            m_error = event.error;
            m_ended = event.at;
            if (!event.text.empty())
                m_notices << shown(event.text);
            if (event.end == RunState::Finished)
                m_fraction = 1;
            break;
        }
    }
    for (int i = 0; i < int(changed.size()); ++i) {
        Changed &one = changed[std::size_t(i)];
        Step &step = m_steps[std::size_t(i)];
        for (const QString &line : one.lines)
            step.lines.push_back(line);
        while (step.lines.size() > linesKept)
            step.lines.pop_front();
        const QModelIndex parent = index(i, 0);
        if (one.itself)
            emit dataChanged(parent, parent);
        if (one.first >= 0)
            emit dataChanged(index(one.first, 0, parent), index(one.last, 0, parent));
        if (!one.lines.isEmpty())
            emit printed(i, one.lines);
        if (one.itself)
            emit stepChanged(i);
    }
    emit runChanged();
}

Span StepTree::elapsed() const
{
    return Span(m_begun ? (m_ended ? m_ended : QDateTime::currentMSecsSinceEpoch()) - m_begun : 0);
}

int StepTree::stepsOver() const
{
    return int(std::ranges::count_if(m_steps, [](const Step &step) { return plan::isOver(step.state); }));
}

int StepTree::stepOf(const QModelIndex &index) const { return !index.isValid() ? -1 : index.internalId() == 0 ? index.row() : int(index.internalId()) - 1; }
int StepTree::partOf(const QModelIndex &index) const { return index.isValid() && index.internalId() != 0 ? index.row() : -1; }
QString StepTree::titleOf(int step) const { return m_steps[std::size_t(step)].title; }
std::optional<Error> StepTree::errorOf(int step) const { return m_steps[std::size_t(step)].error; }
StepState StepTree::stateOf(int step) const { return m_steps[std::size_t(step)].state; }
const std::deque<QString> &StepTree::linesOf(int step) const { return m_steps[std::size_t(step)].lines; }

QModelIndex StepTree::failed() const
{
    for (int i = 0; i < int(m_steps.size()); ++i) {
        const Step &step = m_steps[std::size_t(i)];
        if (step.state != StepState::Failed)
            continue;
        const auto part = std::ranges::find(step.parts, PartState::Failed, &Part::state);
        return part == step.parts.end() ? index(i, 0) : index(int(part - step.parts.begin()), 0, index(i, 0));
    }
    return {};
}

QModelIndex StepTree::running() const
{
    for (int i = 0; i < int(m_steps.size()); ++i) {
        const Step &step = m_steps[std::size_t(i)];
        if (!isBusy(step.state))
            continue;
        const auto part = std::ranges::find(step.parts, PartState::Running, &Part::state);
        return part == step.parts.end() ? index(i, 0) : index(int(part - step.parts.begin()), 0, index(i, 0));
    }
    return {};
}

QModelIndex StepTree::index(int row, int column, const QModelIndex &parent) const
{
    if (column != 0 || row < 0 || row >= rowCount(parent))
        return {};
    return createIndex(row, 0, parent.isValid() ? quintptr(parent.row()) + 1 : quintptr(0));
}

QModelIndex StepTree::parent(const QModelIndex &index) const
{
    return index.isValid() && index.internalId() != 0 ? createIndex(int(index.internalId()) - 1, 0, quintptr(0)) : QModelIndex();
}

int StepTree::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return int(m_steps.size());
    return parent.internalId() == 0 && parent.column() == 0 ? int(m_steps[std::size_t(parent.row())].parts.size()) : 0;
}

} // namespace timonier

#include "ui/models/rail_model.h"

#include "ui/models/kind_words.h"

#include <QLocale>

#include <algorithm>

namespace timonier {

RailModel::RailModel(const Fleet *fleet, QObject *parent) : QAbstractListModel(parent), m_fleet(fleet)
{
    m_folded.insert(titleOf(KindGroup::Access)); // looked at seldom
}

void RailModel::rebuild()
{
    std::vector<Item> next = items();
    if (next == m_items) {
        refreshTones();
        return;
    }
    beginResetModel();
    m_items = std::move(next);
    endResetModel();
}

void RailModel::setCurrent(const QString &context)
{
    if (std::exchange(m_current, context) == context)
        return;
    m_counts.clear();
    rebuild();
}

std::vector<RailModel::Item> RailModel::items() const
{
    std::vector<Item> items;
    const auto &contexts = m_fleet->contexts().contexts;
    if (contexts.empty())
        return items;
    items.push_back({RailItem::Group, tr("Contexts", "of the kubeconfig"), 0});
    for (std::size_t i = 0; i < contexts.size(); ++i) {
        items.push_back({RailItem::Context, contexts[i].name, i});
        const FleetEntry *entry = contexts[i].name == m_current ? m_fleet->entry(m_current) : nullptr;
        if (!entry || entry->state != ContextState::Open)
            continue;
        items.push_back({RailItem::Overview, tr("Overview"), 0});
        addKinds(items, *entry);
        if (i + 1 < contexts.size())
            items.push_back({RailItem::Group, tr("Other contexts", "below the open one and its kinds"), 0});
    }
    return items;
}

void RailModel::addKinds(std::vector<Item> &items, const FleetEntry &entry) const
{
    QString group;
    for (std::size_t k = 0; k < entry.kinds.size(); ++k) {
        const Resource &resource = entry.kinds[k].resource;
        if (const QString own = groupTitleOf(resource); own != group) {
            group = own;
            items.push_back({RailItem::Group, group, 1});
        }
        if (!m_folded.contains(group))
            items.push_back({RailItem::Kind, titleOf(resource), k});
    }
}

bool RailModel::toggle(int row)
{
    const Item item = m_items[static_cast<std::size_t>(row)];
    if (item.type != RailItem::Group || item.at == 0)
        return false;
    if (!m_folded.remove(item.text))
        m_folded.insert(item.text);
    rebuild();
    return true;
}

void RailModel::setFolded(const QStringList &groups)
{
    m_folded = {groups.begin(), groups.end()};
    rebuild();
}

void RailModel::setCount(const Resource &resource, std::optional<qint64> count)
{
    const QString name = QString::fromStdString(resource.fullName());
    if (m_counts.value(name, -1) == count.value_or(-1))
        return;
    if (count)
        m_counts.insert(name, *count);
    else
        m_counts.remove(name);
    if (const int row = rowOfKind(resource); row >= 0)
        emit dataChanged(index(row), index(row), {CountRole});
}

void RailModel::forgetCounts()
{
    m_counts.clear();
    if (!m_items.empty())
        emit dataChanged(index(0), index(rowCount() - 1), {CountRole});
}

void RailModel::refreshTones()
{
    std::vector<Tone> tones;
    for (const ContextChoice &context : m_fleet->contexts().contexts)
        tones.push_back(toneAt(context));
    if (std::exchange(m_tones, tones) != tones && !m_items.empty())
        emit dataChanged(index(0), index(rowCount() - 1), {ToneRole, OpenRole});
}

QString RailModel::contextAt(int row) const
{
    const Item &item = m_items[static_cast<std::size_t>(row)];
    return item.type == RailItem::Context ? item.text : QString();
}

const KindSpec *RailModel::kindAt(int row) const
{
    const Item &item = m_items[static_cast<std::size_t>(row)];
    const FleetEntry *entry = m_fleet->entry(m_current);
    return item.type == RailItem::Kind && entry && item.at < entry->kinds.size() ? &entry->kinds[item.at] : nullptr;
}

int RailModel::rowOfContext(const QString &name) const
{
    const auto it = std::ranges::find_if(
        m_items, [&name](const Item &item) { return item.type == RailItem::Context && item.text == name; });
    return it == m_items.end() ? -1 : static_cast<int>(it - m_items.begin());
}

int RailModel::rowOfOverview() const
{
    const auto it = std::ranges::find(m_items, RailItem::Overview, &Item::type);
    return it == m_items.end() ? -1 : static_cast<int>(it - m_items.begin());
}

int RailModel::rowOfKind(const Resource &resource) const
{
    for (int row = 0; row < rowCount(); ++row) {
        if (const KindSpec *kind = kindAt(row); kind && kind->resource == resource)
            return row;
    }
    return -1;
}

int RailModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

Tone RailModel::toneAt(const ContextChoice &context) const
{
    const FleetEntry *entry = m_fleet->entry(context.name);
    switch (entry ? entry->state : ContextState::Closed) {
    case ContextState::Open:
        return entry->watch && entry->watch->hasBegun() ? entry->watch->words().tone : Tone::Busy;
    case ContextState::Opening:
        return Tone::Busy;
    case ContextState::Failed:
        return Tone::Bad;
    case ContextState::Closed:
        break;
    }
    return context.problem ? Tone::Careful : Tone::Done;
}

QString RailModel::stateOf(const ContextChoice &context) const
{
    const FleetEntry *entry = m_fleet->entry(context.name);
    switch (entry ? entry->state : ContextState::Closed) {
    case ContextState::Open:
        return entry->watch && entry->watch->hasBegun() ? entry->watch->words().text : tr("open", "of a context");
    case ContextState::Opening:
        return tr("opening …", "of a context");
    case ContextState::Failed:
        return tr("cannot be opened since %1: %2", "%1: time of day; %2: why")
            .arg(QLocale().toString(entry->since.time(), QLocale::ShortFormat),
                 entry->error ? QString::fromStdString(entry->error->text()) : QString());
    case ContextState::Closed:
        break;
    }
    return context.problem ? QString::fromStdString(context.problem->text()) : tr("not open", "of a context");
}

QString RailModel::describe(int row) const
{
    const Item &item = m_items[static_cast<std::size_t>(row)];
    if (const std::optional<qint64> count = countAt(row))
        return tr("%1: %2", "accessible: a kind; how many there are").arg(item.text, QLocale().toString(*count));
    if (item.type != RailItem::Context)
        return item.text;
    const ContextChoice &context = choice(item);
    QString text = context.name + QStringLiteral(": ") + stateOf(context);
    if (context.insecure)
        text += tr("; the server's certificate is not checked");
    return text;
}

std::optional<qint64> RailModel::countAt(int row) const
{
    const KindSpec *kind = kindAt(row);
    const auto it = kind ? m_counts.constFind(QString::fromStdString(kind->resource.fullName())) : m_counts.constEnd();
    return it == m_counts.constEnd() ? std::nullopt : std::optional<qint64>(*it);
}

QVariant RailModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Item &item = m_items[static_cast<std::size_t>(index.row())];
    const bool context = item.type == RailItem::Context;
    switch (role) {
    case Qt::DisplayRole:
        return item.text;
    case Qt::AccessibleTextRole:
        return describe(index.row());
    case Qt::ToolTipRole:
        if (const KindSpec *kind = kindAt(index.row()))
            return QString::fromStdString(kind->resource.fullName());
        return context ? QString(describe(index.row()) % u'\n' % choice(item).server).trimmed() : QString();
    case ItemRole:
        return static_cast<int>(item.type);
    case ToneRole:
        return static_cast<int>(context ? toneAt(choice(item)) : Tone::None);
    case InsecureRole:
        return context && choice(item).insecure;
    case OpenRole:
        return context && item.text == m_current;
    case CountRole:
        if (const std::optional<qint64> count = countAt(index.row()))
            return *count;
        return {};
    case FoldedRole: // nothing: it cannot be folded
        return item.type == RailItem::Group && item.at == 1 ? QVariant(m_folded.contains(item.text)) : QVariant();
    default:
        return {};
    }
}

Qt::ItemFlags RailModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    const Item &item = m_items[static_cast<std::size_t>(index.row())];
    if (item.type == RailItem::Group)
        return item.at == 1 ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren : Qt::NoItemFlags;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

} // namespace timonier

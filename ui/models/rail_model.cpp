#include "ui/models/rail_model.h"

#include "ui/models/kind_words.h"

#include <algorithm>

namespace timonier {

void RailModel::setContexts(const std::vector<ContextChoice> &contexts)
{
    beginResetModel();
    m_contexts = contexts;
    rebuild();
    endResetModel();
}

void RailModel::setKinds(std::vector<KindSpec> kinds)
{
    beginResetModel();
    m_kinds = inRailOrder(kinds);
    rebuild();
    endResetModel();
}

void RailModel::setState(const QString &context, ContextState state, const QString &detail)
{
    beginResetModel();
    m_open = context;
    m_state = state;
    m_detail = detail;
    rebuild();
    endResetModel();
}

void RailModel::rebuild()
{
    m_items.clear();
    if (m_contexts.empty())
        return;
    m_items.push_back({RailItem::Group, tr("Contexts", "of the kubeconfig"), 0});
    for (std::size_t i = 0; i < m_contexts.size(); ++i) {
        m_items.push_back({RailItem::Context, m_contexts[i].name, i});
        if (m_contexts[i].name != m_open || m_state != ContextState::Open)
            continue;
        KindGroup group{};
        for (std::size_t k = 0; k < m_kinds.size(); ++k) {
            const KindGroup own = groupOf(m_kinds[k].resource);
            if (k == 0 || own != group)
                m_items.push_back({RailItem::Group, titleOf(own), 0});
            group = own;
            m_items.push_back({RailItem::Kind, titleOf(m_kinds[k].resource), k});
        }
        if (i + 1 < m_contexts.size())
            m_items.push_back({RailItem::Group, tr("Other contexts", "below the open one and its kinds"), 0});
    }
}

void RailModel::setOpenTone(Tone tone)
{
    const int row = rowOfContext(m_open);
    if (std::exchange(m_openTone, tone) != tone && row >= 0)
        emit dataChanged(index(row), index(row), {ToneRole});
}

QString RailModel::contextAt(int row) const
{
    const Item &item = m_items[static_cast<std::size_t>(row)];
    return item.type == RailItem::Context ? item.text : QString();
}

const KindSpec *RailModel::kindAt(int row) const
{
    const Item &item = m_items[static_cast<std::size_t>(row)];
    return item.type == RailItem::Kind ? &m_kinds[item.at] : nullptr;
}

int RailModel::rowOfContext(const QString &name) const
{
    const auto it = std::ranges::find_if(
        m_items, [&name](const Item &item) { return item.type == RailItem::Context && item.text == name; });
    return it == m_items.end() ? -1 : static_cast<int>(it - m_items.begin());
}

int RailModel::rowOfKind(const Resource &resource) const
{
    const auto it = std::ranges::find_if(m_items, [&](const Item &item) {
        return item.type == RailItem::Kind && m_kinds[item.at].resource == resource;
    });
    return it == m_items.end() ? -1 : static_cast<int>(it - m_items.begin());
}

int RailModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

Tone RailModel::toneAt(const ContextChoice &context) const
{
    if (context.name == m_open) {
        if (m_state == ContextState::Open)
            return m_openTone;
        if (m_state == ContextState::Opening)
            return Tone::Busy;
        if (m_state == ContextState::Failed)
            return Tone::Bad;
    }
    return context.problem ? Tone::Careful : Tone::Done;
}

QString RailModel::describe(const Item &item) const
{
    if (item.type != RailItem::Context)
        return item.text;
    const ContextChoice &context = m_contexts[item.at];
    QString state = tr("not open", "of a context");
    if (context.name == m_open && m_state == ContextState::Open)
        state = tr("open", "of a context");
    else if (context.name == m_open && m_state == ContextState::Opening)
        state = tr("opening …", "of a context");
    else if (context.name == m_open && m_state == ContextState::Failed)
        state = m_detail;
    else if (context.problem)
        state = QString::fromStdString(context.problem->text());
    if (context.insecure)
        state += tr("; the server's certificate is not checked");
    return context.name + QStringLiteral(": ") + state;
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
        return describe(item);
    case Qt::ToolTipRole:
        return context ? QString(describe(item) % u'\n' % m_contexts[item.at].server).trimmed() : QString();
    case ItemRole:
        return static_cast<int>(item.type);
    case ToneRole:
        return static_cast<int>(context ? toneAt(m_contexts[item.at]) : Tone::None);
    case InsecureRole:
        return context && m_contexts[item.at].insecure;
    case OpenRole:
        return context && item.text == m_open;
    default:
        return {};
    }
}

Qt::ItemFlags RailModel::flags(const QModelIndex &index) const
{
    if (!index.isValid() || m_items[static_cast<std::size_t>(index.row())].type == RailItem::Group)
        return Qt::NoItemFlags; // the keyboard skips it
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

} // namespace timonier

#include "ui/models/check_tree.h"

#include <QLocale>

#include <algorithm>

namespace timonier {

using form::CheckState;

namespace {

QString shown(const std::string &text) { return QString::fromStdString(text); }

QString restWords(int count) { return CheckTree::tr("%n more, nothing stands against them", "checks or hosts", count); }

int rankOf(CheckState state) { return state == CheckState::Bad ? 0 : state == CheckState::Careful ? 1 : 2; }

} // namespace

CheckTree::CheckTree(CheckRows *rows, QObject *parent) : QAbstractItemModel(parent), m_rows(rows)
{
    connect(rows, &QAbstractItemModel::modelReset, this, [this] { refresh(false); });
    connect(rows, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex &first, const QModelIndex &last) {
        for (int row = first.row(); row <= last.row(); ++row)
            if (const QModelIndex at = indexOf(row); at.isValid()) {
                emit dataChanged(at, at);
                emit dataChanged(at.parent(), at.parent());
            }
    });
}

void CheckTree::gather(Gather how)
{
    if (std::exchange(m_how, how) != how)
        build();
}

// A few hundred rows at most: read anew whenever there is a new one, and once more when all are there.
void CheckTree::refresh(bool over)
{
    if (std::exchange(m_over, over) != over || m_read != m_rows->rowCount())
        build();
}

void CheckTree::build()
{
    beginResetModel();
    m_read = m_rows->rowCount();
    m_groups.clear();
    for (int row = 0; row < m_read; ++row) {
        const form::Check &check = m_rows->at(row);
        const std::string &key = m_how == Gather::ByHost ? check.subject : check.id;
        auto group = std::ranges::find(m_groups, key, &Group::key);
        if (group == m_groups.end())
            group = m_groups.insert(m_groups.end(), Group{.key = key});
        group->shown.push_back(row);
        group->worst = std::min(group->worst, rankOf(check.state));
    }
    if (m_over) { // while they come, each stays where it is
        const auto rank = [this](int row) { return rankOf(m_rows->at(row).state); };
        std::ranges::stable_sort(m_groups, {}, &Group::worst);
        for (Group &group : m_groups) {
            std::ranges::stable_sort(group.shown, {}, rank);
            const auto well = std::ranges::find(group.shown, 2, rank);
            if (well == group.shown.begin()) // nothing but those: they are what one finds inside
                continue;
            group.rest.assign(well, group.shown.end());
            group.shown.erase(well, group.shown.end());
        }
    }
    endResetModel();
}

void CheckTree::unfold(const QModelIndex &rest)
{
    if (!isRest(rest))
        return;
    const QModelIndex at = rest.parent();
    Group &group = m_groups[std::size_t(at.row())];
    beginRemoveRows(at, rest.row(), rest.row());
    const std::vector<int> well = std::exchange(group.rest, {});
    endRemoveRows();
    beginInsertRows(at, int(group.shown.size()), int(group.shown.size() + well.size()) - 1);
    group.shown.insert(group.shown.end(), well.begin(), well.end());
    endInsertRows();
}

const CheckTree::Group *CheckTree::groupOf(const QModelIndex &index) const { return index.isValid() && index.internalId() > 0 ? &m_groups[index.internalId() - 1] : nullptr; }

bool CheckTree::isRest(const QModelIndex &index) const
{
    const Group *group = groupOf(index);
    return group && std::size_t(index.row()) == group->shown.size();
}

bool CheckTree::hasProblems(const QModelIndex &group) const { return group.isValid() && !groupOf(group) && m_groups[std::size_t(group.row())].worst < 2; }

int CheckTree::checkAt(const QModelIndex &index) const
{
    const Group *group = groupOf(index);
    return group && std::size_t(index.row()) < group->shown.size() ? group->shown[std::size_t(index.row())] : -1;
}

QModelIndex CheckTree::indexOf(int check) const
{
    for (std::size_t i = 0; i < m_groups.size(); ++i)
        if (const auto found = std::ranges::find(m_groups[i].shown, check); found != m_groups[i].shown.end())
            return createIndex(int(found - m_groups[i].shown.begin()), 0, quintptr(i + 1));
    return {};
}

QModelIndex CheckTree::index(int row, int column, const QModelIndex &parent) const
{
    return hasIndex(row, column, parent) ? createIndex(row, column, parent.isValid() ? quintptr(parent.row() + 1) : quintptr(0)) : QModelIndex();
}

QModelIndex CheckTree::parent(const QModelIndex &index) const { return index.isValid() && index.internalId() > 0 ? createIndex(int(index.internalId()) - 1, 0, quintptr(0)) : QModelIndex(); }

int CheckTree::rowCount(const QModelIndex &parent) const
{
    if (!parent.isValid())
        return int(m_groups.size());
    if (parent.internalId() > 0 || parent.column() > 0)
        return 0;
    const Group &group = m_groups[std::size_t(parent.row())];
    return int(group.shown.size()) + !group.rest.empty();
}

QString CheckTree::titleOf(const Group &group) const { return m_how == Gather::ByHost ? shown(group.key) : shown(m_rows->at(group.shown.front()).title); }

QString CheckTree::nameOf(int check) const { return m_how == Gather::ByHost ? shown(m_rows->at(check).title) : shown(m_rows->at(check).subject); }

QString CheckTree::wordsOf(const Group &group) const
{
    int bad = 0, careful = 0, busy = 0;
    QStringList names;
    for (const int row : group.shown) {
        const form::Check &check = m_rows->at(row);
        bad += check.state == CheckState::Bad;
        careful += check.state == CheckState::Careful;
        busy += check.state == CheckState::Running || check.state == CheckState::Waiting;
        if (rankOf(check.state) < 2)
            names << nameOf(row);
    }
    if (bad + careful == 0) {
        const int all = int(group.shown.size() + group.rest.size());
        return busy ? stateWords(CheckState::Running) : m_how == Gather::ByHost ? tr("%n checks, nothing stands against it", nullptr, all) : tr("%n hosts, nothing stands against it", nullptr, all);
    }
    QStringList parts;
    if (bad)
        parts << tr("%n stand against it", "checks or hosts", bad);
    if (careful)
        parts << tr("%n to be known", "checks or hosts", careful);
    return tr("%1: %2", "how many stand against it, and which").arg(parts.join(QStringLiteral(", ")), names.join(QStringLiteral(", ")));
}

QVariant CheckTree::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Group *inside = groupOf(index);
    if (const int check = checkAt(index); check >= 0) {
        if (role == Qt::DisplayRole)
            return nameOf(check);
        return m_rows->data(m_rows->index(check), role == Qt::ToolTipRole ? int(CheckRows::WordsRole) : role);
    }
    if (inside) { // the rest
        QStringList names;
        for (const int row : inside->rest)
            names << nameOf(row);
        switch (role) {
        case Qt::DisplayRole: return restWords(int(inside->rest.size()));
        case CheckRows::WordsRole: return names.join(QStringLiteral(", "));
        case CheckRows::ToneRole: { // some may not have been looked at
            const bool isGood = std::ranges::any_of(inside->rest, [this](int row) { return m_rows->at(row).state == CheckState::Good; });
            return int(isGood ? Tone::Good : Tone::Done);
        }
        case Qt::ToolTipRole: return tr("Enter shows them");
        case Qt::AccessibleTextRole: return QString(restWords(int(inside->rest.size())) + QStringLiteral(": ") + names.join(QStringLiteral(", ")));
        default: return {};
        }
    }
    const Group &group = m_groups[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole: return titleOf(group);
    case CheckRows::WordsRole: return wordsOf(group);
    case Qt::AccessibleTextRole: return QString(titleOf(group) + QStringLiteral(", ") + wordsOf(group));
    case CheckRows::ToneRole: {
        const bool busy = std::ranges::any_of(group.shown, [this](int row) { return m_rows->at(row).state == CheckState::Running; });
        return int(group.worst == 0 ? Tone::Bad : group.worst == 1 ? Tone::Careful : busy ? Tone::Busy : Tone::Good);
    }
    case CheckRows::BusyRole: return std::ranges::any_of(group.shown, [this](int row) { return m_rows->at(row).state == CheckState::Running; });
    default: return {};
    }
}

} // namespace timonier

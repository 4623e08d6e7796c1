#include "ui/models/check_list.h"

#include <QSize>

namespace timonier {

void CheckList::setItems(std::vector<Item> items)
{
    if (items == m_items)
        return;
    beginResetModel();
    m_items = std::move(items);
    endResetModel();
}

void CheckList::check(const QString &id, bool checked)
{
    for (int row = 0; row < rowCount(); ++row) {
        Item &item = m_items[static_cast<std::size_t>(row)];
        if (item.id == id && item.checked != checked) {
            item.checked = checked;
            emit dataChanged(index(row), index(row), {Qt::CheckStateRole});
        }
    }
}

QStringList CheckList::checked() const
{
    QStringList ids;
    for (const Item &item : m_items) {
        if (item.checked)
            ids << item.id;
    }
    return ids;
}

int CheckList::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

QVariant CheckList::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Item &item = m_items[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return item.text;
    case Qt::CheckStateRole:
        return item.checked ? Qt::Checked : Qt::Unchecked;
    case Qt::SizeHintRole:
        return QSize(0, 26);
    case Qt::UserRole:
        return item.id;
    default:
        return {};
    }
}

bool CheckList::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::CheckStateRole || !checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    const QString id = m_items[static_cast<std::size_t>(index.row())].id;
    const bool checked = value.toInt() == Qt::Checked;
    check(id, checked);
    emit toggled(id, checked);
    return true;
}

Qt::ItemFlags CheckList::flags(const QModelIndex &index) const
{
    return index.isValid() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable | Qt::ItemNeverHasChildren
                           : Qt::NoItemFlags;
}

} // namespace timonier

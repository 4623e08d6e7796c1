#include "ui/models/check_grid.h"

#include <algorithm>
#include <map>

namespace timonier {

namespace {

// Its place in `all`, where it is put if it is new.
std::size_t placeOf(std::vector<std::string> &all, const std::string &one)
{
    const auto found = std::ranges::find(all, one);
    const std::size_t place = std::size_t(found - all.begin());
    if (found == all.end())
        all.push_back(one);
    return place;
}

} // namespace

CheckGrid::CheckGrid(CheckRows *rows, QObject *parent) : QAbstractTableModel(parent), m_rows(rows)
{
    connect(rows, &QAbstractItemModel::modelReset, this, [this] { refresh(false); });
    connect(rows, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex &first, const QModelIndex &last) {
        for (int row = first.row(); row <= last.row(); ++row)
            if (const QModelIndex cell = cellOf(row); cell.isValid())
                emit dataChanged(cell, cell);
    });
}

// A few hundred cells at most: read anew whenever there is a new one.
void CheckGrid::refresh(bool over)
{
    if (m_read == m_rows->rowCount() && m_over == over)
        return;
    m_read = m_rows->rowCount();
    m_over = over;
    std::vector<std::string> ids, subjects;
    std::map<std::string, int> rank; // of ids: 0, something stands against it; 1, something is to be known
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        const form::Check &check = m_rows->at(row);
        placeOf(ids, check.id);
        placeOf(subjects, check.subject);
        int &worst = rank.emplace(check.id, 2).first->second;
        worst = std::min(worst, check.state == form::CheckState::Bad ? 0 : check.state == form::CheckState::Careful ? 1 : 2);
    }
    if (over)
        std::ranges::stable_sort(ids, {}, [&](const std::string &id) { return rank[id]; });
    std::vector<QString> titles(ids.size());
    for (int row = 0; row < m_rows->rowCount(); ++row)
        titles[placeOf(ids, m_rows->at(row).id)] = QString::fromStdString(m_rows->at(row).title);
    std::vector<int> cells(ids.size() * subjects.size(), -1);
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        const form::Check &check = m_rows->at(row);
        cells[placeOf(ids, check.id) * subjects.size() + placeOf(subjects, check.subject)] = row;
    }
    beginResetModel();
    m_ids = std::move(ids);
    m_subjects = std::move(subjects);
    m_titles = std::move(titles);
    m_cells = std::move(cells);
    endResetModel();
}

int CheckGrid::checkAt(const QModelIndex &cell) const
{
    return cell.isValid() ? m_cells[std::size_t(cell.row()) * m_subjects.size() + std::size_t(cell.column())] : -1;
}

QModelIndex CheckGrid::cellOf(int check) const
{
    const auto found = check < 0 ? m_cells.end() : std::ranges::find(m_cells, check);
    if (found == m_cells.end())
        return {};
    const int place = int(found - m_cells.begin()), columns = int(m_subjects.size());
    return index(place / columns, place % columns);
}

QVariant CheckGrid::data(const QModelIndex &index, int role) const
{
    const int check = checkAt(index);
    if (check < 0)
        return {};
    return m_rows->data(m_rows->index(check), role == Qt::DisplayRole || role == Qt::ToolTipRole ? int(CheckRows::WordsRole) : role);
}

QVariant CheckGrid::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    return orientation == Qt::Vertical ? m_titles[std::size_t(section)] : QString::fromStdString(m_subjects[std::size_t(section)]);
}

} // namespace timonier

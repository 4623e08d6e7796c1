// The checks of several hosts as a table: a row for each check, a column for each host. It holds nothing of its own but the order. GUI thread.
#pragma once

#include "ui/models/check_rows.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <vector>

namespace timonier {

class CheckGrid final : public QAbstractTableModel
{
    Q_OBJECT
public:
    explicit CheckGrid(CheckRows *rows, QObject *parent = nullptr);

    // After a batch was taken into the rows: what is new is put in its place. `over`: no more will come, so what stands against it comes first.
    void refresh(bool over);

    // In `rows`; -1: this host has no such check.
    int checkAt(const QModelIndex &cell) const;
    QModelIndex cellOf(int check) const;
    // There is something to hold beside each other.
    bool hasSeveral() const { return m_subjects.size() > 1; }

    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_ids.size()); }
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_subjects.size()); }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    CheckRows *m_rows;
    std::vector<std::string> m_ids{}, m_subjects{}; // in the order in which they came
    std::vector<QString> m_titles{};                // of m_ids
    std::vector<int> m_cells{};                     // row by row, into m_rows
    int m_read = 0;                                 // of m_rows
    bool m_over = false;
};

} // namespace timonier

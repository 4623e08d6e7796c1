// Hosts as rows: name, role, address, how it is, version, when its certificates end. GUI thread.
#pragma once

#include "ui/models/cluster_hosts.h"

#include <QAbstractTableModel>

namespace timonier {

class HostTable final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Role { ToneRole = Qt::UserRole + 1, BusyRole };
    enum Column { Name, Kind, Address, State, Version, Certificates, Columns };

    using QAbstractTableModel::QAbstractTableModel;

    void show(std::vector<HostLine> hosts);
    const HostLine &at(int row) const { return m_hosts[std::size_t(row)]; }
    int rowOf(const QString &name) const; // -1: none

    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_hosts.size()); }
    int columnCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : Columns; }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<HostLine> m_hosts{};
};

} // namespace timonier

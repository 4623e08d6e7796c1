#include "ui/models/host_table.h"

#include <algorithm>

namespace timonier {

namespace {

QString textOf(const HostLine &host, int column)
{
    switch (column) {
    case HostTable::Name: return host.name;
    case HostTable::Kind: return host.role;
    case HostTable::Address: return host.address;
    case HostTable::State: return host.state.text;
    case HostTable::Version: return host.version;
    case HostTable::Certificates: return host.certificates.text;
    default: return {};
    }
}

} // namespace

// The rows stay where they are while they are the same hosts: so does what a person has chosen.
void HostTable::show(std::vector<HostLine> hosts)
{
    if (std::ranges::equal(hosts, m_hosts, {}, &HostLine::name, &HostLine::name)) {
        m_hosts = std::move(hosts);
        if (!m_hosts.empty())
            emit dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1));
        return;
    }
    beginResetModel();
    m_hosts = std::move(hosts);
    endResetModel();
}

int HostTable::rowOf(const QString &name) const
{
    const auto found = std::ranges::find(m_hosts, name, &HostLine::name);
    return found == m_hosts.end() ? -1 : int(found - m_hosts.begin());
}

QVariant HostTable::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const HostLine &host = at(index.row());
    const StatusWords *words = index.column() == State ? &host.state : index.column() == Certificates ? &host.certificates : nullptr;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole: return textOf(host, index.column());
    case ToneRole: return int(words ? words->tone : Tone::None);
    case BusyRole: return words && words->tone == Tone::Busy;
    case Qt::AccessibleTextRole: return QString(host.name + QStringLiteral(", ") + headerData(index.column(), Qt::Horizontal, Qt::DisplayRole).toString() + QStringLiteral(": ") + textOf(host, index.column()));
    default: return {};
    }
}

QVariant HostTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal)
        return {};
    switch (section) {
    case Name: return tr("Host");
    case Kind: return tr("Role", "of a host: control plane, worker");
    case Address: return tr("Address");
    case State: return tr("State");
    case Version: return tr("Kubernetes", "column: the version on a host");
    case Certificates: return tr("Certificates", "column: when they end");
    default: return {};
    }
}

} // namespace timonier

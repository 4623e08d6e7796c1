// The left rail as one flat list: contexts, and below the chosen one its overview and its kinds in groups. GUI thread.
#pragma once

#include "ui/models/fleet.h"
#include "ui/models/status_tone.h"

#include <QAbstractListModel>
#include <QHash>
#include <QSet>

namespace timonier {

enum class RailItem { Group, Context, Overview, Kind };

class RailModel final : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role { ItemRole = Qt::UserRole + 1, ToneRole, InsecureRole, OpenRole, CountRole, FoldedRole };

    // `fleet` lives longer.
    explicit RailModel(const Fleet *fleet, QObject *parent = nullptr);

    // Contexts, kinds or the chosen one have changed: the list is made anew.
    void rebuild();
    void setCurrent(const QString &context);
    const QString &current() const { return m_current; }
    // How many there are of a kind in the chosen cluster; nothing: not known.
    void setCount(const Resource &resource, std::optional<qint64> count);
    void forgetCounts();
    // How each open cluster can be reached may have changed.
    void refreshTones();
    // Folds a group in, or out again. True when the row is a group.
    bool toggle(int row);
    QStringList folded() const { return {m_folded.begin(), m_folded.end()}; }
    void setFolded(const QStringList &groups);

    RailItem itemAt(int row) const { return m_items[static_cast<std::size_t>(row)].type; }
    QString contextAt(int row) const;
    const KindSpec *kindAt(int row) const;
    int rowOfContext(const QString &name) const;
    int rowOfOverview() const;
    int rowOfKind(const Resource &resource) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    struct Item {
        RailItem type = RailItem::Group;
        QString text;
        std::size_t at = 0;    // into the fleet's contexts or the chosen cluster's kinds
        bool operator==(const Item &) const = default;
    };
    std::vector<Item> items() const;
    void addKinds(std::vector<Item> &items, const FleetEntry &entry) const;
    const ContextChoice &choice(const Item &item) const { return m_fleet->contexts().contexts[item.at]; }
    Tone toneAt(const ContextChoice &context) const;
    QString describe(int row) const;
    std::optional<qint64> countAt(int row) const;
    QString stateOf(const ContextChoice &context) const;

    const Fleet *m_fleet;
    QString m_current;
    std::vector<Item> m_items;
    QHash<QString, qint64> m_counts; // by the kind's full name
    QSet<QString> m_folded;          // titles of groups
    std::vector<Tone> m_tones;       // of the contexts, as they were last told
};

} // namespace timonier

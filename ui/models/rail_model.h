// The left rail as one flat list: contexts, and below the open one its kinds in groups. GUI thread.
#pragma once

#include "ui/models/cluster_opener.h"
#include "ui/models/status_tone.h"

#include <QAbstractListModel>

namespace timonier {

enum class RailItem { Group, Context, Kind };

enum class ContextState { Closed, Opening, Open, Failed };

class RailModel final : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role { ItemRole = Qt::UserRole + 1, ToneRole, InsecureRole, OpenRole };

    using QAbstractListModel::QAbstractListModel;

    void setContexts(const std::vector<ContextChoice> &contexts);
    // The kinds shown below the open context.
    void setKinds(std::vector<KindSpec> kinds);
    // Opening, Open and Failed concern one context; the others are closed.
    void setState(const QString &context, ContextState state, const QString &detail = {});

    // How the open context feels: what its table says.
    void setOpenTone(Tone tone);

    QString contextAt(int row) const;
    const KindSpec *kindAt(int row) const;
    int rowOfContext(const QString &name) const;
    int rowOfKind(const Resource &resource) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    struct Item {
        RailItem type = RailItem::Group;
        QString text;
        std::size_t at = 0;    // into m_contexts or m_kinds
    };
    void rebuild();
    Tone toneAt(const ContextChoice &context) const;
    QString describe(const Item &item) const;

    std::vector<ContextChoice> m_contexts;
    std::vector<KindSpec> m_kinds;
    std::vector<Item> m_items;
    QString m_open;
    ContextState m_state = ContextState::Closed;
    QString m_detail;
    Tone m_openTone = Tone::Busy;
};

} // namespace timonier

// A list to choose several of: names of namespaces, columns. GUI thread.
#pragma once

#include <QAbstractListModel>

#include <vector>

namespace timonier {

class CheckList final : public QAbstractListModel
{
    Q_OBJECT
public:
    struct Item {
        QString id;
        QString text;
        bool checked = false;
        bool operator==(const Item &) const = default;
    };
    using QAbstractListModel::QAbstractListModel;

    void setItems(std::vector<Item> items);
    const std::vector<Item> &items() const { return m_items; }
    void check(const QString &id, bool checked);
    QStringList checked() const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

signals:
    void toggled(const QString &id, bool checked);

private:
    std::vector<Item> m_items;
};

} // namespace timonier

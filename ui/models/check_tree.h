// The checks of many hosts, gathered by host or by what was looked at: what stands against it first, the rest folded into one row. It holds nothing of its own but the
// order. GUI thread.
#pragma once

#include "ui/models/check_rows.h"

#include <QAbstractItemModel>

#include <vector>

namespace timonier {

class CheckTree final : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum class Gather { ByHost, ByCheck };

    explicit CheckTree(CheckRows *rows, QObject *parent = nullptr);

    void gather(Gather how);
    Gather how() const { return m_how; }
    // After a batch was taken into the rows. `over`: no more will come, so they can be put in the order of what matters.
    void refresh(bool over);
    // The row that stands for the rest is replaced by them.
    void unfold(const QModelIndex &rest);

    // In `rows`; -1: it is none, but several.
    int checkAt(const QModelIndex &index) const;
    QModelIndex indexOf(int check) const; // invalid while it is folded away
    bool isRest(const QModelIndex &index) const;
    bool hasProblems(const QModelIndex &group) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex & = {}) const override { return 1; }
    QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Group {
        std::string key{};
        std::vector<int> shown{}, rest{}; // into m_rows
        int worst = 2;                    // 0: something stands against it; 1: something is to be known; 2: neither
    };
    void build();
    const Group *groupOf(const QModelIndex &index) const; // that it stands in; null: it is one itself
    QString titleOf(const Group &group) const;
    QString wordsOf(const Group &group) const;
    QString nameOf(int check) const; // in its group

    CheckRows *m_rows;
    Gather m_how = Gather::ByHost;
    std::vector<Group> m_groups{};
    int m_read = 0; // of m_rows
    bool m_over = false;
};

} // namespace timonier

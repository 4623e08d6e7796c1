// The checks of a preflight as they come: a state, what it means, what mends it. GUI thread.
#pragma once

#include "form/check.h"
#include "ui/models/status_tone.h"

#include <QAbstractListModel>

#include <vector>

namespace timonier {

class CheckRows final : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role { WordsRole = Qt::UserRole + 1, SubjectRole, ToneRole, BusyRole, StateRole };

    using QAbstractListModel::QAbstractListModel;

    void clear();
    // Each is known by its id and subject: the first time it is added, later it changes its row.
    void take(const std::vector<form::Check> &checks);
    const form::Check &at(int row) const { return m_checks[std::size_t(row)]; }

    int over() const;
    int bad() const;
    int careful() const;
    // The first that is bad, else careful; -1: none.
    int worst() const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    std::vector<form::Check> m_checks{};
};

QString stateWords(form::CheckState state);

} // namespace timonier

// A filter takes rows away and gives them back: those that were selected are selected again. GUI thread.
#pragma once

#include "kube/uid.h"

#include <QObject>

#include <optional>
#include <unordered_set>

class QItemSelectionModel;

namespace timonier {

class TableModel;

class KeptSelection final : public QObject
{
    Q_OBJECT
public:
    KeptSelection(TableModel *model, QItemSelectionModel *selection, QObject *parent = nullptr);

private:
    void remember();
    void restore();
    void forget();

    TableModel *m_model;
    QItemSelectionModel *m_selection;
    std::unordered_set<Uid> m_selected;   // as it was before a filter hid some of them
    std::optional<Uid> m_current;
    bool m_filtering = false;
};

} // namespace timonier

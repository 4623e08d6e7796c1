#include "ui/views/kept_selection.h"

#include "ui/models/table_model.h"

#include <QItemSelectionModel>

namespace timonier {

KeptSelection::KeptSelection(TableModel *model, QItemSelectionModel *selection, QObject *parent)
    : QObject(parent), m_model(model), m_selection(selection)
{
    connect(model, &TableModel::filterChanging, this, &KeptSelection::remember);
    connect(model, &TableModel::filterChanged, this, &KeptSelection::restore);
    connect(model, &TableModel::columnsChanged, this, &KeptSelection::forget);
    // A person selects something else: that is what counts from now on.
    connect(selection, &QItemSelectionModel::selectionChanged, this, [this](const QItemSelection &selected) {
        if (!m_filtering && !selected.isEmpty())
            forget();
    });
}

void KeptSelection::remember()
{
    m_filtering = true;
    for (const QItemSelectionRange &range : m_selection->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row)
            m_selected.insert(m_model->rowAt(row)->uid);
    }
    if (const QModelIndex current = m_selection->currentIndex(); current.isValid())
        m_current = m_model->rowAt(current.row())->uid;
}

void KeptSelection::restore()
{
    QItemSelection back;
    const int lastColumn = m_model->columnCount() - 1;
    for (const Uid &uid : m_selected) {
        const int row = m_model->rowOf(uid);
        if (row >= 0 && !m_selection->isRowSelected(row))
            back.select(m_model->index(row, 0), m_model->index(row, lastColumn));
    }
    if (m_current) {
        const int row = m_model->rowOf(*m_current);
        if (row >= 0 && m_selection->currentIndex().row() != row)
            m_selection->setCurrentIndex(m_model->index(row, 0), QItemSelectionModel::NoUpdate);
    }
    m_selection->select(back, QItemSelectionModel::Select);
    m_filtering = false;
}

void KeptSelection::forget()
{
    m_selected.clear();
    m_current.reset();
}

} // namespace timonier

// A plan before it runs: its steps with what each makes, and, of an application, its objects with what becomes of each. GUI thread.
#pragma once

#include "ui/models/wizard_subject.h"
#include "ui/models/status_tone.h"

#include <QAbstractItemModel>

namespace timonier {

class PlanTree final : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum Role { DetailRole = Qt::UserRole + 1, TimeRole, ToneRole, DiffRole, HeadingRole };

    using QAbstractItemModel::QAbstractItemModel;

    void show(WizardPlan plan);
    const WizardPlan &plan() const { return m_plan; }
    plan::Span all() const;      // of the steps that will be done, one after another
    int toDo() const;            // steps
    int objects(WizardChange::Kind kind) const;
    std::optional<Error> firstError() const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex & = {}) const override { return 1; }
    QVariant data(const QModelIndex &index, int role) const override;

private:
    bool isChange(const QModelIndex &index) const { return !index.parent().isValid() && index.row() >= int(m_plan.steps.size()); }
    const WizardChange &change(const QModelIndex &index) const { return m_plan.changes[std::size_t(index.row()) - m_plan.steps.size()]; }
    WizardPlan m_plan{};
};

} // namespace timonier

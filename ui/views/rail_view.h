// The left rail: contexts, and the kinds of the open one. Enter or a click opens; arrows walk, groups are skipped.
#pragma once

#include "ui/models/rail_model.h"

#include <QListView>

namespace timonier {

class RailView final : public QListView
{
    Q_OBJECT
public:
    // `fleet` lives longer.
    explicit RailView(const Fleet *fleet, QWidget *parent = nullptr);
    RailModel *rail() const { return m_model; }
    // Marks the row that the page shows, without opening anything.
    void mark(int row);

signals:
    void contextChosen(const QString &name);
    void overviewChosen();
    void kindChosen(const timonier::KindSpec &kind);
    void foldedChanged();
    // Of a context, at a place of the screen.
    void menuWanted(const QString &name, const QPoint &at);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void choose(const QModelIndex &index);
    RailModel *m_model;
};

} // namespace timonier

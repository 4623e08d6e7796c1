// What can be done with the selected rows of a table: copied as names, text, CSV or YAML. Owns the actions, with their keys,
// and the menu of a row. GUI thread.
#pragma once

#include "ui/models/cluster_opener.h"

#include <QObject>

#include <memory>

class QAction;
class QPoint;

namespace timonier {

class NoticeStrip;
class TableModel;
class TableView;

class RowActions final : public QObject
{
    Q_OBJECT
public:
    // `notice`: where it is said what was copied, and what could not be.
    RowActions(TableView *view, const TableModel *model, NoticeStrip *notice);

    // What the rows belong to, for what has to be asked of the server.
    void setSource(std::shared_ptr<OpenCluster> cluster, const KindSpec &kind);

signals:
    void previewWanted();
    void forwardWanted();

private:
    struct YamlRun;
    QAction *add(const char *name, const QString &text, const QKeySequence &keys, void (RowActions::*act)());
    void popUp(const QPoint &at);
    void copyNames();
    void copyText();
    void copyCsv();
    void copyYaml();
    void next(const std::shared_ptr<YamlRun> &run);
    void finish(const std::shared_ptr<YamlRun> &run);
    void said(int rows, const QString &how);

    TableView *m_view;
    const TableModel *m_model;
    NoticeStrip *m_notice;
    QList<QAction *> m_actions;
    QAction *m_preview; // of Deployments only
    QAction *m_forward; // of what has pods
    std::weak_ptr<OpenCluster> m_cluster;
    KindSpec m_kind;
    std::shared_ptr<YamlRun> m_yaml; // the one under way
};

} // namespace timonier

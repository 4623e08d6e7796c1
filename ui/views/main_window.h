// The window: rail, page, status line. Knows which context is open and what is looked at; everything else is theirs.
#pragma once

#include "ui/models/cluster_opener.h"
#include "ui/models/status_words.h"

#include <QMainWindow>

class QStackedWidget;

namespace timonier {

class DetailsPane;
class MessagePage;
class RailView;
class StatusLine;
class TablePage;

class MainWindow final : public QMainWindow
{
    Q_OBJECT
public:
    // What to show first; empty: the kubeconfig's current context, its namespace, pods.
    struct Start {
        QString context;
        QString ns;
        QString kind;
    };

    // `opener` lives longer than the window. `kinds`: those known without asking a server.
    MainWindow(ClusterOpener &opener, std::vector<KindSpec> kinds, Start start, QWidget *parent = nullptr);
    ~MainWindow() override;

    // The kubeconfig has been read (again). Opens the first context when none is open yet.
    void setContexts(const ContextList &list);
    void openContext(const QString &name);
    void showKind(const KindSpec &kind);
    TablePage *tablePage() const { return m_table; }
    bool isSettled() const;
    // The page that is settled shows what was asked for, not a failure.
    bool isGood() const;

signals:
    // What was asked for is there in full, or will not come by itself.
    void settled();

private:
    void addShortcuts();
    void welcome(const ContextList &list);
    void fail(const QString &context, const Error &error);
    void opened(const QString &context, std::shared_ptr<OpenCluster> cluster);
    const ContextChoice *info(const QString &context) const;
    QString firstNamespace() const;
    void focusNextPane();

    ClusterOpener &m_opener;
    std::vector<KindSpec> m_kinds;
    Start m_start;
    ContextList m_contexts;
    QString m_context;
    QString m_namespaceOf;             // the context whose namespace the table page shows
    std::size_t m_fingerprint = 0;     // of m_context, as it was opened
    std::shared_ptr<OpenCluster> m_cluster;
    int m_opening = 0; // counts openings, so that a late answer to an old one is known
    bool m_messageIsFinal = false;

    RailView *m_rail;
    QStackedWidget *m_pages;
    MessagePage *m_message;
    TablePage *m_table;
    DetailsPane *m_details;
    StatusLine *m_status;
};

} // namespace timonier

// One live table with what belongs to it: title, filter, namespace, count, and the page that stands in for a refusal.
#pragma once

#include "ui/models/cluster_opener.h"
#include "ui/models/status_words.h"
#include "ui/models/subject.h"
#include "ui/models/table_extras.h"
#include "ui/models/table_feed.h"
#include "ui/models/table_model.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QStackedLayout;
class QToolButton;

namespace timonier {

class CheckPopup;
class MessagePage;
class NamespaceField;
class NoticeStrip;
class RowActions;
class TableView;

class TablePage final : public QWidget
{
    Q_OBJECT
public:
    explicit TablePage(QWidget *parent = nullptr);
    ~TablePage() override;

    // Follows this kind in this cluster. `ns` empty: all namespaces; "a,b": these two.
    void show(std::shared_ptr<OpenCluster> cluster, const KindSpec &kind, const QStringList &namespaces);
    // How namespaces are read, for the choice of one. Without it they are typed in.
    void setNamespaceKind(const KindSpec &kind) { m_namespaceKind = kind; }
    // Looks at nothing any more.
    void leave();
    void retry();
    void focusFilter();
    void focusTable();
    void focusNamespace();
    const TableModel &model() const { return *m_model; }
    const KindSpec &kind() const { return m_kind; }
    QString filter() const;
    void setFilter(const QString &text);
    // How the table can be trusted now.
    StatusWords words() const;
    QStringList knownNamespaces() const;
    // None: all of them.
    const QStringList &namespaces() const { return m_chosen; }
    // The row that was chosen, with its newest contents, also while a filter hides it; its last ones when it has gone.
    Subject subject() const;
    // Selects this object as soon as it is there: of the kind and namespace that are shown.
    void select(const QString &ns, const QString &name);
    // Nothing more is to come by itself: complete, or refused, or failed.
    bool isSettled() const;

signals:
    void statusWords(const timonier::StatusWords &words);
    void settled();
    // What was to be selected is not in the complete table.
    void wantedMissing(const QString &name);
    // Another object is under the cursor, or the same one has changed, or has gone.
    void subjectChanged(const timonier::Subject &subject);
    // Somebody has chosen others.
    void namespacesChanged(const QStringList &namespaces);
    // The button beside "this cluster has no metrics-server" was pressed.
    void metricsServerWanted();
    // A roll-out of the Deployment that is chosen is to be foretold.
    void previewWanted();
    void forwardWanted();

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void subscribe();
    void choose(const QStringList &namespaces);
    void applyChoice();
    void saveChoice();
    void openChooser();
    void beginExtras();
    void refreshExtras();
    void refreshMetricsNotice();
    bool sayNamespaceIsGone();
    void askForNamespace();
    QString worstNamespace() const;
    bool isRefused() const;
    void readNamespaces();
    void refreshStatus();
    void refreshCount();
    void showRefusal();
    void showUnreached();
    bool sayInstead(const QString &title, const QString &advice);
    void tick();
    void tellSubject();
    void selectWanted();
    bool namespaced() const { return m_kind.resource.namespaced; }

    std::shared_ptr<OpenCluster> m_cluster;
    KindSpec m_kind;
    KindSpec m_namespaceKind;
    QStringList m_chosen;              // namespaces; none: all
    QString m_missing;                 // a namespace that was asked for by itself, and is not there
    TableModel *m_model;
    TableFeed *m_feed;
    TableModel *m_namespaces;
    TableFeed *m_namespaceFeed;
    bool m_namespacesAsked = false;
    QTimer m_second;
    QTimer m_prepare;
    bool m_prepared = false;           // it has begun to be, for this table
    std::unique_ptr<TableExtras> m_extras;
    QTimer m_extrasPace;
    bool m_extrasBegun = false;
    bool m_asking = false;             // whether m_missing is missing
    const void *m_metricsNoticeDismissed = nullptr; // the cluster of which somebody has read it
    QTimer m_save;                     // the choice of columns, a moment after the last change
    QString m_savedKind;               // whose choice that is
    Subject m_subject;                 // as it was last told
    bool m_rearranging = false;        // what is selected is not known before the model has done
    std::optional<std::pair<std::string, std::string>> m_wanted; // to be selected: namespace, name
    bool m_revealing = false;          // it is kept in sight until the list is complete

    QLabel *m_title;
    QLineEdit *m_filter;
    NamespaceField *m_namespaceField;
    QLabel *m_count;
    QToolButton *m_columns;
    CheckPopup *m_chooser;
    NoticeStrip *m_metricsNotice;
    NoticeStrip *m_notice;
    RowActions *m_actions;
    QStackedLayout *m_stack;
    TableView *m_view;
    MessagePage *m_message;
};

} // namespace timonier

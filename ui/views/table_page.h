// One live table with what belongs to it: title, filter, namespace, count, and the page that stands in for a refusal.
#pragma once

#include "ui/models/cluster_opener.h"
#include "ui/models/status_words.h"
#include "ui/models/subject.h"
#include "ui/models/table_feed.h"
#include "ui/models/table_model.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QStackedLayout;

namespace timonier {

class MessagePage;
class NamespaceField;
class TableView;

class TablePage final : public QWidget
{
    Q_OBJECT
public:
    explicit TablePage(QWidget *parent = nullptr);
    ~TablePage() override;

    // Follows this kind in this cluster. `ns` empty: all namespaces.
    void show(std::shared_ptr<OpenCluster> cluster, const KindSpec &kind, const QString &ns);
    // How namespaces are read, for the choice of one. Without it they are typed in.
    void setNamespaceKind(const KindSpec &kind) { m_namespaceKind = kind; }
    // Looks at nothing any more.
    void leave();
    void retry();
    void focusFilter();
    void focusTable();
    void focusNamespace();
    const TableModel &model() const { return *m_model; }
    QString ns() const { return m_ns; }
    // The row that was chosen, with its newest contents, also while a filter hides it; its last ones when it has gone.
    Subject subject() const;
    // Selects this object as soon as it is there: of the kind and namespace that are shown.
    void select(const QString &ns, const QString &name);
    // Nothing more is to come by itself: complete, or refused, or failed.
    bool isSettled() const;

signals:
    void statusWords(const timonier::StatusWords &words);
    void settled();
    // Another object is under the cursor, or the same one has changed, or has gone.
    void subjectChanged(const timonier::Subject &subject);

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void subscribe();
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
    QString m_ns;
    TableModel *m_model;
    TableFeed *m_feed;
    TableModel *m_namespaces;
    TableFeed *m_namespaceFeed;
    bool m_namespacesAsked = false;
    QTimer m_second;
    Subject m_subject;                 // as it was last told
    bool m_rearranging = false;        // what is selected is not known before the model has done
    std::optional<std::pair<std::string, std::string>> m_wanted; // to be selected: namespace, name

    QLabel *m_title;
    QLineEdit *m_filter;
    NamespaceField *m_namespaceField;
    QLabel *m_count;
    QStackedLayout *m_stack;
    TableView *m_view;
    MessagePage *m_message;
};

} // namespace timonier

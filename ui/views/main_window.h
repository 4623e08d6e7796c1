// The window: top bar, rail, page, details, status line. Knows which cluster is looked at and the way back; what each part
// shows is its own.
#pragma once

#include "ui/models/cluster_task.h"
#include "ui/models/cluster_tools.h"
#include "ui/models/fleet.h"
#include "ui/models/forward_list.h"
#include "ui/models/forward_opening.h"
#include "ui/models/kind_counter.h"
#include "ui/models/places.h"
#include "ui/models/status_tone.h"
#include "ui/models/subject.h"

#include <QMainWindow>

class QAction;
class QSplitter;
class QStackedWidget;

namespace timonier {

class DesktopNotice;
class DetailsPane;
class MessagePage;
class NoticeStack;
class OverviewPage;
class Palette;
class PreviewPage;
class RailView;
class RolloutWatch;
class StatusLine;
class TablePage;
struct PaletteItem;

class MainWindow final : public QMainWindow
{
    Q_OBJECT
public:
    // What to show first; empty: the kubeconfig's current context, its namespace, the overview.
    struct Start {
        QString context;
        QString ns;                    // several with commas between
        QString kind;
        QString select;                // the name of an object of that kind
        bool preview = false;          // a roll-out of that object, or of the Deployment in `previewFile`
        QString previewFile{};
        QString strategy{};            // its key; empty: all are compared
    };

    // `opener` lives longer than the window. `kinds`: those known without asking a server.
    MainWindow(ClusterOpener &opener, std::vector<KindSpec> kinds, Start start, QWidget *parent = nullptr);
    ~MainWindow() override;

    // The kubeconfig has been read (again). Opens the first context when none is open yet.
    void setContexts(const ContextList &list);
    // Looks at this cluster, and opens it if it is not; the others stay as they are.
    void openContext(const QString &name);
    void showOverview();
    void showKind(const KindSpec &kind);
    // Follows a relation: to the object, on the page of its kind.
    void jump(const ObjectRef &ref);
    void back();
    void forward();
    void openPalette();
    // What a roll-out of this Deployment would do.
    void showPreview(const QString &ns, const QString &name);
    // The same of a file; asks for one if it is empty.
    void showPreviewOfFile(QString file);
    PreviewPage *previewPage() const { return m_preview; }
    TablePage *tablePage() const { return m_table; }
    const Fleet &fleet() const { return *m_fleet; }
    const QString &currentContext() const { return m_current; } // empty: none is looked at
    // The kind's table of a cluster, of one namespace.
    void showNamespaceOf(const QString &context, const QString &ns);
    // Something outside the clusters has happened. `stays`: until it is withdrawn by this name.
    void tellNotice(Tone tone, const QString &text, const QString &button, std::function<void()> run, const QString &stays = {});
    void withdrawNotice(const QString &stays);
    // In the browser, through a port that is forwarded and stands behind the status line; told as it goes.
    void openForwarded(ForwardOpening::Wanted wanted, ForwardOpening::Tell tell);
    // Clusters that Timonier has made, and can start, stop, delete and work on.
    void setManaged(std::vector<ManagedCluster> clusters) { m_managed = std::move(clusters); }
    // As soon as the kubeconfig has it: it may just have been written.
    void openContextSoon(const QString &name);
    // Asked before the window closes; false: it stays.
    void setCloseGuard(std::function<bool()> mayClose) { m_mayClose = std::move(mayClose); }
    bool isSettled() const;
    // The page that is settled shows what was asked for, not a failure.
    bool isGood() const;

signals:
    // What was asked for is there in full, or will not come by itself.
    void settled();
    void newClusterWanted();
    void deployWanted();
    void runsWanted();
    void clusterTaskWanted(const QString &context, timonier::ClusterTask task);
    void clusterToolWanted(const QString &context, timonier::ClusterTool tool);
    void clusterHostsWanted(const QString &context);

protected:
    void changeEvent(QEvent *event) override;
    void closeEvent(QCloseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QAction *action(const char *name, const QString &text, const QString &tip, const QKeySequence &keys, std::function<void()> run);
    void makeActions();
    void layOut();
    void shareWidth();
    void wire();
    void welcome();
    void showState();
    void showFirst();
    void showPlace(const Place &place);
    void showPreviewAt(const Place &place);
    // The Deployment that is chosen in the table; null if it is something else.
    RowPtr chosenDeployment() const;
    void previewChosen();
    Place here() const;
    void arrive(Place to);
    void closeDetails();
    void offerMetricsServer();
    void copeWithout();
    void watchCurrent();
    void markRail();
    void showNamespace(const QString &ns);
    void refreshStatus();
    void refreshActions();
    void countKinds();
    void tell(const QString &context, const std::vector<Incident> &incidents);
    std::vector<PaletteItem> paletteItems();
    void searchObjects(const QString &text);
    QStringList firstNamespaces() const;
    void focusNextPane();
    void openContextMenu(const QString &context, const QPoint &at);
    std::vector<PaletteItem> managedItems();
    void wireForwards();
    // What is chosen in the table, if a port can be forwarded to it.
    std::optional<PortTarget> chosenToForward() const;
    void forwardChosen();
    void showForwards();
    void wireRollouts();
    RolloutWatch *watchOfPreview() const;
    void showRun();
    void askToRun(const strategy::Parameters &parameters, strategy::Strategy strategy, const QString &image);
    RolloutWatch *addRollout(const QString &context, const std::string &ns, const std::string &deployment);
    void showRollout(const QString &context, const std::string &ns, const std::string &deployment);
    void lookForRollouts(const QString &context);
    std::vector<PaletteItem> rolloutItems();
    void forgetRollouts(const QString &context);
    const FleetEntry *current() const { return m_fleet->entry(m_current); }
    bool isOpen() const { return current() && current()->state == ContextState::Open; }

    Start m_start;
    Fleet *m_fleet;
    KindCounter *m_counter;
    ForwardList *m_forwards;
    QString m_current;                 // the context that is looked at
    std::map<QString, Place> m_lastPlaces; // of each cluster
    std::map<QString, QStringList> m_lastNamespaces;
    std::map<QString, RolloutWatch *> m_rollouts; // under way, or over and not yet read of: "context\nns/name"
    Places m_places;
    std::optional<Place> m_pending;    // to be shown as soon as its cluster is open
    std::vector<ManagedCluster> m_managed{};
    QString m_soon{};                  // a context to open once the kubeconfig has it
    std::function<bool()> m_mayClose{};
    bool m_messageIsFinal = false;
    bool m_personSplit = false;        // somebody has drawn the panes' edges

    RailView *m_rail;
    QSplitter *m_split;
    QStackedWidget *m_pages;
    MessagePage *m_message;
    OverviewPage *m_overview;
    TablePage *m_table;
    PreviewPage *m_preview;
    std::optional<PreviewTarget> m_previewed; // what that page shows
    DetailsPane *m_details;
    StatusLine *m_status;
    Palette *m_palette;
    NoticeStack *m_notices;
    DesktopNotice *m_desktop;
    QAction *m_back = nullptr;
    QAction *m_forward = nullptr;
    QAction *m_find = nullptr;
    QAction *m_close = nullptr;
    QAction *m_previewAction = nullptr;
    QAction *m_forwardAction = nullptr;
};

} // namespace timonier

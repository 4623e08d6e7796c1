// The page of a roll-out foretold: what is rolled out, the six strategies, what is assumed, how it goes, what comes of it.
// Shows what it is given; asks a cluster only for the dry run. GUI thread.
#pragma once

#include "ui/models/cluster_opener.h"
#include "ui/preview/foreteller.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QScrollArea;
class QStackedWidget;
class QTabBar;
class QToolButton;
class QVBoxLayout;

namespace timonier {

class CompareView;
class OutcomePanel;
class ParameterPanel;
class RolloutWatch;
class RunBar;
class TimelineView;

class PreviewPage final : public QWidget
{
    Q_OBJECT
public:
    explicit PreviewPage(QWidget *parent = nullptr);

    // From a file, or read anew from a cluster. What was set here before is kept when it is the same one.
    void showApplication(const strategy::Application &application);
    void showDeployment(std::shared_ptr<OpenCluster> cluster, const QString &ns, const QString &name);
    void showFile(const QString &file);
    // What is shown has changed on the cluster.
    void readAgain();
    // Looks at no cluster any more.
    void leave();

    // Nothing: all are compared.
    void setStrategy(std::optional<strategy::Strategy> strategy);
    std::optional<strategy::Strategy> strategy() const;
    // The roll-out of what is shown that is under way: told above, and drawn over what was foretold. Null: none is, and one can be begun.
    void setRun(RolloutWatch *watch);

    bool isSettled() const { return m_failed || (m_loaded && m_foreteller->isComplete()); }
    bool isGood() const { return m_loaded && !m_failed; }
    const Foreteller &foreteller() const { return *m_foreteller; }
    ParameterPanel *parameters() const { return m_parameters; }
    TimelineView *timeline() const { return m_timeline; }
    const strategy::Application &application() const { return *m_application; }
    QString image() const;             // of the new version, as it is typed

signals:
    void runRequested(const timonier::strategy::Parameters &parameters, timonier::strategy::Strategy strategy, const QString &image);
    // Somebody has read how the roll-out ended.
    void runDismissed();
    // Another Deployment, or a file, is shown now.
    void applicationChanged();
    // All that was asked for is worked out and shown, or it cannot be.
    void settled();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void layOut();
    void begin(const QString &of);
    void loaded(const strategy::Application &application);
    void fail(const Error &error);
    void ask();
    void refresh();
    void refreshMoment();
    void refreshTop();
    void refreshRun();
    void arrange();
    void exportAs();
    void showDiff();

    std::shared_ptr<OpenCluster> m_cluster;
    std::shared_ptr<const strategy::Application> m_application = std::make_shared<strategy::Application>();
    QString m_of;           // what is shown: "ns/name" of a cluster, or a file
    QString m_loadedOf;     // what was read last
    bool m_loaded = false, m_failed = false;
    std::uint64_t m_reading = 0; // answers to an earlier reading are not heard
    Foreteller *m_foreteller;
    QPointer<RolloutWatch> m_watch;

    QLabel *m_title, *m_where, *m_oldImage, *m_message, *m_moment;
    QLineEdit *m_image;
    QTabBar *m_tabs;
    QPushButton *m_export, *m_diff, *m_run;
    QToolButton *m_play;
    QStackedWidget *m_body;
    QWidget *m_flow;        // the timeline with its scrubber's words
    QScrollArea *m_left, *m_centre, *m_right;
    QWidget *m_column;      // in the middle: the timeline, and on a narrow page what stands at its sides
    QVBoxLayout *m_columnLayout;
    ParameterPanel *m_parameters;
    TimelineView *m_timeline;
    RunBar *m_bar;
    CompareView *m_compare;
    OutcomePanel *m_outcome;
    int m_arranged = -1;
};

} // namespace timonier

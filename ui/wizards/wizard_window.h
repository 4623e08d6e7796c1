// The frame of all wizards: the pages at the left, what it is about above, the way on below. It knows no provider and no application; what
// it is about comes as a WizardSubject. A run goes on when the window is closed, if the person wants that. GUI thread.
#pragma once

#include "ui/models/cluster_task.h"
#include "ui/models/wizard_subject.h"

#include <QDialog>

class QPushButton;
class QStackedWidget;

namespace timonier {

class CheckPage;
class DonePage;
class ElidedLabel;
class FormPage;
class PageList;
class PlanPage;
class RunPage;
enum class RunAim;
class WizardDraft;
class WizardHeader;
class WizardPage;

class WizardWindow final : public QDialog
{
    Q_OBJECT
public:
    explicit WizardWindow(const QString &title, QWidget *parent = nullptr);
    ~WizardWindow() override;

    // A page before the subject is known: where to run, which application.
    void addFirst(WizardPage *page);
    // What it is about from here on; its pages come after the first ones. Those of another subject go.
    void setSubject(std::shared_ptr<WizardSubject> subject);
    // What is known before anything was filled in.
    void fill(form::Values values);
    // A run that was left unfinished goes on, with what it was begun with.
    void resume(plan::RunId run, form::Values values);

    // What was made with these values is started, stopped or deleted; what goes is asked before.
    void manage(form::Values values, ClusterTask task);

    void goTo(WizardPage *page);
    WizardPage *page() const;
    int pageCount() const { return int(m_pages.size()); }
    WizardDraft *draft() const { return m_draft; }
    FormPage *form() const { return m_form; } // null where nothing is asked
    CheckPage *checks() const { return m_checks; }
    PlanPage *plan() const { return m_plan; }
    RunPage *run() const { return m_run; }
    DonePage *done() const { return m_done; }
    bool isRunning() const;
    QString name() const; // of what it makes
    void next();
    void back();
    void reject() override;

signals:
    // A run has ended; `good`: as it should.
    void ended(bool good, const QString &words);
    // The window is closed and nothing runs: whoever made it may let it go.
    void finished();
    // The person goes on elsewhere, by one of the buttons of the last page.
    void left(const QString &id);

protected:
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    WizardPage *settings() const; // where one goes back to, to do it otherwise
    void layOut();
    void addPage(WizardPage *page);
    void refresh();
    void tellFooter(bool running);
    void shareWidth();
    void leave();
    void askLeave();
    void saveFile();
    void copyCommand();
    void askUndo();
    void tellUndo(const Result<std::vector<plan::Creates>> &what);
    void begin(const std::function<std::unique_ptr<WizardRun>(WizardSubject::Wake)> &start);
    void begin(const std::function<std::unique_ptr<WizardRun>(WizardSubject::Wake)> &start, RunAim aim);
    void start();
    void halt();
    void takeBack();
    void askHalt();
    void runOver();

    const QString m_title;
    std::shared_ptr<WizardSubject> m_subject{};
    WizardDraft *m_draft = nullptr;
    std::vector<WizardPage *> m_pages{};
    std::size_t m_firstPages = 0, m_furthest = 0;
    WizardPage *m_intro = nullptr;
    FormPage *m_form = nullptr;
    CheckPage *m_checks = nullptr;
    PlanPage *m_plan = nullptr;
    RunPage *m_run = nullptr;
    DonePage *m_done = nullptr;
    plan::RunId m_runId = 0;
    bool m_manages = false; // it was opened for one task: where that is refused, there is nothing else to do here
    QString m_file{}; // where it was saved

    WizardHeader *m_header;
    PageList *m_list;
    QStackedWidget *m_stack;
    ElidedLabel *m_hint;
    QPushButton *m_save, *m_copy, *m_undo, *m_stop, *m_back, *m_next;
};

} // namespace timonier

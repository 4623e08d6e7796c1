// A run as it goes: how far, the steps and their parts, what the chosen one prints; where it failed: why, and the way on.
#pragma once

#include "ui/models/wizard_subject.h"
#include "ui/wizards/wizard_page.h"

#include <QTimer>

class QLabel;

namespace timonier {

class HelpCard;
class LogPane;
class RowView;
class StepTree;
class Waker;

// What a run is for: TakeBack removes what was made, in whatever direction the plan of that goes; Halt stops it for now.
enum class RunAim { Make, TakeBack, Halt };

class RunPage final : public WizardPage
{
    Q_OBJECT
public:
    explicit RunPage(QWidget *parent = nullptr);
    ~RunPage() override;
    QString title() const override { return tr("Run"); }
    QString count() const override;
    QString whyNot() const override;
    void begin() override;

    // What feeds it; `begin` gets what wakes it.
    void drive(const std::function<std::unique_ptr<WizardRun>(WizardSubject::Wake)> &begin, RunAim aim = RunAim::Make);
    RunAim aim() const { return m_aim; }
    bool isRunning() const { return m_run != nullptr; }
    bool isStopping() const { return m_stopping; }
    void stop();
    bool hasFinished() const;
    StepTree *steps() const { return m_steps; }
    // "1 min 37 s, about 45 s left".
    QString timeWords() const;

signals:
    void over();
    void resumeWanted();
    void settingsWanted();

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void take();
    void follow();
    void unfold(int step);
    void tellChosen();
    void tellEnd();
    void tellProgress();

    StepTree *m_steps;
    Waker *m_waker;
    QTimer m_batch; // at most one batch per 33 ms
    QTimer m_clock; // times of what runs
    std::unique_ptr<WizardRun> m_run{};
    std::optional<Error> m_refused{}; // it could not begin
    bool m_stopping = false, m_personChose = false;
    RunAim m_aim = RunAim::Make;
    QWidget *m_bar;
    QLabel *m_summary;
    RowView *m_view;
    HelpCard *m_card;
    LogPane *m_log;
    int m_shown = -1; // the step whose lines are shown
};

} // namespace timonier

// How a roll-out stands that is under way, above its preview: the step, what it waits for, and what can be done with it. GUI thread.
#pragma once

#include "ui/models/rollout_watch.h"

#include <QFrame>
#include <QPointer>

class QLabel;
class QPushButton;

namespace timonier {

class RunBar final : public QFrame
{
    Q_OBJECT
public:
    explicit RunBar(QWidget *parent = nullptr);
    // Null: none is under way; it hides.
    void show(RolloutWatch *watch);
    QString text() const;

signals:
    // The person has read how it ended.
    void dismissed();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void refresh();
    void exportRecord();
    QPushButton *button(const char *name, const QString &text, const QString &tip, std::function<void()> run);

    QPointer<RolloutWatch> m_watch;
    QLabel *m_sign, *m_head, *m_detail;
    QPushButton *m_pause, *m_resume, *m_promote, *m_back, *m_record, *m_close;
    double m_done = 0;                 // of the steps, 0 to 1
};

} // namespace timonier

// The pane beside the table: the chosen object's name, what is wrong with it, and its tabs. Follows the selection. GUI thread.
#pragma once

#include "ui/models/subject.h"

#include <QTimer>
#include <QWidget>

#include <vector>

class QTabWidget;
class QToolButton;

namespace timonier {

class DescriptionFeed;
class DetailTab;
class ElidedLabel;
class TextPage;
class VerdictCard;

class DetailsPane final : public QWidget
{
    Q_OBJECT
public:
    explicit DetailsPane(QWidget *parent = nullptr);
    ~DetailsPane() override;

    // Another object, a newer row of the same, or none.
    void show(const Subject &subject);
    const Subject &subject() const { return m_subject; }

signals:
    void jump(const timonier::ObjectRef &to);
    // The button, or Esc.
    void closed();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void add(DetailTab *tab);
    void offerTabs();
    void followCurrent();
    void described();
    void writeWhat();
    void showNotice();
    void showVerdict();

    Subject m_subject;
    DescriptionFeed *m_feed;
    ElidedLabel *m_name;
    QToolButton *m_close;
    TextPage *m_what;
    VerdictCard *m_notice;            // deleted, or cannot be read
    VerdictCard *m_verdict;
    QTabWidget *m_tabs;
    QTimer m_second;
    std::vector<DetailTab *> m_all;   // in their order, shown or not
    DetailTab *m_followed = nullptr;  // the tab that is looked at
    bool m_offering = false;          // tabs come and go: nobody has chosen one
};

} // namespace timonier

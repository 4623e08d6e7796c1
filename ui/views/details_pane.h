// The pane beside the table: the chosen object's name, what is wrong with it, and its tabs. Follows the selection.
#pragma once

#include "ui/models/subject.h"

#include <QWidget>

#include <vector>

class QLabel;
class QTabWidget;

namespace timonier {

class DetailTab;

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
    void closed();

private:
    void add(DetailTab *tab);
    void offerTabs();
    void followCurrent();

    Subject m_subject;
    QLabel *m_name;
    QLabel *m_what;
    QTabWidget *m_tabs;
    std::vector<DetailTab *> m_all;   // in their order, shown or not
    DetailTab *m_followed = nullptr;  // the tab that is looked at
};

} // namespace timonier

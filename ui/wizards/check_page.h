// The preflight: checks as they come, and below them what the chosen one found, what that means, and what mends it. Of several hosts they are a table as far as that has
// room, else gathered by host or by check; the person chooses.
#pragma once

#include "form/check.h"
#include "ui/models/wizard_subject.h"
#include "ui/wizards/wizard_page.h"

#include <QTimer>

class QAbstractItemView;
class QButtonGroup;
class QLabel;
class QPushButton;
class QTableView;

namespace timonier {

class CheckGrid;
class CheckRows;
class CheckTree;
class HelpCard;
class RowView;
class Waker;
class WizardDraft;

class CheckPage final : public WizardPage
{
    Q_OBJECT
public:
    explicit CheckPage(WizardDraft *draft, QWidget *parent = nullptr);
    QString title() const override { return tr("Checks"); }
    QString count() const override;
    QString whyNot() const override;
    void enter() override;
    void begin() override;
    void checkAgain();
    CheckRows *rows() const { return m_rows; }
    CheckGrid *grid() const { return m_grid; }
    CheckTree *tree() const { return m_tree; }
    bool isOver() const { return m_over; }
    enum class Look { List, Table, ByHost, ByCheck }; // List: of one host
    Look look() const { return m_look; }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *looks();
    void showAs(Look look);
    void showWhatFits();
    void unfold();
    void take();
    QAbstractItemView *view() const;
    int chosen() const; // of m_rows; -1: none
    int worst() const;  // likewise
    void choose(int row);
    void tellChosen();
    void tellHead();
    struct Mending {
        form::Check check{};
        form::Fix fix{};
    };
    std::vector<Mending> likewise(const form::Check &check, const form::Fix &fix) const;
    void mend(std::vector<Mending> all);

    WizardDraft *m_draft;
    CheckRows *m_rows;
    CheckGrid *m_grid;
    CheckTree *m_tree;
    Waker *m_waker;
    QTimer m_batch; // at most one batch per 33 ms
    std::unique_ptr<WizardChecking> m_checking{};
    int m_checked = -1; // the revision of the values
    bool m_over = false, m_fixing = false, m_personChose = false, m_personLooks = false;
    Look m_look = Look::List;
    QLabel *m_head;
    QPushButton *m_again;
    RowView *m_view;
    QTableView *m_table; // instead of it, of several hosts
    RowView *m_gathered;
    QButtonGroup *m_lookGroup = nullptr; // made by looks()
    QWidget *m_looks;
    HelpCard *m_card;
};

} // namespace timonier

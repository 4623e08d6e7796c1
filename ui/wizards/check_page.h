// The preflight: checks as they come (of several hosts: a table of them), and below them what the chosen one found, what that means, and what mends it.
#pragma once

#include "form/check.h"
#include "ui/models/wizard_subject.h"
#include "ui/wizards/wizard_page.h"

#include <QTimer>

class QAbstractItemView;
class QLabel;
class QPushButton;
class QTableView;

namespace timonier {

class CheckGrid;
class CheckRows;
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
    bool isOver() const { return m_over; }

private:
    void take();
    QAbstractItemView *view() const;
    int chosen() const; // of m_rows; -1: none
    void choose(int row);
    void tellChosen();
    void tellHead();
    void fix(const form::Check &check, const form::Fix &fix);

    WizardDraft *m_draft;
    CheckRows *m_rows;
    CheckGrid *m_grid;
    Waker *m_waker;
    QTimer m_batch; // at most one batch per 33 ms
    std::unique_ptr<WizardChecking> m_checking{};
    int m_checked = -1; // the revision of the values
    bool m_over = false, m_fixing = false, m_personChose = false;
    QLabel *m_head;
    QPushButton *m_again;
    RowView *m_view;
    QTableView *m_table; // instead of it, of several hosts
    HelpCard *m_card;
};

} // namespace timonier

// A small window below a button: a list to tick, with a field that filters it, or without. Enter takes one alone, Space ticks.
#pragma once

#include "ui/models/check_list.h"

#include <QFrame>

class QLineEdit;
class QListView;
class QPushButton;
class QSortFilterProxyModel;

namespace timonier {

class CheckPopup final : public QFrame
{
    Q_OBJECT
public:
    // `name`: begins the object names of what is in it.
    CheckPopup(const QString &name, const QString &accessibleName, bool filtered, QWidget *parent = nullptr);
    CheckList *list() const { return m_list; }
    void setPlaceholder(const QString &text);
    // A button below the list.
    QPushButton *addButton(const QString &text);
    // Below `anchor`, its right edges in line where `right`.
    void popUp(const QWidget *anchor, bool right = false);

signals:
    // Enter, or a click on the words of an item: this one alone. `text`: as typed, where nothing in the list fits.
    void picked(const QString &id);
    void closed();

protected:
    bool eventFilter(QObject *object, QEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    QModelIndex bestFit(const QString &name) const;
    void pick();
    void toggleCurrent();

    CheckList *m_list;
    QSortFilterProxyModel *m_shown;
    QLineEdit *m_filter;
    QListView *m_view;
};

} // namespace timonier

// What a field of one line may be filled with: a list that unfolds below it (Down, or the arrow at its end) and follows what is typed. Other values may be typed.
#pragma once

#include "form/parameter.h"

#include <QObject>

class QAction;
class QCompleter;
class QLineEdit;
class QStandardItemModel;

namespace timonier {

class OfferList final : public QObject
{
    Q_OBJECT
public:
    explicit OfferList(QLineEdit *edit);
    void setChoices(const std::vector<form::Choice> &choices);

signals:
    void taken(const QString &value);

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void unfold();

    QLineEdit *m_edit;
    QStandardItemModel *m_model;
    QCompleter *m_completer;
    QAction *m_arrow;
};

} // namespace timonier

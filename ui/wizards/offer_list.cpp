#include "ui/wizards/offer_list.h"

#include "ui/theme/colours.h"
#include "ui/theme/icons.h"

#include <QAbstractItemView>
#include <QAction>
#include <QCompleter>
#include <QKeyEvent>
#include <QLineEdit>
#include <QStandardItemModel>

namespace timonier {

namespace {

constexpr int valueRole = Qt::UserRole;

}

OfferList::OfferList(QLineEdit *edit)
    : QObject(edit), m_edit(edit), m_model(new QStandardItemModel(this)), m_completer(new QCompleter(m_model, this)), m_arrow(edit->addAction(themedIcon("down", colours().dim), QLineEdit::TrailingPosition))
{
    m_completer->setWidget(edit); // and not setCompleter(): what is shown is more than what is taken
    m_completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_completer->setFilterMode(Qt::MatchContains);
    m_completer->setMaxVisibleItems(10);
    m_completer->popup()->setObjectName(edit->objectName() + QStringLiteral("-offers"));
    m_completer->popup()->setAccessibleName(edit->accessibleName());
    m_arrow->setToolTip(tr("What there is"));
    edit->installEventFilter(this);
    connect(m_arrow, &QAction::triggered, this, &OfferList::unfold);
    connect(edit, &QLineEdit::textEdited, this, [this](const QString &text) {
        m_completer->setCompletionPrefix(text);
        if (m_completer->completionCount() > 0 && !text.isEmpty())
            m_completer->complete();
        else
            m_completer->popup()->hide();
    });
    connect(m_completer, qOverload<const QModelIndex &>(&QCompleter::activated), this, [this](const QModelIndex &index) { emit taken(index.data(valueRole).toString()); });
}

void OfferList::setChoices(const std::vector<form::Choice> &choices)
{
    m_arrow->setVisible(!choices.empty());
    if (m_completer->popup()->isVisible())
        return; // not under somebody's hand; the next key comes by again
    m_model->clear();
    for (const form::Choice &choice : choices) {
        const QString value = QString::fromStdString(choice.value), title = QString::fromStdString(choice.title);
        auto *item = new QStandardItem(title.isEmpty() ? value : value + QStringLiteral("   ") + title);
        item->setData(value, valueRole);
        m_model->appendRow(item);
    }
}

bool OfferList::eventFilter(QObject *object, QEvent *event)
{
    if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent *>(event)->key() == Qt::Key_Down && m_model->rowCount() > 0) {
        unfold();
        return true;
    }
    return QObject::eventFilter(object, event);
}

void OfferList::unfold()
{
    m_completer->setCompletionPrefix({});
    m_completer->complete();
}

} // namespace timonier

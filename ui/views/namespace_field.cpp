#include "ui/views/namespace_field.h"

#include <QCompleter>
#include <QLineEdit>

namespace timonier {

NamespaceField::NamespaceField(QWidget *parent) : QComboBox(parent)
{
    setObjectName(QStringLiteral("namespaceField"));
    setAccessibleName(tr("Namespace", "accessible name of the choice of a namespace"));
    setToolTip(tr("Choose a namespace, or type its name (Ctrl+Shift+N)"));
    setEditable(true);
    lineEdit()->setTextMargins(6, 0, 0, 0);
    setInsertPolicy(NoInsert);
    setMaxVisibleItems(16);
    setMinimumWidth(200);
    setMaximumWidth(240);
    completer()->setCompletionMode(QCompleter::PopupCompletion);
    completer()->setFilterMode(Qt::MatchContains);
    setKnown({});
    connect(this, &QComboBox::activated, this, &NamespaceField::take);
    connect(lineEdit(), &QLineEdit::returnPressed, this, &NamespaceField::take);
}

void NamespaceField::setChosen(const QString &ns)
{
    m_chosen = ns;
    setKnown(m_known);
}

void NamespaceField::setKnown(const QStringList &namespaces)
{
    QStringList items{tr("All namespaces")};
    if (!m_chosen.isEmpty() && !namespaces.contains(m_chosen))
        items << m_chosen;
    items << namespaces;
    m_known = namespaces;
    const bool typing = lineEdit()->hasFocus() && lineEdit()->isModified();
    const QString text = lineEdit()->text();
    const QSignalBlocker quiet(this);
    if (items.size() != count() || items != QStringList([this] {
            QStringList now;
            for (int i = 0; i < count(); ++i)
                now << itemText(i);
            return now;
        }())) {
        clear();
        addItems(items);
    }
    setCurrentIndex(m_chosen.isEmpty() ? 0 : static_cast<int>(items.indexOf(m_chosen)));
    if (typing) // what comes in from the cluster does not take words out of a person's hands
        lineEdit()->setText(text);
    lineEdit()->setCursorPosition(0);
}

void NamespaceField::take()
{
    const QString text = lineEdit()->text().trimmed();
    const QString ns = text == itemText(0) ? QString() : text;
    if (ns == m_chosen)
        return;
    m_chosen = ns;
    emit chosen(ns);
}

} // namespace timonier

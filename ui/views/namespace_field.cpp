#include "ui/views/namespace_field.h"

#include "ui/views/check_popup.h"

namespace timonier {

NamespaceField::NamespaceField(QWidget *parent)
    : QToolButton(parent),
      m_popup(new CheckPopup(QStringLiteral("namespaceList"), tr("Namespaces", "accessible name of the list to choose from"), true, this))
{
    setObjectName(QStringLiteral("namespaceField"));
    setFocusPolicy(Qt::StrongFocus);
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    setToolTip(tr("Choose namespaces, or type their names (Ctrl+Shift+N)"));
    setMaximumWidth(260);
    m_popup->setPlaceholder(tr("Name, or several: a, b", "placeholder of the field for namespaces"));
    connect(this, &QToolButton::clicked, this, &NamespaceField::open);
    connect(m_popup->list(), &CheckList::toggled, this, &NamespaceField::toggled);
    connect(m_popup, &CheckPopup::picked, this, &NamespaceField::pick);
    connect(m_popup, &CheckPopup::closed, this, &NamespaceField::take);
    refreshText();
}

void NamespaceField::setChosen(const QStringList &namespaces)
{
    m_chosen = m_ticked = namespaces;
    refreshText();
}

void NamespaceField::setKnown(const QStringList &namespaces)
{
    if (namespaces == m_known)
        return;
    m_known = namespaces;
    if (m_popup->isVisible())
        fill();
}

// The first item stands for all of them.
void NamespaceField::fill()
{
    std::vector<CheckList::Item> items{{QString(), tr("All namespaces"), m_ticked.isEmpty()}};
    for (const QString &ns : m_ticked) {
        if (!m_known.contains(ns))
            items.push_back({ns, ns, true});
    }
    for (const QString &ns : m_known)
        items.push_back({ns, ns, m_ticked.contains(ns)});
    m_popup->list()->setItems(std::move(items));
}

void NamespaceField::refreshText()
{
    const QString text = m_chosen.isEmpty() ? tr("All namespaces") : m_chosen.join(QStringLiteral(", "));
    const QString said = m_chosen.size() == 1 ? tr("Namespace: %1").arg(text)
                       : m_chosen.isEmpty()   ? text
                                              : tr("Namespaces: %1").arg(text);
    setText(fontMetrics().elidedText(said, Qt::ElideRight, 220) + QStringLiteral("  ▾"));
    setAccessibleName(said);
}

void NamespaceField::open()
{
    m_ticked = m_chosen;
    fill();
    m_popup->popUp(this);
}

void NamespaceField::toggled(const QString &ns, bool checked)
{
    if (ns.isEmpty())
        m_ticked.clear();
    else if (checked)
        m_ticked << ns;
    else
        m_ticked.removeAll(ns);
    for (const CheckList::Item &item : std::vector(m_popup->list()->items()))
        m_popup->list()->check(item.id, item.id.isEmpty() ? m_ticked.isEmpty() : m_ticked.contains(item.id));
}

// One alone; or what was typed, "a, b".
void NamespaceField::pick(const QString &text)
{
    QStringList names;
    for (const QString &part : text.split(u',', Qt::SkipEmptyParts)) {
        if (const QString name = part.trimmed(); !name.isEmpty() && !names.contains(name))
            names << name;
    }
    m_ticked = names;
    take();
}

void NamespaceField::take()
{
    if (m_ticked == m_chosen)
        return;
    m_chosen = m_ticked;
    refreshText();
    emit chosen(m_chosen);
}

} // namespace timonier

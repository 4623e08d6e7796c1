#include "ui/wizards/fact_list.h"

#include "ui/wizards/wizard_parts.h"

#include <QGridLayout>

namespace timonier {

FactList::FactList(const QString &name, const QString &heading, int labels, QWidget *parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    named(this, name, heading);
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(16);
    m_grid->setVerticalSpacing(6);
    m_grid->setColumnMinimumWidth(0, labels);
    m_grid->setColumnStretch(1, 1);
    QLabel *head = wrapped(name + QStringLiteral("Heading"), heading);
    head->setFont(bigger(font(), 1, QFont::DemiBold));
    m_grid->addWidget(head, 0, 0, 1, 2);
    m_grid->setRowMinimumHeight(0, 24);
}

void FactList::show(const std::vector<WizardFact> &facts)
{
    for (int i = m_grid->count(); i-- > 1;) {
        QLayoutItem *item = m_grid->takeAt(i);
        delete item->widget();
        delete item;
    }
    int row = 1;
    for (const WizardFact &fact : facts) {
        QLabel *label = dimmed(objectName() + QStringLiteral("Label%1").arg(row), fact.label);
        label->setWordWrap(false);
        QLabel *value = wrapped(objectName() + QStringLiteral("Value%1").arg(row), fact.value);
        value->setAccessibleName(QString(fact.label + QStringLiteral(": ") + fact.value));
        m_grid->addWidget(label, row, 0, Qt::AlignTop);
        m_grid->addWidget(value, row++, 1);
    }
    setVisible(!facts.empty());
}

} // namespace timonier

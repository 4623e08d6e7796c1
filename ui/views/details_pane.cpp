#include "ui/views/details_pane.h"

#include "ui/views/detail_tab.h"
#include "ui/views/log_tab.h"
#include "ui/views/map_tab.h"

#include <QLabel>
#include <QTabWidget>
#include <QVBoxLayout>

namespace timonier {

DetailsPane::DetailsPane(QWidget *parent)
    : QWidget(parent), m_name(new QLabel(this)), m_what(new QLabel(this)), m_tabs(new QTabWidget(this))
{
    setObjectName(QStringLiteral("detailsPane"));
    setAccessibleName(tr("Details", "accessible name of the pane beside the table"));
    m_name->setObjectName(QStringLiteral("detailsName"));
    m_what->setObjectName(QStringLiteral("detailsWhat"));
    m_tabs->setObjectName(QStringLiteral("detailsTabs"));
    m_tabs->setAccessibleName(tr("Details", "accessible name of the pane beside the table"));
    m_tabs->setDocumentMode(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 8);
    column->addWidget(m_name);
    column->addWidget(m_what);
    column->addWidget(m_tabs, 1);
    add(new LogTab);
    add(new MapTab);
    connect(m_tabs, &QTabWidget::currentChanged, this, &DetailsPane::followCurrent);
}

DetailsPane::~DetailsPane() = default;

void DetailsPane::add(DetailTab *tab)
{
    m_all.push_back(tab);
    tab->setParent(this);
    tab->hide();
    connect(tab, &DetailTab::jump, this, &DetailsPane::jump);
    connect(tab, &DetailTab::titleChanged, this, [this, tab] {
        if (const int at = m_tabs->indexOf(tab); at >= 0)
            m_tabs->setTabText(at, tab->title());
    });
}

void DetailsPane::show(const Subject &subject)
{
    m_subject = subject;
    m_name->setText(subject ? QString::fromUtf8(subject.row->name.data(), static_cast<qsizetype>(subject.row->name.size()))
                            : QString());
    m_what->setText(subject ? QString::fromStdString(subject.kind.resource.kind) : QString());
    offerTabs();
    followCurrent();
}

void DetailsPane::offerTabs()
{
    int at = 0;
    for (DetailTab *tab : m_all) {
        const int now = m_tabs->indexOf(tab);
        if (m_subject && tab->suits(m_subject)) {
            if (now < 0)
                m_tabs->insertTab(at, tab, tab->title());
            ++at;
        } else if (now >= 0) {
            m_tabs->removeTab(now);
        }
    }
}

void DetailsPane::followCurrent()
{
    auto *tab = static_cast<DetailTab *>(m_tabs->currentWidget());
    if (m_followed && m_followed != tab)
        m_followed->rest();
    m_followed = tab;
    if (tab)
        tab->follow(m_subject);
}

} // namespace timonier

#include "ui/views/summary_tab.h"

#include "ui/views/related_table.h"
#include "ui/views/summary_text.h"
#include "ui/views/text_page.h"

#include <QDateTime>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

namespace timonier {

SummaryTab::SummaryTab(QWidget *parent)
    : DetailTab(parent), m_scroll(new QScrollArea(this)), m_facts(new TextPage), m_rest(new TextPage), m_relatedPlace(new QWidget)
{
    setObjectName(QStringLiteral("summaryTab"));
    setAccessibleName(title());
    m_scroll->setObjectName(QStringLiteral("summaryScroll"));
    m_scroll->setAccessibleName(title());
    m_facts->setObjectName(QStringLiteral("summaryFacts"));
    m_facts->setAccessibleName(tr("Facts", "accessible name of the summary's text"));
    m_rest->setObjectName(QStringLiteral("summaryRest"));
    m_rest->setAccessibleName(tr("Conditions and labels", "accessible name of the summary's text"));
    m_relatedPlace->setObjectName(QStringLiteral("summaryRelated"));
    auto *related = new QVBoxLayout(m_relatedPlace);
    related->setContentsMargins(0, 0, 0, 0);
    related->setSpacing(0);
    auto *page = new QWidget;
    page->setObjectName(QStringLiteral("summaryPage"));
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 10, 4, 16);
    column->setSpacing(0);
    column->addWidget(m_facts);
    column->addWidget(m_relatedPlace);
    column->addSpacing(16);
    column->addWidget(m_rest);
    column->addStretch(1);
    showScrolled(m_scroll, page);
    for (TextPage *text : {m_facts, m_rest}) {
        connect(text, &TextPage::jump, this, &DetailTab::jump);
        connect(text, &TextPage::lookAt, this, [this, text](const QRect &rect) {
            const QPoint at = text->mapTo(m_scroll->widget(), rect.center());
            m_scroll->ensureVisible(at.x(), at.y(), 0, 48);
        });
    }
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, &SummaryTab::tick);
}

QString SummaryTab::title() const
{
    return tr("Summary", "tab of the details pane");
}

void SummaryTab::follow(const Subject &subject)
{
    if (!subject.sameObject(m_subject))
        m_scroll->verticalScrollBar()->setValue(0);
    m_subject = subject;
    m_second.start();
}

void SummaryTab::describe(const std::shared_ptr<const Description> &description)
{
    const auto before = std::exchange(m_description, description);
    if (!description) {
        m_facts->begin();
        if (!m_subject.gone)
            m_facts->write(tr("Loading …"), TextPage::Look::Dim);
        m_facts->end();
        m_rest->begin();
        m_rest->end();
    } else {
        // A busy object says the same again and again: what stands there, and may be selected, is left alone.
        if (!before || before->facts != description->facts || before->containers != description->containers ||
            before->verdict != description->verdict)
            writeFacts(*description, *m_facts);
        if (!before || before->conditions != description->conditions || before->labels != description->labels ||
            before->annotations != description->annotations || before->owners != description->owners ||
            before->finalizers != description->finalizers)
            writeRest(*description, *m_rest);
    }
    showRelated();
}

void SummaryTab::showRelated()
{
    const std::vector<Related> none;
    const std::vector<Related> &wanted = m_description && !m_subject.gone ? m_description->related : none;
    while (m_related.size() < wanted.size()) {
        auto *table = new RelatedTable(static_cast<int>(m_related.size()), m_relatedPlace);
        m_relatedPlace->layout()->addWidget(table);
        connect(table, &RelatedTable::jump, this, &DetailTab::jump);
        m_related.push_back(table);
    }
    for (std::size_t i = 0; i < m_related.size(); ++i) {
        const bool used = i < wanted.size();
        if (used)
            m_related[i]->follow(m_subject.cluster, wanted[i]);
        else
            m_related[i]->rest();
        m_related[i]->setVisible(used);
    }
}

void SummaryTab::rest()
{
    m_second.stop();
    for (RelatedTable *table : m_related)
        table->rest();
}

void SummaryTab::tick()
{
    const std::int64_t now = QDateTime::currentSecsSinceEpoch();
    m_facts->tick(now);
    m_rest->tick(now);
    for (RelatedTable *table : m_related)
        table->tick(now);
}

} // namespace timonier

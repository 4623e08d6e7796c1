// The first tab: facts, containers, what belongs to the object as live tables, conditions, labels. GUI thread.
#pragma once

#include "ui/views/detail_tab.h"

#include <QTimer>

class QScrollArea;

namespace timonier {

class RelatedTable;
class TextPage;

class SummaryTab final : public DetailTab
{
    Q_OBJECT
public:
    explicit SummaryTab(QWidget *parent = nullptr);

    QString title() const override;
    bool suits(const Subject &) const override { return true; }
    void follow(const Subject &subject) override;
    void describe(const std::shared_ptr<const Description> &description) override;
    void rest() override;

private:
    void showRelated();
    void tick();

    Subject m_subject;
    std::shared_ptr<const Description> m_description; // as it is written
    QScrollArea *m_scroll;
    TextPage *m_facts;
    TextPage *m_rest;
    QWidget *m_relatedPlace;
    std::vector<RelatedTable *> m_related;
    QTimer m_second;
};

} // namespace timonier

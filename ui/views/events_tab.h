// What happened to the object, newest first, live. GUI thread.
#pragma once

#include "ui/views/detail_tab.h"

#include <QTimer>

class QScrollArea;

namespace timonier {

class TableFeed;
class TableModel;
class TextPage;

class EventsTab final : public DetailTab
{
    Q_OBJECT
public:
    explicit EventsTab(QWidget *parent = nullptr);
    ~EventsTab() override;

    QString title() const override;
    bool suits(const Subject &subject) const override;
    void follow(const Subject &subject) override;
    void describe(const std::shared_ptr<const Description> &description) override;
    void forget() override;
    void rest() override;

private:
    void subscribe();
    void write();

    Subject m_subject;
    std::string m_uid;               // as the server writes it; empty: not known yet
    TableModel *m_model;
    TableFeed *m_feed;
    bool m_subscribed = false;
    int m_count = -1;                // -1: not known
    QScrollArea *m_scroll;
    TextPage *m_text;
    QTimer m_later;                  // a chatty object is written a few times a second
    QTimer m_second;
};

} // namespace timonier

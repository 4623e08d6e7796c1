// Objects that belong to the chosen one, live, in compact rows: name, state, age. Subscribed only while it is looked at.
// GUI thread.
#pragma once

#include "ui/models/subject.h"

#include <QWidget>

class QLabel;

namespace timonier {

class RelatedView;
class TableFeed;
class TableModel;

class RelatedTable final : public QWidget
{
    Q_OBJECT
public:
    // `number` tells several of them apart, for their names.
    explicit RelatedTable(int number, QWidget *parent = nullptr);
    ~RelatedTable() override;

    void follow(const std::shared_ptr<OpenCluster> &cluster, const Related &related);
    void rest();
    void tick(std::int64_t now);
    const Related &related() const { return m_related; }

signals:
    void jump(const timonier::ObjectRef &to);

private:
    void refresh();
    void troubleFirst();

    std::shared_ptr<OpenCluster> m_cluster;
    Related m_related;
    KindSpec m_kind;
    std::unordered_map<Uid, Tone> m_tones;   // of the pods, as they are ordered
    TableModel *m_model;
    TableFeed *m_feed;
    QLabel *m_title;
    RelatedView *m_view;
};

} // namespace timonier

// One roll-out as the window knows it: begun or resumed here, or seen from here while another program drives it. GUI thread.
#pragma once

#include "ui/models/cluster_opener.h"
#include "ui/models/rollout_desk.h"
#include "ui/models/waker.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace timonier {

class RolloutWatch final : public QObject
{
    Q_OBJECT
public:
    RolloutWatch(std::shared_ptr<OpenCluster> cluster, std::string ns, std::string deployment, QObject *parent = nullptr);
    ~RolloutWatch() override;

    void start(rollout::Prepared prepared);
    void drive();                      // goes on with one that nobody drives
    void follow();                     // looks every two seconds how it stands
    void give(rollout::Order order);   // to whoever drives it; where nobody does, this program begins to

    const std::string &ns() const { return m_ns; }
    const std::string &deployment() const { return m_deployment; }
    // All that was told, oldest first; empty: nothing yet.
    const std::vector<rollout::Progress> &course() const { return m_course; }
    bool drives() const { return m_driven && !m_over; }
    bool isOver() const { return m_over; }
    bool isGiving() const { return m_giving; } // an order is on its way
    // What went wrong with driving or looking; nothing: all is well.
    const std::optional<Error> &problem() const { return m_problem; }

signals:
    void changed();
    void over();

private:
    void take();
    void look();
    void add(const rollout::Progress &progress);
    void end();

    const std::shared_ptr<OpenCluster> m_cluster;
    const std::string m_ns, m_deployment;
    std::unique_ptr<DrivenRollout> m_driven;
    std::vector<rollout::Progress> m_course;
    std::optional<Error> m_problem;
    Waker *m_waker;
    QTimer m_timer;                    // looks, where another program drives
    std::int64_t m_renewed = 0;        // the sign of life that was seen last
    QElapsedTimer m_sinceRenewed;      // and since when there was no other
    bool m_over = false, m_giving = false, m_looking = false;
};

} // namespace timonier

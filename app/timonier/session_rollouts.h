// Roll-outs on an open cluster: questions on a worker of their own, since an order may wait for seconds; each roll-out that is driven here on
// a thread of its own, for hours perhaps.
#pragma once

#include "base/worker.h"
#include "kube/transport.h"
#include "ui/models/rollout_desk.h"

#include <QObject>

#include <stop_token>

namespace timonier {

class SessionRollouts final : public RolloutDesk
{
public:
    // `closing`: joins threads where nobody waits for them. `here`: answers come back through it.
    SessionRollouts(std::shared_ptr<Transport> transport, std::shared_ptr<Worker> closing, std::weak_ptr<QObject> here);
    ~SessionRollouts() override;

    void prepare(rollout::Plan plan, Done<Result<rollout::Prepared>> done) override;
    std::unique_ptr<DrivenRollout> start(rollout::Prepared prepared, std::function<void()> wake) override;
    std::unique_ptr<DrivenRollout> resume(const std::string &ns, const std::string &deployment, std::function<void()> wake) override;
    void give(const std::string &ns, const std::string &deployment, rollout::Order order, Done<Result<bool>> done) override;
    void status(const std::string &ns, const std::string &deployment, Done<Result<rollout::Progress>> done) override;
    void underWay(Done<Result<std::vector<std::pair<std::string, std::string>>>> done) override;

private:
    template <class T>
    void ask(std::function<T(Transport &, std::stop_token)> work, Done<T> done);

    const std::shared_ptr<Transport> m_transport;
    const std::shared_ptr<Worker> m_closing;
    const std::weak_ptr<QObject> m_here;
    std::stop_source m_stop;
    std::unique_ptr<Worker> m_worker;
};

} // namespace timonier

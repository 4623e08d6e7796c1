#include "session_rollouts.h"

#include "hand.h"
#include "telling_thread.h"
#include "strategy/executor/history.h"

namespace timonier {

namespace {

class Driven final : public DrivenRollout
{
public:
    using Drive = std::function<Result<rollout::End>(const rollout::Sink &, std::stop_token)>;

    Driven(std::shared_ptr<Worker> closing, std::function<void()> wake, Drive drive)
        : m_thread(std::move(closing), std::move(wake), [drive = std::move(drive)](const std::function<void(rollout::Progress)> &tell, std::stop_token stop) {
              rollout::History history([&](const rollout::Progress &progress) { tell(progress); });
              return drive(history.sink(), std::move(stop)); // stopped, it says its last word to the server
          })
    {
    }

    std::vector<rollout::Progress> take() override { return m_thread.take(); }
    std::optional<Result<rollout::End>> ended() override { return m_thread.ended(); }

private:
    TellingThread<rollout::Progress, Result<rollout::End>> m_thread;
};

} // namespace

SessionRollouts::SessionRollouts(std::shared_ptr<Transport> transport, std::shared_ptr<Worker> closing, std::weak_ptr<QObject> here)
    : m_transport(std::move(transport)), m_closing(std::move(closing)), m_here(std::move(here)), m_worker(std::make_unique<Worker>("rollouts"))
{
}

SessionRollouts::~SessionRollouts()
{
    m_stop.request_stop();
    m_closing->post([worker = std::move(m_worker)] {});
}

template <class T>
void SessionRollouts::ask(std::function<T(Transport &, std::stop_token)> work, Done<T> done)
{
    m_worker->post([transport = m_transport, here = m_here, stop = m_stop.get_token(), work = std::move(work), done = std::move(done)] {
        hand<T>(here, done, work(*transport, stop));
    });
}

void SessionRollouts::prepare(rollout::Plan plan, Done<Result<rollout::Prepared>> done)
{
    ask<Result<rollout::Prepared>>([plan = std::move(plan)](Transport &t, std::stop_token stop) { return rollout::prepare(t, plan, stop); }, std::move(done));
}

std::unique_ptr<DrivenRollout> SessionRollouts::start(rollout::Prepared prepared, std::function<void()> wake)
{
    return std::make_unique<Driven>(m_closing, std::move(wake), [transport = m_transport, prepared = std::move(prepared)](const rollout::Sink &sink, std::stop_token stop) {
        return rollout::start(*transport, prepared, rollout::whoIAm(), sink, stop);
    });
}

std::unique_ptr<DrivenRollout> SessionRollouts::resume(const std::string &ns, const std::string &deployment, std::function<void()> wake)
{
    return std::make_unique<Driven>(m_closing, std::move(wake), [transport = m_transport, ns, deployment](const rollout::Sink &sink, std::stop_token stop) {
        return rollout::resume(*transport, ns, deployment, rollout::whoIAm(), sink, stop);
    });
}

void SessionRollouts::give(const std::string &ns, const std::string &deployment, rollout::Order order, Done<Result<bool>> done)
{
    ask<Result<bool>>([=](Transport &t, std::stop_token stop) { return rollout::give(t, ns, deployment, order, stop); }, std::move(done));
}

void SessionRollouts::status(const std::string &ns, const std::string &deployment, Done<Result<rollout::Progress>> done)
{
    ask<Result<rollout::Progress>>([=](Transport &t, std::stop_token stop) { return rollout::status(t, ns, deployment, stop); }, std::move(done));
}

void SessionRollouts::underWay(Done<Result<std::vector<std::pair<std::string, std::string>>>> done)
{
    ask<Result<std::vector<std::pair<std::string, std::string>>>>([](Transport &t, std::stop_token stop) { return rollout::underWay(t, {}, stop); }, std::move(done));
}

} // namespace timonier

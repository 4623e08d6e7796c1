#include "plan_run.h"

#include <mutex>
#include <thread>

namespace timonier {

namespace {

// What the run's thread and the window share.
struct Shared {
    std::mutex mutex;
    std::vector<plan::Event> told;
    std::optional<Result<plan::Summary>> ended;
};

class PlanRun final : public WizardRun
{
public:
    PlanRun(std::shared_ptr<Worker> closing, std::function<void()> wake, PlanDrive drive) : m_closing(std::move(closing))
    {
        m_thread = std::jthread([shared = m_shared, wake = std::move(wake), drive = std::move(drive)](std::stop_token stop) {
            const plan::Sink sink = [&](const plan::Event &event) {
                {
                    const std::scoped_lock lock(shared->mutex);
                    shared->told.push_back(event);
                }
                wake();
            };
            auto ended = drive(sink, stop);
            {
                const std::scoped_lock lock(shared->mutex);
                shared->ended = std::move(ended);
            }
            wake();
        });
    }
    ~PlanRun() override
    {
        m_thread.request_stop();
        m_closing->post([thread = std::move(m_thread)] {}); // what is being made is brought to a safe end
    }

    std::vector<plan::Event> take() override
    {
        const std::scoped_lock lock(m_shared->mutex);
        return std::exchange(m_shared->told, {});
    }
    std::optional<Result<plan::Summary>> ended() override
    {
        const std::scoped_lock lock(m_shared->mutex);
        return m_shared->ended;
    }
    void stop() override { m_thread.request_stop(); }

private:
    const std::shared_ptr<Worker> m_closing;
    const std::shared_ptr<Shared> m_shared = std::make_shared<Shared>();
    std::jthread m_thread;
};

} // namespace

std::unique_ptr<WizardRun> runPlan(std::shared_ptr<Worker> closing, std::function<void()> wake, PlanDrive drive)
{
    return std::make_unique<PlanRun>(std::move(closing), std::move(wake), std::move(drive));
}

} // namespace timonier

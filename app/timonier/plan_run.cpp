#include "plan_run.h"

#include "telling_thread.h"

namespace timonier {

namespace {

class PlanRun final : public WizardRun
{
public:
    PlanRun(std::shared_ptr<Worker> closing, std::function<void()> wake, PlanDrive drive)
        : m_thread(std::move(closing), std::move(wake), [drive = std::move(drive)](const std::function<void(plan::Event)> &tell, std::stop_token stop) { return drive(tell, std::move(stop)); })
    {
    }

    std::vector<plan::Event> take() override { return m_thread.take(); }
    std::optional<Result<plan::Summary>> ended() override { return m_thread.ended(); }
    void stop() override { m_thread.stop(); }

private:
    TellingThread<plan::Event, Result<plan::Summary>> m_thread;
};

} // namespace

std::unique_ptr<WizardRun> runPlan(std::shared_ptr<Worker> closing, std::function<void()> wake, PlanDrive drive)
{
    return std::make_unique<PlanRun>(std::move(closing), std::move(wake), std::move(drive));
}

} // namespace timonier

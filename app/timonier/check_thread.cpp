#include "check_thread.h"

#include "telling_thread.h"

namespace timonier {

namespace {

struct Over {};

class Checking final : public WizardChecking
{
public:
    Checking(std::shared_ptr<Worker> closing, std::function<void()> wake, std::function<void(std::stop_token, const std::function<void(form::Check)> &)> work)
        : m_thread(std::move(closing), std::move(wake), [work = std::move(work)](const std::function<void(form::Check)> &tell, std::stop_token stop) {
              work(std::move(stop), tell);
              return Over();
          })
    {
    }
    std::vector<form::Check> take() override { return m_thread.take(); }
    bool isOver() override { return m_thread.ended().has_value(); }

private:
    TellingThread<form::Check, Over> m_thread;
};

} // namespace

std::unique_ptr<WizardChecking> checkOnThread(std::shared_ptr<Worker> closing, std::function<void()> wake,
                                              std::function<void(std::stop_token, const std::function<void(form::Check)> &)> work)
{
    return std::make_unique<Checking>(std::move(closing), std::move(wake), std::move(work));
}

} // namespace timonier

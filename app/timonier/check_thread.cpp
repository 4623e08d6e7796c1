#include "check_thread.h"

#include <mutex>
#include <thread>

namespace timonier {

namespace {

struct CheckBox {
    std::mutex mutex;
    std::vector<form::Check> told;
    bool over = false;
};

class Checking final : public WizardChecking
{
public:
    Checking(std::shared_ptr<Worker> closing, std::function<void()> wake, std::function<void(std::stop_token, const std::function<void(form::Check)> &)> work) : m_closing(std::move(closing))
    {
        m_thread = std::jthread([box = m_box, wake = std::move(wake), work = std::move(work)](std::stop_token stop) {
            work(stop, [&](form::Check check) {
                {
                    const std::scoped_lock lock(box->mutex);
                    box->told.push_back(std::move(check));
                }
                wake();
            });
            {
                const std::scoped_lock lock(box->mutex);
                box->over = true;
            }
            wake();
        });
    }
    ~Checking() override
    {
        m_thread.request_stop();
        m_closing->post([thread = std::move(m_thread)] {});
    }
    std::vector<form::Check> take() override
    {
        const std::scoped_lock lock(m_box->mutex);
        return std::exchange(m_box->told, {});
    }
    bool isOver() override
    {
        const std::scoped_lock lock(m_box->mutex);
        return m_box->over;
    }

private:
    const std::shared_ptr<Worker> m_closing;
    const std::shared_ptr<CheckBox> m_box = std::make_shared<CheckBox>();
    std::jthread m_thread;
};

} // namespace

std::unique_ptr<WizardChecking> checkOnThread(std::shared_ptr<Worker> closing, std::function<void()> wake,
                                              std::function<void(std::stop_token, const std::function<void(form::Check)> &)> work)
{
    return std::make_unique<Checking>(std::move(closing), std::move(wake), std::move(work));
}

} // namespace timonier

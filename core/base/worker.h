// A place where tasks run one after another: a thread of its own (Worker), or a test's hands (ManualExecutor).
// All live code of one cluster (framing, rows, store, reflectors) runs on one Worker, and so needs no lock.
#pragma once

#include "base/clock.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace timonier {

using Task = std::move_only_function<void()>;
using TimerId = std::uint64_t;

struct Executor {
    virtual ~Executor() = default;
    // Runs the task soon, after those posted before it. Any thread.
    virtual void post(Task task) = 0;
    // Runs the task once, not before `delay` has passed. Any thread.
    virtual TimerId after(std::chrono::milliseconds delay, Task task) = 0;
    // The task of `timer` will not start any more, unless it is running now. An unknown id is ignored. Any thread.
    virtual void cancel(TimerId timer) = 0;
};

class Worker final : public Executor
{
public:
    // `name` is shown by debuggers (15 characters).
    explicit Worker(std::string name);
    // Finishes the running task, drops the rest, joins.
    ~Worker() override;
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;

    void post(Task task) override;
    TimerId after(std::chrono::milliseconds delay, Task task) override;
    void cancel(TimerId timer) override;
    // Finishes the running task, drops the rest, joins. What is posted later is dropped. Not from the worker itself.
    void stop();

private:
    using Due = std::chrono::steady_clock::time_point;
    void run(const std::string &name);

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<Task> m_inbox;
    std::map<std::pair<Due, TimerId>, Task> m_timers;
    std::map<TimerId, Due> m_due;
    TimerId m_nextTimer = 1;
    bool m_stopping = false;
    std::thread m_thread;
};

// Tasks wait until the test runs them; time passes when the test says so.
class ManualExecutor final : public Executor, public Clock
{
public:
    void post(Task task) override { m_inbox.push_back(std::move(task)); }
    TimerId after(std::chrono::milliseconds delay, Task task) override;
    void cancel(TimerId timer) override;
    std::chrono::milliseconds elapsed() const override { return m_now; }
    std::chrono::system_clock::time_point wall() const override { return std::chrono::system_clock::time_point(m_now); }

    // Runs what was posted, and what that posts, until nothing is left.
    void drain();
    // Lets time pass, running each timer at its moment.
    void advance(std::chrono::milliseconds by);
    // How long until the next timer; a negative value when there is none.
    std::chrono::milliseconds untilNextTimer() const;

private:
    std::vector<Task> m_inbox;
    std::map<std::pair<std::chrono::milliseconds, TimerId>, Task> m_timers;
    TimerId m_nextTimer = 1;
    std::chrono::milliseconds m_now{0};
};

} // namespace timonier

#include "base/worker.h"

#if defined(__linux__)
#include <pthread.h>
#endif

namespace timonier {

Worker::Worker(std::string name) : m_thread([this, name = std::move(name)] { run(name); }) {}

Worker::~Worker() { stop(); }

void Worker::stop()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_stopping = true;
    }
    m_wake.notify_all();
    if (m_thread.joinable())
        m_thread.join();
    // What a dropped task holds may post again when it goes; it finds m_stopping set.
    std::vector<Task> inbox;
    std::map<std::pair<Due, TimerId>, Task> timers;
    const std::scoped_lock lock(m_mutex);
    inbox.swap(m_inbox);
    timers.swap(m_timers);
    m_due.clear();
}

void Worker::post(Task task)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_stopping)
            return;
        m_inbox.push_back(std::move(task));
        if (m_inbox.size() > 1)
            return; // it was woken for the first one
    }
    m_wake.notify_one();
}

TimerId Worker::after(std::chrono::milliseconds delay, Task task)
{
    TimerId id = 0;
    {
        const std::scoped_lock lock(m_mutex);
        if (m_stopping)
            return 0;
        id = m_nextTimer++;
        const Due due = std::chrono::steady_clock::now() + delay;
        m_timers.emplace(std::pair(due, id), std::move(task));
        m_due.emplace(id, due);
    }
    m_wake.notify_one();
    return id;
}

void Worker::cancel(TimerId timer)
{
    Task dropped; // destroyed after the lock is released: it may hold anything
    const std::scoped_lock lock(m_mutex);
    const auto due = m_due.find(timer);
    if (due == m_due.end())
        return;
    const auto it = m_timers.find({due->second, timer});
    dropped = std::move(it->second);
    m_timers.erase(it);
    m_due.erase(due);
}

void Worker::run([[maybe_unused]] const std::string &name)
{
#if defined(__linux__)
    pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
#endif
    std::vector<Task> ready;
    std::unique_lock lock(m_mutex);
    while (!m_stopping) {
        ready.swap(m_inbox);
        const Due now = std::chrono::steady_clock::now();
        while (!m_timers.empty() && m_timers.begin()->first.first <= now) {
            const auto it = m_timers.begin();
            ready.push_back(std::move(it->second));
            m_due.erase(it->first.second);
            m_timers.erase(it);
        }
        if (ready.empty()) {
            if (m_timers.empty())
                m_wake.wait(lock);
            else
                m_wake.wait_until(lock, m_timers.begin()->first.first);
            continue;
        }
        lock.unlock();
        for (Task &task : ready) {
            task();
            task = nullptr; // what it held goes now, not when the round ends
        }
        ready.clear();
        lock.lock();
    }
}

TimerId ManualExecutor::after(std::chrono::milliseconds delay, Task task)
{
    const TimerId id = m_nextTimer++;
    m_timers.emplace(std::pair(m_now + delay, id), std::move(task));
    return id;
}

void ManualExecutor::cancel(TimerId timer)
{
    std::erase_if(m_timers, [&](const auto &entry) { return entry.first.second == timer; });
}

void ManualExecutor::drain()
{
    while (!m_inbox.empty()) {
        std::vector<Task> tasks;
        tasks.swap(m_inbox);
        for (Task &task : tasks)
            task();
    }
}

void ManualExecutor::advance(std::chrono::milliseconds by)
{
    const auto until = m_now + by;
    drain();
    while (!m_timers.empty() && m_timers.begin()->first.first <= until) {
        auto node = m_timers.extract(m_timers.begin());
        m_now = std::max(m_now, node.key().first);
        node.mapped()();
        drain();
    }
    m_now = until;
}

std::chrono::milliseconds ManualExecutor::untilNextTimer() const
{
    return m_timers.empty() ? std::chrono::milliseconds(-1) : m_timers.begin()->first.first - m_now;
}

} // namespace timonier

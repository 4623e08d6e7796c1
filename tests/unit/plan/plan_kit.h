// Small plans for tests: a set of things that are there or not, and steps that make them.
#pragma once

#include "base/pause.h"
#include "plan/foresee.h"
#include "plan/ledger.h"
#include "plan/runner.h"

#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <mutex>
#include <set>

namespace timonier::plan::test {

// What is there, and in which order it came and went. Any thread.
class Things
{
public:
    bool has(const std::string &name) const
    {
        const std::scoped_lock lock(m_mutex);
        return m_there.contains(name);
    }
    void add(const std::string &name) { change(name, true); }
    void remove(const std::string &name) { change(name, false); }
    // "+a +b -b"
    std::string history() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_history;
    }

private:
    void change(const std::string &name, bool there)
    {
        const std::scoped_lock lock(m_mutex);
        if (there ? !m_there.insert(name).second : m_there.erase(name) == 0)
            return;
        m_history += (m_history.empty() ? "" : " ") + std::string(there ? "+" : "-") + name;
    }
    mutable std::mutex m_mutex;
    std::set<std::string> m_there{};
    std::string m_history{};
};

inline Step thing(Things &things, const std::string &id, std::vector<std::string> needs = {})
{
    return {.id = id, .title = "Make " + id, .needs = std::move(needs), .creates = {{"thing", id}}, .estimate = Span(10),
            .check = [&things, id](StepContext &) -> Result<bool> { return things.has(id); },
            .apply = [&things, id](StepContext &) -> Result<> {
                things.add(id);
                return {};
            },
            .undo = [&things, id](StepContext &) -> Result<> {
                things.remove(id);
                return {};
            }};
}

// The machine's clock, that can be put forward.
struct JumpingClock final : Clock {
    std::chrono::milliseconds elapsed() const override { return SystemClock().elapsed() + std::chrono::milliseconds(ahead.load()); }
    std::chrono::system_clock::time_point wall() const override { return SystemClock().wall(); }
    std::atomic<long> ahead = 0;
};

// A journal in a folder of its own, a runner on it, and what it told.
struct Bench {
    Bench() { open(); }
    void open()
    {
        journal.reset();
        auto opened = Journal::open(folder, clock);
        if (!opened)
            qFatal("%s", opened.error().text().c_str());
        journal = std::move(*opened);
        runner.emplace(*journal, *clock);
    }
    Sink sink()
    {
        return [this](const Event &event) { events.push_back(event); };
    }
    Result<Summary> run(const Plan &plan, std::stop_token stop = {}) { return runner->run(plan, sink(), stop); }
    Result<Summary> undo(const Plan &plan) { return runner->undo(plan, sink(), {}); }
    // The states a step went through, "checking applying done".
    std::string course(const std::string &step) const
    {
        std::string states;
        for (const Event &event : events)
            if (event.kind == Event::Kind::Step && event.step == step)
                states += (states.empty() ? "" : " ") + std::string(name(event.state));
        return states;
    }

    QTemporaryDir temporary{};
    const std::filesystem::path folder = std::filesystem::path(temporary.path().toStdString()) / "timonier";
    const std::shared_ptr<JumpingClock> clock = std::make_shared<JumpingClock>();
    std::unique_ptr<Journal> journal{};
    std::optional<Runner> runner{};
    std::vector<Event> events{};
};

inline Plan planOf(std::vector<Step> steps) { return {.provider = "test", .target = "test/things", .title = "Things", .spec = "a: 1\n", .steps = std::move(steps)}; }

} // namespace timonier::plan::test

#define VERIFY_RESULT(...)                                                                                             \
    do {                                                                                                               \
        const auto &verified_ = (__VA_ARGS__); /* once: it may be a whole run */                                       \
        QVERIFY2(verified_.has_value(), verified_ ? "" : verified_.error().text().c_str());                            \
    } while (false)

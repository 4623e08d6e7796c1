#include "plan/runner.h"

#include "plan/estimates.h"
#include "plan/ledger.h"
#include "plan/schedule.h"
#include "plan/step_run.h"
#include "plan/target_lock.h"

#include "base/say.h"

#include <thread>

namespace timonier::plan {

namespace {

// One run, while it goes; lives on the caller's thread.
class Going
{
public:
    Going(Journal &journal, const Clock &clock, const Plan &plan, const std::vector<Span> &estimates, Direction direction, RunId run, const Sink &sink)
        : m_journal(journal), m_plan(plan), m_estimates(estimates), m_direction(direction), m_run(run), m_sink(sink), m_board(plan, clock, estimates),
          m_schedule(plan, direction), m_threads(plan.steps.size())
    {
    }

    Result<Summary> go(std::stop_token stop)
    {
        begin(TRY(m_journal.parts(m_run)));
        const std::stop_callback stopsAll(stop, [this] { m_board.stopAll(); });
        for (;;) {
            if (stop.stop_requested() || m_failure)
                m_schedule.stop();
            for (const std::size_t step : m_schedule.begin())
                start(step, stop);
            if (!m_schedule.anyRuns())
                break;
            handOn(m_board.take());
            m_board.stopStalled();
            tellProgress();
        }
        return finish(stop.stop_requested());
    }

private:
    void tell(Event event)
    {
        event.run = m_run;
        event.at = m_journal.now();
        m_sink(event);
    }

    // `earlier`: the parts that an earlier attempt at this run named.
    void begin(std::vector<PartRecord> earlier)
    {
        Event event{.kind = Event::Kind::Begun, .title = m_plan.title, .direction = m_direction};
        for (std::size_t i = 0; i < m_plan.steps.size(); ++i)
            event.steps.push_back({m_plan.steps[i].id, m_plan.steps[i].title, m_estimates[i]});
        tell(std::move(event));
        for (PartRecord &part : earlier)
            tell({.kind = Event::Kind::Part, .step = std::move(part.step), .title = std::move(part.title), .part = std::move(part.id),
                  .partState = part.state, .text = std::move(part.reason)});
        if (!m_journal.notice().empty())
            tell({.kind = Event::Kind::Notice, .text = m_journal.notice()});
        tellProgress();
    }

    void start(std::size_t step, const std::stop_token &stop)
    {
        m_threads[step] = std::thread([this, step, stop] {
            StepRun(m_journal, m_board, {m_plan, step, m_run, m_direction}, stop).run();
        });
    }

    void handOn(Board::News news)
    {
        std::vector<OutputLine> lines;
        std::vector<PartRecord> parts;
        for (const Event &event : news.events) {
            if (event.kind == Event::Kind::Line)
                lines.push_back({event.step, event.text});
            if (event.kind == Event::Kind::Part)
                parts.push_back({.step = event.step, .id = event.part, .title = event.title, .state = event.partState, .reason = event.text});
        }
        if ((!lines.empty() || !parts.empty()) && !m_failure) // on the disk before anybody sees them
            if (auto written = m_journal.print(m_run, lines, parts); !written)
                m_failure = std::move(written).error();
        for (Event &event : news.events)
            tell(std::move(event));
        for (StepEnd &end : news.ends) {
            m_threads[end.step].join();
            m_changed += end.state == StepState::Done || end.state == StepState::Undone;
            m_schedule.end(end.step, !end.error);
            if (end.error && !m_failure)
                m_failure = std::move(end.error);
        }
    }

    void tellProgress()
    {
        Forecast now = forecast(m_plan, m_direction, m_board.clocks());
        now.fraction = std::max(now.fraction, m_told.fraction);
        const Span difference = now.left > m_told.left ? now.left - m_told.left : m_told.left - now.left;
        if (m_hasTold && now.fraction - m_told.fraction < 0.002 && difference < Span(1'000))
            return;
        m_told = now;
        m_hasTold = true;
        tell({.kind = Event::Kind::Progress, .fraction = now.fraction, .left = now.left});
    }

    // Made by plans of another provider for this target: one that changes a cluster meets what the one that made it left, and that is no surprise. On the way back it is none
    // to one that only changes what the other made ("kubeadm restore …", of "kubeadm"): who takes all away must know all.
    Result<bool> isOfAnotherKind(const Resource &resource)
    {
        const RunRecord run = TRY(m_journal.run(resource.run));
        if (m_direction == Direction::Back)
            return m_plan.provider.starts_with(run.provider + " ");
        return run.provider != m_plan.provider;
    }

    // What the ledger has that no step of this plan made.
    Result<std::string> strangers()
    {
        std::string names;
        for (const Resource &resource : TRY(ledger::there(m_journal, m_plan.target)))
            if (std::ranges::none_of(m_plan.steps, [&](const Step &step) { return step.id == resource.step; }) && !TRY(isOfAnotherKind(resource)))
                names += (names.empty() ? "" : ", ") + resource.kind + " " + resource.name;
        return names;
    }

    Result<Summary> finish(bool stopped)
    {
        Summary summary{.run = m_run, .changed = m_changed, .error = std::move(m_failure)};
        const std::string others = TRY(strangers());
        if (!others.empty() && m_direction == Direction::Back && !summary.error)
            summary.error = Error{.kind = ErrorKind::Conflict, .message = say("Core", "this plan does not know how to take back {}", others),
                                  .hint = say("Core", "An earlier plan for {} made that: undo it with its own spec", m_plan.target)};
        else if (!others.empty())
            tell({.kind = Event::Kind::Notice, .text = say("Core", "An earlier plan for {} made what this one does not know: {}", m_plan.target, others)});
        if (m_schedule.complete() && !summary.error)
            summary.end = RunState::Finished;
        else
            summary.end = stopped ? RunState::Cancelled : RunState::Failed;
        if (summary.end == RunState::Cancelled)
            summary.error.reset(); // how each step put it is with the step
        TRY(m_journal.end(m_run, summary.end, summary.error));
        tell({.kind = Event::Kind::Ended, .title = m_plan.title, .error = summary.error, .direction = m_direction, .end = summary.end, .changed = m_changed});
        return summary;
    }

    Journal &m_journal;
    const Plan &m_plan;
    const std::vector<Span> &m_estimates;
    const Direction m_direction;
    const RunId m_run;
    const Sink &m_sink;
    Board m_board;
    Schedule m_schedule;
    std::vector<std::thread> m_threads;
    std::optional<Error> m_failure{};
    int m_changed = 0;
    Forecast m_told{};
    bool m_hasTold = false;
};

} // namespace

Result<Summary> Runner::run(const Plan &plan, const Sink &sink, std::stop_token stop) { return go(plan, Direction::Forward, {}, sink, stop); }

Result<Summary> Runner::undo(const Plan &plan, const Sink &sink, std::stop_token stop, Reach reach) { return go(plan, Direction::Back, {}, sink, stop, reach); }

Result<Summary> Runner::resume(const RunRecord &run, const Plan &plan, const Sink &sink, std::stop_token stop)
{
    if (run.target != plan.target)
        return fail(ErrorKind::Conflict, say("Core", "run {} is of {}, not of {}", run.id, run.target, plan.target));
    return go(plan, run.direction, run.id, sink, stop);
}

Result<Summary> Runner::go(const Plan &plan, Direction direction, std::optional<RunId> resumed, const Sink &sink, std::stop_token stop, Reach reach)
{
    TRY(validate(plan));
    const TargetLock lock = TRY(TargetLock::take(m_journal.locks(), plan.target));
    if (resumed && TRY(m_journal.run(*resumed)).state == RunState::Replaced) // it may have become so before we had the lock
        return fail(ErrorKind::Conflict, say("Core", "a later run of {} took over from run {}", plan.target, *resumed), say("Core", "Resume that one"));
    if (resumed)
        TRY(m_journal.resume(*resumed, plan));
    const RunId run = resumed ? *resumed : TRY(m_journal.begin(plan, direction));
    if (reach == Reach::Marks)
        TRY(m_journal.adopt(run, plan));
    const std::vector<Span> expected = TRY(estimates(m_journal, plan));
    return Going(m_journal, m_clock, plan, expected, direction, run, sink).go(stop);
}

} // namespace timonier::plan

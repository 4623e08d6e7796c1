#include "plan/step_run.h"

#include "plan/estimates.h"
#include "plan/ledger.h"

#include "base/pause.h"
#include "base/say.h"

namespace timonier::plan {

namespace {

constexpr Span longestPause{60'000};

} // namespace

StepRun::StepRun(Journal &journal, Board &board, StepPlace place, std::stop_token runStop)
    : m_journal(journal), m_board(board), m_place(place), m_step(place.plan.steps[place.index]), m_runStop(std::move(runStop))
{
}

void StepRun::run()
{
    Span wait = m_step.retry.pause;
    for (;;) {
        ++m_attempt;
        m_attemptStop = m_board.attempt(m_place.index);
        Result<StepState> outcome = m_place.direction == Direction::Forward ? forward() : back();
        if (outcome) {
            m_board.end({.step = m_place.index, .state = *outcome});
            return;
        }
        Error error = named(std::move(outcome).error());
        if (heals(error) && m_attempt < m_step.retry.attempts && !m_runStop.stop_requested()) {
            show(StepState::Pausing, error);
            if (m_journal.enter(m_place.run, m_step.id, StepState::Pausing, m_attempt) && pause(wait, m_runStop)) {
                wait = std::min(2 * wait, longestPause);
                continue;
            }
        }
        const StepState state = m_runStop.stop_requested() ? StepState::Cancelled : StepState::Failed;
        // A journal that cannot be written is what `error` says already, or the runner will find out itself.
        (void)m_journal.leave(m_place.run, m_place.plan.target, m_step.id, state, error);
        show(state, error);
        m_board.end({.step = m_place.index, .state = state, .error = std::move(error)});
        return;
    }
}

Result<StepState> StepRun::forward()
{
    TRY(m_journal.enter(m_place.run, m_step.id, StepState::Checking, m_attempt));
    show(StepState::Checking);
    if (TRY(m_step.check(*this))) {
        TRY(leave(StepState::Already));
        return StepState::Already;
    }
    if (m_attemptStop.stop_requested())
        return fail(ErrorKind::Cancelled, say("Core", "it was cancelled before it changed anything"));
    const auto intended = TRY(m_journal.enterApply(m_place.run, m_place.plan.target, m_step, m_attempt));
    show(StepState::Applying);
    for (const Resource &resource : intended)
        show(resource);
    TRY(m_step.apply(*this));
    const Span took = m_board.spent(m_place.index);
    TRY(leave(StepState::Done));
    if (m_attempt == 1)
        (void)learn(m_journal, m_place.plan, m_step, took); // an estimate that was not learned costs nothing
    return StepState::Done;
}

Result<StepState> StepRun::back()
{
    const auto known = TRY(ledger::there(m_journal, m_place.plan.target));
    if (std::ranges::none_of(known, [&](const Resource &one) { return one.step == m_step.id; })) {
        TRY(leave(StepState::Already));
        return StepState::Already;
    }
    if (!m_step.undo)
        return fail(ErrorKind::Unsupported, say("Core", "what the step {} made cannot be undone by it", m_step.id));
    TRY(m_journal.enter(m_place.run, m_step.id, StepState::Undoing, m_attempt));
    show(StepState::Undoing);
    TRY(m_step.undo(*this));
    TRY(leave(StepState::Undone));
    return StepState::Undone;
}

Result<> StepRun::leave(StepState state)
{
    for (const Resource &resource : TRY(m_journal.leave(m_place.run, m_place.plan.target, m_step.id, state, {})))
        show(resource);
    show(state);
    return {};
}

bool StepRun::heals(const Error &error) const
{
    return std::ranges::find(m_step.retry.heals, error.kind) != m_step.retry.heals.end();
}

Error StepRun::named(Error error) const
{
    if (!m_board.isStalled(m_place.index) || m_runStop.stop_requested())
        return error;
    // What the step said when it was stopped is "cancelled", which nobody did.
    return {.kind = ErrorKind::Timeout, .message = say("Core", "it gave no sign of life for {} s", double(m_step.quiet.count()) / 1000),
            .hint = say("Core", "Resume the run to try again"), .cause = std::make_shared<const Error>(std::move(error))};
}

void StepRun::show(StepState state, std::optional<Error> error)
{
    m_board.post(m_place.index, {.kind = Event::Kind::Step, .state = state, .attempt = m_attempt, .error = std::move(error)});
}

void StepRun::show(const Resource &resource) { m_board.post(m_place.index, {.kind = Event::Kind::Resource, .resource = resource}); }

void StepRun::print(std::string_view text) { m_board.print(m_place.index, text); }
void StepRun::progress(double fraction) { m_board.progress(m_place.index, fraction); }

void StepRun::part(std::string_view id, std::string_view title, PartState state, std::string_view reason)
{
    m_board.part(m_place.index, id, title, state, reason);
}

Result<Resource> StepRun::intend(std::string_view kind, std::string_view name)
{
    const ledger::Entry entry{.run = m_place.run, .target = m_place.plan.target, .step = m_step.id, .now = m_journal.now()};
    Resource intended = TRY(m_journal.database().write<Resource>([&](Connection &connection) { return ledger::intend(connection, entry, kind, name); }));
    show(intended);
    return intended;
}

Result<> StepRun::mark(std::string_view kind, std::string_view name, ResourceState state, std::string_view outsideId)
{
    const ledger::Entry entry{.run = m_place.run, .target = m_place.plan.target, .step = m_step.id, .now = m_journal.now()};
    std::optional<Resource> resource = TRY(find(kind, name));
    if (!resource)
        return {};
    TRY(m_journal.database().write<void>([&](Connection &connection) { return ledger::mark(connection, entry, kind, name, state, outsideId); }));
    resource->state = state;
    if (!outsideId.empty())
        resource->outsideId = outsideId;
    show(*resource);
    return {};
}

Result<> StepRun::made(std::string_view kind, std::string_view name, std::string_view outsideId)
{
    return mark(kind, name, ResourceState::Made, outsideId);
}

Result<> StepRun::gone(std::string_view kind, std::string_view name) { return mark(kind, name, ResourceState::Gone, {}); }

Result<std::optional<Resource>> StepRun::find(std::string_view kind, std::string_view name)
{
    for (Resource &resource : TRY(ledger::there(m_journal, m_place.plan.target)))
        if (resource.kind == kind && resource.name == name)
            return std::optional(std::move(resource));
    return std::optional<Resource>();
}

} // namespace timonier::plan

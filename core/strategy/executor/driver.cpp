#include "strategy/executor/driver.h"

#include "base/pause.h"
#include "base/say.h"
#include "strategy/executor/act.h"
#include "strategy/executor/checks.h"
#include "strategy/executor/lease.h"
#include "strategy/executor/report.h"

namespace timonier::rollout {

namespace {

// Between two looks, where nothing was written: while pods come and go, and while it is only watched.
constexpr std::chrono::milliseconds turnTime{400}, watchTime{1'000}, conflictTime{100};
constexpr std::int64_t renewEvery = 2'000;
constexpr int patience = 15; // refusals in a row: an API server that has just started does not know its roles yet

bool mayHeal(const Error &error)
{
    return error.kind == ErrorKind::Unreachable || error.kind == ErrorKind::Timeout || error.kind == ErrorKind::Throttled || error.kind == ErrorKind::Server ||
           error.kind == ErrorKind::Tls || error.kind == ErrorKind::Protocol;
}

class Driver
{
public:
    Driver(Transport &transport, const Self &self, const Sink &sink, std::stop_token stop)
        : m_transport(transport), m_api(transport, stop), m_self(self), m_sink(sink), m_stop(std::move(stop))
    {
    }

    Result<End> drive(const std::string &ns, const std::string &deployment)
    {
        Record record = TRY(takeLease(m_api, ns, deployment, m_self));
        for (;;) {
            auto turned = turn(record);
            if (m_stop.stop_requested()) {
                release(record);
                return End::LeftStanding;
            }
            if (turned && turned->ended)
                return *turned->ended;
            if (!turned && turned.error().kind == ErrorKind::Conflict && !m_lost) {
                pause(conflictTime, m_stop); // then look again
                continue;
            }
            const bool refused = !turned && (turned.error().kind == ErrorKind::Forbidden || turned.error().kind == ErrorKind::Unauthorized);
            m_refusals = refused ? m_refusals + 1 : 0;
            if (!turned && (mayHeal(turned.error()) || (refused && m_refusals < patience))) {
                tell(record, World(), turned.error().text());
            } else if (!turned) {
                if (!m_lost)
                    standStill(record, turned.error());
                return std::unexpected(turned.error());
            }
            if (!turned || !turned->wrote)
                pause(turned && turned->hurried ? turnTime : watchTime, m_stop);
        }
    }

private:
    struct Turned {
        bool wrote = false, hurried = false;
        std::optional<End> ended{};
    };

    Result<Turned> turn(Record &record)
    {
        auto fresh = readRecord(m_api, record.plan.ns, record.plan.deployment);
        if (!fresh)
            return std::unexpected(fresh.error());
        if (fresh->state.holder != m_self.name) {
            m_lost = true;
            return fail(ErrorKind::Conflict, say("Core", "{} drives this roll-out now", fresh->state.holder.empty() ? say("Core", "somebody else") : fresh->state.holder));
        }
        record = std::move(*fresh);
        const State before = record.state;
        const std::int64_t now = wallNow();
        World world = TRY(look(m_api, record));
        takeOrder(record, world, now);
        TRY(noticeOthers(record, world));
        if (record.state.phase == Phase::Running)
            TRY(examine(record, world, now));
        // What was decided is written down before it is acted upon; this write fails if anybody else drives.
        if (record.state.phase != before.phase || record.state.step != before.step || !before.order.empty() || now - record.state.renewed >= renewEvery)
            TRY(note(record, now));

        if (record.state.phase == Phase::Paused) {
            const bool wrote = TRY(holdStill(record, world));
            tell(record, world, record.state.why);
            return Turned{.wrote = wrote};
        }
        const std::vector<Step> steps = stepsOf(record);
        const Step step = steps[static_cast<std::size_t>(record.state.step)];
        const Turn turn = TRY(act(m_api, record, world, step, wallNow()));
        if (!turn.failed.empty())
            goBack(record, turn.failed, wallNow());
        tell(record, world, turn.waiting);
        if (turn.done && step.what == Do::Finish) {
            const End end = record.state.phase == Phase::GoingBack ? End::WentBack : End::Finished;
            m_last.phase = end == End::Finished ? "finished" : "went-back";
            m_sink(m_last);
            return Turned{.ended = end};
        }
        if (turn.done) {
            ++record.state.step;
            record.state.since = wallNow();
        }
        if (turn.done || !turn.failed.empty())
            TRY(note(record, wallNow()));
        return Turned{.wrote = turn.wrote || turn.done || !turn.failed.empty(), .hurried = step.what != Do::Watch};
    }

    Result<> note(Record &record, std::int64_t now)
    {
        record.state.renewed = now;
        return writeRecord(m_api, record);
    }

    void takeOrder(Record &record, const World &world, std::int64_t now)
    {
        State &state = record.state;
        const std::string order = std::exchange(state.order, {});
        const std::vector<Step> steps = stepsOf(record);
        if (order == key(Order::Abort) && state.phase != Phase::GoingBack) {
            goBack(record, say("Core", "somebody goes back"), now);
        } else if (order == key(Order::Pause) && state.phase == Phase::Running) {
            state.phase = Phase::Paused;
            state.why = say("Core", "somebody paused it");
            state.since -= now; // the time that it has been watched is kept: the rest comes after the pause
        } else if (order == key(Order::Resume) && state.phase == Phase::Paused) {
            if (templateOf(world.own, record) == Whose::Foreign)
                return; // noticeOthers() says why it stays where it is
            state.phase = Phase::Running;
            state.why.clear();
            state.failures = 0;
            state.since += now;
            m_unpaused = true;
        } else if ((order == key(Order::Promote) || order == key(Order::PromoteAll)) && state.phase == Phase::Running) {
            if (steps[static_cast<std::size_t>(state.step)].what != Do::Watch && order == key(Order::Promote))
                return;
            int to = state.step + 1;
            for (int i = to; order == key(Order::PromoteAll) && i < static_cast<int>(steps.size()); ++i)
                if (steps[static_cast<std::size_t>(i)].what == Do::Watch)
                    to = i + 1;
            // Blue/green's switch may not be left out.
            if (record.plan.strategy == Strategy::BlueGreen)
                to = state.step + 1;
            state.step = to;
            state.since = now;
            state.failures = 0;
        }
    }

    void goBack(Record &record, std::string why, std::int64_t now)
    {
        record.state.phase = Phase::GoingBack;
        record.state.why = std::move(why);
        record.state.step = 0;
        record.state.since = now;
    }

    // What somebody else did to the Deployment meanwhile.
    Result<> noticeOthers(Record &record, const World &world)
    {
        State &state = record.state;
        if (world.own.is_null()) {
            if (state.phase == Phase::GoingBack)
                return {};
            return fail(ErrorKind::NotFound, say("Core", "the Deployment {} has been deleted", record.plan.deployment),
                        say("Core", "Abort the roll-out: what was made for it is removed."));
        }
        if (state.phase == Phase::GoingBack)
            return {};
        if (templateOf(world.own, record) == Whose::Foreign) {
            if (state.phase == Phase::Running)
                state.since -= wallNow();
            state.phase = Phase::Paused;
            state.why = say("Core", "somebody else ({}) has changed the template of {} meanwhile: abort, and their change stays", lastWriter(world.own), record.plan.deployment);
            return {};
        }
        const Do doing = stepsOf(record)[static_cast<std::size_t>(state.step)].what;
        const std::int64_t replicas = numberAt(world.own, "/spec/replicas", 1);
        if (!record.before.autoscaled && doing != Do::ScaleOwn && state.expected >= 0 && replicas != state.expected) {
            record.before.replicas = state.expected = replicas; // whoever scaled it wants as many
        }
        if (state.phase == Phase::Running && doing == Do::Template && jsonAt(world.own, "/spec/paused") == true && !std::exchange(m_unpaused, false)) {
            state.phase = Phase::Paused;
            state.since -= wallNow();
            state.why = say("Core", "somebody paused the Deployment");
        }
        return {};
    }

    // A paused roll-out that Kubernetes itself carries on is held by spec.paused.
    Result<bool> holdStill(const Record &record, const World &world)
    {
        const std::vector<Step> steps = stepsOf(record);
        if (steps[static_cast<std::size_t>(record.state.step)].what != Do::Template || templateOf(world.own, record) != Whose::New || jsonAt(world.own, "/spec/paused") == true)
            return false;
        TRY(m_api.patch(Names(record.plan).own(), revisionOf(world.own), Json::array({{{"op", "add"}, {"path", "/spec/paused"}, {"value", true}}})));
        return true;
    }

    Result<> examine(Record &record, const World &world, std::int64_t now)
    {
        State &state = record.state;
        if (now - state.checked < record.plan.checks.every.count())
            return {};
        const bool watching = stepsOf(record)[static_cast<std::size_t>(state.step)].what == Do::Watch;
        m_findings = TRY(check(m_api, record, world, watching));
        state.checked = now;
        const auto bad = std::ranges::find(m_findings, false, &Finding::good);
        if (bad == m_findings.end()) {
            state.failures = 0;
            state.failed.clear();
            return {};
        }
        state.failed = bad->words;
        if (++state.failures >= record.plan.checks.failures)
            goBack(record, say("Core", "{} checks failed one after the other; the last: {}", state.failures, bad->words), now);
        return note(record, now);
    }

    void tell(const Record &record, const World &world, std::string waiting)
    {
        Progress progress = world.own.is_null() && !m_last.deployment.empty() ? m_last : progressOf(record, world);
        progress.waiting = std::move(waiting);
        progress.checks.clear();
        for (const Finding &finding : m_findings)
            progress.checks.emplace_back(finding.words, finding.good);
        m_last = progress;
        m_sink(m_last);
    }

    // It cannot go on: it stays where it is, and says why to whoever looks.
    void standStill(Record &record, const Error &error)
    {
        if (record.state.phase == Phase::Running) {
            record.state.phase = Phase::Paused;
            record.state.since -= wallNow();
            record.state.why = error.text();
        }
        release(record);
    }

    void release(Record &record)
    {
        // Our own stop must not stop this last word; it is lost only with the connection, and then the lease runs out.
        const Api last(m_transport, {});
        record.state.holder.clear();
        (void)writeRecord(last, record);
    }

    Transport &m_transport;
    const Api m_api;
    const Self &m_self;
    const Sink &m_sink;
    const std::stop_token m_stop;
    std::vector<Finding> m_findings;
    Progress m_last;
    int m_refusals = 0;
    bool m_lost = false;     // somebody else drives
    bool m_unpaused = false; // resumed in this very turn: the Deployment is still paused
};

} // namespace

Result<End> start(Transport &transport, const Prepared &prepared, const Self &self, const Sink &sink, std::stop_token stop)
{
    if (!prepared.ok())
        return std::unexpected(prepared.refusal());
    const Api api(transport, stop);
    Record record = *prepared.record;
    record.state.begun = record.state.since = record.state.renewed = wallNow();
    record.state.holder = self.name;
    auto written = writeRecord(api, record);
    if (!written && written.error().kind == ErrorKind::Conflict)
        return fail(ErrorKind::Conflict, say("Core", "somebody has begun a roll-out of {} just now", record.plan.deployment));
    TRY(written);
    return Driver(transport, self, sink, stop).drive(record.plan.ns, record.plan.deployment);
}

Result<End> resume(Transport &transport, const std::string &ns, const std::string &deployment, const Self &self, const Sink &sink, std::stop_token stop)
{
    return Driver(transport, self, sink, stop).drive(ns, deployment);
}

} // namespace timonier::rollout

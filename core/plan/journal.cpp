#include "plan/journal.h"

#include "plan/ledger.h"
#include "plan/schema.h"
#include "plan/target_lock.h"

#include "base/redact.h"
#include "base/say.h"

#include <set>

namespace timonier::plan {

namespace {

constexpr std::string_view unfinished = "'running', 'failed', 'cancelled'";

Result<> putSteps(Connection &connection, RunId run, const Plan &plan)
{
    qint64 place = 0;
    for (const Step &step : plan.steps)
        TRY(connection.run("INSERT INTO step (run, id, place, title, state) VALUES (?, ?, ?, ?, 'waiting') "
                           "ON CONFLICT (run, id) DO UPDATE SET place = excluded.place, title = excluded.title, state = 'waiting', error = '', hint = ''",
                           {qint64(run), value(step.id), place++, value(step.title)}));
    return {};
}

} // namespace

Result<std::unique_ptr<Journal>> Journal::open(const std::filesystem::path &folder, std::shared_ptr<const Clock> clock)
{
    std::unique_ptr<Journal> journal(new Journal(folder, std::move(clock)));
    OpenedDatabase opened = TRY(openJournal(folder / "journal.db"));
    journal->m_database = std::move(opened.database);
    journal->m_notice = std::move(opened.notice);
    return journal;
}

std::int64_t Journal::now() const
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(m_clock->wall().time_since_epoch()).count();
}

Result<RunId> Journal::begin(const Plan &plan, Direction direction)
{
    return m_database->write<RunId>([&](Connection &connection) -> Result<RunId> {
        TRY(connection.run(fmt::format("UPDATE run SET state = 'replaced' WHERE target = ? AND state IN ({})", unfinished).c_str(), {value(plan.target)}));
        const RunId run = TRY(connection.run(
            "INSERT INTO run (provider, target, title, spec, direction, state, begun) VALUES (?, ?, ?, ?, ?, 'running', ?)",
            {value(plan.provider), value(plan.target), value(plan.title), value(plan.spec), value(name(direction)), qint64(now())}));
        TRY(putSteps(connection, run, plan));
        return run;
    });
}

Result<> Journal::resume(RunId run, const Plan &plan)
{
    return m_database->write<void>([&](Connection &connection) -> Result<> {
        TRY(connection.run("UPDATE run SET state = 'running', ended = 0, error = '', hint = '' WHERE id = ?", {qint64(run)}));
        TRY(connection.run("UPDATE part SET state = 'waiting', reason = '', begun = 0, ended = 0 WHERE run = ? AND state NOT IN ('done', 'already')", {qint64(run)}));
        return putSteps(connection, run, plan);
    });
}

Result<> Journal::end(RunId run, RunState state, const std::optional<Error> &error)
{
    return m_database->write<void>([&](Connection &connection) -> Result<> {
        TRY(connection.run("UPDATE run SET state = ?, ended = ?, error = ?, hint = ? WHERE id = ?",
                           {value(name(state)), qint64(now()), value(error ? redact(error->text()) : ""), value(error ? redact(error->hint) : ""), qint64(run)}));
        return {};
    });
}

Result<> Journal::enter(RunId run, const std::string &step, StepState state, int attempt)
{
    return m_database->write<void>([&](Connection &connection) -> Result<> {
        TRY(connection.run("UPDATE step SET state = ?, attempt = ?, begun = ?, ended = 0 WHERE run = ? AND id = ?",
                           {value(name(state)), attempt, qint64(now()), qint64(run), value(step)}));
        return {};
    });
}

Result<std::vector<Resource>> Journal::enterApply(RunId run, const std::string &target, const Step &step, int attempt)
{
    return m_database->write<std::vector<Resource>>([&](Connection &connection) -> Result<std::vector<Resource>> {
        TRY(connection.run("UPDATE step SET state = 'applying', attempt = ?, begun = ?, ended = 0 WHERE run = ? AND id = ?",
                           {attempt, qint64(now()), qint64(run), value(step.id)}));
        std::vector<Resource> intended;
        for (const Creates &one : step.creates)
            intended.push_back(TRY(ledger::intend(connection, {.run = run, .target = target, .step = step.id, .now = now()}, one.kind, one.name)));
        return intended;
    });
}

Result<> Journal::adopt(RunId run, const Plan &plan)
{
    return m_database->write<void>([&](Connection &connection) -> Result<> {
        for (const Step &step : plan.steps)
            for (const Creates &one : step.creates)
                if (!step.provider.empty())
                    TRY(ledger::intend(connection, {.run = run, .target = plan.target, .step = step.id, .now = now()}, one.kind, one.name));
        return {};
    });
}

Result<std::vector<Resource>> Journal::leave(RunId run, const std::string &target, const std::string &step, StepState state,
                                             const std::optional<Error> &error)
{
    return m_database->write<std::vector<Resource>>([&](Connection &connection) -> Result<std::vector<Resource>> {
        TRY(connection.run("UPDATE step SET state = ?, ended = ?, error = ?, hint = ? WHERE run = ? AND id = ?",
                           {value(name(state)), qint64(now()), value(error ? redact(error->text()) : ""), value(error ? redact(error->hint) : ""),
                            qint64(run), value(step)}));
        const ledger::Entry entry{.run = run, .target = target, .step = step, .now = now()};
        if (state == StepState::Done || state == StepState::Already)
            return ledger::settle(connection, entry, ResourceState::Made);
        if (state == StepState::Undone)
            return ledger::settle(connection, entry, ResourceState::Gone);
        return std::vector<Resource>();
    });
}

Result<> Journal::print(RunId run, const std::vector<OutputLine> &lines, const std::vector<PartRecord> &parts)
{
    return m_database->write<void>([&](Connection &connection) -> Result<> {
        for (const PartRecord &part : parts) {
            const bool begins = part.state == PartState::Running;
            TRY(connection.run("INSERT INTO part (run, step, id, title, state, reason, begun, ended) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                               "ON CONFLICT (run, step, id) DO UPDATE SET title = excluded.title, state = excluded.state, reason = excluded.reason, "
                               "begun = CASE WHEN excluded.begun = 0 OR (state = 'running' AND begun > 0) THEN begun ELSE excluded.begun END, "
                               "ended = excluded.ended",
                               {qint64(run), value(part.step), value(part.id), value(part.title), value(name(part.state)), value(part.reason),
                                begins ? qint64(now()) : 0, isOver(part.state) ? qint64(now()) : 0}));
        }
        std::set<std::string> steps;
        for (const OutputLine &line : lines) {
            TRY(connection.run("INSERT INTO output (run, step, line) VALUES (?, ?, ?)", {qint64(run), value(line.step), value(line.text)}));
            steps.insert(line.step);
        }
        for (const std::string &step : steps)
            TRY(connection.run("DELETE FROM output WHERE run = ? AND step = ? AND n <= "
                               "(SELECT n FROM output WHERE run = ? AND step = ? ORDER BY n DESC LIMIT 1 OFFSET ?)",
                               {qint64(run), value(step), qint64(run), value(step), linesKept}));
        return {};
    });
}

RunRecord Journal::record(const QVariantList &row) const
{
    RunRecord run{.id = row[0].toLongLong(), .provider = text(row[1]), .target = text(row[2]), .title = text(row[3]), .spec = text(row[4]),
                  .direction = direction(text(row[5])), .state = runState(text(row[6])), .begun = row[7].toLongLong(), .ended = row[8].toLongLong(),
                  .error = text(row[9]), .hint = text(row[10])};
    if (run.state == RunState::Running && !TargetLock::isHeld(locks(), run.target))
        run.state = RunState::Interrupted;
    return run;
}

Result<std::vector<RunRecord>> Journal::runs(int limit)
{
    const auto rows = TRY(m_database->read<std::vector<QVariantList>>([&](Connection &connection) {
        return connection.rows("SELECT id, provider, target, title, spec, direction, state, begun, ended, error, hint FROM run ORDER BY id DESC LIMIT ?", {limit});
    }));
    std::vector<RunRecord> runs;
    for (const QVariantList &row : rows)
        runs.push_back(record(row));
    return runs;
}

Result<RunRecord> Journal::run(RunId run)
{
    const auto rows = TRY(m_database->read<std::vector<QVariantList>>([&](Connection &connection) {
        return connection.rows("SELECT id, provider, target, title, spec, direction, state, begun, ended, error, hint FROM run WHERE id = ?", {qint64(run)});
    }));
    if (rows.empty())
        return fail(ErrorKind::NotFound, say("Core", "there is no run {}", run), say("Core", "`timonierctl runs` lists them"));
    return record(rows.front());
}

Result<std::vector<StepRecord>> Journal::steps(RunId run)
{
    const auto rows = TRY(m_database->read<std::vector<QVariantList>>([&](Connection &connection) {
        return connection.rows("SELECT id, title, state, attempt, begun, ended, error, hint FROM step WHERE run = ? ORDER BY place", {qint64(run)});
    }));
    std::vector<StepRecord> steps;
    for (const QVariantList &row : rows)
        steps.push_back({.id = text(row[0]), .title = text(row[1]), .state = stepState(text(row[2])), .attempt = row[3].toInt(),
                         .begun = row[4].toLongLong(), .ended = row[5].toLongLong(), .error = text(row[6]), .hint = text(row[7])});
    return steps;
}

Result<std::vector<PartRecord>> Journal::parts(RunId run)
{
    const auto rows = TRY(m_database->read<std::vector<QVariantList>>([&](Connection &connection) {
        return connection.rows("SELECT step, id, title, state, reason, begun, ended FROM part WHERE run = ? ORDER BY n", {qint64(run)});
    }));
    std::vector<PartRecord> parts;
    for (const QVariantList &row : rows)
        parts.push_back({.step = text(row[0]), .id = text(row[1]), .title = text(row[2]), .state = partState(text(row[3])), .reason = text(row[4]),
                         .begun = row[5].toLongLong(), .ended = row[6].toLongLong()});
    return parts;
}

Result<std::vector<OutputLine>> Journal::output(RunId run)
{
    const auto rows = TRY(m_database->read<std::vector<QVariantList>>(
        [&](Connection &connection) { return connection.rows("SELECT step, line FROM output WHERE run = ? ORDER BY n", {qint64(run)}); }));
    std::vector<OutputLine> lines;
    for (const QVariantList &row : rows)
        lines.push_back({text(row[0]), text(row[1])});
    return lines;
}

} // namespace timonier::plan

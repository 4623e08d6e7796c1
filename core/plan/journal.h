// What every run did, kept so that nothing is lost when the program dies: the runs, their steps and output; and the ledger (ledger.h),
// which shares the file and its transactions. Any thread; each call waits for the disk. What goes in is redacted.
#pragma once

#include "base/clock.h"
#include "plan/database.h"
#include "plan/records.h"

#include <filesystem>

namespace timonier::plan {

class Journal
{
public:
    // The folder holds the file "journal.db" and the locks. Errors: Unsupported (a newer Timonier's), Io.
    static Result<std::unique_ptr<Journal>> open(const std::filesystem::path &folder, std::shared_ptr<const Clock> clock);

    // Something a person must know of how it was opened; empty: nothing.
    const std::string &notice() const { return m_notice; }
    const std::filesystem::path locks() const { return m_folder / "locks"; }

    // Writes down the run and its steps, all waiting. Earlier runs of the target that were left unfinished count as replaced.
    Result<RunId> begin(const Plan &plan, Direction direction);
    // The run goes on: its steps are as the plan has them now. NotFound.
    Result<> resume(RunId run, const Plan &plan);
    Result<> end(RunId run, RunState state, const std::optional<Error> &error);

    // A step is about to do something, or waits to try again.
    Result<> enter(RunId run, const std::string &step, StepState state, int attempt);
    // It is about to change something: what it will create is in the ledger once this has returned.
    Result<std::vector<Resource>> enterApply(RunId run, const std::string &target, const Step &step, int attempt);
    // What the steps of a plan that ask a provider would create may be there, as far as the ledger does not know of it.
    Result<> adopt(RunId run, const Plan &plan);
    // It is over. Done and Already confirm what the ledger has of it, Undone strikes that out; returned is what changed.
    Result<std::vector<Resource>> leave(RunId run, const std::string &target, const std::string &step, StepState state, const std::optional<Error> &error);

    // The last lines of each step are kept; of each part its last state.
    Result<> print(RunId run, const std::vector<OutputLine> &lines, const std::vector<PartRecord> &parts = {});

    // Newest first. A run that says it is running while nobody holds its target's lock is Interrupted.
    Result<std::vector<RunRecord>> runs(int limit);
    Result<RunRecord> run(RunId run); // NotFound
    Result<std::vector<StepRecord>> steps(RunId run);
    Result<std::vector<PartRecord>> parts(RunId run); // of each step in the order in which they were named first
    Result<std::vector<OutputLine>> output(RunId run);

    Database &database() { return *m_database; }
    std::int64_t now() const;

private:
    Journal(std::filesystem::path folder, std::shared_ptr<const Clock> clock) : m_folder(std::move(folder)), m_clock(std::move(clock)) {}
    RunRecord record(const QVariantList &row) const;

    const std::filesystem::path m_folder;
    const std::shared_ptr<const Clock> m_clock;
    std::unique_ptr<Database> m_database{};
    std::string m_notice{};
};

inline constexpr int linesKept = 2000; // of each step of a run

} // namespace timonier::plan

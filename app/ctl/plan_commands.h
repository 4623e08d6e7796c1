// What `runs` and `cluster` share: the journal, a run to its end, and what that is to the shell.
#pragma once

#include "ctl/command.h"
#include "plan/foresee.h"
#include "plan/runner.h"

namespace timonier::ctl {

// In the person's data folder. It says on stderr what there is to know of how it was opened.
Result<std::unique_ptr<plan::Journal>> openJournal();
// Where it lies; it may not be there yet.
std::filesystem::path journalFolder();

// Runs by `work`, printed as -o says. Failure: the step's error; Interrupted: cancelled, with the way on.
Outcome runPlan(Invocation &invocation, const std::function<Result<plan::Summary>(plan::Runner &, const plan::Sink &)> &work, plan::Journal &journal);

struct SpecFile {
    std::string name{}, text{};
};
// "-": the standard input. Errors: Io.
Result<SpecFile> readSpecFile(const QString &name);

// The journal, where there is one: a dry run makes none.
Result<std::unique_ptr<plan::Journal>> journalIfAny();

// A dry run's steps, for people and as a JSON list.
void printSteps(const plan::Plan &plan, const std::vector<plan::Foreseen> &steps);
std::string stepsJson(const plan::Plan &plan, const std::vector<plan::Foreseen> &steps);

bool wantsJson(const Invocation &invocation);

} // namespace timonier::ctl

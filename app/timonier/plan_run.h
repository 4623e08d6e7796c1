// A plan that runs on a thread of its own, for the wizard that shows it.
#pragma once

#include "base/worker.h"
#include "plan/runner.h"
#include "ui/models/wizard_subject.h"

namespace timonier {

// Blocking, on the run's thread.
using PlanDrive = std::function<Result<plan::Summary>(const plan::Sink &, std::stop_token)>;

// `closing`: joins the thread where nobody waits for it. `wake` is called on the run's thread.
std::unique_ptr<WizardRun> runPlan(std::shared_ptr<Worker> closing, std::function<void()> wake, PlanDrive drive);

} // namespace timonier

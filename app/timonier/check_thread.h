// Checks made on a thread of their own, for the wizard that shows them as they come.
#pragma once

#include "base/worker.h"
#include "ui/models/wizard_subject.h"

#include <stop_token>

namespace timonier {

// `closing`: joins the thread where nobody waits for it. `wake` and `work` are called on the checks' thread.
std::unique_ptr<WizardChecking> checkOnThread(std::shared_ptr<Worker> closing, std::function<void()> wake,
                                              std::function<void(std::stop_token, const std::function<void(form::Check)> &)> work);

} // namespace timonier

// Applications that a program of somebody else's puts in (juju, kfctl): what must be there, its commands one after another, whether each
// has been done, and the way back. Blocking: worker threads only.
#pragma once

#include "base/process.h"
#include "catalog/template.h"
#include "form/check.h"
#include "kube/transport.h"
#include "plan/step_context.h"

#include <memory>
#include <stop_token>
#include <vector>

namespace timonier::catalog {

struct ToolGround {
    std::shared_ptr<ProcessRunner> runner{};
    std::function<Result<Environment>(std::stop_token)> environment{}; // a person's, where we were started without a shell; none: ours
    std::string context{};    // of the kubeconfig: the cluster that the programs are to work on, whatever their current one is
    std::vector<std::string> kubeconfigs{};
};

// One for each of needs.tools and needs.namespaces. Errors: those of fetch() but NotFound and Forbidden; Cancelled.
Result<std::vector<form::Check>> toolChecks(Transport &transport, const Entry &entry, const Filling &filling, const ToolGround &ground, std::stop_token stop);

class ToolWorker
{
public:
    // `place`: the application's own folder is kept under this name ("CONTEXT/NAMESPACE/NAME"): kfctl, for one, reads there when it
    // deletes what it wrote when it applied.
    ToolWorker(const Entry &entry, const Filling &filling, const ToolGround &ground, std::string place) : m_entry(entry), m_filling(filling), m_ground(ground), m_place(std::move(place)) {}

    bool applies(const ToolWork &work) const;
    // What is still missing, in words; empty: it is done. What cannot be asked is never done.
    // Errors: Process (no such program), Cancelled.
    Result<std::string> missing(const ToolWork &work, std::stop_token stop) const;
    // Errors: Process with the program's own last words; Timeout (`patience` has run out); Io; Cancelled.
    Result<> run(const ToolWork &work, std::chrono::milliseconds patience, plan::StepContext &context) const;
    // Whether there is nothing to take back: only where the program says so, not where it merely fails. Errors: Process with its words.
    Result<bool> isGone(const ToolWork &work, std::stop_token stop) const;
    Result<> undo(const ToolWork &work, plan::StepContext &context) const;
    // The folder, once nothing needs it any more.
    void clearAway() const;

private:
    Result<Command> command(const ToolWork &work, const std::vector<std::string> &arguments, std::stop_token stop) const;
    Result<> carriedOut(const ToolWork &work, const std::vector<std::string> &arguments, plan::StepContext &context) const;
    Result<> waitedFor(const ToolWork &work, std::chrono::milliseconds patience, plan::StepContext &context) const;
    Result<std::string> folder() const;

    const Entry &m_entry;
    const Filling &m_filling;
    const ToolGround &m_ground;
    const std::string m_place;
};

// "a.*.b" in a document: the texts that stand there, each with where: "applications/dex-auth". Pure.
std::vector<std::pair<std::string, std::string>> textsAt(const std::string &json, const std::string &field);

} // namespace timonier::catalog

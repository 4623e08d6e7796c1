// What a step may do to the world of plans while it runs: be stopped, tell how it goes, and keep the ledger. Called on the step's thread.
#pragma once

#include "base/result.h"
#include "plan/resource.h"
#include "plan/state.h"

#include <optional>
#include <stop_token>
#include <string_view>

namespace timonier::plan {

struct StepContext {
    virtual ~StepContext() = default;
    // Somebody cancelled, or the step gave no sign of life for too long.
    virtual std::stop_token stop() const = 0;
    // What a tool printed, in whatever pieces it came. Redacted and cut into lines before anybody sees it. A sign of life.
    virtual void print(std::string_view text) = 0;
    // How much of the step is done, 0 to 1; it never goes back. A sign of life.
    virtual void progress(double fraction) = 0;
    // One of the things that the step is about, and where it stands: an object, a host. `id` is unique in the step and the same in each
    // run; they are shown in the order in which they are first named, so name all of them, waiting, at the start. Cheap: of many states
    // within a moment the last one is handed on, and the disk is not waited for. `reason`: what it waits for, or why it failed; redacted.
    // A sign of life. What is Running when the step ends counts as Waiting. Nothing in a dry run.
    virtual void part(std::string_view id, std::string_view title, PartState state, std::string_view reason = {});
    // Records that something is about to be asked for, beyond what Step::creates says; returns once that is on the disk. The same token
    // comes back until the resource is gone. Errors: Io.
    virtual Result<Resource> intend(std::string_view kind, std::string_view name) = 0;
    // It is there, under that name of the other side's. What a step does not say itself is confirmed when it has ended well.
    virtual Result<> made(std::string_view kind, std::string_view name, std::string_view outsideId) = 0;
    // It is not there (any more). What an undo does not say itself is taken as gone when it has ended well.
    virtual Result<> gone(std::string_view kind, std::string_view name) = 0;
    // What the ledger knows of something of this target, by whatever step; none: not ours, or gone.
    virtual Result<std::optional<Resource>> find(std::string_view kind, std::string_view name) = 0;
};

inline void StepContext::part(std::string_view, std::string_view, PartState, std::string_view) {}

} // namespace timonier::plan

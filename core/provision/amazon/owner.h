// Whose the things in an account are: what a plan makes carries its target and which part it is, so that it is found again whether a ledger knows it or not.
#pragma once

#include "cloud/aws/ec2_calls.h"
#include "plan/plan.h"

#include <memory>
#include <string>

namespace timonier::amazon {

using plan::StepContext;

inline constexpr const char *targetTag = "timonier.dev/target", *partTag = "timonier.dev/part";

struct Owner {
    std::shared_ptr<aws::Client> client{};
    std::string name{};         // of the cluster: what its things are called after
    std::string target{};       // of the plan
    aws::Tags more{};           // the person's own

    // All that carries these two is this plan's.
    aws::Tags tags(const std::string &part) const { return {{targetTag, target}, {partTag, part}}; }
    // Those, and the person's own and its name: what a new thing gets.
    aws::Tags allTags(const std::string &part) const;
};

// The other side's id of what an earlier step made. Errors: Internal (it was not made).
Result<std::string> idOf(StepContext &context, std::string_view kind, const std::string &name);
// The token of what this step makes; "": it did not begin.
Result<std::string> tokenOf(StepContext &context, std::string_view kind, const std::string &name);

} // namespace timonier::amazon

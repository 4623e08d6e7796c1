// One thing in EC2 as a step: found by its tags before it is asked for, made at most once, removed for sure.
#pragma once

#include "provision/amazon/owner.h"

#include <functional>
#include <vector>

namespace timonier::amazon {

struct Ec2Step {
    std::string id{}, title{};
    aws::Ec2Kind kind{};
    std::vector<std::string> needs{};
    plan::Span estimate{2'000};
    std::function<Result<std::string>(aws::Ec2 &, StepContext &, const std::string &token, const aws::Tags &)> create{};
    // What is done to it besides, as often as one likes.
    std::function<Result<>(aws::Ec2 &, StepContext &, const std::string &id)> settle{};
    // Before it is removed, as often as one likes.
    std::function<Result<>(aws::Ec2 &, const std::string &id)> loosen{};
    std::string measure{}; // as plan::Step has it
};
plan::Step ec2Step(const Owner &owner, Ec2Step what);

} // namespace timonier::amazon

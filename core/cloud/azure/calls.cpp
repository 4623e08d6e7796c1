#include "cloud/azure/calls.h"

#include "cloud/azure/arm_error.h"

namespace timonier::azure {

Result<std::optional<std::string>> Calls::find(const ArmCall &call) const
{
    auto answer = arm.send(call, stop);
    // A subscription that was never registered for a kind of thing has none of it.
    if (!answer && (answer.error().kind == ErrorKind::NotFound || codeOf(answer.error()) == "MissingSubscriptionRegistration"))
        return std::nullopt;
    return TRY(std::move(answer));
}

Result<> Calls::remove(const ArmCall &call, std::chrono::minutes limit) const
{
    const auto done = change(call, limit);
    if (!done && done.error().kind != ErrorKind::NotFound)
        return std::unexpected(done.error());
    return {};
}

} // namespace timonier::azure

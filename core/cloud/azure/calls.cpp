#include "cloud/azure/calls.h"

namespace timonier::azure {

Result<std::optional<std::string>> Calls::find(const ArmCall &call) const
{
    auto answer = arm.send(call, stop);
    if (!answer && answer.error().kind == ErrorKind::NotFound)
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

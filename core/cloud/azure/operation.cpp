#include "cloud/azure/operation.h"

#include "cloud/azure/json.h"

#include <charconv>

namespace timonier::azure {

Course courseOfState(const std::string &state)
{
    if (state.empty() || state == "Succeeded")
        return Course::Done;
    return state == "Failed" || state == "Canceled" || state == "Cancelled" ? Course::Failed : Course::Running;
}

Follow followOf(const std::string &method, const HttpAnswer &answer)
{
    if (const auto url = answer.header("azure-asyncoperation"); !url.empty())
        return {.how = Follow::Status, .url = std::string(url)};
    if (const auto url = answer.header("location"); !url.empty() && (answer.status == 202 || answer.status == 201))
        return {.how = Follow::Location, .url = std::string(url)};
    if (answer.status == 204 || (method != "PUT" && method != "PATCH"))
        return {};
    return {.how = courseOfState(textOf(readJson(answer.body), "properties", "provisioningState")) == Course::Done ? Follow::Nothing : Follow::State};
}

Course courseOf(const Follow &follow, const HttpAnswer &answer)
{
    const bool good = answer.status >= 200 && answer.status < 300;
    switch (follow.how) {
    case Follow::Nothing: return Course::Done;
    case Follow::Location: return answer.status == 202 ? Course::Running : good ? Course::Done : Course::Failed;
    case Follow::Status: {
        if (!good)
            return Course::Failed;
        const std::string status = textOf(readJson(answer.body), "status");
        return status.empty() ? answer.status == 202 ? Course::Running : Course::Done : courseOfState(status);
    }
    case Follow::State: break;
    }
    return good ? courseOfState(textOf(readJson(answer.body), "properties", "provisioningState")) : Course::Failed;
}

std::optional<std::chrono::milliseconds> retryAfter(const HttpAnswer &answer)
{
    const auto text = answer.header("retry-after");
    int seconds = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    // A date would need a clock that is right: who sends one is asked again as if nothing had been said. Azure sends seconds.
    if (text.empty() || error != std::errc() || end != text.data() + text.size() || seconds < 0 || seconds > 3600)
        return std::nullopt;
    return std::chrono::seconds(seconds);
}

} // namespace timonier::azure

#include "cloud/azure/arm.h"

#include "base/pause.h"
#include "base/say.h"
#include "cloud/azure/arm_error.h"
#include "cloud/azure/json.h"
#include "cloud/azure/operation.h"

#include <algorithm>

#include <QUuid>

#include <curl/curl.h>

namespace timonier::azure {

using namespace std::chrono_literals;

std::string Arm::urlOf(const ArmCall &call) const
{
    std::vector<std::pair<std::string, std::string>> query{{"api-version", call.version}};
    if (!call.filter.empty())
        query.emplace_back("$filter", call.filter);
    return m_settings.cloud.manager + encoded(call.path, true) + "?" + queryOf(query);
}

void Arm::noteClock(const HttpAnswer &answer)
{
    const std::string date(answer.header("date"));
    if (const time_t theirs = date.empty() ? -1 : curl_getdate(date.c_str(), nullptr); theirs >= 0)
        m_skew = static_cast<std::int64_t>(theirs) - static_cast<std::int64_t>(std::chrono::system_clock::to_time_t(m_settings.clock->wall()));
}

Result<HttpAnswer> Arm::answer(const ArmCall &call, const std::string &url, bool anyStatus, std::stop_token stop)
{
    // What it sends us on to gets our token: nobody else may.
    if (!url.starts_with(m_settings.cloud.manager + "/"))
        return fail(ErrorKind::Protocol, say("Core", "Azure sends us on to another place: {}", url.substr(0, url.find('?'))));
    bool renewed = false, rejected = false;
    auto limit = m_settings.firstPause;
    for (int attempt = 1;; ++attempt) {
        const Secret token = TRY(m_settings.tokens->token(rejected, stop));
        rejected = false;
        HttpRequest request{.method = call.method, .url = url, .headers = {{"Authorization", "Bearer " + token.reveal()}, {"Accept", "application/json"}, {"x-ms-client-request-id", QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString()}}, .body = call.body};
        if (!call.body.empty())
            request.headers.emplace_back("Content-Type", "application/json");
        auto answer = m_settings.http->send(request, stop);
        Error error;
        std::optional<std::chrono::milliseconds> said;
        if (answer) {
            noteClock(*answer);
            if (answer->status >= 200 && answer->status < 300)
                return answer;
            error = armError(m_settings.cloud, call.action, *answer);
            if (answer->status == 401 && !renewed) {
                renewed = rejected = true;
                continue;
            }
            said = retryAfter(*answer);
        } else {
            error = std::move(answer).error();
            error.context.emplace_back("action", call.action);
        }
        const bool passes = error.kind == ErrorKind::Throttled || error.kind == ErrorKind::Server || error.kind == ErrorKind::Unreachable || error.kind == ErrorKind::Timeout;
        if (!passes || attempt >= m_settings.attempts) {
            if (answer && anyStatus && !passes && answer->status != 401)
                return answer;
            return std::unexpected(std::move(error));
        }
        if (said && *said > 5min) {
            error.hint = say("Core", "Azure wants to be left alone for {} minutes.", std::chrono::ceil<std::chrono::minutes>(*said).count());
            return std::unexpected(std::move(error));
        }
        // A little later than it said: all who were told the same would come back at once.
        if (!pause(said ? *said + jittered(m_settings.firstPause) : jittered(limit), stop))
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        limit = std::min<std::chrono::milliseconds>(limit * 2, 20s);
    }
}

Result<std::string> Arm::send(const ArmCall &call, std::stop_token stop) { return TRY(answer(call, urlOf(call), false, std::move(stop))).body; }

Result<std::string> Arm::list(ArmCall call, std::stop_token stop)
{
    Json all = Json::array();
    for (std::string url = urlOf(call); !url.empty();) {
        const HttpAnswer page = TRY(answer(call, url, false, stop));
        const Json json = readJson(page.body);
        if (!fieldOf(json, "value").is_array())
            return fail(ErrorKind::Protocol, say("Core", "the answer to {} cannot be read", call.action));
        for (const Json &one : fieldOf(json, "value"))
            all.push_back(one);
        const std::string next = textOf(json, "nextLink");
        if (next == url)
            break;
        url = next;
    }
    return dumped(all);
}

Result<std::string> Arm::follow(const ArmCall &call, HttpAnswer begun, std::chrono::milliseconds end, std::stop_token stop)
{
    const Follow follow = followOf(call.method, begun);
    const ArmCall look{.action = call.action}; // what is asked while it runs takes no more than it took to begin
    auto span = m_settings.firstPause;
    HttpAnswer last = begun;
    while (follow.how != Follow::Nothing) {
        if (!pause(std::max(retryAfter(last).value_or(span), m_settings.firstPause), stop))
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        span = std::min<std::chrono::milliseconds>(span * 3 / 2, m_settings.longestPause);
        last = TRY(answer(look, follow.how == Follow::State ? urlOf({.path = call.path, .version = call.version}) : follow.url, true, stop));
        const Course course = courseOf(follow, last);
        if (course == Course::Failed)
            return std::unexpected(last.status >= 300 ? armError(m_settings.cloud, call.action, last) : operationError(m_settings.cloud, call.action, last));
        if (course == Course::Done)
            break;
        if (m_settings.clock->elapsed() > end)
            return fail(ErrorKind::Timeout, say("Core", "{} is not over yet", call.action), say("Core", "Azure goes on with it: run the plan again in some minutes."));
    }
    // Of a status nothing is known but that it is over.
    if (follow.how == Follow::Status && (call.method == "PUT" || call.method == "PATCH"))
        return TRY(answer(look, urlOf({.path = call.path, .version = call.version}), false, stop)).body;
    return follow.how == Follow::Status ? std::string() : last.body;
}

Result<std::string> Arm::change(const ArmCall &call, std::chrono::minutes limit, const std::function<void(const std::string &)> &heard, std::stop_token stop)
{
    const auto end = m_settings.clock->elapsed() + limit;
    std::string last;
    auto span = m_settings.firstPause;
    while (true) {
        auto begun = answer(call, urlOf(call), false, stop);
        if (begun)
            return follow(call, std::move(*begun), end, stop);
        if (!isBusy(begun.error()) || m_settings.clock->elapsed() > end)
            return std::unexpected(std::move(begun).error());
        if (heard && begun.error().message != last)
            heard(last = begun.error().message);
        if (!pause(jittered(span), stop))
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        span = std::min<std::chrono::milliseconds>(span * 2, m_settings.longestPause);
    }
}

Result<std::shared_ptr<Arm>> armFor(const SignIn &signIn, const std::string &cloud, const Machine &machine)
{
    const Cloud where = TRY(cloudOf(cloud, machine.environment));
    return std::make_shared<Arm>(ArmSettings{.http = machine.http, .tokens = tokenSource(signIn, where, machine), .clock = machine.clock, .cloud = where});
}

} // namespace timonier::azure

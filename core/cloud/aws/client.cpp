#include "cloud/aws/client.h"

#include "base/pause.h"
#include "base/say.h"
#include "cloud/aws/api_error.h"

#include <cmath>

#include <curl/curl.h>

namespace timonier::aws {

Time Client::now() const { return m_settings.clock->wall() + std::chrono::seconds(m_skew.load()); }

Result<HttpRequest> Client::requestOf(const Call &call, const Address &address) const
{
    HttpRequest request{.url = address.url};
    switch (call.service.protocol) {
    case Protocol::Query: {
        Parameters form{{"Action", call.action}, {"Version", std::string(call.service.version)}};
        form.insert(form.end(), call.parameters.begin(), call.parameters.end());
        request.method = "POST";
        request.url += "/";
        request.body = queryOf(form);
        request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}};
        break;
    }
    case Protocol::Json:
        request.method = "POST";
        request.url += "/";
        request.body = call.body.empty() ? "{}" : call.body;
        request.headers = {{"Content-Type", "application/x-amz-json-1.1"}, {"X-Amz-Target", std::string(call.service.version) + "." + call.action}};
        break;
    case Protocol::RestJson:
        request.method = call.method;
        request.url += call.path + (call.parameters.empty() ? "" : "?" + queryOf(call.parameters));
        request.body = call.body;
        if (!call.body.empty())
            request.headers = {{"Content-Type", "application/json"}};
        break;
    }
    return request;
}

// Only a difference that the services mind; a second later the next request is signed for the right time.
bool Client::correctClock(const HttpAnswer &answer, std::int64_t signedWith)
{
    const std::string date(answer.header("date"));
    const time_t theirs = date.empty() ? -1 : curl_getdate(date.c_str(), nullptr);
    if (theirs < 0)
        return false;
    const auto ours = std::chrono::system_clock::to_time_t(m_settings.clock->wall());
    const std::int64_t skew = static_cast<std::int64_t>(theirs) - static_cast<std::int64_t>(ours);
    if (std::abs(skew - signedWith) < 240)
        return false;
    m_skew = skew;
    return true;
}

Result<std::string> Client::send(const Call &call, std::stop_token stop)
{
    const Address address = TRY(addressOf(call.service, m_settings.region, m_settings.endpoints));
    HttpRequest request = TRY(requestOf(call, address));
    bool renewed = false, clockTried = false, afterRejection = false;
    auto limit = m_settings.firstPause;
    for (int attempt = 1;; ++attempt) {
        const Keys keys = TRY(m_settings.keys->keys(afterRejection, stop));
        afterRejection = false;
        const std::int64_t skew = m_skew.load();
        signHeaders(request, keys, {.region = address.region, .service = std::string(call.service.id)}, m_settings.clock->wall() + std::chrono::seconds(skew));
        auto answer = m_settings.http->send(request, stop);
        Error error;
        if (answer) {
            if (answer->status >= 200 && answer->status < 300)
                return std::move(answer->body);
            error = apiError(call.service, call.action, *answer);
            const std::string_view code = codeOf(error);
            // Against what this one was signed with: another thread may have corrected the clock while it was on its way.
            if (mayBeClock(code) && !clockTried && correctClock(*answer, skew)) {
                clockTried = true;
                continue;
            }
            if (isExpired(code) && !renewed) {
                renewed = afterRejection = true;
                continue;
            }
        } else {
            error = std::move(answer).error();
            error.context.emplace_back("action", std::string(call.service.id) + ":" + call.action);
        }
        // Refused before anything was done; or, of the others, harmless to ask twice.
        const bool passes = error.kind == ErrorKind::Throttled ||
                            (call.repeatable && (error.kind == ErrorKind::Server || error.kind == ErrorKind::Unreachable || error.kind == ErrorKind::Timeout));
        if (!passes || attempt >= m_settings.attempts)
            return std::unexpected(std::move(error));
        if (!pause(jittered(limit), stop))
            return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
        limit = std::min<std::chrono::milliseconds>(limit * 2, std::chrono::seconds(20));
    }
}

Result<Xml> Client::query(const Service &service, const std::string &action, Parameters parameters, bool repeatable, std::stop_token stop)
{
    const std::string body = TRY(send({.service = service, .action = action, .parameters = std::move(parameters), .repeatable = repeatable}, stop));
    auto xml = readXml(body);
    if (!xml)
        return std::unexpected(std::move(xml).error().because(say("Core", "the answer to {} cannot be read", action)));
    return xml;
}

} // namespace timonier::aws

#include "cloud/aws/quota_calls.h"

#include "base/say.h"

#include <nlohmann/json.hpp>

namespace timonier::aws {

Result<double> quotaOf(Client &client, const std::string &service, const std::string &code, std::stop_token stop)
{
    const nlohmann::json body{{"ServiceCode", service}, {"QuotaCode", code}};
    const auto answer = nlohmann::json::parse(TRY(client.send({.service = serviceQuotas, .action = "GetServiceQuota", .body = body.dump()}, std::move(stop))), nullptr, false);
    const nlohmann::json::json_pointer value("/Quota/Value");
    if (!answer.is_object() || !answer.contains(value) || !answer[value].is_number())
        return fail(ErrorKind::Protocol, say("Core", "the answer to {} cannot be read", "GetServiceQuota"));
    return answer[value].get<double>();
}

std::string quotaPage(const std::string &service, const std::string &code)
{
    return "https://console.aws.amazon.com/servicequotas/home/services/" + service + "/quotas" + (code.empty() ? "" : "/" + code);
}

} // namespace timonier::aws

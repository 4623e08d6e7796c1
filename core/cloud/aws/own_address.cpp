#include "cloud/aws/own_address.h"

#include "base/say.h"

#include <regex>

namespace timonier::aws {

Result<std::string> ownAddress(Client &client, std::stop_token stop)
{
    const Endpoints &endpoints = client.settings().endpoints; // an emulator may be asked; it is not signed
    const auto given = endpoints.each.find(std::string(checkIp.endpointId));
    const std::string url = given == endpoints.each.end() ? "https://checkip.amazonaws.com/" : given->second;
    const HttpAnswer answer = TRY(client.settings().http->send({.url = url, .connect = std::chrono::seconds(5), .whole = std::chrono::seconds(10), .limit = 1u << 16}, std::move(stop)));
    const std::string address = answer.body.substr(0, answer.body.find_last_not_of(" \r\n") + 1);
    if (answer.status != 200 || !std::regex_match(address, std::regex("([0-9]{1,3}\\.){3}[0-9]{1,3}")))
        return fail(ErrorKind::Protocol, say("Core", "the address that this computer is seen by cannot be learnt from {}", url), say("Core", "Say in the spec who may come in: access: {{cidrs: [203.0.113.7/32]}}"));
    return address;
}

} // namespace timonier::aws

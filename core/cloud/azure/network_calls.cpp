#include "cloud/azure/network_calls.h"

#include "cloud/azure/json.h"

#include <algorithm>

namespace timonier::azure {

namespace {

constexpr const char *version = "2024-05-01";
const std::string kind = "Microsoft.Network/virtualNetworks";

std::vector<Subnet> subnetsIn(const Json &network)
{
    std::vector<Subnet> all;
    for (const Json &one : fieldOf(network, "properties", "subnets")) {
        Subnet subnet{.id = textOf(one, "id"), .name = textOf(one, "name"), .network = textOf(network, "name"), .location = textOf(network, "location")};
        if (const std::string prefix = textOf(one, "properties", "addressPrefix"); !prefix.empty()) // one is said here, several there
            subnet.prefixes.push_back(prefix);
        else
            for (const Json &each : fieldOf(one, "properties", "addressPrefixes"))
                if (each.is_string())
                    subnet.prefixes.push_back(each.get<std::string>());
        if (const Json &taken = fieldOf(one, "properties", "ipConfigurations"); taken.is_array())
            subnet.used = static_cast<int>(taken.size());
        all.push_back(std::move(subnet));
    }
    return all;
}

bool isSame(const std::string &left, const std::string &right) // ids are compared without regard to case
{
    return std::ranges::equal(left, right, [](char a, char b) { return a == b || (std::isalpha(static_cast<unsigned char>(a)) && (a | 0x20) == (b | 0x20)); });
}

} // namespace

Result<std::vector<Subnet>> subnetsOf(const Calls &calls)
{
    const Json networks = readJson(TRY(calls.arm.list({.path = calls.subscriptionPath() + "/providers/" + kind, .version = version, .action = kind + "/read"}, calls.stop)));
    std::vector<Subnet> all;
    for (const Json &network : networks)
        std::ranges::move(subnetsIn(network), std::back_inserter(all));
    return all;
}

Result<std::optional<Subnet>> subnetById(const Calls &calls, const std::string &id)
{
    const std::string network = id.substr(0, id.rfind('/', id.rfind('/') - 1)); // without /subnets/NAME: a subnet by itself does not say where it is
    const auto body = TRY(calls.find({.path = network, .version = version, .action = kind + "/read"}));
    const auto all = body ? subnetsIn(readJson(*body)) : std::vector<Subnet>();
    const auto found = std::ranges::find_if(all, [&](const Subnet &one) { return isSame(one.id, id); });
    return found == all.end() ? std::nullopt : std::optional(*found);
}

} // namespace timonier::azure

// timonierctl azure: signing in with a device's code, and what a subscription really offers, for whoever writes the spec of an AKS cluster.
#include "ctl/commands.h"
#include "ctl/plan_commands.h"

#include "base/say.h"
#include "cloud/azure/aks_calls.h"
#include "cloud/azure/arm.h"
#include "cloud/azure/compute_calls.h"
#include "cloud/azure/registry_calls.h"
#include "cloud/azure/resource_calls.h"

#include <QCoreApplication>

#include <algorithm>

#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace timonier::ctl {

namespace {

using Json = nlohmann::ordered_json;

struct Given {
    std::string account{}, tenant{}, cloud{}, subscription{}, location{};
};

Outcome logIn(Invocation &invocation, const Given &given)
{
    const azure::Machine machine = azure::systemMachine();
    // First, lest a person types a code in for nothing.
    if (const auto kept = machine.store->read("azure/default"); !kept)
        return failed(Error(kept.error()).because(say("Ctl", "a sign-in to Azure could not be kept"), say("Ctl", "Without a store of passwords use a service principal: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET.")));
    const azure::Entra entra{.http = machine.http, .clock = machine.clock, .cloud = TRY_OUTCOME(azure::cloudOf(given.cloud, machine.environment)), .tenant = given.tenant};
    const azure::DeviceCode code = TRY_OUTCOME(entra.askDeviceCode(invocation.stop));
    fmt::print(stderr, "{}\n", say("Ctl", "Open {} and type in: {}", code.page, code.code));
    const azure::Tokens tokens = TRY_OUTCOME(entra.awaitDeviceCode(code, invocation.stop));
    TRY_OUTCOME(azure::storeAccount(*machine.store, given.account, given.tenant, tokens.refresh));
    fmt::print("{}\n", say("Ctl", "you are signed in to Azure; the sign-in is kept in the system's own store"));
    return Success;
}

Outcome printed(const Invocation &invocation, const Json &all, const std::vector<std::string> &columns)
{
    if (wantsJson(invocation)) {
        fmt::print("{}\n", all.dump(-1, ' ', false, Json::error_handler_t::replace));
        return Success;
    }
    for (const Json &one : all) {
        std::string line;
        for (const std::string &column : columns)
            line += fmt::format("{:<{}}", one[column].is_string() ? one[column].get<std::string>() : one[column].dump(), &column == &columns.back() ? 0 : column == "id" ? 40 : 26);
        fmt::print("{}\n", line);
    }
    return Success;
}

Outcome subscriptions(Invocation &invocation, azure::Arm &arm)
{
    Json all = Json::array();
    for (const auto &one : TRY_OUTCOME(azure::subscriptions(arm, invocation.stop)))
        all.push_back({{"id", one.id}, {"name", one.name}, {"state", one.state}, {"tenant", one.tenant}});
    return printed(invocation, all, {"id", "name", "state", "tenant"});
}

Outcome regions(Invocation &invocation, const azure::Calls &calls)
{
    Json all = Json::array();
    for (const auto &one : TRY_OUTCOME(azure::regionsOf(calls)))
        all.push_back({{"name", one.name}, {"title", one.title}});
    return printed(invocation, all, {"name", "title"});
}

Outcome versions(Invocation &invocation, const azure::Calls &calls, const std::string &location)
{
    Json all = Json::array();
    for (const auto &one : TRY_OUTCOME(azure::aksVersions(calls, location)))
        all.push_back({{"version", one.minor}, {"patches", one.patches}, {"default", one.isDefault}, {"preview", one.isPreview}});
    return printed(invocation, all, {"version", "patches"});
}

Outcome sizes(Invocation &invocation, const azure::Calls &calls, const std::string &location)
{
    Json all = Json::array();
    for (const auto &one : TRY_OUTCOME(azure::sizesIn(calls, location)))
        if (one.refused.empty() && one.cores >= 2) // AKS takes no smaller ones
            all.push_back({{"name", one.name}, {"cores", one.cores}, {"memory", one.memory}, {"zones", one.zones}, {"family", one.family}});
    return printed(invocation, all, {"name", "cores", "memory", "zones"});
}

Outcome registryPassword(Invocation &invocation, azure::Arm &arm, const Given &given, const std::string &server)
{
    // Asked for by name, on stdout alone, to be piped into `docker login --password-stdin`. timonierctl image needs none.
    fmt::print("{}\n", TRY_OUTCOME(azure::registryPassword(arm, server, given.tenant, invocation.stop)).reveal());
    return Success;
}

} // namespace

void declareAzure(QCommandLineParser &parser)
{
    declareOutput(parser, QStringLiteral("text, json"));
    parser.addOption({QStringLiteral("account"), QCoreApplication::translate("Ctl", "The name that the sign-in is kept under."), QStringLiteral("NAME")});
    parser.addOption({QStringLiteral("tenant"), QCoreApplication::translate("Ctl", "Whose directory to sign in to: an id or a domain."), QStringLiteral("TENANT")});
    parser.addOption({QStringLiteral("cloud"), QCoreApplication::translate("Ctl", "AzureCloud, AzureChinaCloud or AzureUSGovernment."), QStringLiteral("CLOUD")});
    parser.addOption({QStringLiteral("subscription"), QCoreApplication::translate("Ctl", "The id of the subscription to look at."), QStringLiteral("ID")});
    parser.addOption({QStringLiteral("location"), QCoreApplication::translate("Ctl", "The region to look at, such as uksouth."), QStringLiteral("REGION")});
}

Outcome runAzure(Invocation &invocation)
{
    const std::string verb = invocation.arguments.value(0).toStdString();
    const auto text = [&](const char *name) { return invocation.options.value(QLatin1String(name)).toStdString(); };
    const Given given{.account = text("account"), .tenant = text("tenant"), .cloud = text("cloud"), .subscription = text("subscription"), .location = text("location")};
    constexpr std::array verbs{"login", "logout", "subscriptions", "locations", "versions", "sizes", "registry-password"};
    const bool inPlace = verb == "versions" || verb == "sizes", inSubscription = inPlace || verb == "locations";
    if (std::ranges::find(verbs, verb) == verbs.end() || invocation.arguments.size() != (verb == "registry-password" ? 2 : 1))
        return misused(QCoreApplication::translate("Ctl", "say login, logout, subscriptions, locations, versions, sizes, or registry-password SERVER"));
    if ((inSubscription && given.subscription.empty()) || (inPlace && given.location.empty()))
        return misused(QCoreApplication::translate("Ctl", "locations needs --subscription; versions and sizes need --location too"));
    if (verb == "login")
        return logIn(invocation, given);
    if (verb == "logout") {
        TRY_OUTCOME(azure::forgetAccount(*systemSecretStore(), given.account));
        return Success;
    }
    const auto arm = TRY_OUTCOME(azure::armFor({.account = given.account, .tenant = given.tenant}, given.cloud, azure::systemMachine()));
    const azure::Calls calls{.arm = *arm, .subscription = given.subscription, .stop = invocation.stop};
    if (verb == "subscriptions")
        return subscriptions(invocation, *arm);
    if (verb == "locations")
        return regions(invocation, calls);
    if (verb == "registry-password")
        return registryPassword(invocation, *arm, given, invocation.arguments[1].toStdString());
    return verb == "versions" ? versions(invocation, calls, given.location) : sizes(invocation, calls, given.location);
}

} // namespace timonier::ctl

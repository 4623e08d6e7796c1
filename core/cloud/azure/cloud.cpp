#include "cloud/azure/cloud.h"

#include "base/nearest_name.h"
#include "base/say.h"
#include "net/download.h"

#include <fmt/ranges.h>

#include <QFile>

#include <nlohmann/json.hpp>

namespace timonier::azure {

std::vector<Cloud> clouds()
{
    static const std::vector<Cloud> all = [] {
        QFile file(QStringLiteral(":/cloud/azure-clouds.json"));
        std::vector<Cloud> read;
        if (!file.open(QIODevice::ReadOnly))
            return read;
        const nlohmann::json document = nlohmann::json::parse(file.readAll().toStdString());
        for (const auto &one : document["clouds"])
            read.push_back({.name = one["name"], .authority = one["authority"], .manager = one["manager"], .audience = one["audience"], .registries = one["registries"], .portal = one["portal"], .prices = one["prices"]});
        return read;
    }();
    return all;
}

namespace {

Result<> take(std::string &address, const Environment &environment, const char *name)
{
    std::string given(variable(environment, name));
    if (given.empty())
        return {};
    if (given.find("://") == std::string::npos) // azure-identity takes a bare host too
        given.insert(0, "https://");
    while (given.ends_with('/'))
        given.pop_back();
    if (!isUrl(given))
        return fail(ErrorKind::Invalid, say("Core", "{} is no web address: {}", name, given));
    address = std::move(given);
    return {};
}

} // namespace

Result<Cloud> cloudOf(const std::string &name, const Environment &environment)
{
    const std::vector<Cloud> all = clouds();
    std::vector<std::string> names;
    for (const Cloud &one : all)
        names.push_back(one.name);
    const auto found = std::ranges::find(names, name.empty() ? "AzureCloud" : name);
    if (found == names.end())
        return fail(ErrorKind::Invalid, say("Core", "Azure has no cloud {}", name), say("Core", "It has: {}", fmt::join(names, ", ")));
    Cloud cloud = all[static_cast<std::size_t>(found - names.begin())];
    TRY(take(cloud.authority, environment, "AZURE_AUTHORITY_HOST"));
    const std::string before = cloud.manager;
    TRY(take(cloud.manager, environment, "AZURE_RESOURCE_MANAGER_ENDPOINT"));
    if (cloud.manager != before)
        cloud.audience = cloud.manager;
    TRY(take(cloud.audience, environment, "AZURE_RESOURCE_MANAGER_AUDIENCE"));
    TRY(take(cloud.prices, environment, "AZURE_RETAIL_PRICES_ENDPOINT"));
    return cloud;
}

} // namespace timonier::azure

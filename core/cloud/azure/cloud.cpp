#include "cloud/azure/cloud.h"

#include "base/nearest_name.h"
#include "base/say.h"
#include "net/download.h"

#include <fmt/ranges.h>

#include <QFile>

#include <nlohmann/json.hpp>

namespace timonier::azure {

Result<std::vector<Cloud>> readClouds(const std::string &json)
{
    const auto damaged = [](const std::string &why) { return fail(ErrorKind::Internal, say("Core", "the table {} of this Timonier is damaged: {}", "azure-clouds.json", why), say("Core", "Install it anew")); };
    try {
        std::vector<Cloud> read;
        const auto document = nlohmann::json::parse(json);
        for (const auto &one : document.at("clouds"))
            read.push_back({.name = one.at("name"), .authority = one.at("authority"), .manager = one.at("manager"), .audience = one.at("audience"), .registries = one.at("registries"), .portal = one.at("portal"), .prices = one.at("prices")});
        for (const Cloud &one : read)
            for (const std::string &address : {one.authority, one.manager, one.audience})
                if (!isUrl(address))
                    return damaged(say("Core", "{} is no web address: {}", one.name, address));
        if (read.empty())
            return damaged(say("Core", "it is empty"));
        return read;
    } catch (const nlohmann::json::exception &error) {
        return damaged(error.what());
    }
}

namespace {

const Result<std::vector<Cloud>> &table()
{
    static const Result<std::vector<Cloud>> all = [] {
        QFile file(QStringLiteral(":/cloud/azure-clouds.json"));
        return readClouds(file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string());
    }();
    return all;
}

} // namespace

std::vector<Cloud> clouds() { return table() ? *table() : std::vector<Cloud>(); }

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
    if (!table())
        return std::unexpected(table().error());
    const std::vector<Cloud> &all = *table();
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

#include "cloud/aws/service.h"

#include "base/nearest_name.h"
#include "base/say.h"

#include <regex>

#include <QFile>

#include <nlohmann/json.hpp>

namespace timonier::aws {

namespace {

struct Row {
    Partition partition{};
    std::regex pattern{};
};

const std::vector<Row> &table()
{
    static const std::vector<Row> rows = [] {
        QFile file(QStringLiteral(":/cloud/aws-partitions.json"));
        std::vector<Row> all;
        if (!file.open(QIODevice::ReadOnly))
            return all;
        const nlohmann::json document = nlohmann::json::parse(file.readAll().toStdString());
        for (const auto &one : document["partitions"])
            all.push_back({.partition = {.id = one["id"], .suffix = one["suffix"], .iamHost = one["iam"], .iamRegion = one["iamRegion"], .regions = one["regions"].get<std::map<std::string, std::string>>()},
                           .pattern = std::regex(one["pattern"].get<std::string>())});
        return all;
    }();
    return rows;
}

} // namespace

std::vector<Partition> partitions()
{
    std::vector<Partition> all;
    for (const Row &row : table())
        all.push_back(row.partition);
    return all;
}

Result<Partition> partitionOf(const std::string &region)
{
    std::vector<std::string> known;
    for (const Row &row : table()) {
        if (row.partition.regions.contains(region))
            return row.partition;
        for (const auto &[name, title] : row.partition.regions)
            known.push_back(name);
    }
    if (const std::string near = nearestName(region, known); !near.empty() && region.size() == near.size() && region.back() == near.back())
        return fail(ErrorKind::Invalid, say("Core", "AWS has no region {}", region), say("Core", "Did you mean {}?", near));
    for (const Row &row : table())
        if (std::regex_match(region, row.pattern))
            return row.partition;
    return fail(ErrorKind::Invalid, say("Core", "AWS has no region {}", region), say("Core", "Regions are called eu-west-3 or us-east-1"));
}

Result<Address> addressOf(const Service &service, const std::string &region, const Endpoints &endpoints)
{
    const Partition partition = TRY(partitionOf(region));
    const bool isIam = service.id == iam.id;
    Address address{.region = isIam ? partition.iamRegion : region};
    const auto given = endpoints.each.find(std::string(service.endpointId));
    address.url = given != endpoints.each.end() ? given->second : endpoints.all;
    address.isGiven = !address.url.empty();
    if (!address.isGiven)
        address.url = isIam ? "https://" + partition.iamHost : fmt::format("https://{}{}.{}.{}", service.id == pricing.id ? "api." : "", service.id, region, partition.suffix);
    while (address.url.ends_with('/'))
        address.url.pop_back();
    return address;
}

} // namespace timonier::aws

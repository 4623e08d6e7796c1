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

const Result<std::vector<Row>> &table()
{
    static const Result<std::vector<Row>> rows = []() -> Result<std::vector<Row>> {
        QFile file(QStringLiteral(":/cloud/aws-partitions.json"));
        std::vector<Row> all;
        for (Partition &one : TRY(readPartitions(file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string()))) {
            std::regex pattern(one.pattern); // it was tried
            all.push_back({.partition = std::move(one), .pattern = std::move(pattern)});
        }
        return all;
    }();
    return rows;
}

} // namespace

Result<std::vector<Partition>> readPartitions(const std::string &json)
{
    const auto damaged = [](const std::string &why) { return fail(ErrorKind::Internal, say("Core", "the table {} of this Timonier is damaged: {}", "aws-partitions.json", why), say("Core", "Install it anew")); };
    try {
        std::vector<Partition> all;
        const auto document = nlohmann::json::parse(json);
        for (const auto &one : document.at("partitions")) {
            all.push_back({.id = one.at("id"), .suffix = one.at("suffix"), .iamHost = one.at("iam"), .iamRegion = one.at("iamRegion"), .pattern = one.at("pattern"), .regions = one.at("regions").get<std::map<std::string, std::string>>()});
            static_cast<void>(std::regex(all.back().pattern));
        }
        if (all.empty())
            return damaged(say("Core", "it is empty"));
        return all;
    } catch (const nlohmann::json::exception &error) {
        return damaged(error.what());
    } catch (const std::regex_error &error) {
        return damaged(error.what());
    }
}

std::vector<Partition> partitions()
{
    std::vector<Partition> all;
    if (table())
        for (const Row &row : *table())
            all.push_back(row.partition);
    return all;
}

Result<Partition> partitionOf(const std::string &region)
{
    if (!table())
        return std::unexpected(table().error());
    std::vector<std::string> known;
    for (const Row &row : *table()) {
        if (row.partition.regions.contains(region))
            return row.partition;
        for (const auto &[name, title] : row.partition.regions)
            known.push_back(name);
    }
    if (const std::string near = nearestName(region, known); !near.empty() && region.size() == near.size() && region.back() == near.back())
        return fail(ErrorKind::Invalid, say("Core", "AWS has no region {}", region), say("Core", "Did you mean {}?", near));
    for (const Row &row : *table())
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

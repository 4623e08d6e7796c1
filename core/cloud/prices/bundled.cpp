#include "cloud/prices/bundled.h"

#include "form/cost.h"

#include <nlohmann/json.hpp>

#include <QFile>

namespace timonier::prices {

namespace {

Bundled readTable(const QString &name)
{
    QFile file(name);
    const nlohmann::json document = file.open(QIODevice::ReadOnly) ? nlohmann::json::parse(file.readAll().toStdString(), nullptr, false) : nlohmann::json::object();
    Bundled table{.cloud = document.value("cloud", ""), .region = document.value("region", ""), .asOf = document.value("as of", "")};
    for (const auto &[group, hours] : {std::pair("machine hour", 1.0), std::pair("hour", 1.0), std::pair("month", form::hoursOfMonth)})
        if (const auto found = document.find(group); found != document.end())
            for (const auto &[what, price] : found->items()) {
                table.hour[what] = price.get<double>() / hours;
                if (std::string_view(group) == "machine hour")
                    table.machines.push_back(what);
            }
    return table;
}

const std::vector<Bundled> &tables()
{
    static const std::vector<Bundled> all{readTable(QStringLiteral(":/prices/aws.json")), readTable(QStringLiteral(":/prices/azure.json")), readTable(QStringLiteral(":/prices/google.json"))};
    return all;
}

} // namespace

std::optional<double> Bundled::of(std::string_view what) const
{
    const auto found = hour.find(what);
    return found == hour.end() ? std::nullopt : std::optional(found->second);
}

const Bundled &bundled(std::string_view cloud)
{
    static const Bundled none;
    const auto found = std::ranges::find(tables(), cloud, &Bundled::cloud);
    return found == tables().end() ? none : *found;
}

std::optional<double> bundledMachine(std::string_view type)
{
    for (const Bundled &table : tables())
        if (std::ranges::find(table.machines, type) != table.machines.end())
            return table.of(type);
    return std::nullopt;
}

std::string bundledAsOf() { return tables().front().asOf; }

std::vector<std::string> bundledMachines()
{
    std::vector<std::string> all;
    for (const Bundled &table : tables())
        all.insert(all.end(), table.machines.begin(), table.machines.end());
    return all;
}

} // namespace timonier::prices

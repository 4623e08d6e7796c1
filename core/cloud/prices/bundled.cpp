#include "cloud/prices/bundled.h"

#include "base/log.h"
#include "form/cost.h"

#include <nlohmann/json.hpp>

#include <QFile>

#include <fmt/format.h>

namespace timonier::prices {

namespace {

Bundled readTable(const QString &name)
{
    QFile file(name);
    Bundled table = readBundled(file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string());
    if (table.hour.empty())
        log(LogLevel::Error, fmt::format("the price table {} is damaged", name.toStdString()));
    return table;
}

const std::vector<Bundled> &tables()
{
    static const std::vector<Bundled> all{readTable(QStringLiteral(":/prices/aws.json")), readTable(QStringLiteral(":/prices/azure.json")), readTable(QStringLiteral(":/prices/google.json"))};
    return all;
}

} // namespace

Bundled readBundled(const std::string &json)
{
    const nlohmann::json document = nlohmann::json::parse(json, nullptr, false);
    if (!document.is_object())
        return {};
    const auto text = [&](const char *name) { const auto at = document.find(name); return at != document.end() && at->is_string() ? at->get<std::string>() : std::string(); };
    Bundled table{.cloud = text("cloud"), .region = text("region"), .asOf = text("as of")};
    for (const auto &[group, hours] : {std::pair("machine hour", 1.0), std::pair("hour", 1.0), std::pair("month", form::hoursOfMonth)})
        if (const auto found = document.find(group); found != document.end() && found->is_object())
            for (const auto &[what, price] : found->items()) {
                if (!price.is_number() || price.get<double>() < 0) // no price that a plan could promise
                    continue;
                table.hour[what] = price.get<double>() / hours;
                if (std::string_view(group) == "machine hour")
                    table.machines.push_back(what);
            }
    return table;
}

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

#include "provision/amazon/part_price.h"

#include "form/cost.h"

#include <QFile>

#include <nlohmann/json.hpp>

namespace timonier::amazon {

namespace {

const nlohmann::json &table()
{
    static const nlohmann::json read = [] {
        QFile file(QStringLiteral(":/amazon/aws.json"));
        return file.open(QIODevice::ReadOnly) ? nlohmann::json::parse(file.readAll().toStdString(), nullptr, false) : nlohmann::json::object();
    }();
    return read;
}

} // namespace

std::optional<double> partPrice(std::string_view per, std::string_view what)
{
    const auto group = table().find(std::string(per));
    if (group == table().end())
        return std::nullopt;
    const auto at = group->find(std::string(what));
    return at != group->end() && at->is_number() ? std::optional(at->get<double>()) : std::nullopt;
}

std::optional<double> diskPrice(int gib)
{
    const auto month = partPrice("GiB month", "gp3");
    return month ? std::optional(*month * gib / form::hoursOfMonth) : std::nullopt;
}

std::string pricesRegion() { return table().value("region", ""); }
std::string pricesAsOf() { return table().value("as of", ""); }

} // namespace timonier::amazon

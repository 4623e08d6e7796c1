#include "cloud/prices/cache.h"

#include "base/log.h"
#include "base/paths.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QSaveFile>

#include <fmt/chrono.h>

namespace timonier::prices {

namespace {

constexpr int format = 1;

} // namespace

std::string dayOf(Day day) { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::chrono::system_clock::to_time_t(day))); }

std::filesystem::path Cache::fileOf(const std::string &cloud, const std::string &region) const
{
    std::string name = cloud + "-" + region;
    for (char &c : name) // a region's name comes from a spec
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'))
            c = '_';
    return m_folder / toPath(name + ".json");
}

KeptPrices Cache::read(const std::string &cloud, const std::string &region) const
{
    KeptPrices all;
    QFile file(QString::fromStdString(toUtf8(fileOf(cloud, region))));
    if (!file.open(QIODevice::ReadOnly) || file.size() > 4 << 20)
        return all;
    const auto document = nlohmann::json::parse(file.readAll().toStdString(), nullptr, false);
    if (!document.is_object() || document.value("format", nlohmann::json()) != format || document.value("cloud", nlohmann::json()) != cloud || document.value("region", nlohmann::json()) != region)
        return all;
    const auto each = document.find("hour");
    if (each == document.end() || !each->is_object())
        return all;
    for (const auto &[what, one] : each->items()) {
        const auto price = one.is_object() ? one.find("price") : one.end();
        const auto asked = one.is_object() ? one.find("asked") : one.end();
        if (!one.is_object() || price == one.end() || asked == one.end() || !asked->is_number_integer() || !(price->is_null() || (price->is_number() && price->get<double>() >= 0)))
            continue;
        all[what] = {.hour = price->is_null() ? std::nullopt : std::optional(price->get<double>()), .asked = Day(std::chrono::seconds(asked->get<std::int64_t>()))};
    }
    return all;
}

void Cache::add(const std::string &cloud, const std::string &region, const KeptPrices &more) const
{
    KeptPrices all = read(cloud, region);
    for (const auto &[what, one] : more)
        all[what] = one;
    nlohmann::json document{{"format", format}, {"cloud", cloud}, {"region", region}, {"currency", "USD"}, {"hour", nlohmann::json::object()}};
    for (const auto &[what, one] : all)
        document["hour"][what] = {{"price", one.hour ? nlohmann::json(*one.hour) : nlohmann::json()}, {"asked", one.asked.time_since_epoch().count()}, {"day", dayOf(one.asked)}};
    const std::string text = document.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    std::error_code error;
    std::filesystem::create_directories(m_folder, error);
    QSaveFile file(QString::fromStdString(toUtf8(fileOf(cloud, region))));
    if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), static_cast<qint64>(text.size())) != static_cast<qint64>(text.size()) || !file.commit())
        log(LogLevel::Info, fmt::format("prices cannot be kept in {}: {}", toUtf8(fileOf(cloud, region)), file.errorString().toStdString()));
}

} // namespace timonier::prices

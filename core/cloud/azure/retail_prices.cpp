#include "cloud/azure/retail_prices.h"

#include "base/each_at_once.h"
#include "base/pause.h"
#include "base/say.h"
#include "cloud/azure/json.h"
#include "cloud/azure/operation.h"

#include <cstdlib>

namespace timonier::azure {

using namespace std::chrono_literals;

namespace {

using Filters = std::vector<std::pair<std::string, std::string>>; // fields that must be so; from 2023-01-01-preview on letters' case counts

constexpr int pages = 20;

Filters filtersFor(const std::string &what)
{
    const std::string kind = what.substr(0, what.find_first_of(", ")), tier = what.substr(what.rfind(' ') + 1);
    if (what.starts_with("control plane, "))
        return {{"serviceName", "Azure Kubernetes Service"}, {"productName", "Azure Kubernetes Service"}, {"skuName", tier}, {"meterName", tier + " Uptime SLA"}};
    if (what == "load balancer")
        return {{"serviceName", "Load Balancer"}, {"meterName", "Standard Included LB Rules and Outbound Rules"}};
    if (what == "public IPv4 address")
        return {{"serviceName", "Virtual Network"}, {"productName", "IP Addresses"}, {"meterName", "Standard IPv4 Static Public IP"}};
    if (kind == "disk") // a mount and operations are meters of their own
        return {{"serviceName", "Storage"}, {"productName", "Premium SSD Managed Disks"}, {"meterName", tier + " LRS Disk"}};
    if (kind == "registry")
        return {{"serviceName", "Container Registry"}, {"productName", "Container Registry"}, {"meterName", tier + " Registry Unit"}};
    return {{"serviceName", "Virtual Machines"}, {"armSkuName", what}};
}

// "1 Hour", "1/Hour", "1/Day", "1/Month", "10 Hours": how many hours a price is for; 0: it is for something else.
double hoursOf(const std::string &unit)
{
    char *rest = nullptr;
    const double count = std::strtod(unit.c_str(), &rest);
    const std::string word = *rest ? std::string(rest + 1) : std::string();
    return count * (word.starts_with("Hour") ? 1 : word.starts_with("Day") ? 24 : word.starts_with("Month") ? 730 : 0);
}

bool has(const std::string &text, std::string_view part) { return text.find(part) != std::string::npos; }

std::optional<double> priceOf(const Json &item)
{
    const std::string product = textOf(item, "productName"), meter = textOf(item, "meterName") + "/" + textOf(item, "skuName");
    const double hours = hoursOf(textOf(item, "unitOfMeasure"));
    const Json &price = fieldOf(item, "retailPrice"), &from = fieldOf(item, "tierMinimumUnits");
    if (hours <= 0 || !price.is_number() || textOf(item, "currencyCode") != "USD" || textOf(item, "type") != "Consumption" || (from.is_number() && from.get<double>() > 0))
        return std::nullopt;
    if (has(product, "Windows") || has(product, "CloudServices") || has(product, "Cloud Services") || has(meter, "Spot") || has(meter, "Low Priority"))
        return std::nullopt;
    return price.get<double>() / hours;
}

Result<HttpAnswer> page(HttpClient &http, const std::string &url, const std::stop_token &stop)
{
    for (int attempt = 1;; ++attempt) {
        HttpAnswer answer = TRY(http.send({.url = url, .headers = {{"Accept", "application/json"}}}, stop));
        if (answer.status == 200)
            return answer;
        const bool passes = answer.status == 429 || answer.status >= 500;
        if (!passes)
            return fail(ErrorKind::Protocol, say("Core", "what answers is not the list of retail prices (status {})", answer.status));
        if (attempt >= 3)
            return answer.status == 429 ? fail(ErrorKind::Throttled, say("Core", "it wants to be asked less often")) : fail(ErrorKind::Server, say("Core", "it failed (status {})", answer.status));
        if (!pause(retryAfter(answer).value_or(jittered(400ms)), stop))
            return fail(answer.status == 429 ? ErrorKind::Throttled : ErrorKind::Cancelled, answer.status == 429 ? say("Core", "it wants to be asked less often") : say("Core", "cancelled"));
    }
}

Result<std::optional<double>> askIn(HttpClient &http, const Cloud &cloud, const std::string &region, const std::string &what, const std::stop_token &stop)
{
    std::string filter = "armRegionName eq '" + region + "' and priceType eq 'Consumption'";
    for (const auto &[field, value] : filtersFor(what))
        filter += " and " + field + " eq '" + value + "'";
    const std::string place = cloud.prices + "/api/retail/prices?";
    std::string url = place + queryOf({{"api-version", "2023-01-01-preview"}, {"$filter", filter}});
    std::optional<double> dearest;
    for (int count = 0; count < pages; ++count) {
        const Json answer = readJson(TRY(page(http, url, stop)).body);
        if (!fieldOf(answer, "Items").is_array())
            return fail(ErrorKind::Protocol, say("Core", "the answer to {} cannot be read", "retail/prices"));
        for (const Json &item : fieldOf(answer, "Items"))
            if (const auto price = priceOf(item))
                dearest = std::max(dearest.value_or(0), *price);
        // Only its query is taken: the place stays the one that was asked.
        const std::string next = textOf(answer, "NextPageLink");
        const std::size_t query = next.find('?');
        if (query == std::string::npos || place + next.substr(query + 1) == url)
            return dearest;
        url = place + next.substr(query + 1);
    }
    return fail(ErrorKind::TooLarge, say("Core", "the answer to {} has no end", "retail/prices"));
}

} // namespace

std::string priceRegion(const std::string &location)
{
    std::string region;
    for (const char c : location)
        if (c >= 'A' && c <= 'Z')
            region += static_cast<char>(c + 32);
        else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) // nothing that ends a text of the filter
            region += c;
    return region;
}

std::map<std::string, Result<std::optional<double>>> retailPrices(HttpClient &http, const Cloud &cloud, const std::string &region, const std::vector<std::string> &what, std::stop_token stop)
{
    return eachAtOnce(what, [&](const std::string &one) -> Result<std::optional<double>> {
        if (cloud.prices.empty())
            return fail(ErrorKind::Unsupported, say("Core", "{} has no list in US dollars", cloud.name));
        if (has(one, "'"))
            return std::optional<double>();
        const std::optional<double> here = TRY(askIn(http, cloud, priceRegion(region), one, stop));
        // Some meters cost the same everywhere and stand there alone: the load balancer's.
        return here || one != "load balancer" ? Result<std::optional<double>>(here) : askIn(http, cloud, "Global", one, stop);
    });
}

} // namespace timonier::azure

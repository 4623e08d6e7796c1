#include "session/cloud_prices.h"

#include "base/paths.h"
#include "base/say.h"
#include "cloud/aws/price_calls.h"
#include "cloud/azure/arm.h"
#include "cloud/azure/retail_prices.h"
#include "cloud/prices/bundled.h"

namespace timonier {

namespace {

prices::Cache cache() { return prices::Cache(cacheDir() / "prices"); }

} // namespace

prices::Prices amazonPrices(const std::shared_ptr<aws::Client> &client)
{
    return {{.cloud = "aws", .region = client->region(), .title = "AWS", .ask = [client](const std::vector<std::string> &what, std::stop_token stop) { return aws::prices(*client, what, std::move(stop)); }},
            cache(), client->settings().clock};
}

prices::Prices azurePrices(const std::shared_ptr<azure::Arm> &arm, const std::string &location)
{
    const std::string region = azure::priceRegion(location);
    return {{.cloud = "azure", .region = region, .title = "Azure",
             .ask = [arm, region](const std::vector<std::string> &what, std::stop_token stop) { return azure::retailPrices(*arm->settings().http, arm->cloud(), region, what, std::move(stop)); }},
            cache(), arm->settings().clock};
}

std::function<std::string(const std::string &)> machinePriceWords(const std::string &cloud, const std::string &region)
{
    return [cloud, kept = cache().read(cloud, region)](const std::string &type) -> std::string {
        if (const auto found = kept.find(type); found != kept.end() && found->second.hour)
            return say("Core", ", {:.3f} $/h", *found->second.hour);
        const auto price = prices::bundled(cloud).of(type);
        return price ? say("Core", ", about {:.3f} $/h", *price) : std::string();
    };
}

} // namespace timonier

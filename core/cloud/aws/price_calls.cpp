#include "cloud/aws/price_calls.h"

#include "base/each_at_once.h"
#include "base/say.h"

#include <nlohmann/json.hpp>

#include <cstdlib>

namespace timonier::aws {

namespace {

using nlohmann::json;

struct Question {
    const char *service = "AmazonEC2";
    std::vector<std::pair<std::string, std::string>> filters{}; // attributes that must be so
    std::string usage{};                                        // what its usage type is called, without the region's prefix ("EUW3-"); empty: any
};

// As the offer files have them (pricing.us-east-1.amazonaws.com/offers/v1.0/aws/index.json).
Question questionFor(const std::string &what)
{
    if (what == "control plane")
        return {.service = "AmazonEKS", .usage = "AmazonEKS-Hours:perCluster"};
    if (what == "NAT gateway") // a regional one has a price of its own
        return {.filters = {{"productFamily", "NAT Gateway"}}, .usage = "NatGateway-Hours"};
    if (what == "public IPv4 address")
        return {.service = "AmazonVPC", .filters = {{"group", "VPCPublicIPv4Address"}}, .usage = "PublicIPv4:InUseAddress"};
    if (what == "GiB of gp3")
        return {.filters = {{"productFamily", "Storage"}, {"volumeApiName", "gp3"}}, .usage = "EBS:VolumeUsage.gp3"};
    return {.filters = {{"instanceType", what}, {"operatingSystem", "Linux"}, {"tenancy", "Shared"}, {"preInstalledSw", "NA"}, {"capacitystatus", "Used"}}};
}

const json &at(const json &object, const char *name)
{
    static const json none;
    const auto found = object.is_object() ? object.find(name) : object.end();
    return object.is_object() && found != object.end() ? *found : none;
}

std::string textAt(const json &object, const char *name)
{
    const json &found = at(object, name);
    return found.is_string() ? found.get<std::string>() : std::string();
}

// An hour of it, on demand; nothing: it is not what was meant.
std::optional<double> priceOf(const json &product, const Question &question)
{
    const std::string usage = textAt(at(at(product, "product"), "attributes"), "usagetype");
    if (!question.usage.empty() && usage != question.usage && !usage.ends_with("-" + question.usage))
        return std::nullopt;
    std::optional<double> dearest;
    const json &offers = at(at(product, "terms"), "OnDemand");
    for (const json &offer : offers.is_object() ? offers : json::object())
        for (const json &step : at(offer, "priceDimensions").is_object() ? at(offer, "priceDimensions") : json::object()) {
            const std::string unit = textAt(step, "unit"), dollars = textAt(at(step, "pricePerUnit"), "USD");
            const double hours = unit == "Hrs" || unit == "hours" || unit == "Hours" ? 1 : unit == "GB-Mo" ? 730 : 0;
            if (hours == 0 || dollars.empty())
                continue;
            const double hour = std::strtod(dollars.c_str(), nullptr) / hours;
            if (hour > dearest.value_or(0))
                dearest = hour;
        }
    return dearest;
}

Result<std::optional<double>> ask(Client &client, const std::string &region, const std::string &what, const std::stop_token &stop)
{
    const Question question = questionFor(what);
    json filters = json::array({{{"Type", "TERM_MATCH"}, {"Field", "regionCode"}, {"Value", region}}});
    for (const auto &[field, value] : question.filters)
        filters.push_back({{"Type", "TERM_MATCH"}, {"Field", field}, {"Value", value}});
    std::optional<double> dearest;
    std::string next;
    for (int page = 0; page < 20; ++page) {
        json body{{"ServiceCode", question.service}, {"Filters", filters}, {"FormatVersion", "aws_v1"}, {"MaxResults", 100}};
        if (!next.empty())
            body["NextToken"] = next;
        const auto answer = json::parse(TRY(client.send({.service = pricing, .action = "GetProducts", .body = body.dump(-1, ' ', false, json::error_handler_t::replace)}, stop)), nullptr, false);
        if (!at(answer, "PriceList").is_array())
            return fail(ErrorKind::Protocol, say("Core", "the answer to {} cannot be read", "GetProducts"));
        for (const json &one : at(answer, "PriceList")) // each is a text, which is JSON again
            if (const auto price = priceOf(one.is_string() ? json::parse(one.get<std::string>(), nullptr, false) : one, question))
                dearest = std::max(dearest.value_or(0), *price);
        next = textAt(answer, "NextToken");
        if (next.empty())
            return dearest;
    }
    return fail(ErrorKind::TooLarge, say("Core", "the answer to {} has no end", "GetProducts"));
}

} // namespace

std::string priceListRegion(const std::string &region)
{
    const std::string part = region.substr(0, region.find('-'));
    return part == "ap" ? "ap-south-1" : part == "eu" || part == "me" || part == "il" || part == "af" ? "eu-central-1" : "us-east-1";
}

std::map<std::string, Result<std::optional<double>>> prices(const Client &client, const std::vector<std::string> &what, std::stop_token stop)
{
    ClientSettings settings = client.settings();
    settings.region = priceListRegion(client.region());
    settings.attempts = 3; // there is another way to tell a price
    settings.firstPause = std::chrono::milliseconds(300);
    std::optional<Error> problem;
    if (const auto partition = partitionOf(client.region()); !partition || partition->id != "aws") // keys of the others are not known where the list is
        problem = Error{.kind = ErrorKind::Unsupported, .message = say("Core", "this part of AWS has no list of its own in US dollars")};
    else if (const auto keys = settings.keys->keys(false, stop); !keys) // once, before all ask at the same time: a program may have to be run for them, or a person asked
        problem = keys.error();
    Client there(std::move(settings));
    return eachAtOnce(what, [&](const std::string &one) -> Result<std::optional<double>> {
        if (problem)
            return std::unexpected(*problem);
        return ask(there, client.region(), one, stop);
    });
}

} // namespace timonier::aws

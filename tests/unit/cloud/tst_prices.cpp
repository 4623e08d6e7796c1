// What things in a cloud cost: the clouds' answers read, prices kept and asked again, and what is told where none can be had.
#include "base/paths.h"
#include "base/pause.h"
#include "cloud/aws/price_calls.h"
#include "cloud/azure/retail_prices.h"
#include "cloud/prices/bundled.h"
#include "cloud/prices/prices.h"

#include "played_http.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <nlohmann/json.hpp>

using namespace timonier;
using namespace std::chrono_literals;
using nlohmann::json;
using test::PlayedHttp;
using test::SetClock;

namespace {

struct GivenKeys final : aws::KeySource {
    bool none = false;
    int asked = 0;
    Result<aws::Keys> keys(bool, std::stop_token) override
    {
        ++asked;
        return none ? Result<aws::Keys>(fail(ErrorKind::Unauthorized, "no keys")) : aws::Keys{.id = "AKIDEXAMPLE", .secret = Secret("s3cret")};
    }
};

// A product as the list has it: a text that is JSON.
std::string product(const std::string &usage, const std::string &dollars, const std::string &unit = "Hrs")
{
    return json{{"product", {{"attributes", {{"usagetype", usage}, {"regionCode", "eu-west-3"}}}}},
                {"terms", {{"OnDemand", {{"A.B", {{"priceDimensions", {{"A.B.C", {{"unit", unit}, {"pricePerUnit", {{"USD", dollars}}}}}}}}}}}, {"Reserved", {{"A.R", {{"priceDimensions", {{"A.R.C", {{"unit", "Hrs"}, {"pricePerUnit", {{"USD", "9.0"}}}}}}}}}}}}}}
        .dump();
}

std::string page(const std::vector<std::string> &products, const std::string &next = {})
{
    json answer{{"FormatVersion", "aws_v1"}, {"PriceList", products}};
    if (!next.empty())
        answer["NextToken"] = next;
    return answer.dump();
}

json item(const std::string &product, const std::string &sku, const std::string &meter, double price, const std::string &unit = "1 Hour", const std::string &type = "Consumption")
{
    return {{"currencyCode", "USD"}, {"tierMinimumUnits", 0.0}, {"retailPrice", price}, {"unitPrice", price}, {"armRegionName", "uksouth"}, {"productName", product}, {"skuName", sku}, {"meterName", meter}, {"unitOfMeasure", unit}, {"type", type}};
}

std::string retailPage(const std::vector<json> &items, const json &next = {}) { return json{{"BillingCurrency", "USD"}, {"Items", items}, {"NextPageLink", next}, {"Count", items.size()}}.dump(); }

constexpr double nothing = -2; // the list has no such thing

const azure::Cloud azureCloud{.name = "AzureCloud", .prices = "https://prices.example"};

} // namespace

class TestPrices : public QObject
{
    Q_OBJECT
    std::shared_ptr<PlayedHttp> http;
    std::shared_ptr<SetClock> clock;
    std::shared_ptr<GivenKeys> keys;
    std::unique_ptr<QTemporaryDir> folder;
    std::map<std::string, double> list;  // what the seller has
    std::optional<Error> refusal;        // instead of it
    std::vector<std::string> asked;

    aws::Client client(const std::string &region = "eu-west-3") { return aws::Client({.http = http, .keys = keys, .clock = clock, .region = region, .firstPause = 1ms}); }
    double ofAws(const std::string &what) { return valueOf(aws::prices(client(), {what}, {}).at(what)); }
    double ofAzure(const std::string &what) { return valueOf(azure::retailPrices(*http, azureCloud, "UK South", {what}, {}).at(what)); }
    static double valueOf(const Result<std::optional<double>> &answer) { return answer ? answer->value_or(nothing) : -1; }

    prices::Cache cache() { return prices::Cache(toPath(folder->filePath(QStringLiteral("prices")).toStdString())); }
    QString cacheFile() { return folder->filePath(QStringLiteral("prices/aws-eu-west-3.json")); }
    prices::Prices prices(const std::string &region = "eu-west-3")
    {
        return {{.cloud = "aws", .region = region, .title = "AWS",
                 .ask = [this](const std::vector<std::string> &what, std::stop_token) {
                     std::map<std::string, Result<std::optional<double>>> answers;
                     for (const std::string &one : what) {
                         asked.push_back(one);
                         answers[one] = refusal ? Result<std::optional<double>>(std::unexpected(*refusal)) : list.contains(one) ? std::optional(list[one]) : std::optional<double>();
                     }
                     return answers;
                 }},
                cache(), clock};
    }
    static form::Costs twoMachines(const form::PriceOf &price)
    {
        form::Costs costs;
        costs.add("2 × t3.large", price("t3.large"), 2);
        costs.add("NAT gateway", price("NAT gateway"), 1);
        costs.source = "Traffic is not in it.";
        return costs;
    }

private slots:
    void init()
    {
        http = std::make_shared<PlayedHttp>();
        clock = std::make_shared<SetClock>();
        keys = std::make_shared<GivenKeys>();
        folder = std::make_unique<QTemporaryDir>();
        list = {{"t3.large", 0.0944}, {"NAT gateway", 0.05}};
        refusal.reset();
        asked.clear();
    }

    // AWS' list

    void a_machine_is_asked_for_with_all_that_tells_it_apart()
    {
        http->say(200, page({product("EUW3-BoxUsage:t3.large", "0.0944000000")}));
        QCOMPARE(ofAws("t3.large"), 0.0944);
        QCOMPARE(http->asked.at(0).url, "https://api.pricing.eu-central-1.amazonaws.com/");
        QCOMPARE(http->header(0, "X-Amz-Target"), "AWSPriceListService.GetProducts");
        QVERIFY(http->header(0, "Authorization").find("/eu-central-1/pricing/aws4_request") != std::string::npos);
        const json body = json::parse(http->asked.at(0).body);
        QCOMPARE(body["ServiceCode"].get<std::string>(), "AmazonEC2");
        std::map<std::string, std::string> filters;
        for (const json &one : body["Filters"])
            filters[one["Field"]] = one["Value"];
        QVERIFY(filters == (std::map<std::string, std::string>{{"regionCode", "eu-west-3"}, {"instanceType", "t3.large"}, {"operatingSystem", "Linux"}, {"tenancy", "Shared"}, {"preInstalledSw", "NA"}, {"capacitystatus", "Used"}}));
    }

    void of_products_only_those_of_the_usage_that_is_meant_count()
    {
        http->say(200, page({product("EUW3-NatGateway-Bytes", "7.0", "GB"), product("EUW3-RegionalNatGateway-Hours", "8.0"), product("EUW3-NatGateway-Hours", "0.0500000000")}));
        QCOMPARE(ofAws("NAT gateway"), 0.05);
        http->say(200, page({product("EUW3-PublicIPv4:IdleAddress", "9.0"), product("EUW3-PublicIPv4:InUseAddress", "0.0050000000"), product("EUW3-PublicIPv4:ContiguousBlock", "0.0080000000")}));
        QCOMPARE(ofAws("public IPv4 address"), 0.005);
        http->say(200, page({product("EUW3-AmazonEKS-Hours:extendedSupport", "0.5000000000"), product("EUW3-AmazonEKS-Hours:perCluster", "0.1000000000")}));
        QCOMPARE(ofAws("control plane"), 0.1);
        http->say(200, page({product("EU-EBS:VolumeUsage.gp3", "0.0928000000", "GB-Mo")}));
        QCOMPARE(qRound(ofAws("GiB of gp3") * 730 * 10'000), 928);
    }

    void the_list_goes_over_pages_and_of_two_prices_the_dearer_is_told()
    {
        http->say(200, page({product("BoxUsage:t3.large", "0.0832")}, "more"));
        http->say(200, page({product("BoxUsage:t3.large", "0.0944"), "no json at all", R"({"terms":[1]})"}));
        QCOMPARE(ofAws("t3.large"), 0.0944);
        QCOMPARE(json::parse(http->asked.at(1).body)["NextToken"].get<std::string>(), "more");
    }

    void what_the_list_does_not_have_has_no_price()
    {
        http->say(200, page({}));
        QCOMPARE(ofAws("z9.huge"), nothing);
    }

    void a_list_without_an_end_and_what_is_no_list_are_errors()
    {
        http->otherwise = [](const HttpRequest &) { return HttpAnswer{.status = 200, .body = page({}, "again")}; };
        QCOMPARE(aws::prices(client(), {"t3.large"}, {}).at("t3.large").error().kind, ErrorKind::TooLarge);
        http->otherwise = [](const HttpRequest &) { return HttpAnswer{.status = 200, .body = "<html>"}; };
        QCOMPARE(aws::prices(client(), {"t3.large"}, {}).at("t3.large").error().kind, ErrorKind::Protocol);
    }

    void a_missing_right_is_named_and_other_parts_of_aws_are_not_asked()
    {
        http->say(400, R"({"__type":"AccessDeniedException","Message":"User: arn:aws:iam::1:user/ann is not authorized to perform: pricing:GetProducts because no identity-based policy allows the pricing:GetProducts action"})");
        const auto denied = aws::prices(client(), {"t3.large"}, {}).at("t3.large");
        QVERIFY(!denied && denied.error().kind == ErrorKind::Forbidden && denied.error().message.find("pricing:GetProducts") != std::string::npos);
        http->asked.clear();
        QCOMPARE(aws::prices(client("cn-north-1"), {"t3.large"}, {}).at("t3.large").error().kind, ErrorKind::Unsupported);
        QVERIFY(http->asked.empty());
    }

    void who_has_no_keys_is_looked_up_once_for_all_prices()
    {
        keys->none = true;
        const auto all = aws::prices(client(), {"t3.large", "NAT gateway", "control plane"}, {});
        QVERIFY(all.size() == 3 && all.at("t3.large").error().message == "no keys" && all.at("NAT gateway").error().message == "no keys");
        QCOMPARE(keys->asked, 1);
        QVERIFY(http->asked.empty());
    }

    void the_nearest_of_the_three_regions_is_asked()
    {
        QCOMPARE(aws::priceListRegion("eu-west-3"), "eu-central-1");
        QCOMPARE(aws::priceListRegion("ap-southeast-2"), "ap-south-1");
        QCOMPARE(aws::priceListRegion("us-west-2"), "us-east-1");
        QCOMPARE(aws::priceListRegion("sa-east-1"), "us-east-1");
        aws::Endpoints given;
        given.each["pricing"] = "http://127.0.0.1:9/";
        QCOMPARE(aws::addressOf(aws::pricing, "us-east-1", given)->url, "http://127.0.0.1:9");
    }

    // Azure's list

    void a_size_of_azure_is_linux_on_demand_and_no_spot()
    {
        http->say(200, retailPage({item("Virtual Machines Dsv3 Series Windows", "D2s v3", "D2s v3", 0.2), item("Virtual Machines Dsv3 Series", "D2s v3 Spot", "D2s v3 Spot", 0.9), item("Virtual Machines Dsv3 Series", "D2s v3 Low Priority", "D2s v3 Low Priority", 0.9),
                                   item("Virtual Machines Dsv3 Series", "D2s v3", "D2s v3", 900, "1 Hour", "Reservation"), item("Dsv3 Series CloudServices", "D2s v3", "D2s v3", 0.8)},
                                  "https://elsewhere.example:443/api/retail/prices?$filter=x&$skip=1000"));
        http->say(200, retailPage({item("Virtual Machines Dsv3 Series", "D2s v3", "D2s v3", 0.116)}));
        QCOMPARE(ofAzure("Standard_D2s_v3"), 0.116);
        QVERIFY(http->asked.at(0).url.starts_with("https://prices.example/api/retail/prices?api-version=2023-01-01-preview&%24filter=armRegionName%20eq%20%27uksouth%27%20and%20"));
        QVERIFY(http->asked.at(0).url.find("armSkuName%20eq%20%27Standard_D2s_v3%27") != std::string::npos);
        QVERIFY(http->header(0, "Authorization").empty());
        // The next page is asked for where the first was, whatever it says.
        QCOMPARE(http->asked.at(1).url, "https://prices.example/api/retail/prices?$filter=x&$skip=1000");
    }

    void days_and_months_become_hours()
    {
        http->say(200, retailPage({item("Container Registry", "Basic", "Basic Registry Unit", 0.1666, "1/Day")}));
        QCOMPARE(qRound(ofAzure("registry, Basic") * 1'000'000), qRound(0.1666 / 24 * 1'000'000));
        http->say(200, retailPage({item("Premium SSD Managed Disks", "P10 LRS", "P10 LRS Disk", 21.68, "1/Month")}));
        QCOMPARE(qRound(ofAzure("disk P10") * 1'000'000), qRound(21.68 / 730 * 1'000'000));
        http->say(200, retailPage({item("Azure Kubernetes Service", "Standard", "Standard Uptime SLA", 0.1, "1 GB")}));
        QCOMPARE(ofAzure("control plane, Standard"), nothing);
    }

    void the_load_balancer_is_looked_for_everywhere_where_the_region_has_none()
    {
        http->say(200, retailPage({}));
        http->say(200, retailPage({item("Load Balancer", "Standard", "Standard Included LB Rules and Outbound Rules", 0.025)}));
        QCOMPARE(ofAzure("load balancer"), 0.025);
        QVERIFY(http->asked.at(1).url.find("%27Global%27") != std::string::npos);
    }

    void a_throttled_list_is_asked_again_and_a_broken_one_is_an_error()
    {
        http->say(429, "", {{"retry-after", "0"}});
        http->say(200, retailPage({item("IP Addresses", "Standard", "Standard IPv4 Static Public IP", 0.005)}));
        QCOMPARE(ofAzure("public IPv4 address"), 0.005);
        http->otherwise = [](const HttpRequest &) { return HttpAnswer{.status = 429, .headers = {{"retry-after", "0"}}}; };
        const auto again = azure::retailPrices(*http, azureCloud, "uksouth", {"public IPv4 address"}, {}).at("public IPv4 address");
        QCOMPARE(again.error().kind, ErrorKind::Throttled);
        http->otherwise = [](const HttpRequest &) { return HttpAnswer{.status = 404, .body = "nothing"}; };
        QCOMPARE(azure::retailPrices(*http, azureCloud, "uksouth", {"disk P10"}, {}).at("disk P10").error().kind, ErrorKind::Protocol);
        QCOMPARE(azure::retailPrices(*http, {.name = "AzureChinaCloud"}, "chinaeast", {"disk P10"}, {}).at("disk P10").error().kind, ErrorKind::Unsupported);
    }

    void a_name_that_would_end_a_filters_text_asks_for_nothing()
    {
        QCOMPARE(ofAzure("x' or '1' eq '1"), nothing);
        QVERIFY(http->asked.empty());
        QCOMPARE(azure::priceRegion("UK South' or"), "uksouthor");
    }

    // Kept, and told

    void prices_are_asked_once_and_kept_with_their_day()
    {
        const form::Costs first = prices().of(twoMachines, {});
        QCOMPARE(first.hour, 2 * 0.0944 + 0.05);
        QCOMPARE(first.from, "list");
        QCOMPARE(first.asOf, "2026-09-21");
        QCOMPARE(first.source, "List prices of AWS for eu-west-3, asked on 2026-09-21. Traffic is not in it.");
        QCOMPARE(asked.size(), std::size_t{2});
        clock->now += 6 * 24h;
        list["t3.large"] = 7;
        const form::Costs later = prices().of(twoMachines, {});
        QCOMPARE(later.hour, first.hour);
        QCOMPARE(later.from, "kept");
        QCOMPARE(later.source, "List prices of AWS for eu-west-3, kept since 2026-09-21. Traffic is not in it.");
        QCOMPARE(asked.size(), std::size_t{2});
        clock->now += 2 * 24h;
        QCOMPARE(prices().of(twoMachines, {}).hour, 14.05);
        QCOMPARE(asked.size(), std::size_t{4});
    }

    void only_what_is_not_kept_is_asked_for()
    {
        prices().of(twoMachines, {});
        asked.clear();
        list["m5.large"] = 0.112;
        const auto more = [](const form::PriceOf &price) {
            form::Costs costs = twoMachines(price);
            costs.add("m5.large", price("m5.large"), 1);
            return costs;
        };
        QCOMPARE(prices().of(more, {}).hour, 2 * 0.0944 + 0.05 + 0.112);
        QCOMPARE(asked, (std::vector<std::string>{"m5.large"}));
    }

    void without_a_network_old_prices_are_used_and_their_day_is_told()
    {
        prices().of(twoMachines, {});
        clock->now += 30 * 24h;
        refusal = Error{.kind = ErrorKind::Unreachable, .message = "no network"};
        const form::Costs old = prices().of(twoMachines, {});
        QCOMPARE(old.hour, 2 * 0.0944 + 0.05);
        QCOMPARE(old.asOf, "2026-09-21");
        QCOMPARE(old.source, "List prices of AWS for eu-west-3, kept since 2026-09-21; the list could not be asked again: no network. Traffic is not in it.");
    }

    void without_a_network_and_nothing_kept_the_bundled_table_speaks_and_says_so()
    {
        refusal = Error{.kind = ErrorKind::Forbidden, .message = "ann lacks the permission pricing:GetProducts"};
        const form::Costs costs = prices().of(twoMachines, {});
        QCOMPARE(costs.hour, 2 * 0.0832 + 0.045);
        QCOMPARE(costs.from, "bundled");
        QCOMPARE(costs.source, "List prices of us-east-1 as of 2024, not verified since; other regions cost up to a third more. The price list of AWS could not be asked: ann lacks the permission pricing:GetProducts. Traffic is not in it.");
        QVERIFY(!QFile::exists(cacheFile()));
        // Its own region is not another one.
        QVERIFY(prices("us-east-1").of(twoMachines, {}).source.starts_with("List prices of us-east-1 as of 2024, not verified since. The"));
    }

    void what_the_list_lacks_is_of_the_bundled_table_by_name_and_not_asked_for_again()
    {
        list.erase("NAT gateway");
        const form::Costs costs = prices().of(twoMachines, {});
        QCOMPARE(costs.hour, 2 * 0.0944 + 0.045);
        QVERIFY2(costs.source.find("Not in them, and by the table of us-east-1 as of 2024 that comes with Timonier: NAT gateway.") != std::string::npos, costs.source.c_str());
        prices().of(twoMachines, {});
        QCOMPARE(asked.size(), std::size_t{2});
        const form::Costs unknown = prices().of([](const form::PriceOf &price) { form::Costs c; c.add("x", price("z9.huge"), 1); return c; }, {});
        QVERIFY(!unknown.complete);
    }

    void a_broken_cache_is_asked_again_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("cut off") << QByteArray(R"({"format":1,"cloud":"aws","region":"eu-west-3","hour":{"t3.large":)");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("bytes") << QByteArray("\xff\xfe\x00{", 4);
        QTest::newRow("of another region") << QByteArray(R"({"format":1,"cloud":"aws","region":"us-east-1","hour":{"t3.large":{"price":1,"asked":1789990000}}})");
        QTest::newRow("other types") << QByteArray(R"({"format":1,"cloud":"aws","region":"eu-west-3","hour":{"t3.large":{"price":"1","asked":"x"},"NAT gateway":[]}})");
        QTest::newRow("a list") << QByteArray(R"([1,2])");
        QTest::newRow("less than nothing") << QByteArray(R"({"format":1,"cloud":"aws","region":"eu-west-3","hour":{"t3.large":{"price":-1,"asked":1789990000}}})");
        QTest::newRow("of the future") << QByteArray(R"({"format":1,"cloud":"aws","region":"eu-west-3","hour":{"t3.large":{"price":1,"asked":1990000000},"NAT gateway":{"price":1,"asked":1990000000}}})");
        QTest::newRow("another format") << QByteArray(R"({"format":"x","cloud":5,"region":"eu-west-3"})");
    }
    void a_broken_cache_is_asked_again()
    {
        QFETCH(QByteArray, text);
        QVERIFY(QDir().mkpath(folder->filePath(QStringLiteral("prices"))));
        QFile file(cacheFile());
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
        file.close();
        QCOMPARE(prices().of(twoMachines, {}).hour, 2 * 0.0944 + 0.05);
        QCOMPARE(asked.size(), std::size_t{2});
        prices().of(twoMachines, {});
        QCOMPARE(asked.size(), std::size_t{2}); // and is whole now
    }

    void a_folder_that_cannot_be_written_is_no_failure()
    {
        QFile blocker(folder->filePath(QStringLiteral("prices")));
        QVERIFY(blocker.open(QIODevice::WriteOnly));
        blocker.close();
        QCOMPARE(prices().of(twoMachines, {}).hour, 2 * 0.0944 + 0.05);
    }

    void a_list_that_does_not_answer_keeps_nobody_waiting()
    {
        const prices::Prices slow({.cloud = "aws", .region = "eu-west-3", .title = "AWS",
                                   .ask = [](const std::vector<std::string> &what, std::stop_token stop) {
                                       std::map<std::string, Result<std::optional<double>>> answers;
                                       answers[what[0]] = std::optional(0.05);
                                       pause(60s, stop);
                                       answers[what[1]] = fail(ErrorKind::Cancelled, "cancelled");
                                       return answers;
                                   }},
                                  cache(), clock, {.patience = 100ms});
        QElapsedTimer timer;
        timer.start();
        const form::Costs costs = slow.of(twoMachines, {});
        QVERIFY(timer.elapsed() < 5'000);
        QVERIFY2(costs.source.find("asked on 2026-09-21; some did not come: it did not answer within 1 s") != std::string::npos, costs.source.c_str());
        QCOMPARE(costs.hour, 2 * 0.0832 + 0.05); // what came in time counts, and is kept
        QCOMPARE(cache().read("aws", "eu-west-3").size(), std::size_t{1});
    }

    void of_a_damaged_table_what_can_be_read_has_a_price_and_the_rest_has_none()
    {
        for (const char *text : {"", "{\"hour\": {", "[]", "7", "null", "{\"hour\": 7}", "{\"machine hour\": [1, 2]}", "{\"cloud\": 3, \"as of\": []}"}) {
            const prices::Bundled table = prices::readBundled(text);
            QVERIFY2(table.hour.empty() || std::string(text).find("[1, 2]") != std::string::npos, text);
            QVERIFY2(!table.of("t3.large"), text);
        }
        const prices::Bundled table = prices::readBundled("{\"cloud\": \"aws\", \"machine hour\": {\"t3.large\": \"0.08\", \"t3.small\": 0.02, \"t3.nano\": -1, \"t3.micro\": null}, \"month\": {\"GiB of gp3\": 0.73}}");
        QCOMPARE(table.machines, std::vector<std::string>{"t3.small"});
        QCOMPARE(table.of("t3.small").value_or(0), 0.02);
        QVERIFY(qAbs(table.of("GiB of gp3").value_or(0) - 0.001) < 1e-9);
        for (const char *none : {"t3.large", "t3.nano", "t3.micro"})
            QVERIFY2(!table.of(none), none);
    }

    void the_bundled_tables_are_one_of_each_cloud_in_one_form()
    {
        for (const char *cloud : {"aws", "azure", "google"}) {
            const prices::Bundled &table = prices::bundled(cloud);
            QVERIFY2(!table.region.empty() && !table.asOf.empty() && table.machines.size() > 5, cloud);
            for (const auto &[what, hour] : table.hour)
                QVERIFY2(hour > 0 && hour < 2, what.c_str());
        }
        QVERIFY(prices::bundled("nowhere").hour.empty());
        QCOMPARE(prices::bundledMachine("e2-medium").value_or(0), 0.0335);
        QVERIFY(!prices::bundledMachine("control plane")); // no machine
        QCOMPARE(qRound(*prices::bundled("azure").of("disk P10") * 730 * 100), 1971);
    }
};

QTEST_GUILESS_MAIN(TestPrices)
#include "tst_prices.moc"

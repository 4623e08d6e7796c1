// The form of a cluster in Azure: AKS.
#include "session/cluster_forms.h"

#include "base/lines.h"
#include "base/say.h"
#include "cloud/azure/arm.h"
#include "cloud/azure/resource_calls.h"
#include "cloud/azure/retail_prices.h"
#include "provision/aks/aks_spec.h"
#include "session/azure_offers.h"
#include "session/cloud_prices.h"
#include "session/local_clusters.h"
#include "session/local_form.h"
#include "session/spec_text.h"

#include <algorithm>
#include <array>

namespace timonier {

namespace {

using form::Type;

const std::string otherSize = "other", keptAs = "default"; // of a sign-in, in the store of passwords

struct Size {
    const char *name;
    int cores;
    int memoryGib;
};
// Those that people ask for most (learn.microsoft.com/azure/virtual-machines/sizes); what the region really offers is looked at before anything is made.
constexpr std::array sizes{Size{"Standard_B2s", 2, 4}, Size{"Standard_B2ms", 2, 8}, Size{"Standard_D2s_v3", 2, 8}, Size{"Standard_D4s_v3", 4, 16}, Size{"Standard_D8s_v3", 8, 32}};

std::string sizeTitle(const Size &size) { return say("Core", "{}  {} vCPU, {} GiB", size.name, size.cores, size.memoryGib); }

std::vector<form::Choice> sizeChoices()
{
    std::vector<form::Choice> all;
    for (const Size &size : sizes)
        all.push_back({.value = size.name, .title = sizeTitle(size)});
    all.push_back({.value = otherSize, .title = say("Core", "Another one")});
    return all;
}

void showPrices(std::vector<form::Parameter> &all, const form::Values &values)
{
    const auto location = std::ranges::find(all, "location", &form::Parameter::id);
    const auto price = machinePriceWords("azure", location == all.end() ? std::string() : azure::priceRegion(form::valueOf(*location, values)));
    for (form::Parameter &parameter : all)
        if (parameter.id == "size")
            for (form::Choice &choice : parameter.choices)
                if (const auto size = std::ranges::find(sizes, choice.value, &Size::name); size != sizes.end())
                    choice.title = sizeTitle(*size) + price(choice.value);
}

void offer(std::vector<form::Parameter> &all, const form::Values &values, std::stop_token stop)
{
    showPrices(all, values);
    const auto parameter = [&](std::string_view id) { return std::ranges::find(all, id, &form::Parameter::id); };
    const auto value = [&](std::string_view id) { return form::isAsked(*parameter(id), all, values) ? form::valueOf(*parameter(id), values) : std::string(); };
    const AzureOffers offers = azureOffers({.account = value("account"), .tenant = value("tenant"), .cloud = value("cloud")}, value("subscription"), value("location"), std::move(stop));
    parameter("tenant")->choices = offers.tenants;
    parameter("subscription")->choices = offers.subscriptions;
    parameter("location")->choices = offers.regions;
    parameter("version")->choices = offers.versions;
    parameter("group")->choices = offers.groups;
    parameter("registryId")->choices = offers.registries;
    parameter("identity")->choices = offers.identities;
    parameter("subnet")->choices = offers.subnets;
    for (const form::Choice &size : offers.sizes)
        if (size.refused.empty())
            parameter("otherSize")->choices.push_back(size);
    for (form::Choice &choice : parameter("size")->choices)
        if (const auto size = std::ranges::find(offers.sizes, choice.value, &form::Choice::value); size != offers.sizes.end())
            choice.refused = size->refused;
        else if (!offers.sizes.empty() && choice.value != otherSize)
            choice.refused = say("Core", "{} has none", value("location"));
}

std::vector<form::Parameter> asked()
{
    const std::string account = say("Core", "Account"), nodes = say("Core", "Nodes"), network = say("Core", "Network"), access = say("Core", "Access"), registry = say("Core", "Registry of images");
    const std::string guid = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
    std::vector<form::Parameter> all{
        {.id = "name", .title = say("Core", "Name"), .help = say("Core", "The cluster and its resource group are called like it."), .type = Type::Text, .initial = "aks", .required = true,
         .pattern = "[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?", .patternWords = say("Core", "letters, digits, “-” and “_”, 63 at most")},
        {.id = "location", .title = say("Core", "Region"), .help = say("Core", "As Azure calls it: westeurope, francecentral, eastus."), .type = Type::Text, .initial = "francecentral", .required = true, .pattern = "[A-Za-z ]{3,30}[0-9]?", .patternWords = say("Core", "a region such as francecentral")},
        {.id = "version", .title = say("Core", "Version"), .help = say("Core", "Of Kubernetes, such as 1.34. Empty: what AKS takes by itself."), .type = Type::Text, .pattern = R"(1\.[0-9]{2}(\.[0-9]{1,2})?)", .patternWords = say("Core", "a version, such as 1.34 or 1.34.2")},
        {.id = "signIn", .title = say("Core", "Sign in"), .group = account, .type = Type::Choice, .initial = "code", .required = true,
         .choices = {{.value = "code", .title = say("Core", "In the browser, with a code"), .help = say("Core", "The checks say which. It is kept in this system's store of passwords.")},
                     {.value = "environment", .title = say("Core", "As a service principal"), .help = say("Core", "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET of the environment. On a machine of Azure without them: its managed identity.")}}},
        {.id = "account", .title = say("Core", "Kept as"), .help = say("Core", "A name of your own for this sign-in."), .group = account, .type = Type::Name, .initial = keptAs, .required = true, .advanced = true, .onlyIf = "signIn=code"},
        {.id = "subscription", .title = say("Core", "Subscription"), .help = say("Core", "Its id. Who is signed in finds theirs in the list."), .group = account, .type = Type::Text, .required = true, .pattern = guid,
         .patternWords = say("Core", "an id such as 11111111-2222-3333-4444-555555555555")},
        {.id = "tenant", .title = say("Core", "Tenant"), .help = say("Core", "An id or a domain. Empty: the account's own."), .group = account, .type = Type::Text, .advanced = true},
        {.id = "cloud", .title = say("Core", "Which Azure"), .group = account, .type = Type::Choice, .initial = "AzureCloud", .required = true, .advanced = true,
         .choices = {{.value = "AzureCloud", .title = say("Core", "The public one")}, {.value = "AzureChinaCloud", .title = say("Core", "That of China")}, {.value = "AzureUSGovernment", .title = say("Core", "That of the US government")}}},
        {.id = "group", .title = say("Core", "Resource group"), .help = say("Core", "What the cluster consists of lies in it. Empty: one called like the cluster, made with it."), .group = account, .type = Type::Text, .advanced = true, .pattern = "[A-Za-z0-9_.()-]{1,90}", .patternWords = say("Core", "letters, digits, “-”, “_”, “.” and brackets")},
        {.id = "size", .title = say("Core", "Machine"), .help = say("Core", "What each node is. The price is a list price of one, an hour: “about” by a table that comes with Timonier, until a plan has asked for that of the region."), .group = nodes, .type = Type::Choice, .initial = "Standard_D4s_v3", .required = true, .choices = sizeChoices()},
        {.id = "otherSize", .title = say("Core", "Which"), .group = nodes, .type = Type::Text, .required = true, .pattern = "[Ss]tandard_[A-Za-z0-9_-]{2,40}", .patternWords = say("Core", "a size as Azure calls it, such as Standard_D4as_v5"), .onlyIf = "size=other"},
        {.id = "count", .title = say("Core", "How many"), .group = nodes, .type = Type::Integer, .initial = "2", .required = true, .least = 1, .most = 1000},
        {.id = "min", .title = say("Core", "Not fewer than"), .help = say("Core", "For AKS' own autoscaler. Empty: as many as now."), .group = nodes, .type = Type::Integer, .advanced = true, .least = 1, .most = 1000},
        {.id = "max", .title = say("Core", "Not more than"), .group = nodes, .type = Type::Integer, .advanced = true, .least = 1, .most = 1000},
        {.id = "zones", .title = say("Core", "Zones"), .help = say("Core", "Buildings apart from each other. None: wherever there is room."), .group = nodes, .type = Type::Choices, .advanced = true, .choices = {{.value = "1", .title = "1"}, {.value = "2", .title = "2"}, {.value = "3", .title = "3"}}},
        {.id = "disk", .title = say("Core", "Disk"), .group = nodes, .type = Type::Integer, .initial = "128", .required = true, .advanced = true, .least = 30, .most = 2048, .unit = say("Core", "GiB")},
        {.id = "pool", .title = say("Core", "Called"), .group = nodes, .type = Type::Text, .initial = "main", .required = true, .advanced = true, .pattern = "[a-z][a-z0-9]{0,11}", .patternWords = say("Core", "small letters and digits, 12 at most")},
        {.id = "labels", .title = say("Core", "Labels"), .help = say("Core", "KEY=VALUE, one a line."), .group = nodes, .type = Type::Lines, .advanced = true, .pattern = "[^=]+=.*", .patternWords = say("Core", "KEY=VALUE, one a line")},
        {.id = "pools", .title = say("Core", "Further groups"), .help = say("Core", "Nodes of another kind, one group a line: gpu size=Standard_NC4as_T4_v3 count=1 min=0 max=4 spot=true zones=1,2 label=KEY=VALUE"), .group = nodes, .type = Type::Lines, .advanced = true},
        {.id = "registryOf", .title = say("Core", "For your images"), .group = registry, .type = Type::Choice, .initial = "none", .required = true,
         .choices = {{.value = "none", .title = say("Core", "None")}, {.value = "new", .title = say("Core", "A new one"), .help = say("Core", "Made with the cluster, which may pull from it, and taken away with it.")}, {.value = "there", .title = say("Core", "A registry that is there")}}},
        {.id = "registryName", .title = say("Core", "Its name"), .help = say("Core", "Nobody else in the world may have it: NAME.azurecr.io"), .group = registry, .type = Type::Text, .required = true, .pattern = "[A-Za-z0-9]{5,50}", .patternWords = say("Core", "letters and digits, 5 to 50"), .onlyIf = "registryOf=new"},
        {.id = "registryTier", .title = say("Core", "Tier"), .group = registry, .type = Type::Choice, .initial = "Basic", .required = true, .advanced = true, .choices = {{.value = "Basic", .title = "Basic"}, {.value = "Standard", .title = "Standard"}, {.value = "Premium", .title = "Premium"}}, .onlyIf = "registryOf=new"},
        {.id = "registryId", .title = say("Core", "Its id"), .help = say("Core", "/subscriptions/…/providers/Microsoft.ContainerRegistry/registries/NAME"), .group = registry, .type = Type::Text, .required = true, .onlyIf = "registryOf=there"},
        {.id = "plugin", .title = say("Core", "Addresses of pods"), .group = network, .type = Type::Choice, .initial = "overlay", .required = true, .advanced = true,
         .choices = {{.value = "overlay", .title = say("Core", "A network of their own (overlay)")}, {.value = "subnet", .title = say("Core", "Those of a subnet that is there")}, {.value = "kubenet", .title = say("Core", "kubenet, the old one")}}},
        {.id = "policy", .title = say("Core", "Network policies by"), .group = network, .type = Type::Choice, .initial = "none", .required = true, .advanced = true,
         .choices = {{.value = "none", .title = say("Core", "nothing: they have no effect")}, {.value = "cilium", .title = "Cilium"}, {.value = "calico", .title = "Calico"}, {.value = "azure", .title = "Azure"}}},
        {.id = "podAddresses", .title = say("Core", "Network of pods"), .group = network, .type = Type::Text, .initial = "10.244.0.0/16", .required = true, .advanced = true, .onlyIf = "plugin=overlay|kubenet"},
        {.id = "serviceAddresses", .title = say("Core", "Addresses of services"), .group = network, .type = Type::Text, .initial = "10.0.0.0/16", .required = true, .advanced = true},
        {.id = "subnet", .title = say("Core", "Subnet of nodes"), .help = say("Core", "The id of one that is there. Empty: AKS makes its own."), .group = network, .type = Type::Text, .advanced = true},
        {.id = "tier", .title = say("Core", "Control plane"), .group = access, .type = Type::Choice, .initial = "Free", .required = true,
         .choices = {{.value = "Free", .title = say("Core", "Free of charge"), .help = say("Core", "Without a promise of how long it stays up.")}, {.value = "Standard", .title = say("Core", "With a promise, for production")}}},
        {.id = "as", .title = say("Core", "The kubeconfig is"), .group = access, .type = Type::Choice, .initial = "user", .required = true, .advanced = true, .choices = {{.value = "user", .title = say("Core", "yours")}, {.value = "admin", .title = say("Core", "the administrator's, with a certificate")}}},
        {.id = "allowed", .title = say("Core", "From these addresses only"), .help = say("Core", "Networks, one a line: 203.0.113.0/24. Empty: everybody may knock; without a token nobody comes in."), .group = access, .type = Type::Lines, .advanced = true},
        {.id = "identity", .title = say("Core", "Identity"), .help = say("Core", "The id of a managed identity that is there. Empty: one of its own."), .group = access, .type = Type::Text, .advanced = true},
        {.id = "tags", .title = say("Core", "Tags"), .help = say("Core", "KEY=VALUE, one a line: on all that is made, for your bills."), .group = account, .type = Type::Lines, .advanced = true},
    };
    std::ranges::move(local_form::kubeconfigParameters(), std::back_inserter(all)); // and no `more`: every field of the spec has one here
    return all;
}

const std::vector<form::Parameter> &parameters()
{
    static const std::vector<form::Parameter> all = asked();
    return all;
}

void putPools(SpecText &spec)
{
    spec.open("pools", true);
    std::string zones = spec.value("zones");
    std::ranges::replace(zones, '\n', ',');
    Pairs pool{{"name", spec.value("pool")}, {"size", spec.value("size") == otherSize ? spec.value("otherSize") : spec.value("size")}, {"count", spec.value("count")}, {"min", spec.value("min")}, {"max", spec.value("max")}, {"mode", "system"},
               {"zones", zones}, {"disk", spec.changed("disk")}};
    for (const std::string &label : linesOf(spec.value("labels")))
        pool.emplace_back("label", label);
    spec.named(pool);
    for (const std::string &line : linesOf(spec.value("pools")))
        spec.named(namedFields(line));
    spec.close(true);
}

std::string textOf(const form::Values &values)
{
    SpecText spec(parameters(), values);
    const auto open = [&](const char *field, const std::vector<std::pair<const char *, std::string>> &texts) {
        if (std::ranges::all_of(texts, [](const auto &one) { return one.second.empty(); }))
            return;
        spec.open(field);
        for (const auto &[name, value] : texts)
            spec.text(name, value);
        spec.close();
    };
    spec.text("provider", "aks");
    for (const char *field : {"name", "subscription", "location"})
        spec.text(field, spec.value(field));
    spec.text("resourceGroup", spec.value("group"));
    spec.text("version", spec.value("version"), true);
    spec.text("account", spec.value("account"));
    spec.text("tenant", spec.value("tenant"));
    spec.text("cloud", spec.changed("cloud"));
    spec.text("tier", spec.changed("tier"));
    putPools(spec);
    open("registry", {{"name", spec.value("registryName")}, {"tier", spec.changed("registryTier")}, {"id", spec.value("registryId")}});
    open("network", {{"plugin", spec.changed("plugin")}, {"policy", spec.changed("policy")}, {"pods", spec.changed("podAddresses")}, {"services", spec.changed("serviceAddresses")}, {"subnet", spec.value("subnet")}});
    spec.text("access", spec.changed("as"));
    spec.list("allowed", spec.value("allowed"));
    spec.text("identity", spec.value("identity"));
    spec.map("tags", pairsOf(spec.value("tags")));
    spec.text("current", spec.changed("current"));
    spec.text("kubeconfig", spec.value("kubeconfig"));
    return spec.end();
}

std::string poolLine(const aks::Pool &pool)
{
    std::string line = fmt::format("{} size={} count={}", pool.name, pool.size, pool.count);
    if (pool.most)
        line += fmt::format(" min={} max={}", pool.least, pool.most);
    if (pool.system)
        line += " mode=system";
    if (!pool.zones.empty())
        line += fmt::format(" zones={}", fmt::join(pool.zones, ","));
    if (pool.disk != aks::Pool().disk)
        line += fmt::format(" disk={}", pool.disk);
    if (pool.maxPods)
        line += fmt::format(" maxPods={}", pool.maxPods);
    if (pool.spot)
        line += " spot=true";
    for (const auto &[name, value] : pool.labels)
        line += fmt::format(" label={}={}", name, value);
    return line;
}

Result<form::Values> valuesOf(const std::string &text, const std::string &file)
{
    const aks::Spec spec = TRY(aks::readSpec(text, file));
    form::Values values;
    const auto put = [&](const char *id, const std::string &value) { values.texts[id] = value; };
    put("name", spec.name);
    put("location", spec.location);
    put("version", spec.version);
    put("signIn", spec.account.empty() ? "environment" : "code");
    if (!spec.account.empty())
        put("account", spec.account);
    put("subscription", spec.subscription);
    put("tenant", spec.tenant);
    if (!spec.cloud.empty())
        put("cloud", spec.cloud);
    put("group", spec.group == spec.name ? "" : spec.group);
    const aks::Pool &first = spec.pools.front();
    const bool isListed = std::ranges::any_of(sizes, [&](const Size &one) { return one.name == first.size; });
    put("size", isListed ? first.size : otherSize);
    if (!isListed)
        put("otherSize", first.size);
    put("pool", first.name);
    put("count", std::to_string(first.count));
    if (first.most) {
        put("min", std::to_string(first.least));
        put("max", std::to_string(first.most));
    }
    put("zones", joinedLines(first.zones));
    put("disk", std::to_string(first.disk));
    put("labels", linesOf(first.labels));
    std::vector<std::string> pools;
    for (std::size_t i = 1; i < spec.pools.size(); ++i)
        pools.push_back(poolLine(spec.pools[i]));
    put("pools", joinedLines(pools));
    put("registryOf", !spec.registry.name.empty() ? "new" : !spec.registry.id.empty() ? "there" : "none");
    if (!spec.registry.name.empty()) {
        put("registryName", spec.registry.name);
        put("registryTier", spec.registry.tier);
    }
    if (!spec.registry.id.empty())
        put("registryId", spec.registry.id);
    put("plugin", spec.network.plugin);
    put("policy", spec.network.policy.empty() ? "none" : spec.network.policy);
    if (spec.network.plugin != "subnet")
        put("podAddresses", spec.network.pods);
    put("serviceAddresses", spec.network.services);
    put("subnet", spec.network.subnet);
    put("tier", spec.tier);
    put("as", spec.admin ? "admin" : "user");
    put("allowed", joinedLines(spec.allowed));
    put("identity", spec.identity);
    put("tags", linesOf(spec.tags));
    put("current", spec.current ? "true" : "false");
    put("kubeconfig", spec.kubeconfig);
    return values;
}

// A person who is not signed in is told the code, and waited for; the page may be left at any time.
Result<> signIn(const aks::Spec &spec, const ClusterForm::Tell &tell, std::stop_token stop)
{
    const azure::Machine machine = azure::systemMachine();
    form::Check check{.id = "identity", .title = say("Core", "Sign-in to Azure"), .state = form::CheckState::Running};
    tell(check);
    const auto kept = machine.store->read("azure/" + spec.account);
    if (!kept)
        return std::unexpected(Error(kept.error()).because(say("Core", "a sign-in to Azure could not be kept"), say("Core", "Without a store of passwords use a service principal: AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET.")));
    if (*kept)
        return {};
    const azure::Entra entra{.http = machine.http, .clock = machine.clock, .cloud = TRY(azure::cloudOf(spec.cloud, machine.environment)), .tenant = spec.tenant.empty() ? "organizations" : spec.tenant};
    const azure::DeviceCode code = TRY(entra.askDeviceCode(stop));
    check.words = say("Core", "open {} and type in: {}", code.page, code.code);
    tell(check);
    const azure::Tokens tokens = TRY(entra.awaitDeviceCode(code, stop));
    return azure::storeAccount(*machine.store, spec.account, spec.tenant, tokens.refresh);
}

void check(const form::Values &values, ProcessRunner &runner, std::stop_token stop, const ClusterForm::Tell &tell)
{
    const auto failed = [&](const Error &error) {
        tell({.id = "identity", .title = say("Core", "Sign-in to Azure"), .state = form::CheckState::Bad, .words = error.message, .why = error.hint, .evidence = error.cause ? error.text() : std::string()});
    };
    const std::string text = textOf(values), name = say("Core", "the spec");
    const auto spec = aks::readSpec(text, name);
    if (!spec)
        return failed(spec.error());
    if (!spec->account.empty())
        if (const auto signedIn = signIn(*spec, tell, stop); !signedIn)
            return failed(signedIn.error());
    local_form::checkCloud(text, say("Core", "Sign-in to Azure"), runner, std::move(stop), tell);
}

ClusterForm::Facts forVersion(const std::string &version, int cpus, double memoryGib)
{
    ClusterForm::Facts facts{{"version", version}, {"count", "2"}};
    for (const Size &size : sizes)
        if (size.cores * 2 >= cpus + 1 && size.memoryGib * 2 >= memoryGib + 2) { // the system's own on each
            facts.emplace_back("size", size.name);
            break;
        }
    return facts;
}

} // namespace

ClusterForm aksForm()
{
    return {.provider = "aks",
            .title = say("Core", "New cluster in Azure (AKS)"),
            .what = say("Core", "Azure runs the control plane, and nodes as machines of your subscription. A resource group, a registry for your images and the rights between them are made with it, told before with their price, and taken away with it."),
            .warning = say("Core", "It costs from the first minute on until it is deleted; stopped, its disks and addresses go on costing."),
            .gets = {{say("Core", "Cluster"), say("Core", "A control plane, and one pool of nodes or more; stopped and started again as you like")},
                     {say("Core", "Kubeconfig"), say("Core", "A context of its own in your kubeconfig")},
                     {say("Core", "Afterwards"), say("Core", "Nothing is left in the subscription when it is deleted")}},
            .takes = {{say("Core", "Time"), say("Core", "About eight minutes")},
                      {say("Core", "Account"), say("Core", "A subscription of Azure, and the right to make clusters in it; what is missing is named")},
                      {say("Core", "Price"), say("Core", "From about 0.10 $ an hour; the plan's page has each part")}},
            .parameters = parameters(),
            .text = textOf,
            .values = valuesOf,
            .subject = [](const form::Values &values) {
                const SpecText spec(parameters(), values);
                int count = std::atoi(spec.value("count").c_str());
                for (const std::string &line : linesOf(spec.value("pools")))
                    for (const auto &[field, value] : namedFields(line))
                        count += field == "count" ? std::atoi(value.c_str()) : 0;
                return std::pair(spec.value("name"), (count == 1 ? say("Core", "1 node") : say("Core", "{} nodes", count)) + ", " + spec.value("location"));
            },
            .context = [](const form::Values &values) {
                const SpecText spec(parameters(), values);
                const std::string group = spec.value("group"), name = spec.value("name");
                return aks::Spec{.name = name, .group = group.empty() ? name : group}.context();
            },
            .forVersion = forVersion,
            .look = [](ProcessRunner &, std::stop_token) { return parameters(); },
            .offer = offer,
            .check = check,
            .fix = [](form::Values values, const form::Check &, const form::Fix &fix, ProcessRunner &runner, std::stop_token stop) { return local_form::fix(std::move(values), {}, fix, runner, std::move(stop)); }};
}

} // namespace timonier

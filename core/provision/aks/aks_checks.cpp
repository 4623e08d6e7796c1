// What is looked at before anything is made: whether this subscription can have this cluster, there, now.
#include "provision/aks/aks_plan.h"

#include "base/nearest_name.h"
#include "base/say.h"
#include "cloud/azure/compute_calls.h"
#include "provision/aks/aks_steps.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>

#include <fmt/ranges.h>

namespace timonier::aks {

namespace {

using form::Check;
using form::CheckState;

std::string small(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

struct Looking {
    const World &world;
    const azure::Calls calls;
    std::optional<azure::AksCluster> cluster{};
};

// What could not be asked is said, and stops nothing.
Check skipped(Check check, const Error &error)
{
    check.state = CheckState::Skipped;
    check.words = error.text();
    check.why = error.hint;
    return check;
}

Check bad(Check check, std::string words, std::string why = {})
{
    check.state = CheckState::Bad;
    check.words = std::move(words);
    check.why = std::move(why);
    return check;
}

Check region(const Looking &at)
{
    Check check{.id = "region", .title = say("Core", "Region"), .state = CheckState::Good, .words = at.world.spec.location};
    const auto regions = azure::regionsOf(at.calls);
    if (!regions)
        return skipped(check, regions.error());
    std::vector<std::string> names;
    for (const auto &one : *regions)
        names.push_back(one.name);
    if (names.empty() || std::ranges::find(names, at.world.spec.location) != names.end())
        return check;
    const std::string near = nearestName(at.world.spec.location, names);
    return bad(check, say("Core", "the subscription has no region {}", at.world.spec.location), near.empty() ? say("Core", "It has: {}", fmt::join(names, ", ")) : say("Core", "Did you mean {}?", near));
}

Check providers(const Looking &at)
{
    Check check{.id = "providers", .title = say("Core", "Registered for"), .state = CheckState::Good};
    std::vector<std::string> names{"Microsoft.ContainerService"}, missing;
    if (at.world.spec.hasRegistry())
        names.push_back("Microsoft.ContainerRegistry");
    for (const std::string &name : names) {
        const auto is = azure::isRegistered(at.calls, name);
        if (!is)
            return skipped(check, is.error());
        if (!*is)
            missing.push_back(name);
    }
    check.words = fmt::format("{}", fmt::join(names, ", "));
    if (!missing.empty()) {
        check.state = CheckState::Careful;
        check.words = say("Core", "not registered yet: {}", fmt::join(missing, ", "));
        check.why = say("Core", "The plan does that, once; it takes a minute or two, and costs nothing.");
    }
    return check;
}

Check version(const Looking &at)
{
    const Spec &spec = at.world.spec;
    Check check{.id = "version", .title = say("Core", "Kubernetes version"), .state = CheckState::Good, .words = spec.version.empty() ? say("Core", "what AKS takes by itself") : spec.version};
    if (at.cluster) {
        check.words = say("Core", "it runs {}", at.cluster->version);
        return check;
    }
    const auto problem = versionProblem(at.world, at.calls);
    return !problem ? skipped(check, problem.error()) : problem->empty() ? check : bad(check, *problem);
}

// Sizes that are offered, zones that they have there, and what AKS itself asks of a system pool.
Check sizes(const Looking &at, const Result<std::vector<azure::Size>> &offered)
{
    Check check{.id = "sizes", .title = say("Core", "Machines"), .state = CheckState::Good};
    if (!offered)
        return skipped(check, offered.error());
    std::vector<std::string> words, names;
    for (const auto &size : *offered)
        if (size.refused.empty())
            names.push_back(size.name);
    bool oneZone = false;
    for (const Pool &pool : at.world.spec.pools) {
        const auto size = std::ranges::find_if(*offered, [&](const azure::Size &one) { return small(one.name) == small(pool.size); });
        if (size == offered->end() || !size->refused.empty()) {
            const std::string near = nearestName(pool.size, names);
            return bad(check, size == offered->end() ? say("Core", "there is no {} in {}", pool.size, at.world.spec.location) : say("Core", "{} in {}: {}", pool.size, at.world.spec.location, size->refused),
                       near.empty() ? say("Core", "timonierctl azure sizes shows those that there are.") : say("Core", "Did you mean {}?", near));
        }
        if (pool.system && (size->cores < 2 || size->memory < 4))
            return bad(check, say("Core", "{} is too small for AKS' own pods: {} cores, {} GiB", pool.size, size->cores, size->memory), say("Core", "A system pool wants two cores and 4 GiB at least."));
        for (const std::string &zone : pool.zones)
            if (std::ranges::find(size->zones, zone) == size->zones.end())
                return bad(check, say("Core", "{} has no {} in the zone {}", at.world.spec.location, pool.size, zone), size->zones.empty() ? say("Core", "This region has no zones for it: leave them out.") : say("Core", "It has the zones: {}", fmt::join(size->zones, ", ")));
        oneZone = oneZone || pool.zones.size() == 1;
        words.push_back(say("Core", "{}: {} cores, {} GiB", size->name, size->cores, size->memory));
    }
    check.words = fmt::format("{}", fmt::join(words, "; "));
    if (oneZone) {
        check.state = CheckState::Careful;
        check.why = say("Core", "A pool in one zone is gone when that zone is. Two or three zones cost no more.");
    }
    return check;
}

// What is there already of this cluster counts as used.
Check cores(const Looking &at, const Result<std::vector<azure::Size>> &offered)
{
    Check check{.id = "cores", .title = say("Core", "Cores left"), .state = CheckState::Good};
    const auto usages = offered ? azure::usagesIn(at.calls, at.world.spec.location) : Result<std::vector<azure::Usage>>(std::unexpected(offered.error()));
    if (!usages)
        return skipped(check, usages.error());
    std::map<std::string, int> asked; // by family; "cores": all
    const bool runs = at.cluster && at.cluster->power != "Stopped";
    for (const Pool &pool : at.world.spec.pools) {
        const auto size = std::ranges::find_if(*offered, [&](const azure::Size &one) { return small(one.name) == small(pool.size); });
        if (size == offered->end())
            continue;
        int more = pool.count;
        if (runs)
            for (const auto &has : at.cluster->pools)
                if (has.name == pool.name)
                    more = std::max(0, more - has.count);
        asked["cores"] += more * size->cores;
        asked[size->family] += more * size->cores;
    }
    std::vector<std::string> words;
    for (const auto &usage : *usages) {
        const auto wanted = std::ranges::find_if(asked, [&](const auto &one) { return small(one.first) == small(usage.name); });
        if (wanted == asked.end())
            continue;
        words.push_back(say("Core", "{}: {} of {} used, {} asked for", usage.title, usage.used, usage.limit, wanted->second));
        if (wanted->second > 0 && usage.used + wanted->second > usage.limit)
            return bad(check, words.back(), say("Core", "Take fewer or smaller machines or another region, or have the quota raised: {}", at.world.arm->cloud().portal + "/#view/Microsoft_Azure_Capacity/QuotaMenuBlade/~/myQuotas"));
    }
    check.words = fmt::format("{}", fmt::join(words, "; "));
    return check;
}

const std::vector<std::string> grants{"Microsoft.Authorization/roleAssignments/read", "Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete"};

// What a create and a delete of this spec ask for, in its group.
std::vector<std::string> actionsOf(const Spec &spec)
{
    const std::string aks = "Microsoft.ContainerService/managedClusters/";
    std::vector<std::string> actions{"Microsoft.Resources/subscriptions/resourceGroups/read", "Microsoft.Resources/subscriptions/resourceGroups/write", "Microsoft.Resources/subscriptions/resourceGroups/delete", aks + "read", aks + "write", aks + "delete",
                                     aks + "agentPools/read", aks + "agentPools/write", aks + "stop/action", aks + "start/action", aks + (spec.admin ? "listClusterAdminCredential/action" : "listClusterUserCredential/action")};
    if (!spec.registry.name.empty())
        actions.insert(actions.end(), {"Microsoft.ContainerRegistry/registries/read", "Microsoft.ContainerRegistry/registries/write", "Microsoft.ContainerRegistry/registries/delete", grants[0], grants[1], grants[2]});
    return actions;
}

// And of what others made, where that is: a network often is another team's.
std::vector<std::pair<std::string, std::vector<std::string>>> actionsElsewhere(const Spec &spec)
{
    std::vector<std::pair<std::string, std::vector<std::string>>> all;
    if (!spec.network.subnet.empty()) {
        all.push_back({spec.network.subnet, {"Microsoft.Network/virtualNetworks/subnets/join/action"}});
        if (spec.identity.empty())
            all.push_back({spec.network.subnet, grants});
    }
    if (!spec.identity.empty())
        all.push_back({spec.identity, {"Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"}});
    if (!spec.registry.id.empty())
        all.push_back({spec.registry.id, grants});
    return all;
}

Check rights(const Looking &at)
{
    Check check{.id = "rights", .title = say("Core", "Permissions"), .state = CheckState::Good, .words = say("Core", "all that the plan asks for, by this sign-in's roles")};
    const auto group = azure::groupOf(at.calls, at.world.spec.group);
    auto missing = azure::missingActions(at.calls, group && *group ? (*group)->id : at.calls.subscriptionPath(), actionsOf(at.world.spec));
    if (!missing)
        return skipped(check, missing.error());
    std::string why;
    if (!missing->empty()) {
        const bool isGrant = std::ranges::any_of(*missing, [](const std::string &one) { return one.starts_with("Microsoft.Authorization/"); });
        why = isGrant ? say("Core", "Have an owner of the subscription give you the roles Contributor and User Access Administrator; or leave the registry out of the spec.") : say("Core", "Have an owner of the subscription give you the role Contributor.");
    }
    const std::size_t here = missing->size();
    for (const auto &[scope, actions] : actionsElsewhere(at.world.spec)) {
        const auto there = azure::missingActions(at.calls, scope, actions);
        for (const std::string &action : there ? *there : std::vector<std::string>()) // of one that is not there another check speaks
            missing->push_back(say("Core", "{} on {}", action, scope));
    }
    if (missing->size() > here)
        why += (why.empty() ? "" : " ") + say("Core", "Have whoever owns what is there already give you roles on it: Network Contributor on a subnet, Managed Identity Operator on an identity, User Access Administrator where the cluster is to get a role; or leave it out of the spec.");
    return missing->empty() ? check : bad(check, say("Core", "missing: {}", fmt::join(*missing, ", ")), why);
}

Check names(const Looking &at)
{
    const Spec &spec = at.world.spec;
    Check check{.id = "names", .title = say("Core", "Names"), .state = CheckState::Good, .words = say("Core", "nobody has them")};
    if (at.cluster && !at.world.isOurs(at.cluster->tags))
        return bad(check, say("Core", "there is a cluster {} in {} already, which this plan did not make", spec.name, spec.group), say("Core", "Name this one otherwise."));
    if (at.cluster)
        check.words = say("Core", "the cluster is there, and this plan's own");
    if (spec.registry.name.empty())
        return check;
    const auto there = azure::registryOf(at.calls, spec.group, spec.registry.name);
    if (!there)
        return skipped(check, there.error());
    if (*there)
        return at.world.isOurs((*there)->tags) ? check : bad(check, say("Core", "there is a registry {} already, which this plan did not make", spec.registry.name), say("Core", "Name this one otherwise, or use that one: registry: {{id: {}}}", (*there)->id));
    const auto problem = azure::registryNameProblem(at.calls, spec.registry.name);
    if (!problem)
        return skipped(check, problem.error());
    return problem->empty() ? check : bad(check, say("Core", "the registry cannot be called {}: {}", spec.registry.name, *problem), say("Core", "Names of registries are unique in all of Azure: choose another one."));
}

Check clock(const Looking &at)
{
    const auto skew = at.world.arm->clockSkew().count();
    Check check{.id = "clock", .title = say("Core", "Clock"), .state = CheckState::Good, .words = say("Core", "as Azure's")};
    if (std::abs(skew) < 240)
        return check;
    check.state = CheckState::Careful;
    check.words = skew > 0 ? say("Core", "this computer's clock is {} minutes behind Azure's", skew / 60) : say("Core", "this computer's clock is {} minutes before Azure's", -skew / 60);
    check.why = say("Core", "Signing in and the plan work all the same; certificates and tokens of the cluster may be refused as expired, or as not good yet. Set the clock.");
    return check;
}

} // namespace

Result<std::vector<Check>> checksOf(const Spec &spec, const std::shared_ptr<azure::Arm> &arm, std::stop_token stop)
{
    const World world{.spec = spec, .arm = arm};
    Looking at{.world = world, .calls = world.calls(stop)};
    Check identity{.id = "identity", .title = say("Core", "Sign-in to Azure"), .state = CheckState::Good};
    const auto mine = azure::subscriptionOf(at.calls);
    const auto cluster = mine ? azure::Aks(at.calls, spec.group, spec.name).cluster() : Result<std::optional<azure::AksCluster>>(std::nullopt);
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
    if (!mine)
        return std::vector{bad(identity, mine.error().text(), mine.error().hint)};
    identity.words = say("Core", "the subscription {} ({}) of the tenant {}", mine->name, mine->id, mine->tenant);
    if (mine->state != "Enabled" && !mine->state.empty())
        identity = bad(identity, say("Core", "the subscription {} is {}", mine->name, mine->state), say("Core", "Look at it in the portal: {}", arm->cloud().portal));
    if (cluster)
        at.cluster = *cluster;
    std::vector<Check> all{identity, rights(at), region(at), providers(at), version(at)};
    if (auto named = namedCheck(world, at.calls, !at.cluster))
        all.push_back(std::move(*named));
    const auto offered = azure::sizesIn(at.calls, spec.location);
    for (Check one : {sizes(at, offered), cores(at, offered), names(at), clock(at)})
        all.push_back(std::move(one));
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled, say("Core", "cancelled"));
    return all;
}

} // namespace timonier::aks

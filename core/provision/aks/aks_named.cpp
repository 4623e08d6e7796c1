// What the spec names and this plan does not make: a subnet, an identity, a registry. Whether it is there, where, and large enough.
#include "provision/aks/aks_steps.h"

#include "base/nearest_name.h"
#include "base/say.h"
#include "cloud/azure/network_calls.h"
#include "provision/local/cidr.h"

#include <algorithm>

#include <fmt/ranges.h>

namespace timonier::aks {

namespace {

using form::Check;
using form::CheckState;

std::string lastOf(const std::string &id) { return id.substr(id.rfind('/') + 1); }

// There are others of its kind: the one that is meant is likely among them.
template <class Thing>
void notThere(Check &check, const std::string &words, const std::string &id, const Result<std::vector<Thing>> &others)
{
    check.state = CheckState::Bad;
    check.words = words;
    std::vector<std::string> names, ids;
    for (const Thing &one : others ? *others : std::vector<Thing>()) {
        names.push_back(one.name);
        ids.push_back(one.id);
    }
    const std::string near = nearestName(lastOf(id), names);
    const auto meant = std::ranges::find(names, near.empty() ? lastOf(id) : near);
    if (meant != names.end())
        check.why = say("Core", "Did you mean {}?", ids[static_cast<std::size_t>(meant - names.begin())]);
    else if (!ids.empty())
        check.why = say("Core", "There is: {}", fmt::join(ids, ", "));
    else
        check.why = say("Core", "Make it first, or leave it out of the spec.");
}

// Azure keeps five of each network.
long long addressesOf(const azure::Subnet &subnet)
{
    long long all = 0;
    for (const std::string &prefix : subnet.prefixes)
        if (const auto cidr = local::cidrOf(prefix); cidr && !cidr->v6)
            all += std::max(0LL, (1LL << local::hostBits(*cidr)) - 5);
    return all;
}

// Each node has one, and where pods live in the subnet one for each that it may hold; an upgrade brings a node more (learn.microsoft.com/azure/aks/azure-cni-overview).
long long addressesFor(const Spec &spec, bool atMost)
{
    long long all = 0, largest = 0;
    for (const Pool &pool : spec.pools) {
        const long long each = spec.network.plugin == "subnet" ? 1 + (pool.maxPods ? pool.maxPods : 30) : 1;
        all += each * (atMost ? std::max(pool.count, pool.most) : pool.count);
        largest = std::max(largest, each);
    }
    return atMost ? all + largest : all;
}

void look(Check &check, const World &world, const azure::Subnet &subnet, bool isNew)
{
    const Spec &spec = world.spec;
    if (subnet.location != spec.location) {
        check.state = CheckState::Bad;
        check.words = say("Core", "the subnet {} is in {}, and the cluster is to be in {}", subnet.name, subnet.location, spec.location);
        check.why = say("Core", "Nodes are where their network is: take a subnet there, or that region.");
        return;
    }
    for (const std::string &prefix : subnet.prefixes)
        for (const std::string &own : spec.network.plugin == "subnet" ? std::vector{spec.network.services} : std::vector{spec.network.services, spec.network.pods})
            if (local::overlap(prefix, own)) {
                check.state = CheckState::Bad;
                check.words = say("Core", "{} of the spec overlaps the subnet {} ({})", own, subnet.name, prefix);
                check.why = say("Core", "Choose other networks for pods and services (network: pods, services).");
                return;
            }
    const long long left = addressesOf(subnet) - subnet.used;
    if (!isNew || left >= addressesFor(spec, true))
        return;
    const bool fits = left >= addressesFor(spec, false);
    check.state = fits ? CheckState::Careful : CheckState::Bad;
    check.words = say("Core", "the subnet {} has {} addresses left, and {} are asked for", subnet.name, left, addressesFor(spec, !fits ? false : true));
    check.why = fits ? say("Core", "The cluster can be made; an upgrade, or all the nodes it may grow to, do not fit.") : say("Core", "Take a larger subnet, fewer nodes, fewer pods on each (maxPods), or the plugin overlay, whose pods take none.");
}

} // namespace

std::optional<Check> namedCheck(const World &world, const azure::Calls &calls, bool isNew)
{
    const Spec &spec = world.spec;
    if (spec.network.subnet.empty() && spec.identity.empty() && spec.registry.id.empty())
        return std::nullopt;
    Check check{.id = "named", .title = say("Core", "What is there already"), .state = CheckState::Good};
    std::vector<std::string> words;
    // What may not be looked at may be used all the same: then it stops nothing.
    const auto unseen = [&](const Error &error) { check.state = CheckState::Skipped, check.words = error.text(), check.why = error.hint; };
    if (const std::string &id = spec.network.subnet; !id.empty()) {
        const auto subnet = azure::subnetById(calls, id);
        if (!subnet)
            return unseen(subnet.error()), check;
        if (!*subnet)
            return notThere(check, say("Core", "there is no subnet {}", id), id, azure::subnetsOf(calls)), check;
        look(check, world, **subnet, isNew);
        if (check.state != CheckState::Good)
            return check;
        words.push_back(say("Core", "subnet {} ({})", (*subnet)->name, fmt::join((*subnet)->prefixes, ", ")));
    }
    if (const std::string &id = spec.identity; !id.empty()) {
        const auto identity = azure::identityById(calls, id);
        if (!identity)
            return unseen(identity.error()), check;
        if (!*identity)
            return notThere(check, say("Core", "there is no managed identity {}", id), id, azure::identitiesOf(calls)), check;
        words.push_back(say("Core", "identity {}", (*identity)->name));
    }
    if (const std::string &id = spec.registry.id; !id.empty()) {
        const auto registry = azure::registryById(calls, id);
        if (!registry)
            return unseen(registry.error()), check;
        if (!*registry)
            return notThere(check, say("Core", "there is no registry {}", id), id, azure::registriesOf(calls)), check;
        words.push_back(say("Core", "registry {}", (*registry)->server));
    }
    check.words = fmt::format("{}", fmt::join(words, ", "));
    return check;
}

} // namespace timonier::aks

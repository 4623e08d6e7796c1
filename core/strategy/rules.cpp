#include "strategy/rules.h"

#include "base/say.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace timonier::strategy {

namespace {

int scaled(Amount amount, int of, bool up)
{
    if (!amount.percent)
        return amount.value;
    const auto product = static_cast<std::int64_t>(amount.value) * of;
    return static_cast<int>(up ? (product + 99) / 100 : product / 100);
}

Sets active(const Sets &sets)
{
    Sets found;
    std::ranges::copy_if(sets, std::back_inserter(found), [](const ReplicaSetState *set) { return set && set->spec > 0; });
    return found;
}

Sets with(Sets sets, ReplicaSetState *more)
{
    if (more)
        sets.push_back(more);
    return sets;
}

// FindActiveOrLatest: the only one with pods; if none has any, the newest; null if several have.
ReplicaSetState *activeOrLatest(ReplicaSetState *newSet, const Sets &old)
{
    if (!newSet && old.empty())
        return nullptr;
    const Sets running = active(with(old, newSet));
    if (running.size() == 1)
        return running.front();
    if (running.empty())
        return newSet ? newSet : *std::ranges::max_element(old, {}, &ReplicaSetState::id);
    return nullptr;
}

bool isSaturated(const DeploymentSpec &spec, const ReplicaSetState *set)
{
    return set && set->spec == spec.replicas && set->desired == spec.replicas && set->available == spec.replicas;
}

// getReplicaSetFraction: by how much the set would change if all changed alike.
int fraction(const DeploymentSpec &spec, const ReplicaSetState &set, int deploymentReplicas)
{
    if (spec.replicas == 0)
        return -set.spec;
    const int before = set.maxReplicas.value_or(0) ? *set.maxReplicas : deploymentReplicas;
    if (before == 0)
        return 0;
    const double size = static_cast<double>(set.spec * (spec.replicas + maxSurge(spec))) / before;
    return static_cast<int>(size < 0 ? size - 0.5 : size + 0.5) - set.spec; // integer.RoundToInt32
}

int proportion(const DeploymentSpec &spec, const ReplicaSetState &set, int toAdd, int added, int deploymentReplicas)
{
    if (set.spec == 0 || toAdd == 0 || toAdd == added)
        return 0;
    const int share = fraction(spec, set, deploymentReplicas);
    return toAdd > 0 ? std::min(share, toAdd - added) : std::max(share, toAdd - added);
}

} // namespace

Result<Amount> parseAmount(std::string_view text)
{
    Amount amount{0, text.ends_with('%')};
    const std::string_view digits = text.substr(0, text.size() - amount.percent);
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), amount.value);
    if (problem != std::errc() || end != digits.data() + digits.size() || amount.value < 0)
        return fail(ErrorKind::Invalid, say("Core", "“{}” is neither a number nor a percentage", text),
                    say("Core", "Write a number of pods such as 3, or a share such as 25%"));
    return amount;
}

Fenceposts resolveFenceposts(Amount surge, Amount unavailable, int desired)
{
    Fenceposts posts{scaled(surge, desired, true), scaled(unavailable, desired, false)};
    if (posts.surge == 0 && posts.unavailable == 0)
        posts.unavailable = 1; // surge might be impossible under a quota
    return posts;
}

int maxSurge(const DeploymentSpec &spec)
{
    return spec.recreate ? 0 : resolveFenceposts(spec.maxSurge, spec.maxUnavailable, spec.replicas).surge;
}

int maxUnavailable(const DeploymentSpec &spec)
{
    if (spec.recreate || spec.replicas == 0)
        return 0;
    return std::min(resolveFenceposts(spec.maxSurge, spec.maxUnavailable, spec.replicas).unavailable, spec.replicas);
}

int specReplicas(std::span<ReplicaSetState *const> sets)
{
    int total = 0;
    for (const ReplicaSetState *set : sets)
        total += set ? set->spec : 0;
    return total;
}

int newSetReplicas(const DeploymentSpec &spec, int total, int newReplicas)
{
    if (spec.recreate)
        return spec.replicas;
    const int most = spec.replicas + scaled(spec.maxSurge, spec.replicas, true);
    if (total >= most)
        return newReplicas;
    return newReplicas + std::min(most - total, spec.replicas - newReplicas);
}

bool scaleSet(const DeploymentSpec &spec, ReplicaSetState &set, int replicas, bool force, Scalings &done)
{
    const bool differs = set.spec != replicas;
    if (!differs && !force)
        return false;
    set.desired = spec.replicas;
    set.maxReplicas = spec.replicas + maxSurge(spec);
    if (!differs)
        return false;
    done.push_back({set.id, set.spec, replicas});
    set.spec = replicas;
    return true;
}

bool reconcileNewSet(const DeploymentSpec &spec, const Sets &all, ReplicaSetState &newSet, Scalings &done)
{
    if (newSet.spec == spec.replicas)
        return false;
    const int wanted = newSet.spec > spec.replicas ? spec.replicas : newSetReplicas(spec, specReplicas(all), newSet.spec);
    return scaleSet(spec, newSet, wanted, false, done);
}

bool reconcileOldSets(const DeploymentSpec &spec, const Sets &all, const Sets &old, ReplicaSetState &newSet, Scalings &done)
{
    if (specReplicas(old) == 0)
        return false;
    // What the new set still lacks does not count as spare, or its failing would take the old pods down.
    const int minAvailable = spec.replicas - maxUnavailable(spec);
    const int most = specReplicas(all) - minAvailable - (newSet.spec - newSet.available);
    if (most <= 0)
        return false;
    const auto cleaned = cleanUpUnhealthy(spec, old, most, done);
    if (!cleaned)
        return false;
    // Old sets without replicas are left out of the count here, though their last pods may still be in their status.
    return *cleaned + scaleDownOldSets(spec, with(old, &newSet), old, done) > 0;
}

std::optional<int> cleanUpUnhealthy(const DeploymentSpec &spec, const Sets &old, int most, Scalings &done)
{
    int total = 0;
    for (ReplicaSetState *set : old) {
        if (total >= most)
            break;
        if (set->spec == 0 || set->spec == set->available)
            continue;
        const int down = std::min(most - total, set->spec - set->available);
        if (down < 0)
            return {};
        scaleSet(spec, *set, set->spec - down, false, done);
        total += down;
    }
    return total;
}

int scaleDownOldSets(const DeploymentSpec &spec, const Sets &all, const Sets &old, Scalings &done)
{
    int available = 0;
    for (const ReplicaSetState *set : all)
        available += set ? set->available : 0;
    const int spare = available - (spec.replicas - maxUnavailable(spec));
    int total = 0;
    for (ReplicaSetState *set : old) {
        if (total >= spare)
            break;
        if (set->spec == 0)
            continue;
        const int down = std::min(set->spec, spare - total);
        scaleSet(spec, *set, set->spec - down, false, done);
        total += down;
    }
    return total;
}

bool isScalingEvent(const DeploymentSpec &spec, const Sets &all)
{
    return std::ranges::any_of(active(all), [&](const ReplicaSetState *set) { return set->desired && *set->desired != spec.replicas; });
}

void scale(const DeploymentSpec &spec, ReplicaSetState *newSet, const Sets &old, Scalings &done)
{
    if (ReplicaSetState *only = activeOrLatest(newSet, old)) {
        scaleSet(spec, *only, spec.replicas, false, done);
        return;
    }
    if (isSaturated(spec, newSet)) {
        for (ReplicaSetState *set : active(old))
            scaleSet(spec, *set, 0, false, done);
        return;
    }
    if (spec.recreate)
        return;
    Sets all = active(with(old, newSet));
    int replicas = 0; // of the deployment's status, for a set whose annotation somebody has removed
    for (const ReplicaSetState *set : all)
        replicas += set->replicas;
    const int allowed = spec.replicas > 0 ? spec.replicas + maxSurge(spec) : 0;
    const int toAdd = allowed - specReplicas(all);
    std::ranges::sort(all, [&](const ReplicaSetState *a, const ReplicaSetState *b) { // largest first
        if (toAdd == 0 || a->spec != b->spec)
            return toAdd == 0 ? a->id < b->id : a->spec > b->spec;
        return toAdd > 0 ? a->id > b->id : a->id < b->id;
    });
    std::vector<int> sizes;
    int added = 0;
    for (const ReplicaSetState *set : all) {
        const int change = proportion(spec, *set, toAdd, added, replicas);
        sizes.push_back(set->spec + change);
        added += change;
    }
    if (toAdd != 0) // what rounding left goes to the largest
        sizes.front() = std::max(0, sizes.front() + toAdd - added);
    for (std::size_t i = 0; i < all.size(); ++i)
        scaleSet(spec, *all[i], sizes[i], true, done);
}

} // namespace timonier::strategy

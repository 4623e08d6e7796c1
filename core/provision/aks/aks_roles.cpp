// What the cluster's identities may do: pull from the registry, use a subnet that is there.
#include "provision/aks/aks_steps.h"

#include "base/say.h"

#include <QUuid>

namespace timonier::aks {

using namespace std::chrono_literals;

namespace {

struct Grant {
    std::string id{}, title{}, scope{};
    std::vector<std::string> needs{};
    std::string role{};
    std::string azure::AksCluster::*principal = nullptr;
};

// The same each time, and another one for another identity: an assignment cannot get another one.
std::string assignmentName(const World &world, const Grant &grant, const std::string &principal)
{
    static const QUuid space(QStringLiteral("f3c1f6b2-5d0e-4c57-9d38-2a3c3f0f4b11"));
    return QUuid::createUuidV5(space, QString::fromStdString(world.spec.target() + "|" + grant.scope + "|" + grant.role + "|" + principal)).toString(QUuid::WithoutBraces).toStdString();
}

Result<std::vector<azure::RoleAssignment>> ours(const World &world, const Grant &grant, const azure::Calls &calls)
{
    auto all = TRY(azure::assignmentsAt(calls, grant.scope));
    std::erase_if(all, [&](const azure::RoleAssignment &one) { return one.description != world.description() || one.role != grant.role; });
    return all;
}

Result<std::string> principalOf(const World &world, const Grant &grant, StepContext &context)
{
    const auto cluster = TRY(world.aks(context).cluster());
    if (!cluster)
        return std::string();
    return (*cluster).*grant.principal;
}

plan::Step grantStep(const World &world, const Grant &grant)
{
    return {.id = grant.id, .title = grant.title, .needs = grant.needs, .creates = {{std::string(roleResource), grant.id}}, .provider = "azure", .estimate = 20s, .retry = {.attempts = 3, .pause = 5s},
            .check = [world, grant](StepContext &context) -> Result<bool> {
                const std::string principal = TRY(principalOf(world, grant, context));
                if (principal.empty())
                    return false;
                for (const auto &one : TRY(azure::assignmentsAt(world.calls(context), grant.scope)))
                    if (one.principal == principal && one.role == grant.role)
                        return one.description != world.description() || TRY(isMade(context, roleResource, grant.id)); // somebody else gave it: left alone
                return false;
            },
            .apply = [world, grant](StepContext &context) -> Result<> {
                const azure::Calls calls = world.calls(context);
                const std::string principal = TRY(principalOf(world, grant, context));
                if (principal.empty())
                    return fail(ErrorKind::NotFound, say("Core", "the cluster {} has no identity that a role could be given to", world.spec.name), say("Core", "Run the plan again in a minute."));
                for (const auto &old : TRY(ours(world, grant, calls))) // of a cluster that was there before this one
                    if (old.principal != principal)
                        TRY(azure::removeAssignment(calls, old.id));
                const std::string name = assignmentName(world, grant, principal);
                TRY(azure::assignRole(calls, name, {.scope = grant.scope, .role = grant.role, .principal = principal, .description = world.description()}));
                return context.made(roleResource, grant.id, grant.scope + "/providers/Microsoft.Authorization/roleAssignments/" + name);
            },
            .undo = [world, grant](StepContext &context) -> Result<> {
                const azure::Calls calls = world.calls(context);
                for (const auto &one : TRY(ours(world, grant, calls)))
                    TRY(azure::removeAssignment(calls, one.id));
                return {};
            }};
}

} // namespace

void addRoles(plan::Plan &plan, const World &world)
{
    if (world.spec.hasRegistry()) {
        std::vector<std::string> needs{"cluster"};
        if (!world.spec.registry.name.empty())
            needs.push_back("registry");
        plan.steps.push_back(grantStep(world, {.id = "pull-images", .title = say("Core", "Let its nodes pull from the registry (AcrPull)"), .scope = world.registryId(), .needs = needs, .role = std::string(azure::acrPull), .principal = &azure::AksCluster::kubelet}));
    }
    // Services of the type LoadBalancer need it; of an identity that was there already its owner sees to that.
    if (!world.spec.network.subnet.empty() && world.spec.identity.empty())
        plan.steps.push_back(grantStep(world, {.id = "use-subnet", .title = say("Core", "Let it use the subnet (Network Contributor)"), .scope = world.spec.network.subnet, .needs = {"cluster"}, .role = std::string(azure::networkContributor), .principal = &azure::AksCluster::identity}));
}

} // namespace timonier::aks

#include "provision/ec2/ec2_plan.h"

#include "base/say.h"
#include "cloud/aws/iam_calls.h"
#include "cloud/aws/instances.h"
#include "provision/amazon/account_checks.h"
#include "provision/amazon/disk_price.h"
#include "provision/amazon/traces.h"
#include "provision/ec2/ec2_steps.h"
#include "provision/kubeadm/kubeadm_plan.h"

#include <algorithm>
#include <map>

namespace timonier::ec2 {

using namespace std::chrono_literals;

namespace {

// Keys of another account are the dearest mistake: it is told.
plan::Step identityStep(const World &world)
{
    return {.id = "identity", .title = say("Core", "Sign in to AWS"), .provider = "aws", .estimate = 1s, .retry = {.attempts = 2},
            .check = [world](StepContext &context) -> Result<bool> {
                const aws::Identity me = TRY(aws::callerIdentity(*world.client, context.stop()));
                context.print(say("Core", "the account {}, as {}", me.account, me.arn) + "\n");
                return true;
            },
            .apply = [](StepContext &) -> Result<> { return {}; }}; // there is nothing to do: the check is all
}

// What a create, a stop, a start and a delete ask for.
const std::vector<std::string> actions{"ec2:CreateVpc", "ec2:DescribeVpcs", "ec2:ModifyVpcAttribute", "ec2:DeleteVpc", "ec2:CreateSubnet", "ec2:DescribeSubnets", "ec2:ModifySubnetAttribute", "ec2:DeleteSubnet",
                                       "ec2:CreateInternetGateway", "ec2:AttachInternetGateway", "ec2:DetachInternetGateway", "ec2:DeleteInternetGateway", "ec2:DescribeInternetGateways", "ec2:CreateRouteTable", "ec2:CreateRoute",
                                       "ec2:AssociateRouteTable", "ec2:DisassociateRouteTable", "ec2:DeleteRouteTable", "ec2:DescribeRouteTables", "ec2:DescribeAvailabilityZones", "ec2:CreateTags", "ec2:DescribeTags",
                                       "ec2:CreateSecurityGroup", "ec2:DescribeSecurityGroups", "ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", "ec2:DeleteSecurityGroup", "ec2:ImportKeyPair",
                                       "ec2:DescribeKeyPairs", "ec2:DeleteKeyPair", "ec2:AllocateAddress", "ec2:DescribeAddresses", "ec2:AssociateAddress", "ec2:ReleaseAddress", "ec2:DescribeImages", "ec2:RunInstances",
                                       "ec2:DescribeInstances", "ec2:ModifyInstanceAttribute", "ec2:GetConsoleOutput", "ec2:StartInstances", "ec2:StopInstances", "ec2:TerminateInstances"};

std::map<std::string, int> countsByType(const Spec &spec)
{
    std::map<std::string, int> counts;
    for (const Machine &machine : spec.machines())
        ++counts[machine.type];
    return counts;
}

Result<form::Check> quotaCheck(const Spec &spec, aws::Client &client, std::stop_token stop)
{
    if (const auto now = machinesOf(spec, client, stop); now && !now->empty())
        return amazon::quotasOfOneThatStands();
    aws::Ec2 ec2(client, stop);
    std::vector<amazon::Asked> all{{say("Core", "VPCs"), "vpc", "L-F678F1CE", 1, [&] { return ec2.vpcCount(); }}, {say("Core", "elastic addresses"), "ec2", "L-0263D0A3", 1, [&] { return ec2.addressCount(); }}};
    int cpus = 0;
    for (const auto &[name, count] : countsByType(spec))
        if (const auto type = aws::instanceType(name); type && aws::isStandard(name))
            cpus += count * type->cpus;
    if (cpus)
        all.push_back({say("Core", "vCPUs of instances"), "ec2", "L-1216C47A", cpus, [&] { return ec2.runningCpus(); }});
    return amazon::quotaCheck(all, client, stop);
}

// "5", "up to 5": as the table has it.
std::string speedWords(const std::string &network)
{
    constexpr std::string_view most = "up to ";
    return network.starts_with(most) ? say("Core", "up to {}", network.substr(most.size())) : network;
}

form::Check machineCheck(const Spec &spec)
{
    form::Check check{.id = "machines", .title = say("Core", "Machines"), .state = form::CheckState::Good};
    for (const auto &[name, count] : countsByType(spec)) {
        const auto type = aws::instanceType(name);
        check.words += (check.words.empty() ? "" : "; ") + (type ? say("Core", "{} × {}: {} vCPU, {} GiB, network {} Gbit/s", count, name, type->cpus, type->memoryGib, speedWords(type->network)) : say("Core", "{} × {}, which the table does not have", count, name));
        if (type && type->memoryGib < 4 && check.state == form::CheckState::Good) {
            check.state = form::CheckState::Careful;
            check.why = say("Core", "Kubernetes itself takes most of {} GiB: little room is left for applications", type->memoryGib);
        }
    }
    return check;
}

} // namespace

plan::Plan groundOf(const World &world, std::string specText)
{
    plan::Plan plan{.provider = "ec2", .target = world.spec.target(), .spec = std::move(specText)};
    plan.steps = {identityStep(world)};
    addNetwork(plan, world);
    addMachines(plan, world);
    addReached(plan, world);
    return plan;
}

void addOnHosts(plan::Plan &plan, const Spec &spec, std::vector<plan::Step> steps)
{
    std::vector<std::string> reached;
    for (const Machine &machine : spec.machines())
        reached.push_back("reached " + machine.name);
    for (plan::Step &step : steps) {
        if (step.needs.empty())
            step.needs = reached;
        // What is on a machine goes with it: it need not even run then.
        if (step.undo && step.id != "kubeconfig")
            step.undo = [](StepContext &) -> Result<> { return {}; };
        plan.steps.push_back(std::move(step));
    }
}

plan::Plan planOf(const Spec &spec, std::string specText, std::shared_ptr<aws::Client> client, const kubeadm::Access &hosts)
{
    const World world{.spec = spec, .client = client, .hosts = accessThrough(spec, client, hosts)};
    plan::Plan onHosts = kubeadm::planOf(spec.cluster, {}, world.hosts, outsideOf(spec, client));
    plan::Plan plan = groundOf(world, std::move(specText));
    plan.title = say("Core", "The cluster {} on {} machines in {}", spec.name, spec.machines().size(), spec.region);
    plan.limits = onHosts.limits;
    addOnHosts(plan, spec, std::move(onHosts.steps));
    return plan;
}

Result<local::ClusterState> stateOf(const Spec &spec, aws::Client &client, std::stop_token stop)
{
    local::ClusterState state{.name = spec.name};
    const auto all = TRY(machinesOf(spec, client, std::move(stop)));
    for (const Machine &machine : spec.machines()) {
        const auto found = std::ranges::find(all, machine.name, partOf);
        state.nodes.push_back({.name = machine.name, .role = (machine.controlPlane ? "control-plane " : "worker ") + machine.type, .state = found == all.end() ? "absent" : found->state});
        if (found != all.end() && !found->publicAddress.empty())
            state.nodes.back().role += " " + found->publicAddress;
    }
    for (const std::string &name : surplusOf(spec, all))
        state.words += (state.words.empty() ? "" : "; ") + say("Core", "{} is there and not in the spec: it costs; `timonierctl cluster scale` takes it away", name);
    state.phase = all.empty() ? local::Phase::Absent : local::phaseOf(state.nodes);
    if (all.empty())
        state.nodes.clear();
    if (state.phase == local::Phase::Stopped)
        state.words += (state.words.empty() ? "" : "; ") + say("Core", "its disks and the control plane's address go on costing");
    return state;
}

Result<> halt(const Spec &spec, aws::Client &client, const std::function<void(std::string_view)> &heard, std::stop_token stop)
{
    aws::Ec2 ec2(client, stop);
    std::vector<std::string> ids;
    const auto stopped = [&]() -> Result<bool> {
        const auto all = TRY(machinesOf(spec, client, stop));
        return std::ranges::all_of(all, [](const aws::Instance &one) { return one.state == "stopped"; });
    };
    for (const aws::Instance &one : TRY(machinesOf(spec, client, stop)))
        if (one.state == "running" || one.state == "pending")
            ids.push_back(one.id);
    if (!ids.empty())
        TRY(ec2.halt(ids));
    TRY(aws::waitUntil(stopped, 10min, 5s, stop));
    heard(say("Core", "Its disks and the control plane's address go on costing.") + "\n");
    return {};
}

Result<std::vector<form::Trace>> tracesOf(const Spec &spec, aws::Client &client, std::stop_token stop) { return amazon::ec2Traces(spec.target(), {spec.region, spec.profile}, client, std::move(stop)); }

Result<std::vector<form::Check>> checksOf(const Spec &spec, aws::Client &client, std::stop_token stop)
{
    aws::Identity me;
    const form::Check identity = TRY(amazon::identityCheck(client, me, stop));
    if (identity.state == form::CheckState::Bad)
        return std::vector{identity};
    return std::vector{identity, amazon::rightsCheck(client, me, actions, stop), TRY(quotaCheck(spec, client, stop)), TRY(amazon::zonesCheck(spec.region, 1, spec.zone, client, stop)), machineCheck(spec)};
}

form::Costs costsOf(const Spec &spec, const form::PriceOf &price)
{
    form::Costs costs;
    for (const auto &[type, count] : countsByType(spec))
        costs.add(say("Core", "{} × {}", count, type), price(type), count);
    const auto all = spec.machines().size();
    costs.add(say("Core", "{} × {} GiB of disk", all, spec.disk), amazon::diskPrice(price, spec.disk), static_cast<double>(all), true);
    costs.add(say("Core", "The control plane's public address"), price("public IPv4 address"), 1, true); // it is elastic, and stays; the others come and go with their machines
    if (all > 1)
        costs.add(say("Core", "{} public addresses of workers", all - 1), price("public IPv4 address"), static_cast<double>(all - 1));
    costs.source = say("Core", "Traffic is not in it.");
    return costs;
}

} // namespace timonier::ec2

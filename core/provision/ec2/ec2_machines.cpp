// The key that opens them, and the machines: made, running, the control plane with an address that stays.
#include "provision/ec2/ec2_steps.h"

#include "base/paths.h"
#include "base/say.h"
#include "cloud/aws/instances.h"
#include "remote/key_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace timonier::ec2 {

using namespace std::chrono_literals;

namespace {

// Before it is known to AWS: whoever has the key pair in the account has the key here.
plan::Step keyStep(const World &world)
{
    const std::string file = keyFileOf(world.spec), folder = folderOf(world.spec), name = world.spec.context();
    const auto isThere = [file] {
        std::error_code error;
        return std::filesystem::exists(toPath(file), error) && std::filesystem::exists(toPath(file + ".pub"), error);
    };
    return {.id = "key", .title = say("Core", "Make a key for ssh, which stays on this computer"), .needs = {"identity"}, .creates = {{std::string(keyFileResource), name}}, .estimate = 100ms,
            .check = [isThere, name](StepContext &context) -> Result<bool> { return TRY(context.find(keyFileResource, name)) && isThere(); },
            .apply = [isThere, file, name, world](StepContext &context) -> Result<> {
                aws::Ec2 ec2(*world.client, context.stop());
                if (!isThere()) {
                    if (!TRY(ec2.tagged(aws::keyPairKind, world.owner().tags("key-pair"))).empty())
                        return fail(ErrorKind::NotFound, say("Core", "the key of this cluster's machines is not on this computer: {}", file),
                                    say("Core", "Copy it from the computer that made the cluster; or delete the cluster, which needs no key, and make it anew"));
                    std::error_code error;
                    std::filesystem::remove(toPath(file), error); // half of an attempt: AWS never knew it
                }
                TRY(context.intend(keyFileResource, name));
                if (!isThere())
                    TRY(remote::makeKeyFile(file, "timonier " + name));
                context.print(file + "\n");
                return context.made(keyFileResource, name, file);
            },
            .undo = [folder](StepContext &) -> Result<> {
                std::error_code error;
                for (const char *one : {"key", "key.pub", "known_hosts"})
                    std::filesystem::remove(toPath(folder + "/" + one), error);
                std::filesystem::remove(toPath(folder), error);
                return {};
            }};
}

plan::Step keyPairStep(const World &world)
{
    return amazon::ec2Step(world.owner(), {.id = "key-pair", .title = say("Core", "Tell AWS its public half"), .kind = aws::keyPairKind, .needs = {"key"},
                                           .create = [world](aws::Ec2 &ec2, StepContext &, const std::string &, const aws::Tags &tags) -> Result<std::string> {
                                               std::string line;
                                               std::ifstream in(toPath(keyFileOf(world.spec) + ".pub"));
                                               if (!std::getline(in, line))
                                                   return fail(ErrorKind::Io, say("Core", "{} cannot be read", keyFileOf(world.spec) + ".pub"));
                                               return ec2.importKey(world.spec.context(), line, tags);
                                           }});
}

Result<aws::Image> imageFor(aws::Ec2 &ec2, const Spec &spec, const std::string &type)
{
    if (spec.image.starts_with("ami-"))
        return ec2.image(spec.image);
    const auto known = std::ranges::find(knownImages(), spec.image, &KnownImage::id);
    if (!spec.region.starts_with("cn-") && !spec.region.starts_with("us-gov-"))
        return ec2.newestImage(std::string(known->owner), std::string(aws::isArm(type) ? known->arm : known->amd), aws::isArm(type) ? "arm64" : "x86_64");
    return fail(ErrorKind::Unsupported, say("Core", "who makes images is another account in {}", spec.region), say("Core", "Name one in the spec: image: ami-0123456789abcdef0, and user, whom it lets in"));
}

plan::Step machineStep(const World &world, const Machine &machine)
{
    return amazon::ec2Step(world.owner(), {.id = machine.name, .title = say("Core", "Launch {}, a {}", machine.name, machine.type), .kind = aws::instanceKind, .needs = {"subnet", "routes", "rules", "key-pair", "address"}, .estimate = 5s,
                                           .create = [world, machine](aws::Ec2 &ec2, StepContext &context, const std::string &token, const aws::Tags &tags) -> Result<std::string> {
                                               const aws::Image image = TRY(imageFor(ec2, world.spec, machine.type));
                                               context.print(fmt::format("{} {}\n", image.id, image.name));
                                               const std::string subnet = TRY(idOf(context, aws::subnetKind.type, "subnet")), group = TRY(idOf(context, aws::securityGroupKind.type, "security-group"));
                                               return ec2.createInstance({.image = image, .type = machine.type, .subnet = subnet, .group = group, .keyPair = world.spec.context(), .disk = world.spec.disk}, token, tags);
                                           },
                                           // Calico sends without an envelope within a subnet: with pods' addresses.
                                           .settle = [calico = world.spec.cluster.network.kind != kubeadm::Network::Kind::Flannel](aws::Ec2 &ec2, StepContext &, const std::string &id) -> Result<> {
                                               return calico ? ec2.forwards(id) : Result<>{};
                                           },
                                           .measure = "launch"});
}

Result<bool> allRun(const World &world, StepContext &context)
{
    aws::Ec2 ec2(*world.client, context.stop());
    const std::string allocation = TRY(idOf(context, aws::addressKind.type, "address"));
    const std::string address = TRY(ec2.addressOf(allocation));
    for (const Machine &machine : world.spec.machines()) {
        const aws::Instance now = TRY(machineOf(world, machine.name, context.stop()));
        if (now.state != "running" || now.publicAddress.empty() || (machine.controlPlane && now.publicAddress != address))
            return false;
    }
    return true;
}

// They may have been stopped, by us or by somebody.
plan::Step runningStep(const World &world)
{
    std::vector<std::string> needs{"address"};
    for (const Machine &machine : world.spec.machines())
        needs.push_back(machine.name);
    return {.id = "running", .title = say("Core", "The machines run, and the control plane has its address"), .needs = needs, .provider = "aws", .estimate = 20s, .retry = {.attempts = 3, .pause = 2s},
            .check = [world](StepContext &context) { return allRun(world, context); },
            .apply = [world](StepContext &context) -> Result<> {
                aws::Ec2 ec2(*world.client, context.stop());
                const auto begun = [&]() -> Result<bool> { // one that is being stopped cannot be started
                    std::vector<std::string> stopped;
                    bool stopping = false;
                    for (const Machine &machine : world.spec.machines()) {
                        const aws::Instance now = TRY(machineOf(world, machine.name, context.stop()));
                        context.part(machine.name, machine.name, now.state == "running" ? plan::PartState::Done : plan::PartState::Running, now.state);
                        if (now.state == "stopped")
                            stopped.push_back(now.id);
                        stopping = stopping || now.state == "stopping";
                    }
                    if (!stopped.empty())
                        TRY(ec2.start(stopped));
                    return stopped.empty() && !stopping;
                };
                TRY(aws::waitUntil(begun, 10min, 5s, context.stop()));
                const auto runs = [&]() -> Result<bool> {
                    for (const Machine &machine : world.spec.machines()) {
                        const aws::Instance now = TRY(machineOf(world, machine.name, context.stop()));
                        if (now.state != "running")
                            return false;
                        context.part(machine.name, machine.name, plan::PartState::Done, now.publicAddress);
                    }
                    return true;
                };
                TRY(aws::waitUntil(runs, 10min, 5s, context.stop()));
                const std::string allocation = TRY(idOf(context, aws::addressKind.type, "address"));
                const aws::Instance first = TRY(machineOf(world, world.spec.machines().front().name, context.stop()));
                TRY(ec2.takeAddress(allocation, first.id));
                return aws::waitUntil([&] { return allRun(world, context); }, 5min, 5s, context.stop());
            }};
}

} // namespace

void addMachines(plan::Plan &plan, const World &world)
{
    plan.steps.push_back(keyStep(world));
    plan.steps.push_back(keyPairStep(world));
    plan.steps.push_back(amazon::ec2Step(world.owner(), {.id = "address", .title = say("Core", "Reserve the control plane's address, which stays when it is stopped"), .kind = aws::addressKind, .needs = {"identity"},
                                                         .create = [](aws::Ec2 &ec2, StepContext &, const std::string &, const aws::Tags &tags) { return ec2.allocateAddress(tags); }}));
    for (const Machine &machine : world.spec.machines())
        plan.steps.push_back(machineStep(world, machine));
    plan.steps.push_back(runningStep(world));
}

} // namespace timonier::ec2
